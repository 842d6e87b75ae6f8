from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0005_meeting_cancelled_for")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="told_when",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "When it was, in the words of that mail; the next one says from when it moved."
                ),
                max_length=300,
            ),
        ),
    ]
