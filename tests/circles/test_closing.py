from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from circles.actions import close_circle, reopen_circle
from circles.actions.closing import (
    CannotSay,
    cancel_closing_round,
    close_when_due,
    open_closing_round,
    open_due_round,
    say_closing_word,
)
from circles.actions.refusals import CannotChange
from circles.lifecycle.alumni import left_behind_by
from circles.models import Circle, ClosingWord
from notifications.models import Reminder
from tests.circles.conftest import NOON, told, trail, url
from tests.factories import (
    CircleFactory,
    ClosingWordFactory,
    FacilitationFactory,
    MembershipFactory,
    MergeRequestFactory,
    PersonFactory,
    RenewalVoteFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)
THEN = date(2026, 3, 24)


def planned(kind):
    rows = Reminder.objects.filter(kind=kind, state="planned").order_by("due_at")
    return list(rows.values_list("recipient", "due_at"))


def test_round_asks_every_member_now_and_two_days_before_the_end(by):
    circle = CircleFactory(stage="active", time_zone="Europe/Berlin")
    person = MembershipFactory(circle=circle).person

    opened = open_closing_round(circle, by=by, closes_on=THEN)
    open_closing_round(circle, by=by, closes_on=THEN)

    last_morning = datetime(2026, 3, 22, 8, tzinfo=UTC)
    assert (opened.closes_on, opened.takes_members) == (THEN, False)
    assert planned("closing_round") == [(person.pk, NOON), (person.pk, last_morning)]
    assert trail() == [("opened closing round", circle.name)]


def test_another_day_moves_the_round(by):
    circle = CircleFactory(stage="active", closes_on=date(2026, 3, 20))
    person = MembershipFactory(circle=circle).person

    moved = open_closing_round(circle, by=by, closes_on=date(2026, 3, 31))

    assert moved.closes_on == date(2026, 3, 31)
    assert [due.date() for _, due in planned("closing_round")] == [TODAY, date(2026, 3, 29)]
    assert {key for key, _ in planned("closing_round")} == {person.pk}


@pytest.mark.parametrize(
    ("stage", "days", "words"),
    [
        ("forming", 14, "Only a circle that meets has a closing round."),
        ("closed", 14, "Only a circle that meets has a closing round."),
        ("active", 6, "Choose a day 7 to 21 days from today."),
        ("active", 22, "Choose a day 7 to 21 days from today."),
    ],
)
def test_round_is_refused_in_words(by, stage, days, words):
    circle = CircleFactory(stage=stage)

    with pytest.raises(CannotChange, match=words):
        open_closing_round(circle, by=by, closes_on=TODAY + timedelta(days=days))


def test_no_round_while_the_circle_votes(by):
    vote = RenewalVoteFactory()

    with pytest.raises(CannotChange, match="votes on its future now"):
        open_closing_round(vote.circle, by=by, closes_on=THEN)


@pytest.mark.parametrize(
    ("term_ends_on", "fields", "closes_on"),
    [
        (THEN, {}, THEN),
        (date(2026, 3, 12), {}, date(2026, 3, 17)),
        (THEN + timedelta(days=1), {}, None),
        (THEN, {"programme__renewal": "vote"}, None),
        (THEN, {"stage": "paused"}, None),
    ],
)
def test_round_opens_two_weeks_before_the_term_ends(term_ends_on, fields, closes_on):
    fields = {"stage": "active", "programme__renewal": "close"} | fields
    circle = CircleFactory(term_ends_on=term_ends_on, **fields)

    assert (open_due_round(circle.pk), open_due_round(circle.pk)) == (closes_on is not None, False)
    circle.refresh_from_db()
    assert circle.closes_on == closes_on


@pytest.mark.parametrize(
    ("fields", "stage", "term_ends_on"),
    [
        ({"stage": "active", "term_ends_on": date(2026, 12, 1)}, "active", date(2026, 12, 1)),
        ({"stage": "active", "term_ends_on": THEN}, "active", date(2026, 9, 24)),
        ({"stage": "active", "term_ends_on": None}, "active", None),
        ({"stage": "paused", "term_ends_on": None}, "paused", None),
        ({"stage": "renewal", "term_ends_on": None}, "active", date(2026, 9, 10)),
    ],
)
def test_cancelling_lets_the_circle_go_on(by, fields, stage, term_ends_on):
    circle = CircleFactory(closes_on=THEN, programme__renewal="close", **fields)
    word = ClosingWordFactory(circle=circle)

    on = cancel_closing_round(circle, by=by)
    cancel_closing_round(circle, by=by)

    assert (on.closes_on, on.stage, on.term_ends_on) == (None, stage, term_ends_on)
    assert (open_due_round(circle.pk), list(ClosingWord.objects.all())) == (False, [word])
    assert trail() == [("cancelled closing round", circle.name)]


