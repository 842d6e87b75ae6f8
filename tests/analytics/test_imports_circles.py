import datetime as dt

import pytest
import time_machine

from circles.models import Circle, Facilitation, Format, Programme
from members.models import AuditEntry
from tests.analytics.import_files import bring_in, counts, lines, reasons, table
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatFactory,
    FormatVersionFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeFactory,
)

pytestmark = [pytest.mark.django_db]

HEADER = "circle,programme,format,facilitator_email,purpose,capacity,time_zone,started_on,ended_on"
TODAY = dt.date(2024, 6, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2024-06-01T12:00Z", tick=False):
        yield


@pytest.fixture
def pottery():
    pottery = FormatFactory(key="pottery", name="Pottery circle")
    FormatVersionFactory(format=pottery, number=1, size_max=7)
    return FormatVersionFactory(format=pottery, number=2, size_max=9)


def circles(*rows):
    return bring_in("circles", lines(HEADER, *rows))


def test_circle_is_added_with_its_programme_and_facilitator(pottery):
    fay = PersonFactory(email="fay@x.org")

    plan = circles(
        "Night owls,Leaders,POTTERY Circle,FAY@x.org,Think after dark,6,Europe/Madrid,2024-01-15,"
    )

    circle = Circle.objects.get()
    assert counts(plan) == (1, 0, 0, 0)
    assert plan.notes == ["New programmes: 1 (Leaders)."]
    assert (circle.name, circle.programme.name) == ("Night owls", "Leaders")
    assert list(circle.programme.formats.all()) == [pottery.format]
    assert circle.format_version == pottery
    assert (circle.purpose, circle.capacity) == ("Think after dark", 6)
    assert (circle.time_zone, circle.stage) == ("Europe/Madrid", "active")
    assert (circle.started_on, circle.ended_on) == (dt.date(2024, 1, 15), None)
    held = circle.facilitations.get()
    assert (held.person, held.appointed_on, held.ended_on) == (fay, dt.date(2024, 1, 15), None)
    assert AuditEntry.objects.filter(verb="appointed facilitator").count() == 1


def test_same_file_twice_changes_nothing(pottery):
    PersonFactory(email="fay@x.org")
    rows = [
        "Night owls,Leaders,pottery,fay@x.org,,,,2024-01-15,",
        "Early birds,leaders,pottery,fay@x.org,,,,2023-01-15,2023-12-01",
    ]
    circles(*rows)

    plan = circles(*rows)

    assert counts(plan) == (0, 0, 2, 0)
    assert Facilitation.objects.count() == 2
    assert Programme.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (",", "recruiting"),
        ("2024-06-02,", "recruiting"),
        ("2024-06-01,", "active"),
        ("2024-01-15,2024-06-01", "closed"),
        (",2024-05-01", "closed"),
    ],
)
def test_stage_follows_from_the_days(pottery, days, stage):
    circles(f"Night owls,Leaders,pottery,,,,,{days}")

    assert Circle.objects.get().stage == stage


def test_empty_capacity_is_the_most_the_format_allows(pottery):
    circles("Night owls,Leaders,pottery,,,,,,")

    assert Circle.objects.get().capacity == 9


def test_changes_are_told_and_made_whatever_the_case_of_the_name(pottery):
    programme = ProgrammeFactory(name="Leaders")
    programme.formats.add(pottery.format)
    circle = CircleFactory(
        name="Night owls", programme=programme, format_version=pottery, purpose="old", capacity=6
    )

    plan = circles("NIGHT OWLS,leaders,pottery,,,8,Europe/Madrid,2024-05-01,")

    [listed] = plan.listed["change"]
    assert [(d.name, d.old, d.new) for d in listed.differences] == [
        ("purpose", "old", ""),
        ("capacity", "6", "8"),
        ("time_zone", "UTC", "Europe/Madrid"),
        ("started_on", "", "2024-05-01"),
        ("stage", "Recruiting", "Active"),
    ]
    circle.refresh_from_db()
    assert (circle.name, circle.purpose, circle.capacity) == ("Night owls", "", 8)
    assert circle.stage == Circle.Stage.ACTIVE


