"""Circles that people propose, from the first words to the launch or the end."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from circles.actions import CannotChange
from circles.actions import proposals as actions
from circles.actions.proposals import CannotSupport
from circles.models import Circle, Format, Membership
from circles.tasks.listings import move_slots
from circles.tasks.proposals import close_idle_proposal, close_idle_proposals
from notifications.catalogue import compose
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from tests.circles.conftest import trail
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    PersonFactory,
    ProgrammeFactory,
    ProposalFactory,
    SupportFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def career():
    return Format.objects.get(key="career_circle")


def proposed(programme, by, **fields):
    return actions.propose_circle(
        of_format=career(), by=by, programme=programme, **{"name": "Owls"} | fields
    )


def owed(kind):
    return set(Reminder.objects.filter(kind=kind).values_list("recipient", flat=True))


def letters(kind):
    return [compose(reminder) for reminder in Reminder.objects.filter(kind=kind)]


def test_proposal_has_its_proposer_as_first_supporter(open_to_all):
    person, theme = PersonFactory(), ThemeFactory()

    circle = proposed(open_to_all, person, themes=[theme], language="de")

    assert (circle.stage, circle.proposed_by, circle.language) == ("proposed", person, "de")
    assert [support.person for support in circle.supports.all()] == [person]
    assert list(circle.themes.all()) == [theme]
    assert trail() == [("proposed circle", "Owls")]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starters": "facilitators"}, "programme"),
        ({"archived_at": timezone.now()}, "programme"),
    ],
)
def test_proposal_is_refused_where_the_programme_has_changed(open_to_all, change, field):
    type(open_to_all).objects.filter(pk=open_to_all.pk).update(**change)

    with pytest.raises(CannotChange, match="takes no proposals now") as refused:
        proposed(open_to_all, PersonFactory())

    assert refused.value.field == field


def test_proposal_is_refused_for_another_format_or_a_taken_name(open_to_all):
    CircleFactory(name="owls")
    with pytest.raises(CannotChange, match="already a circle with this name"):
        proposed(open_to_all, PersonFactory())

    open_to_all.formats.clear()
    with pytest.raises(CannotChange, match="has no circles of the format"):
        proposed(open_to_all, PersonFactory(), name="Larks")


def test_last_supporter_launches_it_and_seats_go_in_order(open_to_all, frozen):
    proposer, second, gone, third = PersonFactory.create_batch(4)
    circle = proposed(open_to_all, proposer, capacity=3)
    actions.support_circle(circle, person=second)
    SupportFactory(circle=circle, person=gone)
    type(gone).objects.filter(pk=gone.pk).update(left_on=dt.date(2026, 1, 1))
    assert Circle.objects.get().stage == "proposed"

    actions.support_circle(circle, person=third)

    assert Circle.objects.get().stage == "recruiting"
    seats = Membership.objects.order_by("pk").values_list("person", "joined_on")
    today = dt.date(2026, 3, 10)
    assert list(seats) == [(proposer.pk, today), (second.pk, today), (third.pk, today)]
    assert owed("proposal_launched") == {proposer.pk, second.pk, gone.pk, third.pk}
    assert trail()[-1] == ("launched proposal", "Owls")


def test_supporters_beyond_the_seats_are_told_so(open_to_all):
    circle = proposed(open_to_all, PersonFactory(), capacity=3)
    SupportFactory.create_batch(3, circle=circle)

    actions.launch_proposal(circle, by=PersonFactory())

    assert circle.memberships.count() == 3
    told = sorted(letter.paragraphs[0][-20:] for letter in letters("proposal_launched"))
    assert told == ["and you have a seat."] * 3 + ["ne before your turn."]


def test_launch_seats_nobody_twice_and_no_facilitator(open_to_all):
    circle = proposed(open_to_all, PersonFactory())
    SupportFactory(circle=circle, person=FacilitationFactory(circle=circle).person)
    circle.memberships.create(person=circle.proposed_by, joined_on=circle.today)

    actions.launch_proposal(circle, by=PersonFactory())

    assert circle.memberships.count() == 1


def test_supporting_twice_changes_nothing():
    circle, person = ProposalFactory(), PersonFactory()

    for _ in range(2):
        actions.support_circle(circle, person=person)

    assert (circle.supports.count(), Circle.objects.get().stage) == (2, "proposed")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stage": "recruiting"}, "has started already"),
        ({"stage": "closed"}, "This proposal is closed."),
        ({"programme__archived_at": timezone.now()}, "is archived"),
        ({"programme__starters": "organisers"}, "An organiser decides about this one."),
    ],
    ids=["launched", "closed", "archived", "rules changed"],
)
def test_support_is_refused_in_words(change, words):
    circle = ProposalFactory(**change)

    with pytest.raises(CannotSupport, match=words):
        actions.support_circle(circle, person=PersonFactory())


def test_support_is_refused_to_who_has_left_or_facilitates():
    circle = ProposalFactory()

    with pytest.raises(CannotSupport, match="Only people who work here"):
        actions.support_circle(circle, person=PersonFactory(left_on=dt.date(2020, 1, 1)))
    with pytest.raises(CannotSupport, match="You facilitate this circle"):
        actions.support_circle(circle, person=FacilitationFactory(circle=circle).person)


def test_support_is_taken_back_until_it_launches():
    circle = ProposalFactory()
    person = SupportFactory(circle=circle).person

    assert actions.take_back_support(circle, person=person)
    assert not actions.take_back_support(circle, person=person)
    with pytest.raises(CannotSupport, match="Withdraw it instead"):
        actions.take_back_support(circle, person=circle.proposed_by)
    Circle.objects.update(stage="recruiting")
    with pytest.raises(CannotSupport, match="has started already"):
        actions.take_back_support(circle, person=circle.proposed_by)
    Circle.objects.update(stage="closed")
    with pytest.raises(CannotSupport, match="no proposal any more"):
        actions.take_back_support(circle, person=circle.proposed_by)


def test_proposal_changes_with_its_format_and_themes(open_to_all):
    circle, theme = proposed(open_to_all, PersonFactory()), ThemeFactory()
    mastermind = Format.objects.get(key="mastermind")
    open_to_all.formats.add(mastermind)
    fields = {"programme": open_to_all, "name": "Larks", "themes": [theme]}

    actions.change_proposal(circle, by=circle.proposed_by, of_format=mastermind, **fields)
    actions.change_proposal(circle, by=circle.proposed_by, of_format=mastermind, **fields)

    circle = Circle.objects.get()
    assert (circle.name, circle.format_version.format) == ("Larks", mastermind)
    assert list(circle.themes.all()) == [theme]
    assert len(trail()) == 3


def test_proposal_moves_only_to_a_programme_that_takes_it(open_to_all):
    circle, other = proposed(open_to_all, PersonFactory()), ProgrammeFactory()
    other.formats.add(career())

    with pytest.raises(CannotChange, match="takes no proposals now"):
        actions.change_proposal(circle, by=circle.proposed_by, of_format=career(), programme=other)


def test_withdrawn_proposal_is_closed_and_its_supporters_told():
    circle = ProposalFactory(name="Owls")
    supporter = SupportFactory(circle=circle).person

    actions.withdraw_proposal(circle, by=circle.proposed_by)

    assert Circle.objects.get().is_closed
    assert owed("proposal_withdrawn") == {supporter.pk}
    assert [letter.subject for letter in letters("proposal_withdrawn")] == ["“Owls” was withdrawn"]


def test_declined_proposal_is_answered_in_the_organisers_words(by):
    circle = ProposalFactory(name="Owls")
    supporter = SupportFactory(circle=circle).person

    actions.decline_proposal(circle, by=by, words="Night shifts have one already.")

    assert Circle.objects.get().is_closed
    assert owed("proposal_declined") == {supporter.pk, circle.proposed_by_id}
    assert {letter.paragraphs[1] for letter in letters("proposal_declined")} == {
        "Night shifts have one already."
    }
    assert trail()[-1] == ("declined proposal", "Owls")


@pytest.mark.parametrize("stage", ["recruiting", "closed"])
def test_what_is_no_proposal_is_neither_launched_nor_declined_nor_withdrawn(by, stage):
    circle = ProposalFactory(stage=stage)

    for act in (
        lambda: actions.launch_proposal(circle, by=by),
        lambda: actions.decline_proposal(circle, by=by, words="No"),
        lambda: actions.withdraw_proposal(circle, by=by),
    ):
        with pytest.raises(CannotChange, match=r"has started already|no proposal any more"):
            act()


def test_letters_are_not_sent_about_what_has_changed():
    circle = ProposalFactory()
    actions.withdraw_proposal(circle, by=PersonFactory())
    Circle.objects.update(stage="recruiting")
    with pytest.raises(NoLongerWanted, match="open again"):
        letters("proposal_withdrawn")

    Circle.objects.update(visibility="hidden", proposed_by=None)
    with pytest.raises(NoLongerWanted, match="hidden from them"):
        letters("proposal_withdrawn")

    circle = ProposalFactory()
    actions.launch_proposal(circle, by=PersonFactory())
    Circle.objects.update(stage="closed", visibility="public")
    with pytest.raises(NoLongerWanted, match="closed"):
        letters("proposal_launched")


def test_proposal_nobody_supports_for_sixty_days_is_closed_once():
    with time_machine.travel(timezone.now() - dt.timedelta(days=61)):
        idle, liked, imported = ProposalFactory(), ProposalFactory(), ProposalFactory()
    SupportFactory(circle=liked)
    Circle.objects.filter(pk=imported.pk).update(proposed_by=None)
    fresh = ProposalFactory()

    close_idle_proposals()
    close_idle_proposal(idle.pk)

    closed = Circle.objects.filter(stage="closed")
    assert list(closed) == [idle]
    assert owed("proposal_idle") == {idle.proposed_by_id}
    assert [letter.paragraphs[0][:25] for letter in letters("proposal_idle")] == [
        "For sixty days nobody new"
    ]
    assert fresh.stage == "proposed"


def test_slots_move_with_the_clocks():
    circle = CircleFactory(meets_weekday=0, meets_at=dt.time(9), time_zone="Asia/Tokyo")
    type(circle.listing).objects.update(slot=5)

    move_slots()

    circle.listing.refresh_from_db()
    assert circle.listing.slot == 0


@pytest.mark.django_db(transaction=True)
def test_four_who_support_at_once_launch_it_once():
    circle = ProposalFactory(capacity=3)
    people, start = PersonFactory.create_batch(4), threading.Barrier(4)

    def support(person):
        start.wait(timeout=10)
        try:
            actions.support_circle(circle, person=person)
        except CannotSupport:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=support, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert Circle.objects.get().stage == "recruiting"
    assert (circle.memberships.count(), circle.supports.count()) == (3, 3)
    assert [verb for verb, _ in trail()] == ["launched proposal"]