def test_closing_words_are_said_once_and_can_be_changed():
    circle = CircleFactory(stage="active", closes_on=THEN)
    person = MembershipFactory(circle=circle).person

    say_closing_word(circle, person=person, takeaway="To ask", thanks="")
    say_closing_word(circle, person=person, takeaway="To ask sooner", thanks="Ada")

    word = ClosingWord.objects.get()
    assert (word.takeaway, word.thanks, word.written_on) == ("To ask sooner", "Ada", TODAY)


@pytest.mark.parametrize(
    ("fields", "seated", "takeaway", "words"),
    [
        ({"closes_on": None}, True, "x", "The closing round is over."),
        ({"stage": "closed"}, True, "x", "The closing round is over."),
        ({}, False, "x", "Only members speak in the closing round."),
        ({}, True, "", "Write at least one of the two."),
    ],
)
def test_closing_words_are_refused_in_words(fields, seated, takeaway, words):
    circle = CircleFactory(**{"stage": "active", "closes_on": THEN} | fields)
    person = MembershipFactory(circle=circle).person if seated else PersonFactory()

    with pytest.raises(CannotSay, match=words):
        say_closing_word(circle, person=person, takeaway=takeaway, thanks="")


def test_closing_words_are_read_by_the_circles_own_people_of_that_day():
    circle = CircleFactory(stage="closed", ended_on=THEN)
    word = ClosingWordFactory(circle=circle, written_on=TODAY)
    seat = {"circle": circle, "joined_on": TODAY, "left_on": THEN}
    readers = {
        "alumnus": MembershipFactory(**seat, stayed_to_end=True).person,
        "left before": MembershipFactory(**seat).person,
        "came later": MembershipFactory(**seat | {"joined_on": THEN}, stayed_to_end=True).person,
        "facilitator": FacilitationFactory(circle=circle).person,
        "later facilitator": FacilitationFactory(circle=circle, appointed_on=THEN).person,
        "stranger": PersonFactory(),
        "author": word.person,
    }

    read = {who for who, person in readers.items() if ClosingWord.objects.visible_to(person)}

    assert read == {"alumnus", "facilitator", "author"}


@pytest.mark.parametrize(
    ("closes_on", "stage", "closes"),
    [
        (TODAY, "active", True),
        (TODAY - timedelta(days=3), "renewal", True),
        (TODAY + timedelta(days=1), "active", False),
        (None, "active", False),
        (TODAY, "closed", False),
    ],
)
def test_circle_closes_on_its_day(closes_on, stage, closes):
    circle = CircleFactory(stage=stage, closes_on=closes_on)
    seat = MembershipFactory(circle=circle)

    assert (close_when_due(circle.pk), close_when_due(circle.pk)) == (closes, False)
    seat.refresh_from_db()
    assert (seat.left_on, seat.stayed_to_end) == ((TODAY, True) if closes else (None, False))
    assert [key for key, _ in planned("circle_closed")] == [seat.person_id] * closes


def test_closing_ends_everything_that_waits_for_the_circle(by):
    circle = CircleFactory(stage="active", closes_on=THEN)
    vote = RenewalVoteFactory(circle=circle)
    asked = MergeRequestFactory(circle=circle)
    received = MergeRequestFactory(into=circle, circle__programme=circle.programme)
    pause = circle.pauses.create(began_on=date(2026, 3, 1))
    waits, offered, applies = PersonFactory.create_batch(3)
    entry = circle.waitlist.create(person=waits)
    offer = circle.offers.create(
        person=offered, reason="waitlist", expires_at=NOON + timedelta(days=1)
    )
    application = circle.applications.create(person=applies)
    Reminder.objects.create(
        kind="seat_offer", subject=f"offer:{offer.pk}", recipient=offered, due_at=NOON
    )

    closed = close_circle(circle, by=by)

    for row in (vote, asked, received, pause, entry, offer, application):
        row.refresh_from_db()
    assert closed.closes_on is None
    assert (vote.closed_at, vote.outcome) == (NOON, "")
    assert (asked.state, received.state) == ("withdrawn", "withdrawn")
    assert (pause.ended_on, entry.end, offer.state) == (TODAY, "closed", "withdrawn")
    assert (application.state, application.words) == ("declined", "The circle has ended.")
    assert planned("seat_offer") == []
    assert {key for key, _ in planned("wait_ended")} == {waits.pk, offered.pk, applies.pk}


