from analytics.models.imports import DataImport
from analytics.models.reports import ReportSnapshot

__all__ = ["DataImport", "ReportSnapshot"]
