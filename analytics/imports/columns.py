"""The columns of every kind of import. The reader, the pages and the samples follow these."""

import io
from collections.abc import Iterable

from defusedcsv import csv

from analytics.imports import fields
from analytics.imports.fields import Column
from circles.models import Membership
from members.models import CareerEvent, Rating

SMALLEST_LEVEL, LARGEST_LEVEL = -32_768, 32_767
FACILITATOR = "facilitator"

level = fields.whole_number(SMALLEST_LEVEL, LARGEST_LEVEL)

PEOPLE = (
    Column(
        "employee_id",
        fields.line(64),
        "The person's number. It never changes, and every other file refers to it.",
        ("E1001", "E1002"),
        is_required=True,
    ),
    Column(
        "name",
        fields.line(160),
        "The name to show.",
        ("Ada Okafor", "José Núñez"),
        is_required=True,
    ),
    Column(
        "email",
        fields.email,
        "The address to sign in with and to send mail to. Without one a person cannot sign in.",
        ("ada.okafor@example.org", "jose.nunez@example.org"),
    ),
    Column("hired_on", fields.day, "The first day of work.", ("2019-03-01", "2021-09-15")),
    Column("left_on", fields.day, "The last day, for people who have left.", ("", "")),
    Column(
        "observed_until",
        fields.day,
        "The day the record ends without the person leaving, such as a move to a company that "
        "sends no data.",
        ("", ""),
    ),
    Column(
        "unit",
        fields.unit_path,
        "Where the person works, from the top down with slashes. New units are made.",
        ("Operations / Claims", "Operations / Claims / North"),
    ),
    Column(
        "level",
        level,
        "The job level, a whole number; higher is more senior.",
        ("5", "4"),
    ),
    Column("job_title", fields.line(160), "What the job is called.", ("Team lead", "Analyst")),
    Column("location", fields.line(120), "Where the person works from.", ("Lagos", "Madrid")),
    Column(
        "manager_id",
        fields.line(64),
        "The employee_id of the manager: someone in this file, above or below, or imported before.",
        ("", "E1001"),
    ),
    Column(
        "time_zone",
        fields.time_zone,
        "The IANA name of the person's time zone; UTC for new people without one.",
        ("Africa/Lagos", "Europe/Madrid"),
    ),
    Column(
        "language",
        fields.language,
        "A language tag such as en or pt-br; en for new people without one.",
        ("en", "es"),
    ),
)

CAREER_EVENTS = (
    Column(
        "employee_id",
        fields.line(64),
        "Whose career it is: someone imported before.",
        ("E1001", "E1002"),
        is_required=True,
    ),
    Column(
        "on",
        fields.day,
        "The day it takes effect, which may be to come.",
        ("2023-04-01", "2024-04-01"),
        is_required=True,
    ),
    Column(
        "kind",
        fields.one_of(CareerEvent.Kind.values),
        "One of promotion, lateral, demotion and regrade.",
        ("promotion", "promotion"),
        is_required=True,
    ),
    Column("from_level", level, "The job level before.", ("4", "3")),
    Column("to_level", level, "The job level after; a promotion raises it.", ("5", "4")),
)

CIRCLES = (
    Column(
        "circle",
        fields.line(120),
        "The circle's name, by which every other file refers to it, in capitals or not.",
        ("Night owls", "First-time leads"),
        is_required=True,
    ),
    Column(
        "programme",
        fields.line(120),
        "The programme it belongs to. A new one is made.",
        ("Growing leaders", "Growing leaders"),
        is_required=True,
    ),
    Column(
        "format",
        fields.line(80),
        "The key or the name of one of your formats. The circle takes its newest version and "
        "keeps it.",
        ("career_circle", "Growth cohort"),
        is_required=True,
    ),
    Column(
        "facilitator_email",
        fields.email,
        "Who holds the circle: the address of someone imported before. Empty leaves it as it is.",
        ("ada.okafor@example.org", ""),
    ),
    Column(
        "purpose",
        fields.text(2000),
        "What the circle is for. Everyone who finds the circle reads this.",
        ("For people who think best after dark", "Your first year of leading a team"),
    ),
    Column(
        "capacity",
        fields.whole_number(3, 30),
        "How many seats it has, 3 to 30. Empty: what it has, or the most its format allows.",
        ("6", "8"),
    ),
    Column(
        "time_zone",
        fields.time_zone,
        "The IANA name of the time zone it meets in. Empty: what it has, or UTC.",
        ("Europe/Madrid", ""),
    ),
    Column(
        "started_on",
        fields.day,
        "The day it began to meet. To come, or empty: it still looks for members.",
        ("2023-01-16", ""),
    ),
    Column("ended_on", fields.day, "The day it ended. The circle is then closed.", ("", "")),
)

MEMBERSHIPS = (
    Column(
        "circle",
        fields.line(120),
        "The name of a circle that is there already.",
        ("Night owls", "Night owls"),
        is_required=True,
    ),
    Column(
        "employee_id",
        fields.line(64),
        "Who takes part: someone imported before.",
        ("E1002", "E1001"),
        is_required=True,
    ),
    Column(
        "joined_on",
        fields.day,
        "The day the person joined.",
        ("2023-01-16", "2023-01-16"),
        is_required=True,
    ),
    Column(
        "left_on",
        fields.day,
        "The day the person left. Empty while they stay, and if they stayed until the circle "
        "closed or until they left the organisation.",
        ("", ""),
    ),
    Column(
        "role",
        fields.one_of([*Membership.Role.values, FACILITATOR]),
        "One of member, host and facilitator; member if empty. A facilitator is appointed, and "
        "takes no seat.",
        ("member", "facilitator"),
    ),
)

RATINGS = (
    Column(
        "employee_id",
        fields.line(64),
        "Who was rated: someone imported before.",
        ("E1002", "E1002"),
        is_required=True,
    ),
    Column(
        "skill",
        fields.line(160),
        "The name of the skill, in capitals or not. A new one is made.",
        ("Giving feedback", "Giving feedback"),
        is_required=True,
    ),
    Column(
        "rater_kind",
        fields.one_of(Rating.RaterKind.values),
        "One of self, peer, manager and facilitator.",
        ("self", "manager"),
        is_required=True,
    ),
    Column(
        "rater_id",
        fields.line(64),
        "The employee_id of who rated. Empty if unknown; not needed for self.",
        ("", "E1001"),
    ),
    Column(
        "value",
        fields.whole_number(1, 5),
        "The level, from 1 (novice) to 5 (expert).",
        ("3", "2"),
        is_required=True,
    ),
    Column(
        "on", fields.day, "The day of the rating.", ("2023-02-01", "2023-02-03"), is_required=True
    ),
    Column(
        "occasion",
        fields.one_of(Rating.Occasion.values),
        "One of baseline, pulse, end and looking-back; pulse if empty.",
        ("baseline", "baseline"),
    ),
)


def sample(columns: Iterable[Column]) -> bytes:
    """A small file of these columns that can be imported as it is."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*(column.examples for column in columns), strict=True))
    return text.getvalue().encode("utf-8-sig")