def test_paused_circle_stays_paused(pottery):
    programme = ProgrammeFactory(name="Leaders")
    CircleFactory(
        name="Night owls", programme=programme, format_version=pottery, stage=Circle.Stage.PAUSED
    )

    circles("Night owls,Leaders,pottery,,,,,2024-05-01,")

    assert Circle.objects.get().stage == Circle.Stage.PAUSED


def test_circle_keeps_the_version_of_its_format(pottery):
    older = pottery.format.versions.get(number=1)
    CircleFactory(name="Night owls", programme__name="Leaders", format_version=older)

    plan = circles("Night owls,Leaders,pottery,,,,,,")

    assert counts(plan) == (0, 0, 1, 0)
    assert Circle.objects.get().format_version == older


def test_end_closes_the_circle_and_every_seat(pottery):
    circle = CircleFactory(name="Night owls", programme__name="Leaders", format_version=pottery)
    early = MembershipFactory(circle=circle, joined_on=dt.date(2024, 1, 1))
    late = MembershipFactory(circle=circle, joined_on=dt.date(2024, 5, 20))

    plan = circles("Night owls,Leaders,pottery,,,,,,2024-05-01")

    assert counts(plan) == (0, 1, 0, 0)
    assert Circle.objects.get().stage == "closed"
    for seat, left_on in ((early, dt.date(2024, 5, 1)), (late, dt.date(2024, 5, 20))):
        seat.refresh_from_db()
        assert (seat.left_on, seat.stayed_to_end) == (left_on, True)


def test_another_facilitator_takes_over_today(pottery):
    circle = CircleFactory(name="Night owls", programme__name="Leaders", format_version=pottery)
    former = FacilitationFactory(circle=circle, person__email="gus@x.org")
    fay = PersonFactory(email="fay@x.org")

    plan = circles("Night owls,Leaders,pottery,fay@x.org,,,,,")

    [listed] = plan.listed["change"]
    assert [(d.name, d.old, d.new) for d in listed.differences] == [
        ("facilitator_email", "gus@x.org", "fay@x.org")
    ]
    former.refresh_from_db()
    assert former.ended_on == TODAY
    assert circle.facilitations.current().values_list("person", "appointed_on").get() == (
        fay.pk,
        TODAY,
    )
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert verbs == {"ended facilitation", "appointed facilitator", "imported circles"}


def test_one_of_two_facilitators_leaves_both(pottery):
    circle = CircleFactory(name="Night owls", programme__name="Leaders", format_version=pottery)
    FacilitationFactory(circle=circle, person__email="gus@x.org")
    FacilitationFactory(circle=circle, person__email="fay@x.org")

    plan = circles("Night owls,Leaders,pottery,fay@x.org,,,,,")

    assert counts(plan) == (0, 0, 1, 0)
    assert circle.facilitations.current().count() == 2


def test_empty_facilitator_leaves_the_appointment(pottery):
    circle = CircleFactory(name="Night owls", programme__name="Leaders", format_version=pottery)
    FacilitationFactory(circle=circle)

    plan = circles("Night owls,Leaders,pottery,,,,,,")

    assert counts(plan) == (0, 0, 1, 0)
    assert circle.facilitations.current().count() == 1


def test_circle_closed_by_the_file_may_change_hands(pottery):
    circle = CircleFactory(name="Night owls", programme__name="Leaders", format_version=pottery)
    former = FacilitationFactory(circle=circle)
    fay = PersonFactory(email="fay@x.org")

    circles("Night owls,Leaders,pottery,fay@x.org,,,,,2024-05-01")

    former.refresh_from_db()
    assert former.ended_on == dt.date(2024, 5, 1)
    held = circle.facilitations.get(person=fay)
    assert (held.appointed_on, held.ended_on) == (dt.date(2024, 5, 1), dt.date(2024, 5, 1))


