from django.db import models
from django.db.models import Q

SEPARATOR = " / "


class UnitQuerySet(models.QuerySet["Unit"]):
    def upper(self) -> "UnitQuerySet":
        """The two upper levels: few enough to choose from, however large the organisation."""
        return self.filter(parent__parent=None)

    def within(self, unit: "Unit") -> "UnitQuerySet":
        """The unit and everything below it."""
        return self.filter(Q(pk=unit.pk) | Q(path__startswith=unit.path + SEPARATOR))


class Unit(models.Model):
    """A part of the organisation: a node in the tree of departments and teams."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(
        max_length=600, unique=True, help_text="All names from the top, as “A / B / C”."
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="unit_name_once_under_a_parent",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(pk=models.F("parent")), name="unit_not_its_own_parent"
            ),
        ]
        indexes = [
            models.Index(
                fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.path
