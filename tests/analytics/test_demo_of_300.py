"""What is so in a demo organisation of 300 people, which is made once for all these tests."""

import pytest

from circles.models import Circle
from members.models import CareerEvent, Member
from tests.analytics.test_seed_demo import TODAY, assert_seats_suffice, seed_demo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture(scope="module")
def demo(lasting_rows):
    lasting_rows(seed_demo, members=300)


def test_seed_demo_has_circles_of_many_formats_and_stages():
    formats = set(Circle.objects.values_list("format_version__format__key", flat=True))
    stages = set(Circle.objects.values_list("stage", flat=True))
    assert len(formats) >= 7
    assert stages >= {"recruiting", "forming", "active", "paused", "renewal", "closed"}
    assert Circle.objects.open().with_seats().filter(seats_left__gt=0).count() >= 5


def test_circles_of_300_never_seat_more_than_their_capacity():
    assert_seats_suffice()


def test_nobody_sits_with_their_manager_or_in_a_circle_they_hold():
    for circle in Circle.objects.open().prefetch_related("memberships__person"):
        seated = {seat.person for seat in circle.memberships.current().select_related("person")}
        assert {person.manager_id for person in seated} & {person.pk for person in seated} == set()
        holders = set(circle.facilitations.current().values_list("person", flat=True))
        assert holders & {person.pk for person in seated} == set()


def test_careers_lead_from_the_first_level_to_the_present_one():
    for person in Member.objects.prefetch_related("career_events"):
        level = None
        for event in person.career_events.all():
            assert level in (None, event.from_level)
            assert person.hired_on < event.on <= min(TODAY, person.left_on or TODAY)
            level = event.to_level
        assert level in (None, person.job_level)
    assert CareerEvent.objects.filter(kind="regrade").values("on").distinct().count() == 1
