from datetime import timedelta

import pytest

from circles.actions import CannotAppoint, appoint_facilitator, end_facilitation
from members.models import AuditEntry
from tests.circles.conftest import NOON, trail
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
)

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_appointing_counts_from_today(by):
    circle, person = CircleFactory(), PersonFactory()

    held = appoint_facilitator(circle, person, by=by)

    held.refresh_from_db()
    assert (held.circle, held.person, held.appointed_on) == (circle, person, TODAY)
    assert (held.ended_on, held.appointed_by) == (None, by)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.subject) == (by, "appointed facilitator", circle.name)
    assert entry.detail == {"circle": circle.pk, "person": person.pk}


def test_appointing_twice_changes_nothing(by):
    held = FacilitationFactory()

    assert appoint_facilitator(held.circle, held.person, by=by) == held
    assert trail() == []


@pytest.mark.parametrize(
    ("circle", "person", "words"),
    [
        ({"stage": "closed"}, {}, "This circle is closed. Reopen it first."),
        ({}, {"name": "Ruth Berg", "left_on": TODAY}, "Ruth Berg has left the organisation."),
    ],
)
def test_appointing_is_refused(by, circle, person, words):
    circle, person = CircleFactory(**circle), PersonFactory(**person)

    with pytest.raises(CannotAppoint) as refusal:
        appoint_facilitator(circle, person, by=by)

    assert str(refusal.value) == words
    assert circle.facilitations.count() == 0


def test_appointing_someone_with_a_seat_is_refused(by):
    seat = MembershipFactory(person__name="Ruth Berg")

    with pytest.raises(CannotAppoint) as refusal:
        appoint_facilitator(seat.circle, seat.person, by=by)

    words = "Ruth Berg has a seat in this circle. A facilitator holds it from outside."
    assert str(refusal.value) == words


def test_ending_an_appointment_counts_from_today(by):
    held = FacilitationFactory()

    end_facilitation(held, by=by)
    end_facilitation(held, by=by)

    held.refresh_from_db()
    assert held.ended_on == TODAY
    assert trail() == [("ended facilitation", held.circle.name)]


def test_ending_before_an_imported_first_day(by):
    held = FacilitationFactory(appointed_on=TOMORROW)

    end_facilitation(held, by=by)

    held.refresh_from_db()
    assert held.ended_on == TOMORROW


def test_appointing_again_the_same_day_goes_on_as_before(by):
    held = FacilitationFactory()
    end_facilitation(held, by=by)

    again = appoint_facilitator(held.circle, held.person, by=by)

    assert (again.pk, again.appointed_on, again.ended_on) == (held.pk, held.appointed_on, None)


def test_appointing_again_later_starts_anew(by):
    held = FacilitationFactory(ended_on=YESTERDAY)

    again = appoint_facilitator(held.circle, held.person, by=by)

    assert (again.pk != held.pk, again.appointed_on) == (True, TODAY)


def test_has_left_is_about_the_organisation():
    leaving = {None: False, TODAY: True, TOMORROW: False}

    for left_on, has_left in leaving.items():
        held = FacilitationFactory.build(person=PersonFactory.build(left_on=left_on))
        assert held.has_left == has_left
