import datetime as dt

import pytest
import time_machine

from circles.models import Circle, Facilitation, Membership
from members.models import AuditEntry
from tests.analytics.import_files import bring_in, counts, lines, reasons
from tests.factories import CircleFactory, FacilitationFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db

HEADER = "circle,employee_id,joined_on,left_on,role"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2024-06-01T12:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def ada():
    return PersonFactory(employee_number="E1", name="Ada", hired_on=dt.date(2022, 1, 1))


@pytest.fixture(autouse=True)
def gus():
    return PersonFactory(employee_number="E2", name="Gus", left_on=dt.date(2024, 3, 1))


@pytest.fixture(autouse=True)
def owls():
    return CircleFactory(name="Night owls", capacity=3)


def memberships(*rows):
    return bring_in("memberships", lines(HEADER, *rows))


def test_seats_are_taken_and_a_facilitator_is_appointed(ada, owls):
    fay = PersonFactory(employee_number="E3")
    ben = PersonFactory(employee_number="E4")

    plan = memberships(
        "night OWLS,E1,2024-01-15,,",
        "Night owls,E4,2024-01-15,2024-02-01,Host",
        "Night owls,E3,2024-01-10,,facilitator",
    )

    assert counts(plan) == (3, 0, 0, 0)
    assert set(owls.memberships.values_list("person", "joined_on", "left_on", "role")) == {
        (ada.pk, dt.date(2024, 1, 15), None, "member"),
        (ben.pk, dt.date(2024, 1, 15), dt.date(2024, 2, 1), "host"),
    }
    held = Facilitation.objects.get()
    assert (held.person, held.appointed_on, held.ended_on) == (fay, dt.date(2024, 1, 10), None)
    assert AuditEntry.objects.filter(verb="appointed facilitator").count() == 1


def test_same_file_twice_changes_nothing():
    PersonFactory(employee_number="E3")
    CircleFactory(name="Done", stage=Circle.Stage.CLOSED, ended_on=dt.date(2024, 2, 1))
    rows = [
        "Night owls,E1,2024-01-15,,host",
        "Night owls,E2,2024-01-15,,",
        "Night owls,E3,2024-01-15,,facilitator",
        "Done,E1,2024-01-15,,",
        "Done,E3,2024-01-15,,facilitator",
    ]
    assert counts(memberships(*rows)) == (5, 0, 0, 0)

    assert counts(memberships(*rows)) == (0, 0, 5, 0)


def test_empty_last_day_ends_with_the_circle_or_the_job(ada, gus):
    done = CircleFactory(name="Done", stage=Circle.Stage.CLOSED, ended_on=dt.date(2024, 5, 1))

    memberships("Done,E1,2024-01-15,,", "Done,E2,2024-01-15,,", "Night owls,E2,2024-01-15,,")

    assert set(
        Membership.objects.values_list("circle__name", "person", "left_on", "stayed_to_end")
    ) == {
        ("Done", ada.pk, done.ended_on, True),
        ("Done", gus.pk, gus.left_on, False),
        ("Night owls", gus.pk, gus.left_on, False),
    }


def test_stay_is_ended_and_reopened(ada, owls):
    seat = MembershipFactory(circle=owls, person=ada, joined_on=dt.date(2024, 1, 15))

    assert counts(memberships("Night owls,E1,2024-01-15,2024-03-01,host")) == (0, 1, 0, 0)
    seat.refresh_from_db()
    assert (seat.left_on, seat.role) == (dt.date(2024, 3, 1), "host")

    assert counts(memberships("Night owls,E1,2024-01-15,,host")) == (0, 1, 0, 0)
    seat.refresh_from_db()
    assert seat.left_on is None


def test_missing_columns_leave_stays_alone(ada, owls):
    MembershipFactory(
        circle=owls,
        person=ada,
        joined_on=dt.date(2024, 1, 15),
        left_on=dt.date(2024, 2, 1),
        role=Membership.Role.HOST,
    )

    plan = bring_in(
        "memberships", lines("circle,employee_id,joined_on", "Night owls,E1,2024-01-15")
    )

    assert counts(plan) == (0, 0, 1, 0)


def test_appointment_is_ended(owls):
    fay = PersonFactory(employee_number="E3")
    held = FacilitationFactory(circle=owls, person=fay, appointed_on=dt.date(2024, 1, 15))

    plan = memberships("Night owls,E3,2024-01-15,2024-03-01,facilitator")

    held.refresh_from_db()
    assert counts(plan) == (0, 1, 0, 0)
    assert held.ended_on == dt.date(2024, 3, 1)
    assert AuditEntry.objects.filter(verb="changed facilitation").count() == 1


def test_two_stays_may_move_their_border(ada, owls):
    days = [dt.date(2024, 1, 1), dt.date(2024, 2, 1), dt.date(2024, 3, 1)]
    first = MembershipFactory(circle=owls, person=ada, joined_on=days[0], left_on=days[1])
    MembershipFactory(circle=owls, person=ada, joined_on=days[2], left_on=dt.date(2024, 4, 1))

    memberships("Night owls,E1,2024-01-01,2024-03-01,", "Night owls,E1,2024-03-01,2024-05-01,")

    first.refresh_from_db()
    assert first.left_on == days[2]


