from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

DONE = models.Q(("state__in", ["sent", "failed", "cancelled"]))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0004_find_due_reminders_by_urgency")]

    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "claimed"])),
                fields=["recipient"],
                name="delivery_open_of_recipient",
            ),
        ),
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(condition=DONE, fields=["due_at"], name="delivery_done_by_age"),
        ),
        RemoveIndexConcurrently(model_name="delivery", name="delivery_by_recipient"),
        AddIndexConcurrently(
            model_name="reminder",
            index=models.Index(condition=DONE, fields=["due_at"], name="reminder_done_by_age"),
        ),
        RemoveIndexConcurrently(model_name="reminder", name="reminder_by_age"),
        migrations.AlterField(
            model_name="delivery",
            name="recipient",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.deletion.DO_NOTHING,
                related_name="deliveries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
