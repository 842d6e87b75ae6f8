from django.contrib.postgres.functions import RandomUUID
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 5000


def name_meetings(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Meetings from before calendars get names of their own. Can be run again; a batch at a time."""
    meetings = apps.get_model("sessions_app", "Meeting").objects
    nameless = meetings.filter(uid=None).order_by("pk").values_list("pk", flat=True)
    last = 0
    while batch := list(nameless.filter(pk__gt=last)[:BATCH]):
        meetings.filter(pk__in=batch).update(uid=RandomUUID())
        last = batch[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sessions_app", "0009_searches_that_move_a_series")]

    operations = [migrations.RunPython(name_meetings, migrations.RunPython.noop, elidable=True)]
