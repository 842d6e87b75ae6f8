from datetime import UTC, date, datetime

import pytest
import time_machine

from circles.models import Programme
from circles.programmes.rules import circles_in_words, enrolment_in_words, rules_in_words
from tests.factories import EnrolmentFactory, PersonFactory, ProgrammeFactory, organiser

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 10)


def says(about, **fields):
    rules = {rule.about: rule.says for rule in rules_in_words(Programme(**fields))}
    return rules[about]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Whoever finds a free seat takes it."),
        ({"entry": "invite"}, "People get a seat by invitation only."),
        (
            {"entry": "apply"},
            "Whoever wants a seat applies for it, and the circle’s facilitator decides.",
        ),
        (
            {"entry": "apply", "approval": "vote"},
            "Whoever wants a seat applies for it, and the circle votes.",
        ),
    ],
)
def test_seat_in_words(fields, words):
    held = "A seat that is offered to someone is held for them for 3 days."

    assert says("A seat", **fields) == f"{words} {held}"


@pytest.mark.parametrize(("hours", "words"), [(24, "1 day"), (48, "2 days"), (30, "30 hours")])
def test_held_seat_in_words(hours, words):
    assert says("A seat", offer_hours=hours).endswith(f"held for them for {words}.")


@pytest.mark.parametrize(
    ("starters", "words"),
    [
        ("organisers", "Only organisers start circles."),
        ("facilitators", "Organisers and facilitators start circles."),
        ("everyone", "Everyone can propose a circle. It starts once 4 people support it."),
    ],
)
def test_starters_in_words(starters, words):
    assert says("New circles", starters=starters) == words


@pytest.mark.parametrize(
    ("months", "renewal", "words"),
    [
        (1, "close", "A circle’s term is 1 month. Then it closes."),
        (
            6,
            "vote",
            "A circle’s term is 6 months. Then its people vote: go on, merge, split or close.",
        ),
        (6, "go_on", "A circle’s term is 6 months. It then goes on until someone ends it."),
    ],
)
def test_term_in_words(months, renewal, words):
    assert says("Term", term_months=months, renewal=renewal) == words


def test_reports_in_words():
    assert says("Reports", smallest_group=8) == "Reports hide groups under 8 people."


@pytest.mark.parametrize(
    ("day", "fields", "state", "words"),
    [
        (5, {}, "never", "Nobody can enrol: no days are set for it."),
        (5, {"enrols_from": FIRST}, "open", "People can enrol now."),
        (10, {"enrols_until": LAST}, "open", "People can enrol until Tuesday 10 March 2026."),
        (11, {"enrols_until": LAST}, "over", "Enrolment ended on Tuesday 10 March 2026."),
        (
            5,
            {"enrols_from": LAST},
            "not_yet",
            "Enrolment opens on Tuesday 10 March 2026.",
        ),
        (
            5,
            {"enrols_from": LAST, "enrols_until": LAST},
            "not_yet",
            "Enrolment opens on Tuesday 10 March 2026 and ends on Tuesday 10 March 2026.",
        ),
        (
            5,
            {"enrols_from": FIRST, "archived_at": datetime(2026, 1, 1, tzinfo=UTC)},
            "archived",
            "The programme is over, and nobody can enrol.",
        ),
    ],
)
def test_enrolment_in_words(day, fields, state, words):
    programme = Programme(**fields)

    with time_machine.travel(datetime(2026, 3, day, 12, tzinfo=UTC), tick=False):
        assert (programme.enrolling, enrolment_in_words(programme)) == (state, words)
        assert programme.takes_enrolments == (state == "open")


@pytest.mark.parametrize(
    ("zone", "takes"),
    [("Pacific/Kiritimati", False), ("UTC", True), ("Mars/Olympus", True)],
)
def test_enrolment_ends_at_midnight_in_the_programmes_zone(zone, takes):
    programme = Programme(enrols_until=LAST, time_zone=zone)

    with time_machine.travel(datetime(2026, 3, 10, 23, tzinfo=UTC), tick=False):
        assert programme.takes_enrolments == takes


@pytest.mark.django_db
def test_programmes_about_to_take_enrolments_are_a_day_wider_than_those_that_do():
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        found = [
            ProgrammeFactory(enrols_from=date(2026, 3, 11)),
            ProgrammeFactory(enrols_until=date(2026, 3, 9)),
            ProgrammeFactory(enrols_from=FIRST, enrols_until=LAST, time_zone="Mars/Olympus"),
        ]
        ProgrammeFactory(enrols_from=date(2026, 3, 12))
        ProgrammeFactory(enrols_until=date(2026, 3, 8))
        ProgrammeFactory(enrols_from=FIRST, archived_at=datetime(2026, 1, 1, tzinfo=UTC))
        ProgrammeFactory()

        assert set(Programme.objects.about_to_take_enrolments()) == set(found)


@pytest.mark.django_db
def test_archived_programme_exists_for_those_who_enrolled_and_for_organisers():
    programme = ProgrammeFactory(archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    enrolment = EnrolmentFactory(programme=programme)

    for person, sees in ((enrolment.person, True), (organiser(), True), (PersonFactory(), False)):
        assert Programme.objects.visible_to(person).exists() == sees


def test_own_circles_in_words():
    assert circles_in_words([]) == ""
    assert circles_in_words(["A"]) == (
        "You have a seat in “A”, a circle of this programme. Enrolling asks for another one."
    )
    assert circles_in_words(["A", "B"]) == (
        "You have a seat in “A” and “B”, circles of this programme. Enrolling asks for another one."
    )
