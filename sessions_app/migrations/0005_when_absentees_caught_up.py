from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0004_meeting_once_a_day_of_its_series")]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="caught_up_at",
            field=models.DateTimeField(
                editable=False,
                help_text="When someone who was not there first read the recap.",
                null=True,
            ),
        ),
    ]
