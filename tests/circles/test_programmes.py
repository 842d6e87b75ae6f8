import pytest

from circles.actions import (
    CannotChange,
    archive_programme,
    change_programme,
    create_programme,
    restore_programme,
)
from circles.models import Format, Programme
from members.models import AuditEntry
from tests.circles.conftest import trail
from tests.factories import CircleFactory, ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_new_programme_has_its_formats_and_author(by):
    formats = Format.objects.filter(key__in=["career_circle", "mastermind"])

    programme = create_programme(by=by, name="Stepping up", formats=formats, smallest_group=8)

    programme.refresh_from_db()
    assert (programme.name, programme.created_by, programme.smallest_group) == (
        "Stepping up",
        by,
        8,
    )
    assert set(programme.formats.all()) == set(formats)
    assert trail() == [("created programme", "Stepping up")]


def test_programme_that_loses_the_race_for_its_name_is_told(by):
    ProgrammeFactory(name="Stepping up")
    other = ProgrammeFactory()

    with pytest.raises(CannotChange, match="already a programme"):
        create_programme(by=by, name="STEPPING UP", formats=[])
    with pytest.raises(CannotChange, match="already a programme"):
        change_programme(other, by=by, name="STEPPING UP", formats=[])


def test_changed_programme_keeps_its_circles(programme, by):
    circle = CircleFactory(programme=programme)

    changed = change_programme(programme, by=by, name="New", purpose="", formats=[])

    circle.refresh_from_db()
    assert (changed.name, changed.formats.count()) == ("New", 0)
    assert circle.programme == programme
    assert AuditEntry.objects.get().detail == {"programme": programme.pk, "fields": ["name"]}


def test_archiving_and_restoring(programme, by):
    archive_programme(programme, by=by)
    archive_programme(programme, by=by)
    assert list(Programme.objects.current()) == []

    restore_programme(programme, by=by)
    restore_programme(programme, by=by)
    assert list(Programme.objects.current()) == [programme]

    verbs = [verb for verb, _ in trail()]
    assert verbs == ["archived programme", "restored programme"]
