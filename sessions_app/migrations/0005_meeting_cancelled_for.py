from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0004_meeting_once_a_day_of_its_series")]

    operations = [
        migrations.AddField(
            model_name="meeting",
            name="cancelled_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("series", "its series ended"),
                    ("pause", "the circle pauses"),
                    ("closing", "the circle closes"),
                ],
                db_default="",
                default="",
                editable=False,
                help_text=(
                    "What called it off, if nobody did it by hand: it may come back by itself."
                ),
                max_length=7,
            ),
        ),
        AddConstraintNotValid(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_for", ""),
                    models.Q(
                        ("cancelled_for__in", ["series", "pause", "closing"]),
                        ("state", "cancelled"),
                    ),
                    _connector="OR",
                ),
                name="meeting_cancelled_for_what_is_known",
            ),
        ),
    ]
