from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("circles", "0020_list_the_circles_there_are")]

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
