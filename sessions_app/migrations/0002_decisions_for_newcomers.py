from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0001_meetings_goals_commitments")]

    operations = [
        migrations.AddField(
            "decision",
            "for_newcomers",
            models.BooleanField(
                db_default=False,
                default=False,
                help_text="Who joins the circle later reads it too.",
            ),
        )
    ]
