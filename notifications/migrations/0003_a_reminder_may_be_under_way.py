from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_deliveries_wishes_and_notices")]

    operations = [
        AddConstraintNotValid(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["planned", "claimed", "dispatched", "sent", "failed", "cancelled"],
                    )
                ),
                name="reminder_state_is_one_of_six",
            ),
        ),
        AddConstraintNotValid(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", [0, 1, 2])), name="reminder_urgency_is_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="reminder", name="reminder_state_is_known"),
    ]
