from datetime import timedelta

import pytest
from django.utils import timezone

from circles.actions.applications import (
    CannotApply,
    CannotDecide,
    apply_for_seat,
    count_votes,
    decide_application,
    vote_on_application,
    withdraw_application,
)
from circles.models import Application, Circle
from circles.reminders.applications import UNDECIDED_AFTER
from circles.tasks import joining as tasks
from members.models import Member
from notifications.models import Reminder
from tests.circles.conftest import trail
from tests.factories import (
    ApplicationFactory,
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    WaitlistEntryFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
ANSWERS = [{"key": "why", "text": "Why?", "answer": "To grow"}]


def asking(*, members=0, approval="facilitator", capacity=6, **fields):
    """An application to a circle with so many members, and who facilitates it."""
    circle = CircleFactory(
        programme__entry="apply", programme__approval=approval, capacity=capacity
    )
    seats = MembershipFactory.create_batch(members, circle=circle)
    held = FacilitationFactory(circle=circle)
    application = ApplicationFactory(circle=circle, **fields)
    return application, [seat.person for seat in seats], held.person


def state(application):
    application.refresh_from_db()
    return application.state


def told(kind):
    return set(Reminder.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_applying_keeps_the_answers_and_tells_who_decides():
    circle = CircleFactory(programme__entry="apply")
    held, person = FacilitationFactory(circle=circle), PersonFactory()

    application = apply_for_seat(circle, person=person, answers=ANSWERS)

    assert (application.answers, application.state) == (ANSWERS, "open")
    assert apply_for_seat(circle, person=person, answers=[]) == application
    assert told("application_new") == {held.person_id}


def refusal(circle, person):
    with pytest.raises(CannotApply) as refused:
        apply_for_seat(circle, person=person, answers=[])
    return str(refused.value)


def test_applying_is_refused_in_words():
    circle = CircleFactory(programme__entry="apply")
    seated = MembershipFactory(circle=circle).person
    offered = OfferFactory(circle=circle).person
    waits = WaitlistEntryFactory(circle=circle).person

    assert refusal(circle, seated) == "You have a seat in this circle already."
    assert refusal(circle, offered) == "A seat is held for you already."
    assert refusal(circle, waits) == "You are accepted and wait in line."
    assert refusal(CircleFactory(), waits).startswith("In this circle you do not have to ask")
    assert refusal(CircleFactory(programme__entry="invite"), waits).endswith("by invitation.")
    assert refusal(CircleFactory(stage="closed"), waits) == "This circle is closed."


def test_facilitator_accepts_and_the_person_is_seated():
    application, _, facilitator = asking()

    decide_application(application, accepted=True, by=facilitator, words="Welcome")

    application.refresh_from_db()
    assert (application.state, application.words) == ("accepted", "Welcome")
    assert application.circle.memberships.current().get().person == application.person
    assert told("application_decided") == {application.person_id}
    assert trail() == [("accepted application", application.circle.name)]


def test_accepted_without_a_free_seat_waits_from_that_moment():
    application, _, facilitator = asking(members=3, capacity=3)
    earlier = WaitlistEntryFactory(circle=application.circle)

    decide_application(application, accepted=True, by=facilitator)

    line = application.circle.waitlist.waiting().values_list("person", flat=True)
    assert list(line) == [earlier.person_id, application.person_id]


def test_accepting_who_was_invited_meanwhile_gives_them_that_seat():
    application, _, facilitator = asking(members=2, capacity=3)
    OfferFactory(circle=application.circle, person=application.person)

    decide_application(application, accepted=True, by=facilitator)

    circle = Circle.objects.with_seats().get(pk=application.circle_id)
    assert (circle.taken, circle.offered) == (3, 0)


def test_deciding_is_refused_to_who_it_does_not_fall_to():
    application, members, facilitator = asking(members=1)

    for other in (members[0], organiser(), PersonFactory()):
        with pytest.raises(CannotDecide, match="not yours to decide"):
            decide_application(application, accepted=True, by=other)
    withdraw_application(application)
    with pytest.raises(CannotDecide, match="decided already"):
        decide_application(application, accepted=True, by=facilitator)
    assert state(application) == "withdrawn"


def test_deciding_while_the_circle_rests_can_only_decline():
    application, _, facilitator = asking()
    Circle.objects.filter(pk=application.circle_id).update(stage="paused")

    with pytest.raises(CannotDecide) as refused:
        decide_application(application, accepted=True, by=facilitator)
    decide_application(application, accepted=False, by=facilitator)

    words = "It cannot be accepted now: this circle takes no new members now."
    assert (str(refused.value), state(application)) == (words, "declined")


def test_without_a_facilitator_who_works_here_it_falls_to_organisers():
    application, _, facilitator = asking()
    by = organiser()
    Member.objects.filter(pk=facilitator.pk).update(left_on=timezone.localdate())

    assert list(Application.objects.visible_to(by)) == [application]
    assert list(Application.objects.visible_to(Member.objects.get(pk=facilitator.pk))) == []
    decide_application(application, accepted=True, by=by)

    assert state(application) == "accepted"


def test_organisers_are_told_where_nobody_facilitates():
    by = organiser()

    apply_for_seat(CircleFactory(programme__entry="apply"), person=PersonFactory(), answers=[])

    assert told("application_new") == {by.pk}


def test_answers_are_read_by_who_decides_or_votes_and_only_until_then():
    application, members, facilitator = asking(members=3, approval="vote")
    readers = {
        person: list(Application.objects.visible_to(person)) == [application]
        for person in (application.person, *members, facilitator, organiser(), PersonFactory())
    }
    decide = [vote_on_application(application, person=p, in_favour=True) for p in members[:2]]

    assert list(readers.values()) == [True, True, True, True, True, False, False]
    assert decide[-1].state == "accepted"
    assert list(Application.objects.visible_to(members[2])) == []
    assert list(Application.objects.visible_to(application.person)) == [application]


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ("y", "open"),
        ("yy", "open"),
        ("yyy", "accepted"),
        ("n", "open"),
        ("nn", "declined"),
        ("yn", "open"),
        ("ynn", "declined"),
    ],
)
def test_vote_of_four_members(votes, outcome):
    application, members, _ = asking(members=4, approval="vote")

    for person, vote in zip(members, votes, strict=False):
        vote_on_application(application, person=person, in_favour=vote == "y")

    assert state(application) == outcome


