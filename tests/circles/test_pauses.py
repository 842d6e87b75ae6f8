from datetime import date

import pytest

from circles.actions.pauses import pause_circle, resume_circle
from circles.actions.refusals import CannotChange
from circles.models import Pause
from notifications.models import Reminder
from tests.circles.conftest import NOON, told, trail, url
from tests.factories import CircleFactory, FacilitationFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)


def owed(kind):
    return set(Reminder.objects.filter(kind=kind, state="planned").values_list("recipient", flat=1))


def test_pausing_tells_the_members_why_and_until_when(by):
    circle = CircleFactory(stage="active")
    seat = MembershipFactory(circle=circle)
    MembershipFactory(circle=circle, left_on=TODAY)

    paused = pause_circle(circle, by=by, words="Year end", back_by=date(2026, 4, 1))
    pause_circle(circle, by=by)

    pause = Pause.objects.get()
    assert (paused.stage, paused.takes_members) == ("paused", False)
    assert (pause.began_on, pause.back_by, pause.words) == (TODAY, date(2026, 4, 1), "Year end")
    assert owed("circle_paused") == {seat.person_id}
    assert trail() == [("paused circle", circle.name)]


@pytest.mark.parametrize(
    ("fields", "back_by", "words"),
    [
        ({"stage": "forming"}, None, "Only a circle that meets can pause."),
        ({"closes_on": date(2026, 3, 20)}, None, "Its closing round is open. Cancel that first."),
        ({}, TODAY, "Choose a day after today."),
    ],
)
def test_pausing_is_refused_in_words(by, fields, back_by, words):
    circle = CircleFactory(**{"stage": "active"} | fields)

    with pytest.raises(CannotChange, match=words):
        pause_circle(circle, by=by, back_by=back_by)

    assert Pause.objects.count() == 0


def test_resuming_adds_the_pause_to_the_term_and_takes_back_what_was_not_sent(by):
    circle = CircleFactory(stage="paused", started_on=TODAY, term_ends_on=date(2026, 4, 1))
    seat = MembershipFactory(circle=circle)
    pause = circle.pauses.create(began_on=date(2026, 2, 8))
    Reminder.objects.create(
        kind="circle_paused", subject=f"pause:{pause.pk}", recipient=seat.person, due_at=NOON
    )

    resumed = resume_circle(circle, by=by)
    resume_circle(circle, by=by)

    pause.refresh_from_db()
    assert (resumed.stage, resumed.term_ends_on) == ("active", date(2026, 5, 1))
    assert pause.ended_on == TODAY
    assert (owed("circle_paused"), owed("circle_resumed")) == (set(), {seat.person_id})
    assert trail() == [("resumed circle", circle.name)]


def test_resuming_after_the_term_was_over_begins_another_one(by):
    circle = CircleFactory(stage="paused", term_ends_on=date(2026, 1, 1))

    resumed = resume_circle(circle, by=by)

    assert (resumed.started_on, resumed.term_ends_on) == (TODAY, date(2026, 9, 10))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stage": "closed"}, "This circle is not paused."),
        ({"stage": "paused", "closes_on": TODAY}, "closing round is open"),
    ],
)
def test_resuming_is_refused_in_words(by, fields, words):
    with pytest.raises(CannotChange, match=words):
        resume_circle(CircleFactory(**fields), by=by)


def test_facilitator_pauses_and_the_page_says_so_to_each_what_is_theirs(client):
    circle = CircleFactory(stage="active", term_ends_on=date(2026, 9, 1))
    member = MembershipFactory(circle=circle).person
    client.force_login(FacilitationFactory(circle=circle).person)

    response = client.post(url("pause", circle), {"words": "Year end", "back_by": "2026-04-01"})

    assert told(response) == [("success", f"“{circle}” pauses, and its members are told.")]
    client.force_login(member)
    page = client.get(circle.get_absolute_url()).content.decode()
    assert ("Year end" in page, "The pause is added to its term." in page) == (True, True)
    client.force_login(MembershipFactory().person)
    page = client.get(circle.get_absolute_url()).content.decode()
    assert ("Year end" in page, "Nobody joins and no meeting is planned" in page) == (False, True)


def test_pause_form_says_which_day_is_wrong(client, by):
    circle = CircleFactory(stage="active")
    client.force_login(by)

    response = client.post(url("pause", circle), {"back_by": "2026-03-10"})

    assert response.context["form"].errors == {"back_by": ["Choose a day after today."]}


def test_resume_button_answers_in_words(client, by):
    circle, running = CircleFactory(stage="paused"), CircleFactory(stage="forming")
    client.force_login(by)

    went, stayed = client.post(url("resume", circle)), client.post(url("resume", running))

    assert told(went) == [("success", f"“{circle}” goes on, and its members are told.")]
    assert told(stayed)[-1] == ("error", "This circle is not paused.")
