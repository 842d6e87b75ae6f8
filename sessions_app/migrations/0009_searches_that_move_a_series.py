from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0008_when_absentees_caught_up")]

    operations = [
        migrations.AddField(
            model_name="timesearch",
            name="moves_series",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The circle's present series moves to the time that is found.",
            ),
        )
    ]
