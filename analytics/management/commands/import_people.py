from analytics.management.import_command import ImportCommand
from analytics.models import DataImport


class Command(ImportCommand):
    help = "Import people from a CSV file: all of it, or nothing if any row is refused."
    kind = DataImport.Kind.PEOPLE
