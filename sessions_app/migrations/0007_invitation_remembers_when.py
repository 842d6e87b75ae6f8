from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0006_find_meetings_that_may_come_back")]

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