def test_new_programme_gets_every_format_its_circles_have(pottery):
    other = FormatVersionFactory(format__key="choir", format__name="Choir")

    circles("Owls,Leaders,pottery,,,,,,", "Birds,LEADERS,choir,,,,,,")

    assert set(Programme.objects.get().formats.all()) == {pottery.format, other.format}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "Owls,Leaders,yoga,,,,,,",
            "format: there is no format “yoga”. Write one of {formats}.",
        ),
        (
            "Owls,Closed to it,pottery,,,,,,",
            "programme: “Closed to it” has no circles of the format Pottery circle. Add the format "
            "to the programme first.",
        ),
        (
            "Owls,Leaders,pottery,nobody@x.org,,,,,",
            "facilitator_email: nobody has the address nobody@x.org. Import the person first, or "
            "correct the address.",
        ),
        (
            "Owls,Leaders,pottery,gone@x.org,,,,,",
            "facilitator_email: Gus left on 2024-01-01. Name somebody else.",
        ),
        ("Owls,Leaders,pottery,,,2,,,", "capacity: write a whole number from 3 to 30, not “2”."),
        (
            "Owls,Leaders,pottery,,,,,2024-05-02,2024-05-01",
            "ended_on: 2024-05-01 is before the start on 2024-05-02. Correct one of them.",
        ),
        (
            "Owls,Leaders,pottery,,,,,,2024-06-02",
            "ended_on: 2024-06-02 is still to come. Leave it empty until then.",
        ),
        (
            "Crowd,Leaders,pottery,,,3,,,",
            "capacity: 4 people have a seat, so there cannot be only 3 seats. Write 4 or more.",
        ),
        (
            "Crowd,Leaders,pottery,seated@x.org,,,,,",
            "facilitator_email: Sue has a seat in “Crowd”, and a facilitator holds a circle from "
            "outside. Name somebody else, or end the seat first.",
        ),
        (
            "Ended,Leaders,pottery,,,,,,",
            "ended_on: “Ended” is closed since 2024-02-01. Write that day, or reopen the circle "
            "first.",
        ),
        (
            "Ended,Leaders,pottery,seated@x.org,,,,,2024-02-01",
            "facilitator_email: “Ended” is closed and stays with held@x.org. Write that address, "
            "or leave it empty.",
        ),
        (
            "Studies,Leaders,pottery,,,,,,",
            "format: “Studies” is a circle of the format Choir and keeps it. Correct the "
            "format, or give the new circle another name.",
        ),
    ],
)
def test_refused_row_says_why(pottery, row, reason):
    PersonFactory(email="gone@x.org", name="Gus", left_on=dt.date(2024, 1, 1))
    leaders = ProgrammeFactory(name="Leaders")
    leaders.formats.add(pottery.format)
    ProgrammeFactory(name="Closed to it")
    crowd = CircleFactory(name="Crowd", programme=leaders, format_version=pottery)
    MembershipFactory.create_batch(3, circle=crowd)
    MembershipFactory(circle=crowd, person__email="seated@x.org", person__name="Sue")
    ended = CircleFactory(
        name="Ended",
        programme=leaders,
        format_version=pottery,
        stage=Circle.Stage.CLOSED,
        ended_on=dt.date(2024, 2, 1),
    )
    FacilitationFactory(circle=ended, person__email="held@x.org")
    study = FormatVersionFactory(format__key="choir", format__name="Choir")
    CircleFactory(name="Studies", programme=leaders, format_version=study)
    formats = ", ".join(Format.objects.order_by("key").values_list("key", flat=True))

    plan = circles(row, "Fresh,Brand new,pottery,,,,,,")

    assert reasons(plan) == {2: reason.format(formats=formats)}
    assert Circle.objects.count() == 3
    assert Programme.objects.filter(name="Brand new").count() == 0


def test_duplicate_name_is_refused_naming_both_rows(pottery):
    plan = circles("Ärger,Leaders,pottery,,,,,,", "ärger,Leaders,pottery,,,,,,")

    assert reasons(plan) == {3: "Rows 2 and 3 both have the circle “ärger”. Keep one of them."}


def test_purpose_keeps_its_lines(pottery):
    row = ["Owls", "Leaders", "pottery", "First.\r\nSecond."]

    bring_in("circles", table(["circle", "programme", "format", "purpose"], row))

    assert Circle.objects.get().purpose == "First.\nSecond."


def test_queries_do_not_grow_with_rows(pottery, django_assert_max_num_queries):
    people = [PersonFactory(email=f"f{n}@x.org") for n in range(30)]
    rows = [f"C{n},P{n % 3},pottery,{people[n].email},,,,2024-01-01," for n in range(30)]

    # Savepoints, lock, formats, the lookups of one batch, the inserts, audit, and what follows
    # from the circles.
    with django_assert_max_num_queries(44):
        plan = circles(*rows)

    assert counts(plan) == (30, 0, 0, 0)
