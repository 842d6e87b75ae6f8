from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sessions_app", "0005_meeting_cancelled_for")]

    operations = [
        ValidateConstraint(model_name="meeting", name="meeting_cancelled_for_what_is_known"),
        AddIndexConcurrently(
            model_name="meeting",
            index=models.Index(
                condition=models.Q(("cancelled_for__in", ["pause", "closing"])),
                fields=["circle"],
                name="meeting_that_may_come_back",
            ),
        ),
    ]
