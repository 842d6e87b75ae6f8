from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The code no longer knows `is_listed`; a later release drops the column, which older code reads."""

    atomic = False
    dependencies = [("circles", "0006_hide_what_was_not_listed")]

    operations = [
        RemoveIndexConcurrently(model_name="circle", name="circle_open_listed_by_name"),
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(
                condition=models.Q(
                    models.Q(("stage", "closed"), _negated=True),
                    models.Q(("visibility", "hidden"), _negated=True),
                ),
                fields=["name", "id"],
                name="circle_findable_by_name",
            ),
        ),
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(
                condition=models.Q(("stage", "active"), ("term_ends_on__isnull", False)),
                fields=["term_ends_on"],
                name="circle_by_end_of_term",
            ),
        ),
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(
                condition=models.Q(
                    models.Q(("stage", "closed"), _negated=True), ("closes_on__isnull", False)
                ),
                fields=["closes_on"],
                name="circle_by_closing_day",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="circle", name="is_listed")]
        ),
    ]
