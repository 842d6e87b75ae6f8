from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def hide(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Can be run again: what is hidden already is left alone."""
    circles = apps.get_model("circles", "Circle").objects
    circles.filter(is_listed=False, visibility="public").update(visibility="hidden")


def unlist(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("circles", "Circle").objects.filter(visibility="hidden").update(is_listed=False)


class Migration(migrations.Migration):
    dependencies = [("circles", "0005_circle_when_where_and_for_whom")]

    operations = [
        migrations.RunPython(hide, unlist),
        ValidateConstraint(model_name="circle", name="circle_visibility_is_known"),
        ValidateConstraint(model_name="circle", name="circle_where_is_known"),
        ValidateConstraint(model_name="circle", name="circle_meets_on_a_day_at_a_time"),
        ValidateConstraint(model_name="circle", name="circle_not_its_own_parent"),
    ]
