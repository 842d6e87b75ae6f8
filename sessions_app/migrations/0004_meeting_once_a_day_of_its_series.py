from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

NAME = "meeting_once_a_day_of_its_series"


class Migration(migrations.Migration):
    """The index is built while people go on meeting; only then does it become the constraint."""

    atomic = False
    dependencies = [("sessions_app", "0003_series_agendas_live_meetings_and_finding_a_time")]

    operations = [
        ValidateConstraint(model_name="attendance", name="attendance_rsvp_came_some_way"),
        ValidateConstraint(model_name="meeting", name="meeting_of_a_series_has_its_day"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        # What an interrupted run left behind.
                        f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}",
                        f"CREATE UNIQUE INDEX CONCURRENTLY {NAME}"
                        " ON sessions_app_meeting (series_id, nominal_on)",
                        f"ALTER TABLE sessions_app_meeting ADD CONSTRAINT {NAME}"
                        f" UNIQUE USING INDEX {NAME}",
                    ],
                    f"ALTER TABLE sessions_app_meeting DROP CONSTRAINT {NAME}",
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    model_name="meeting",
                    constraint=models.UniqueConstraint(fields=("series", "nominal_on"), name=NAME),
                )
            ],
        ),
    ]
