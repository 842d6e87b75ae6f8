from collections import defaultdict
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, Min

from analytics.demo.careers import CIRCLE_EFFECT, TIME_IN_LEVEL
from circles.models import Circle, Facilitation, Membership
from members.models import Member
from sessions_app.models import Meeting

pytestmark = [pytest.mark.scale, pytest.mark.django_db]

TODAY = date(2026, 11, 23)
MEMBERS = 4000


@pytest.fixture(scope="module", autouse=True)
def organisation(lasting_rows):
    arguments = {"members": MEMBERS, "seed": 3, "as_of": TODAY, "stdout": StringIO()}
    lasting_rows(lambda: call_command("seed_demo", **arguments))


def stretches(person, joined):
    """Days at risk and whether they end in a promotion, by level, time in level and exposure."""
    events = list(person.career_events.all())
    level = next((event.from_level for event in events), person.job_level)
    begun = since = person.hired_on
    for event in [*events, None]:
        end = event.on if event else min(TODAY, person.left_on or TODAY)
        breaks = {end} | {since + timedelta(days=days) for days, _ in TIME_IN_LEVEL}
        for until in sorted(day for day in breaks | {joined or end} if begun < day <= end):
            band = sum(since + timedelta(days=days) < until for days, _ in TIME_IN_LEVEL)
            exposed = joined is not None and joined < until
            promoted = until == end and event is not None and event.kind == "promotion"
            yield (level, band), exposed, (until - begun).days, promoted
            begun = until
        if event and event.to_level != level:
            level, since = event.to_level, event.on


def test_members_of_circles_are_promoted_at_about_the_rate_that_is_documented():
    joined = dict(
        Membership.objects.values_list("person").annotate(first=Min("joined_on")).order_by()
    )
    days, promotions = defaultdict(int), defaultdict(int)
    for person in Member.objects.filter(job_level__lt=6).prefetch_related("career_events"):
        for stratum, exposed, length, promoted in stretches(person, joined.get(person.pk)):
            days[stratum, exposed] += length
            promotions[stratum, exposed] += promoted

    above = below = 0.0
    for stratum in {stratum for stratum, _ in days}:
        inside, outside = days[stratum, True], days[stratum, False]
        if inside and outside:
            above += promotions[stratum, True] * outside / (inside + outside)
            below += promotions[stratum, False] * inside / (inside + outside)

    assert sum(promotions.values()) > 1000
    assert above / below == pytest.approx(CIRCLE_EFFECT, abs=0.2)


def test_about_a_quarter_of_the_people_have_been_in_a_circle():
    in_circles = Membership.objects.values("person").distinct().count()

    assert 0.2 < in_circles / MEMBERS < 0.35


def test_levels_form_a_pyramid():
    people = dict(
        Member.objects.filter(left_on=None)
        .values_list("job_level")
        .annotate(count=Count("pk"))
        .order_by("job_level")
    )

    assert people[8] == 1
    assert people[3] > people[4] > people[5] > people[6] > people[7] > people[8]


def test_some_facilitators_hold_many_circles_and_most_hold_few():
    loads = sorted(
        Facilitation.objects.current()
        .values("person")
        .annotate(held=Count("pk"))
        .values_list("held", flat=True)
    )

    assert loads[len(loads) // 2] <= 3
    assert sum(6 <= load <= 12 for load in loads) >= 4
    assert loads[-1] <= 14


def test_most_running_circles_have_met_and_will_meet_again():
    running = Circle.objects.filter(stage=Circle.Stage.ACTIVE)
    planned = Meeting.objects.filter(circle__in=running, state="planned").values("circle")

    assert planned.distinct().count() >= running.count() * 0.98
    assert Meeting.objects.filter(circle__in=running, state="recap_sent").exists()
