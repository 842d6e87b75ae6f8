from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0003_a_reminder_may_be_under_way")]

    operations = [
        ValidateConstraint(model_name="reminder", name="reminder_state_is_one_of_six"),
        ValidateConstraint(model_name="reminder", name="reminder_urgency_is_known"),
        AddIndexConcurrently(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state", "planned")),
                fields=["urgency", "due_at"],
                name="reminder_due_by_urgency",
            ),
        ),
        AddIndexConcurrently(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ["claimed", "dispatched"])),
                fields=["claimed_at"],
                name="reminder_under_way",
            ),
        ),
        AddIndexConcurrently(
            model_name="reminder",
            index=BrinIndex(autosummarize=True, fields=["due_at"], name="reminder_by_age"),
        ),
        # The first is replaced above. The second repeats what the unique key (kind, subject, …)
        # finds, and every row paid for it.
        RemoveIndexConcurrently(model_name="reminder", name="reminder_waiting_by_due"),
        RemoveIndexConcurrently(model_name="reminder", name="reminder_by_subject"),
    ]
