"""What people may do about a place, and when: the actions."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from circles.actions.enrolments import (
    CannotEnrol,
    change_enrolment,
    enrol,
    enrol_again,
    enrol_by_hand,
    withdraw,
    withdrawn_today,
)
from circles.actions.programmes import COPIED, archive_programme, duplicate_programme
from circles.actions.refusals import CannotChange
from circles.models import Enrolment, Format, Programme
from tests.circles.conftest import NOON, trail
from tests.factories import CircleFactory, EnrolmentFactory, PersonFactory, ProgrammeFactory

ANSWERS = [{"key": "one", "text": "Why?", "answer": "To grow"}]
TODAY = date(2026, 3, 10)


@pytest.fixture
def opened(programme, frozen):
    """A programme that takes enrolments until the end of today."""
    programme.enrols_until = TODAY
    programme.save()
    return programme


@pytest.mark.django_db
def test_enrolment_holds_what_was_answered(opened):
    person, career = PersonFactory(), opened.formats.get()

    enrolment = enrol(opened, person=person, format=career, answers=ANSWERS)

    enrolment.refresh_from_db()
    assert (enrolment.person, enrolment.format, enrolment.answers) == (person, career, ANSWERS)
    assert list(opened.enrolments.current()) == [enrolment]


@pytest.mark.django_db
def test_enrolling_twice_is_answered_in_words(opened):
    enrolment = EnrolmentFactory(programme=opened)

    with pytest.raises(CannotEnrol, match="You are enrolled already"):
        enrol(opened, person=enrolment.person)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"enrols_until": None}, "This programme takes no enrolments now."),
        ({"enrols_from": date(2026, 3, 11), "enrols_until": None}, "Enrolment opens on Wednesday"),
        ({"enrols_until": date(2026, 3, 9)}, "Enrolment ended on Monday 9 March 2026."),
        ({"archived_at": NOON}, "This programme is over. Nobody can enrol any more."),
    ],
)
def test_enrolment_and_its_changes_need_an_open_programme(opened, fields, words):
    enrolment = EnrolmentFactory(programme=opened)
    stale = Programme.objects.get(pk=opened.pk)
    Programme.objects.update(**fields)

    with pytest.raises(CannotEnrol, match=words):
        enrol(stale, person=PersonFactory())
    with pytest.raises(CannotEnrol, match=words):
        change_enrolment(enrolment, format=None, answers=ANSWERS)


@pytest.mark.django_db
def test_who_left_the_organisation_cannot_enrol(opened, by):
    gone, going = PersonFactory(left_on=TODAY), PersonFactory(left_on=TODAY + timedelta(days=1))

    with pytest.raises(CannotEnrol, match="Only people who work here"):
        enrol(opened, person=gone)
    with pytest.raises(CannotEnrol, match="has left the organisation"):
        enrol_by_hand(opened, gone, by=by)
    assert enrol(opened, person=going).person == going


@pytest.mark.django_db
def test_format_that_was_taken_off_is_refused_at_its_field(opened):
    enrolment = EnrolmentFactory(programme=opened)
    mastermind = Format.objects.get(key="mastermind")

    with pytest.raises(CannotEnrol, match="no longer offers “Mastermind”") as refused:
        enrol(opened, person=PersonFactory(), format=mastermind)
    with pytest.raises(CannotEnrol):
        change_enrolment(enrolment, format=mastermind, answers=[])
    assert refused.value.field == "format"


@pytest.mark.django_db
def test_wish_for_a_format_that_is_not_offered_is_found(opened):
    mastermind = Format.objects.get(key="mastermind")
    EnrolmentFactory(programme=opened)
    EnrolmentFactory(programme=opened, format=opened.formats.get())
    hopeful = EnrolmentFactory(programme=opened, format=mastermind)

    assert list(Enrolment.objects.hoping_for_what_is_not_offered()) == [hopeful]


@pytest.mark.django_db
def test_answers_change_while_enrolment_is_open(opened):
    enrolment = EnrolmentFactory(programme=opened)

    change_enrolment(enrolment, format=opened.formats.get(), answers=ANSWERS)

    enrolment.refresh_from_db()
    assert (enrolment.format.key, enrolment.answers) == ("career_circle", ANSWERS)


@pytest.mark.django_db
def test_answers_of_a_withdrawn_enrolment_do_not_change(opened):
    enrolment = EnrolmentFactory(programme=opened)
    withdraw(enrolment, by=enrolment.person)

    with pytest.raises(CannotEnrol, match="You are no longer enrolled"):
        change_enrolment(enrolment, format=None, answers=ANSWERS)


@pytest.mark.django_db
def test_withdrawing_twice_ends_it_once(opened, by):
    enrolment = EnrolmentFactory(programme=opened)

    assert withdraw(enrolment, by=enrolment.person) is True
    assert withdraw(enrolment, by=by) is False
    assert trail() == []


@pytest.mark.django_db
def test_what_an_organiser_removes_is_recorded(opened, by):
    withdraw(EnrolmentFactory(programme=opened), by=by)

    assert trail() == [("removed enrolment", opened.name)]


@pytest.mark.django_db
def test_who_withdrew_today_gets_the_same_enrolment_back(opened, by):
    enrolment = EnrolmentFactory(programme=opened, answers=ANSWERS)

    for again in (
        lambda: enrol_again(opened, person=enrolment.person),
        lambda: enrol(opened, person=enrolment.person, answers=ANSWERS),
        lambda: enrol_by_hand(opened, enrolment.person, by=by),
    ):
        withdraw(enrolment, by=enrolment.person)
        assert again() == enrolment
    enrolment.refresh_from_db()
    assert (enrolment.withdrawn_at, enrolment.answers) == (None, ANSWERS)
    assert enrol_again(opened, person=enrolment.person) == enrolment


@pytest.mark.django_db
def test_withdrawal_can_be_undone_today_after_the_last_day_of_enrolment(opened):
    enrolment = EnrolmentFactory(programme=opened)
    Programme.objects.update(enrols_until=date(2026, 3, 1))
    withdraw(enrolment, by=enrolment.person)

    enrol_again(opened, person=enrolment.person)

    assert list(opened.enrolments.current()) == [enrolment]


@pytest.mark.django_db
def test_withdrawal_is_final_on_the_next_day_in_the_programmes_zone(programme):
    programme.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    programme.save()
    enrolment = EnrolmentFactory(programme=programme)
    with time_machine.travel(datetime(2026, 3, 10, 9, tzinfo=UTC), tick=False):
        withdraw(enrolment, by=enrolment.person)
        assert withdrawn_today(programme, enrolment.person) == enrolment

    with time_machine.travel(datetime(2026, 3, 10, 10, tzinfo=UTC), tick=False):
        assert withdrawn_today(programme, enrolment.person) is None
        with pytest.raises(CannotEnrol, match="The day on which you could undo it is over"):
            enrol_again(programme, person=enrolment.person)


@pytest.mark.django_db
def test_who_withdrew_earlier_enrols_anew(opened):
    old = EnrolmentFactory(programme=opened, withdrawn_at=NOON - timedelta(days=3))

    anew = enrol(opened, person=old.person)

    assert anew != old


@pytest.mark.django_db
def test_archived_programme_takes_nobody_by_hand_or_again(opened, by):
    enrolment = EnrolmentFactory(programme=opened)
    withdraw(enrolment, by=enrolment.person)
    archive_programme(opened, by=by)

    with pytest.raises(CannotEnrol, match="This programme is over"):
        enrol_by_hand(opened, PersonFactory(), by=by)
    with pytest.raises(CannotEnrol, match="This programme is over"):
        enrol_again(opened, person=enrolment.person)


@pytest.mark.django_db
def test_organiser_enrols_by_hand_on_any_day_once(programme, by):
    person = PersonFactory()

    first = enrol_by_hand(programme, person, by=by)
    second = enrol_by_hand(programme, person, by=by)

    assert first == second
    assert trail() == [("enrolled person", programme.name)]


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_enrol_once():
    programme = ProgrammeFactory(enrols_from=timezone.localdate() - timedelta(days=3))
    person, outcomes, barrier = PersonFactory(), [], threading.Barrier(8)

    def click():
        try:
            barrier.wait(timeout=10)
            enrol(programme, person=person)
            outcomes.append("done")
        except CannotEnrol as reason:
            outcomes.append(str(reason)[:23])
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["You are enrolled alread"] * 7 + ["done"]
    assert programme.enrolments.count() == 1


NOT_COPIED = {
    *("id", "name", "starts_on", "ends_on", "enrols_from", "enrols_until"),
    *("copied_from", "created_by", "created_at", "archived_at"),
}


@pytest.mark.django_db
def test_copy_has_every_rule_and_no_day(programme, by, frozen):
    Programme.objects.update(
        purpose="To grow",
        time_zone="Europe/Berlin",
        entry="apply",
        approval="vote",
        questions=[{"key": "one", "text": "Why?"}],
        starters="everyone",
        supporters_needed=6,
        term_months=9,
        renewal="close",
        offer_hours=24,
        smallest_group=8,
        starts_on=TODAY,
        ends_on=TODAY,
        enrols_from=TODAY,
        enrols_until=TODAY,
        archived_at=NOON,
    )
    programme.refresh_from_db()
    CircleFactory(programme=programme)

    copy = duplicate_programme(programme, name="Next year", by=by)

    copy.refresh_from_db()
    assert {field: getattr(copy, field) for field in COPIED} == {
        field: getattr(programme, field) for field in COPIED
    }
    assert (copy.starts_on, copy.ends_on, copy.enrols_from, copy.enrols_until) == (None,) * 4
    assert (copy.archived_at, copy.copied_from, copy.created_by) == (None, programme, by)
    assert (copy.formats.get().key, copy.circles.count()) == ("career_circle", 0)
    assert trail() == [("copied programme", "Next year")]


def test_every_field_of_a_programme_is_copied_or_not_on_purpose():
    assert {field.name for field in Programme._meta.concrete_fields} == NOT_COPIED | set(COPIED)


@pytest.mark.django_db
def test_copy_that_loses_the_race_for_its_name_is_told(programme, by):
    with pytest.raises(CannotChange, match="already a programme"):
        duplicate_programme(programme, name=programme.name.upper(), by=by)
