from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("circles", "0013_mark_shipped_formats")]

    operations = [
        AddIndexConcurrently(
            model_name="circle",
            index=models.Index(
                condition=models.Q(("stage", "closed"), _negated=True),
                fields=["format_version", "name", "id"],
                name="circle_open_by_version",
            ),
        ),
    ]
