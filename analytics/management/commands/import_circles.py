from analytics.management.import_command import ImportCommand
from analytics.models import DataImport


class Command(ImportCommand):
    help = "Import circles from a CSV file: all of it, or nothing if any row is refused."
    kind = DataImport.Kind.CIRCLES
