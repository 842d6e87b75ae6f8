from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SHIPPED = (
    "growth_cohort",
    "group_of_five",
    "career_circle",
    "expert_hub",
    "study_group",
    "practice_roundtable",
    "mastermind",
    "affinity_circle",
)


def mark_shipped(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Can be run again: an organisation's own formats have other keys."""
    apps.get_model("circles", "Format").objects.filter(key__in=SHIPPED).update(is_shipped=True)


class Migration(migrations.Migration):
    dependencies = [("circles", "0015_format_drafts")]

    operations = [migrations.RunPython(mark_shipped, migrations.RunPython.noop)]
