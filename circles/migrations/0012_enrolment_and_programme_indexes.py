from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What an organiser's lists of a large programme go by."""

    atomic = False
    dependencies = [("circles", "0011_emergency_access")]

    operations = [
        AddIndexConcurrently(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("withdrawn_at", None)),
                fields=["programme", "format", "enrolled_at"],
                name="enrolment_by_format",
            ),
        ),
        AddIndexConcurrently(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["programme", "withdrawn_at"],
                name="enrolment_withdrawn",
            ),
        ),
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(fields=["programme", "name", "id"], name="circle_of_a_programme"),
        ),
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(fields=["programme", "stage"], name="circle_stages_of_a_programme"),
        ),
    ]
