from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from notifications.models import Reminder
from sessions_app.actions import (
    CannotShare,
    CannotWrite,
    RecapChanged,
    cancel_meeting,
    remove_decision,
    save_recap,
    share_recap,
    write_decision,
)
from sessions_app.models import Decision, Meeting
from sessions_app.reminders.recap import RECAP
from tests.factories import (
    DecisionFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def held(**fields):
    return MeetingFactory(**{"starts_at": NOW - timedelta(hours=2)} | fields)


def unheld_meetings():
    coming = held(starts_at=NOW + timedelta(minutes=1))
    cancelled = held()
    cancel_meeting(cancelled)
    return [coming, cancelled]


def test_decision_is_written_down():
    meeting, person = held(), PersonFactory()

    decision = write_decision(meeting, text="We meet at nine", by=person)

    assert list(meeting.decisions.all()) == [decision]
    assert (decision.text, decision.written_by) == ("We meet at nine", person)


def test_nothing_is_written_about_a_meeting_that_was_not_held():
    for meeting in unheld_meetings():
        with pytest.raises(CannotWrite):
            write_decision(meeting, text="We meet at nine", by=PersonFactory())
        with pytest.raises(CannotWrite):
            save_recap(meeting, "We met", by=PersonFactory())

    assert not Decision.objects.exists()


def test_decision_is_removed_once():
    kept = DecisionFactory()
    decision = DecisionFactory(meeting=kept.meeting)

    remove_decision(decision)
    remove_decision(decision)

    assert list(Decision.objects.all()) == [kept]


def test_recap_is_kept_as_a_draft():
    meeting, person = held(), PersonFactory()

    save_recap(meeting, "First words", by=person)

    meeting.refresh_from_db()
    assert (meeting.recap, meeting.recap_by) == ("First words", person)
    assert meeting.state == Meeting.State.PLANNED
    assert not meeting.recap_is_shared


def test_recap_that_somebody_else_changed_meanwhile_is_not_overwritten():
    meeting = held(recap="As I opened it")
    mine = meeting.recap_version
    save_recap(meeting, "Theirs", by=PersonFactory(), based_on=mine)

    with pytest.raises(RecapChanged) as refusal:
        save_recap(meeting, "Mine", by=PersonFactory(), based_on=mine)

    assert refusal.value.meeting.recap == "Theirs"
    meeting.refresh_from_db()
    assert meeting.recap == "Theirs"


def test_saving_the_same_words_twice_is_no_conflict():
    meeting = held()
    version = meeting.recap_version

    save_recap(meeting, "The same", by=PersonFactory(), based_on=version)
    save_recap(meeting, "The same", by=PersonFactory(), based_on=version)

    meeting.refresh_from_db()
    assert meeting.recap == "The same"


def test_shared_recap_can_be_corrected_but_not_emptied():
    meeting = held(recap="Teh", state=Meeting.State.RECAP_SENT, recap_sent_at=NOW)

    save_recap(meeting, "The", by=PersonFactory())
    with pytest.raises(CannotWrite, match="Correct it"):
        save_recap(meeting, "  ", by=PersonFactory())

    meeting.refresh_from_db()
    assert meeting.recap == "The"
    assert meeting.recap_sent_at == NOW


def test_sharing_owes_the_recap_to_everyone_once(clock):
    seat = MembershipFactory()
    appointed = FacilitationFactory(circle=seat.circle)
    meeting = held(circle=seat.circle, recap="We met")

    share_recap(meeting)
    clock.shift(timedelta(minutes=1))
    share_recap(meeting)

    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.RECAP_SENT
    assert meeting.recap_sent_at == NOW
    owed = Reminder.objects.filter(kind=RECAP).values_list("recipient", flat=True)
    assert sorted(owed) == sorted([seat.person_id, appointed.person_id])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"starts_at": NOW - timedelta(minutes=59), "recap": "So far"}, "not over yet"),
        ({"recap": " \n "}, "is empty"),
        ({"recap": "We met", "state": Meeting.State.CANCELLED}, "was cancelled"),
    ],
)
def test_recap_that_is_not_ready_is_not_shared(fields, reason):
    meeting = held(**fields)

    with pytest.raises(CannotShare, match=reason):
        share_recap(meeting)

    meeting.refresh_from_db()
    assert meeting.recap_sent_at is None
    assert not Reminder.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_recap_shared_from_four_windows_at_once_is_owed_once():
    seat = MembershipFactory()
    meeting = MeetingFactory(
        circle=seat.circle, starts_at=timezone.now() - timedelta(hours=2), recap="We met"
    )
    # Each window sends at a moment of its own, so that the mails could not be taken for one.
    ticking = time_machine.travel(NOW, tick=True)
    start, shared = Barrier(4), []

    def run():
        start.wait()
        try:
            shared.append(share_recap(meeting).recap_sent_at)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    with ticking:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(shared) == 4
    assert len(set(shared)) == 1
    assert Reminder.objects.filter(kind=RECAP).count() == 1