def test_person_may_return_on_the_day_they_left():
    plan = memberships("Night owls,E1,2024-02-01,,", "Night owls,E1,2024-01-01,2024-02-01,")

    assert counts(plan) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "Larks,E1,2024-01-15,,",
            "circle: there is no circle “Larks”. Import the circle first, or correct the name.",
        ),
        (
            "Night owls,E9,2024-01-15,,",
            "employee_id: nobody has the employee_id “E9”. Import the person first, or correct the "
            "number.",
        ),
        ("Night owls,E1,2024-06-02,,", "joined_on: 2024-06-02 is still to come. Correct the day."),
        (
            "Night owls,E1,2021-12-31,,",
            "joined_on: 2021-12-31 is before Ada (E1) was hired, on 2022-01-01. Correct one "
            "of them.",
        ),
        (
            "Night owls,E2,2024-03-02,,",
            "joined_on: 2024-03-02 is after Gus (E2) left the organisation, on 2024-03-01. Correct "
            "one of them.",
        ),
        (
            "Night owls,E1,2024-01-15,2024-06-02,",
            "left_on: 2024-06-02 is still to come. Leave it empty until then.",
        ),
        (
            "Night owls,E1,2024-01-15,2024-01-14,",
            "left_on: 2024-01-14 is before joined_on, 2024-01-15. Correct one of them.",
        ),
        (
            "Night owls,E2,2024-01-15,2024-03-02,",
            "left_on: 2024-03-02 is after Gus (E2) left the organisation, on 2024-03-01. Correct "
            "one of them.",
        ),
        (
            "Done,E1,2024-02-02,,",
            "joined_on: 2024-02-02 is after “Done” closed, on 2024-02-01. Correct the day.",
        ),
        (
            "Done,E1,2024-01-02,2024-02-02,",
            "left_on: 2024-02-02 is after “Done” closed, on 2024-02-01. Correct the day.",
        ),
        ("Night owls,E1,2024-01-15,,boss", "role: write member, host or facilitator, not “boss”."),
        (
            "Once,E1,2024-01-20,,",
            "Ada (E1) has a seat in “Once” from 2024-01-15 until now. Correct the days; to change "
            "that stay, write 2024-01-15 in joined_on and its role.",
        ),
        (
            "Once,E1,2024-01-15,,facilitator",
            "Ada (E1) has a seat in “Once” from 2024-01-15 until now. Correct the days; to change "
            "that stay, write 2024-01-15 in joined_on and its role.",
        ),
    ],
)
def test_refused_row_says_why(ada, row, reason):
    CircleFactory(name="Done", stage=Circle.Stage.CLOSED, ended_on=dt.date(2024, 2, 1))
    once = CircleFactory(name="Once")
    MembershipFactory(circle=once, person=ada, joined_on=dt.date(2024, 1, 15))

    plan = memberships(row, "Night owls,E2,2024-01-01,2024-01-02,")

    assert reasons(plan) == {2: reason}
    assert Membership.objects.count() == 1


def test_overlap_within_the_file_names_both_rows():
    plan = memberships("Night owls,E1,2024-01-01,2024-02-01,", "Night owls,E1,2024-01-31,,")

    assert reasons(plan) == {
        3: "Rows 2 and 3 have Ada (E1) in “Night owls” on the same days. Correct their days."
    }


def test_same_stay_twice_names_both_rows():
    plan = memberships("Night owls,E1,2024-01-01,,", "NIGHT OWLS,E1,2024-01-01,2024-02-01,")

    assert reasons(plan) == {
        3: "Rows 2 and 3 both have Ada (E1) joining “Night owls” on 2024-01-01. Keep one of them."
    }


def test_seats_never_exceed_the_capacity_at_any_moment(owls):
    MembershipFactory(circle=owls, joined_on=dt.date(2024, 2, 1), left_on=dt.date(2024, 3, 1))
    for number in ("E11", "E12", "E13"):
        PersonFactory(employee_number=number)

    plan = memberships(
        "Night owls,E11,2024-01-01,,",
        "Night owls,E12,2024-01-01,,",
        "Night owls,E13,2024-01-05,2024-02-10,",
    )

    assert reasons(plan) == {
        4: "“Night owls” has 3 seats, and on 2024-02-01 all of them are taken. Check the days, or "
        "give the circle more seats first."
    }
    assert Membership.objects.count() == 1


def test_seat_freed_in_time_is_no_reason(owls):
    MembershipFactory(circle=owls, joined_on=dt.date(2024, 2, 1), left_on=dt.date(2024, 3, 1))
    for number in ("E11", "E12", "E13"):
        PersonFactory(employee_number=number)

    plan = memberships(
        "Night owls,E11,2024-01-01,,",
        "Night owls,E12,2024-01-01,,",
        "Night owls,E13,2024-01-05,2024-02-01,",
    )

    assert counts(plan) == (3, 0, 0, 0)


def test_ending_a_stay_is_allowed_in_a_circle_that_was_overfull(ada, owls):
    seat = MembershipFactory(circle=owls, person=ada, joined_on=dt.date(2024, 1, 15))
    MembershipFactory.create_batch(3, circle=owls)

    assert counts(memberships("Night owls,E1,2024-01-15,2024-05-01,")) == (0, 1, 0, 0)

    seat.refresh_from_db()
    assert seat.left_on == dt.date(2024, 5, 1)


def test_queries_do_not_grow_with_rows(django_assert_max_num_queries):
    rows = []
    for n in range(20, 50):
        CircleFactory(name=f"C{n}")
        PersonFactory(employee_number=f"E{n}")
        rows.append(f"C{n},E{n},2024-01-01,,{'facilitator' if n % 2 else ''}")

    # Savepoints, lock, the lookups of one batch and of the circles, the inserts, audit, and what
    # follows from the circles and the seats.
    with django_assert_max_num_queries(60):
        plan = memberships(*rows)

    assert counts(plan) == (30, 0, 0, 0)
