"""From staged circles to circles with invitations."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from circles.actions.formation_publish import publish_formation, summary_of
from circles.actions.formation_run import run_formation
from circles.actions.refusals import CannotChange
from circles.models import Circle, Format, Membership, Offer, Wishes
from notifications.models import Reminder
from tests.circles.conftest import NOON, trail
from tests.circles.forming import State, formation_of, people
from tests.factories import (
    CircleFactory,
    InterestFactory,
    PersonFactory,
    ProgrammeFactory,
    ThemeFactory,
    organiser,
)

pytestmark = pytest.mark.django_db


def test_publishing_makes_circles_and_invites_everybody_once(programme, by, frozen):
    theme, holder = ThemeFactory(), PersonFactory()
    first = [*people(2, time_zone="Europe/Oslo", language="nb"), PersonFactory()]
    for person in first[:2]:
        InterestFactory(person=person, theme=theme)
    second, alone = people(2), PersonFactory()
    formation = formation_of(programme, first, second, unplaced=[alone])
    formation.circles.filter(number=1).update(facilitator=holder)

    published = publish_formation(formation, by=by)
    again = publish_formation(formation, by=by)

    formation.refresh_from_db()
    one, other = Circle.objects.order_by("name")
    assert (published.circles, published.people, published.gone) == (2, 5, [])
    assert (again.circles, again.people) == (0, 0)
    assert (formation.state, formation.published_at) == (State.PUBLISHED, NOON)
    assert (one.name, one.stage, one.capacity) == ("Owls 1", "forming", 6)
    assert (one.time_zone, one.language, one.programme) == ("Europe/Oslo", "nb", programme)
    assert (one.format_version, one.staged_as.number) == (formation.format_version, 1)
    assert [list(circle.themes.all()) for circle in (one, other)] == [[theme], []]
    assert one.facilitations.get().person == holder
    assert one.facilitations.get().appointed_on == NOON.date()
    assert {offer.person for offer in one.offers.all()} == set(first)
    offers = set(Offer.objects.values_list("reason", "state", "expires_at", "made_by"))
    assert offers == {("formation", "open", NOON + timedelta(days=7), by.pk)}
    assert not Membership.objects.exists()
    owed = Reminder.objects.filter(subject__startswith="offer:").values_list(
        "kind", "subject", "recipient", "due_at"
    )
    moments = {"seat_offer": NOON, "seat_offer_ending": NOON + timedelta(days=6)}
    assert set(owed) == {
        (kind, f"offer:{offer.pk}", offer.person_id, due_at)
        for offer in Offer.objects.all()
        for kind, due_at in moments.items()
    }
    assert trail() == [("published formation", str(formation))]


def test_seat_is_held_as_long_as_the_programme_says_if_that_is_longer(programme, by, frozen):
    programme.offer_hours = 240
    programme.save()

    publish_formation(formation_of(programme, people(2)), by=by)

    assert {offer.expires_at for offer in Offer.objects.all()} == {NOON + timedelta(days=10)}


def test_circle_speaks_a_language_that_all_take(programme, by):
    one, other = people(2, language="nb")
    Wishes.objects.create(person=one, languages=["de", "en"])
    Wishes.objects.create(person=other, languages=["nb", "en"])

    publish_formation(formation_of(programme, [one, other]), by=by)

    assert Circle.objects.get().language == "en"


def test_names_that_were_taken_meanwhile_get_a_number(programme, by):
    formation = formation_of(programme, people(2), people(2), people(2))
    for name in ("OWLS 1", "Owls 1 (2)", "Owls 2"):
        CircleFactory(name=name)
    formation.circles.filter(number=3).update(name="Owls 2 (2)")

    publish_formation(formation, by=by)

    names = formation.circles.values_list("circle__name", flat=True)
    assert list(names) == ["Owls 1 (3)", "Owls 2 (3)", "Owls 2 (2)"]


def test_people_who_left_or_withdrew_are_skipped_and_listed(programme, by):
    left, withdrew, stays, other = people(4)
    formation = formation_of(programme, [left, withdrew, stays], [other])
    left.left_on = "2020-01-01"
    left.save()
    withdrew.enrolments.update(withdrawn_at=timezone.now())
    other.enrolments.update(withdrawn_at=timezone.now())
    formation.circles.filter(number=1).update(facilitator=left)

    summary = summary_of(formation)
    published = publish_formation(formation, by=by)

    assert (summary.circles, summary.people, summary.unplaced) == (1, 1, 0)
    assert (summary.without_facilitator, summary.hours) == (1, 168)
    assert [circle.name for circle in summary.small] == ["Owls 1"]
    assert set(summary.gone) == set(published.gone) == {left, withdrew, other}
    assert [offer.person for offer in Offer.objects.all()] == [stays]
    assert Circle.objects.get().facilitations.count() == 0


def test_facilitator_who_is_seated_meanwhile_is_not_appointed(programme, by):
    one, other = people(2)
    formation = formation_of(programme, [one, other])
    formation.circles.update(facilitator=one)

    publish_formation(formation, by=by)

    assert Circle.objects.get().facilitations.count() == 0


def test_nothing_is_published_where_nobody_can_be_invited(programme, by):
    with pytest.raises(CannotChange, match="anybody to invite"):
        publish_formation(formation_of(programme, []), by=by)
    with pytest.raises(CannotChange, match="nothing to publish"):
        publish_formation(formation_of(programme, people(2), state=State.DRAFT), by=by)


@pytest.mark.parametrize("number", [1, 4])
def test_publishing_takes_the_same_queries(programme, by, number, django_assert_num_queries):
    formation = formation_of(programme, *[people(2) for _ in range(number)])

    # savepoint, formation, waiting, seats, circles; people, managers, wishes, interests, pairs;
    # names, new circles, staged circles, offers; savepoint, offers for each of two kinds, what is
    # planned, reminders, release; formation, trail, release;
    # and what follows from the circles, between savepoints: meetings, searches, roles, …
    with django_assert_num_queries(43):
        publish_formation(formation, by=by)

    assert Offer.objects.count() == 2 * number


def at_once(*actions):
    barrier, outcomes = threading.Barrier(len(actions)), []

    def attempt(action):
        barrier.wait(timeout=10)
        try:
            outcomes.append(action())
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_publishing_and_claiming_at_once_happen_once():
    by, programme = organiser(), ProgrammeFactory()
    programme.formats.set([Format.objects.get(key="career_circle")])
    ready = formation_of(programme, people(3))
    queued = formation_of(programme, unplaced=people(3), state=State.QUEUED)

    published = at_once(*[lambda: publish_formation(ready, by=by).people] * 3)
    claimed = at_once(*[lambda: run_formation(queued.pk)] * 3)

    assert sorted(published) == [0, 0, 3]
    assert sorted(claimed) == [False, False, True]
    assert (Circle.objects.count(), Offer.objects.count()) == (1, 3)