def test_reopening_gives_the_seats_back_the_same_day_and_no_round_closes_it_again(by):
    circle = CircleFactory(stage="active", started_on=date(2025, 1, 1), closes_on=TODAY)
    seat = MembershipFactory(circle=circle)
    close_when_due(circle.pk)

    reopened = reopen_circle(circle, by=by)

    seat.refresh_from_db()
    assert (seat.left_on, seat.stayed_to_end) == (None, False)
    assert (reopened.stage, reopened.closes_on, close_when_due(circle.pk)) == (
        "paused",
        None,
        False,
    )


def test_circles_one_was_in_are_listed_latest_first():
    person = PersonFactory()
    mine = {"person": person, "stayed_to_end": True}
    early = MembershipFactory(**mine, left_on=date(2024, 1, 1)).circle
    late = MembershipFactory(**mine, left_on=date(2025, 1, 1)).circle
    MembershipFactory(person=person, left_on=date(2025, 1, 1))
    back = MembershipFactory(**mine, left_on=date(2025, 1, 1)).circle
    MembershipFactory(person=person, circle=back, joined_on=date(2026, 1, 1))

    assert list(left_behind_by(person)) == [late, early]


def test_facilitator_opens_and_cancels_the_round(client):
    circle = CircleFactory(stage="active")
    client.force_login(FacilitationFactory(circle=circle).person)

    asked = client.get(url("closing_round", circle))
    wrong = client.post(url("closing_round", circle), {"closes_on": "2026-03-11"})
    right = client.post(url("closing_round", circle), {"closes_on": "2026-03-24"})
    sure = client.get(url("closing_cancel", circle))
    cancelled = client.post(url("closing_cancel", circle))

    assert asked.context["form"].initial == {"closes_on": THEN}
    assert wrong.context["form"].errors == {"closes_on": ["Choose a day 7 to 21 days from today."]}
    assert told(right)[0][0] == "success"
    assert "Does this circle go on?" in sure.content.decode()
    assert told(cancelled)[-1][1] == f"“{circle}” does not close. What was said stays with you."


def test_member_says_closing_words_which_the_circle_reads(client):
    circle = CircleFactory(stage="active", closes_on=THEN)
    person = MembershipFactory(circle=circle).person
    client.force_login(person)

    nothing = client.post(url("closing_word", circle), {"takeaway": " ", "thanks": ""})
    client.post(url("closing_word", circle), {"takeaway": "To ask sooner"})
    page = client.get(circle.get_absolute_url())

    assert nothing.context["form"].non_field_errors() == ["Write at least one of the two."]
    assert [word.takeaway for word in page.context["closing_words"]] == ["To ask sooner"]
    assert client.get(url("closing_word", circle)).context["form"].initial == {
        "takeaway": "To ask sooner",
        "thanks": "",
    }


def test_closing_words_after_the_end_are_not_lost(client):
    circle = CircleFactory(stage="active")
    client.force_login(MembershipFactory(circle=circle).person)

    response = client.post(url("closing_word", circle), {"takeaway": "Too late"})

    assert response.context["form"].non_field_errors() == ["The closing round is over."]


def test_closing_a_centre_asks_what_becomes_of_its_circles(client, by):
    centre = CircleFactory(stage="active")
    children = CircleFactory.create_batch(2, parent=centre)
    gone = CircleFactory(parent=centre, stage="closed")
    client.force_login(by)

    asked = client.get(url("close", centre))
    silent = client.post(url("close", centre))
    client.post(url("close", centre), {"below": "clear"})

    assert asked.context["below"] == children
    assert silent.context["form"].errors == {"below": ["Choose one."]}
    parents = [Circle.objects.get(pk=each.pk).parent for each in (*children, gone)]
    assert parents == [None, None, centre]


def test_circles_of_a_closed_centre_can_keep_it(client, by):
    centre = CircleFactory(stage="active")
    child = CircleFactory(parent=centre)
    client.force_login(by)

    client.post(url("close", centre), {"below": "keep"})

    child.refresh_from_db()
    centre.refresh_from_db()
    assert (centre.stage, child.parent) == ("closed", centre)
    page = client.get(child.get_absolute_url()).content.decode()
    assert f">{centre}</a> (closed)" in page


def test_round_closes_at_midnight_of_the_circles_zone():
    circle = CircleFactory(
        stage="active", time_zone="Pacific/Auckland", closes_on=date(2026, 3, 11)
    )

    with time_machine.travel(datetime(2026, 3, 10, 10, 59, tzinfo=UTC), tick=False):
        early = close_when_due(circle.pk)
    with time_machine.travel(datetime(2026, 3, 10, 11, 1, tzinfo=UTC), tick=False):
        due = close_when_due(circle.pk)

    assert (early, due) == (False, True)
