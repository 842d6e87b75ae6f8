import django.db.models.deletion
from django.db import migrations, models


def moves_from():
    return models.ForeignKey(
        blank=True,
        editable=False,
        help_text="The seat that a person who moves here gives up for this one.",
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="circles.membership",
    )


class Migration(migrations.Migration):
    dependencies = [("circles", "0012_enrolment_and_programme_indexes")]

    operations = [
        migrations.AddField("application", "moves_from", moves_from()),
        migrations.AddField("offer", "moves_from", moves_from()),
        migrations.AddField("waitlistentry", "moves_from", moves_from()),
        migrations.AddField(
            "membership",
            "caught_up_at",
            models.DateTimeField(
                editable=False, help_text="When they first opened the catch-up page.", null=True
            ),
        ),
    ]