def test_vote_can_be_changed_and_counts_once():
    application, members, _ = asking(members=4, approval="vote")

    for in_favour in (False, True, True):
        vote_on_application(application, person=members[0], in_favour=in_favour)

    assert [vote.in_favour for vote in application.votes.all()] == [True]
    assert state(application) == "open"


def test_vote_of_who_left_no_longer_counts():
    application, members, _ = asking(members=4, approval="vote")
    for person in members[:2]:
        vote_on_application(application, person=person, in_favour=True)
    application.circle.memberships.of(members[0]).update(left_on=timezone.localdate())

    vote_on_application(application, person=members[2], in_favour=False)

    assert state(application) == "open"


def test_voting_is_refused_to_others_and_after_the_decision():
    application, members, facilitator = asking(members=4, approval="vote")

    for other in (facilitator, PersonFactory()):
        with pytest.raises(CannotDecide, match="no vote"):
            vote_on_application(application, person=other, in_favour=True)
    with pytest.raises(CannotDecide, match="not yours"):
        decide_application(application, accepted=True, by=facilitator)
    withdraw_application(application)
    with pytest.raises(CannotDecide, match="decided already"):
        vote_on_application(application, person=members[0], in_favour=True)


def ended(application):
    Application.objects.filter(pk=application.pk).update(
        applied_at=timezone.now() - timedelta(days=7, minutes=1)
    )
    return application


@pytest.mark.parametrize(("votes", "outcome"), [("y", "accepted"), ("n", "declined")])
def test_after_a_week_the_votes_cast_decide(votes, outcome):
    application, members, _ = asking(members=4, approval="vote")
    vote_on_application(application, person=members[0], in_favour=votes == "y")
    ended(application)

    tasks.count_due_votes()
    tasks.count_due_votes()

    assert state(application) == outcome


def owed_after_the_vote(person):
    """How many mails are planned for them, soon after the votes were counted."""
    moments = [
        application.applied_at + UNDECIDED_AFTER for application in Application.objects.all()
    ]
    owed = Reminder.objects.filter(kind="application_new", recipient=person, state="planned")
    return owed.filter(due_at__in=moments).count()


@pytest.mark.parametrize("votes", ["", "yn"])
def test_a_vote_without_a_result_goes_to_the_facilitator_who_is_told_once(votes):
    application, members, facilitator = asking(members=4, approval="vote")
    for person, vote in zip(members, votes, strict=False):
        vote_on_application(application, person=person, in_favour=vote == "y")
    ended(application)

    tasks.count_due_votes()
    tasks.count_due_votes()

    assert owed_after_the_vote(facilitator) == 1
    with pytest.raises(CannotDecide, match="the vote is over"):
        vote_on_application(application, person=members[2], in_favour=True)
    decide_application(application, accepted=True, by=facilitator)
    assert state(application) == "accepted"


def test_vote_in_favour_of_who_cannot_join_is_not_an_acceptance():
    application, members, facilitator = asking(members=2, approval="vote")
    Circle.objects.filter(pk=application.circle_id).update(stage="paused")
    for person in members:
        vote_on_application(application, person=person, in_favour=True)
    ended(application)

    assert not count_votes(application)
    assert state(application) == "open"
    assert owed_after_the_vote(facilitator) == 1


def test_counting_a_vote_that_still_runs_changes_nothing():
    application, members, _ = asking(members=4, approval="vote")
    vote_on_application(application, person=members[0], in_favour=True)

    assert not count_votes(application)
    assert state(application) == "open"


def test_circle_without_members_cannot_vote_so_its_facilitator_decides():
    application, _, facilitator = asking(approval="vote")

    decide_application(application, accepted=True, by=facilitator)

    assert state(application) == "accepted"
