"""Announcements: who gets them, when, and until when they can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from circles.actions.announcements import (
    REGRET,
    confirm_announcement,
    discard_announcement,
    send_announcement,
    start_announcement,
    take_back_announcement,
)
from circles.actions.refusals import CannotChange
from circles.announcing.history import Counts, counts_of
from circles.announcing.reach import LeftOut, reach_of
from circles.announcing.recipients import people_of
from circles.models import Announcement
from members.models import RoleGrant
from notifications import catalogue
from notifications.kinds import NoLongerWanted
from notifications.models import Reminder
from notifications.planner import keep_all
from tests.factories import (
    AnnouncementFactory,
    CircleFactory,
    EnrolmentFactory,
    FacilitationFactory,
    MembershipFactory,
    PersonFactory,
    announcement_to,
    organiser,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
State = Announcement.State


@pytest.fixture
def held():
    """A facilitator of two circles, who share one member."""
    held = FacilitationFactory()
    other = FacilitationFactory(person=held.person).circle
    both = MembershipFactory(circle=held.circle).person
    MembershipFactory(circle=other, person=both)
    return held


@pytest.fixture
def circles(held):
    return [each.circle for each in held.person.facilitations.all()]


@pytest.fixture
def draft(held, circles):
    return announcement_to(*circles, written_by=held.person)


@pytest.mark.parametrize("as_organiser", [False, True])
def test_preview_says_whom_it_does_not_reach_and_why(held, draft, as_organiser):
    people = {
        "Ana": PersonFactory(name="Ana", is_active=False),
        "Ben": PersonFactory(name="Ben", left_on=NOON.date()),
        "Cid": PersonFactory(name="Cid", email=None),
        "Dee": PersonFactory(name="Dee", left_on=NOON.date() + timedelta(days=1)),
    }
    for person in people.values():
        MembershipFactory(circle=held.circle, person=person)
    if as_organiser:
        draft.written_by, draft.as_organiser = organiser(), True

    reach = reach_of(draft)

    # Facilitators know who is in their circles; organisers get numbers.
    gone, unmailed = ([], []) if as_organiser else (["Ana", "Ben"], ["Cid"])
    assert reach.people == 3
    assert reach.left_out == [
        LeftOut("no longer able to sign in, so they get nothing", 2, gone),
        LeftOut("without an address that takes mail: they find it in their inbox", 1, unmailed),
    ]


def sent(draft):
    """The announcement, gone out now."""
    Announcement.objects.filter(pk=draft.pk).update(state=State.WAITING, send_at=NOON)
    send_announcement(draft)
    draft.refresh_from_db()
    return draft


def owed(kind="announcement_facilitator"):
    return set(
        Reminder.objects.filter(kind=kind, state="planned").values_list("recipient", "due_at")
    )


def compose(reminder):
    kind = catalogue.kind_named(reminder.kind)
    ((_, written),) = kind.compose_many([reminder])
    return written


def test_who_is_in_several_circles_gets_one(held, draft):
    only = MembershipFactory(circle=held.circle).person
    both = held.circle.memberships.exclude(person=only).get().person
    MembershipFactory()

    sent(draft)

    assert owed() == {(both.pk, NOON), (only.pk, NOON)}
    assert (draft.state, draft.reached, draft.sent_at) == (State.SENT, 2, NOON)


def test_who_left_is_away_or_may_not_sign_in_does_not_get_it(held, draft):
    MembershipFactory(circle=held.circle, left_on=NOON.date())
    away = MembershipFactory(circle=held.circle)
    away.leaves.create(began_on=NOON.date(), back_by=NOON.date() + timedelta(days=9))
    MembershipFactory(circle=held.circle, person__is_active=False)
    MembershipFactory(circle=held.circle, person__left_on=NOON.date())

    assert people_of(draft).count() == 1


def test_facilitators_get_it_if_asked_for_but_never_the_writer(held, draft):
    other = FacilitationFactory(circle=held.circle).person
    draft.with_facilitators = True

    assert other in people_of(draft)
    assert held.person not in people_of(draft)


def test_programme_reaches_its_seats_and_those_enrolled_without_one():
    circle = CircleFactory()
    seated = MembershipFactory(circle=circle).person
    enrolled = EnrolmentFactory(programme=circle.programme).person
    EnrolmentFactory(programme=circle.programme, person=seated)
    everyone = AnnouncementFactory(
        written_by=organiser(), as_organiser=True, programme=circle.programme
    )

    without = set(people_of(everyone))
    everyone.with_enrolled = True

    assert without == {seated}
    assert set(people_of(everyone)) == {seated, enrolled}


def test_now_waits_five_minutes_and_can_be_taken_back(held, draft):
    confirm_announcement(draft, by=held.person)
    again = confirm_announcement(draft, by=held.person, at=NOON + timedelta(days=1))
    send_announcement(draft)

    back = take_back_announcement(draft, by=held.person)

    assert (again.state, again.send_at) == (State.WAITING, NOON + REGRET)
    assert (back.state, back.send_at, owed()) == (State.DRAFT, None, set())


def test_sending_twice_changes_nothing_and_cannot_be_taken_back(held, draft):
    sent(draft)
    before = owed()
    MembershipFactory(circle=held.circle)

    send_announcement(draft)

    assert owed() == before
    with pytest.raises(CannotChange, match="It has gone out"):
        take_back_announcement(draft, by=held.person)
    with pytest.raises(CannotChange, match="It has gone out"):
        discard_announcement(draft)


def test_whoever_joins_later_does_not_get_it(held, draft):
    sent(draft)
    before = owed()
    MembershipFactory(circle=held.circle)
    Announcement.objects.update(sent_at=NOON - timedelta(hours=1))
    Reminder.objects.update(due_at=NOON - timedelta(hours=1))

    keep_all("announcement", [draft.pk])

    assert len(owed()) == len(before)


def test_reader_who_left_before_it_is_sent_is_left_out(held, draft):
    sent(draft)
    reminder = Reminder.objects.get()

    letter = compose(reminder)
    reminder.recipient.memberships.update(left_on=NOON.date())

    assert (letter.heading, letter.facts) == (
        "The room changes",
        [("From", f"{held.person.name}, your facilitator")],
    )
    assert letter.paragraphs == ["We meet upstairs.", "See https://example.test/map for the way."]
    assert isinstance(compose(reminder), NoLongerWanted)


def test_circle_that_the_writer_lost_is_dropped_and_the_writer_told(held, circles, draft):
    lost = circles[1]
    alone = MembershipFactory(circle=lost).person
    lost.facilitations.update(ended_on=NOON.date())

    sent(draft)
    letter = catalogue.kind_named("announcement_stopped").compose(
        Reminder.objects.get(kind="announcement_stopped")
    )

    assert (alone.pk, NOON) not in owed()
    assert owed("announcement_stopped") == {(held.person.pk, NOON)}
    assert letter.sections == [("Not sent to", [lost.name])]
    assert letter.heading == "“The room changes” did not go out to 1 circle"


def test_organiser_without_the_role_sends_nothing():
    circle = MembershipFactory().circle
    writer = organiser()
    draft = announcement_to(circle, written_by=writer, as_organiser=True)
    RoleGrant.objects.update(revoked_at=NOON)

    sent(draft)

    assert (draft.state, draft.reached, owed("announcement_organiser")) == (State.STOPPED, 0, set())
    assert owed("announcement_stopped") == {(writer.pk, NOON)}


def test_one_writes_only_to_circles_that_one_holds(held, circles):
    other = CircleFactory()

    mine = start_announcement(by=held.person, circles=[circles[0].pk])
    again = start_announcement(by=held.person, circles=[circles[1].pk])

    assert set(again.circles.all()) == {circles[1]}
    assert not Announcement.objects.filter(pk=mine.pk).exists()  # nothing was written in it
    with pytest.raises(CannotChange, match="circles you facilitate"):
        start_announcement(by=held.person, circles=[circles[0].pk, other.pk])
    with pytest.raises(CannotChange, match="circles you facilitate"):
        start_announcement(by=held.person, programme=other.programme)


def test_nothing_goes_to_nobody_or_at_a_moment_that_passed(draft, held):
    empty = announcement_to(CircleFactory(), written_by=held.person)

    with pytest.raises(CannotChange, match="Nobody would get this"):
        confirm_announcement(empty, by=held.person)
    with pytest.raises(CannotChange, match="moment from now on"):
        confirm_announcement(draft, by=held.person, at=NOON - timedelta(minutes=1))


def test_announcement_is_read_by_its_writer_and_those_it_was_sent_to(held, draft):
    reader, other = held.circle.memberships.get().person, FacilitationFactory(circle=held.circle)
    early = Announcement.objects.visible_to(reader).exists()

    sent(draft)
    Reminder.objects.update(state="dispatched")

    assert not early
    assert list(Announcement.objects.visible_to(reader)) == [draft]
    assert list(Announcement.objects.visible_to(held.person)) == [draft]
    for outsider in (other.person, organiser(), PersonFactory(is_superuser=True)):
        assert not Announcement.objects.visible_to(outsider).exists()


def test_counts_say_what_became_of_it(draft):
    sent(draft)

    assert counts_of(draft) == Counts(sent=0, under_way=1, not_wanted=0, failed=0)
