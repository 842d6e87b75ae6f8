from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from circles.models import Leave
from sessions_app.models import Meeting
from sessions_app.quorum import is_short, is_short_and_soon
from sessions_app.words import quorum_sentence
from tests.factories import (
    AttendanceFactory,
    FacilitationFactory,
    MeetingDefaultsFactory,
    MeetingFactory,
    MembershipFactory,
)


@pytest.mark.parametrize(
    ("coming", "seats", "needed", "words"),
    [
        (0, 6, 4, "You need four."),
        (3, 6, 4, "You need four."),
        (4, 6, 4, "That is enough to meet."),
        (6, 6, 4, ""),
    ],
)
def test_quorum_in_words(coming, seats, needed, words):
    assert quorum_sentence(coming, seats, needed) == words


@pytest.fixture
def meeting():
    seat = MembershipFactory()
    return MeetingFactory(circle=seat.circle, starts_at=timezone.now() + timedelta(hours=60))


@pytest.mark.django_db
@pytest.mark.parametrize(("seats", "needed"), [(1, 1), (2, 2), (5, 3), (6, 4)])
def test_quorum_is_more_than_half_of_who_is_here(meeting, seats, needed):
    MembershipFactory.create_batch(seats - 1, circle=meeting.circle)
    away = MembershipFactory(circle=meeting.circle)
    today = timezone.localdate()
    Leave.objects.create(membership=away, began_on=today, back_by=today + timedelta(days=9))

    assert Meeting.objects.with_quorum().get().needed == needed


@pytest.mark.django_db
def test_circle_sets_its_own_quorum(meeting):
    MeetingDefaultsFactory(circle=meeting.circle, quorum=5)

    assert Meeting.objects.with_quorum().get().needed == 5


@pytest.mark.django_db
def test_meeting_is_short_until_enough_said_yes(meeting):
    seat = MembershipFactory(circle=meeting.circle)
    asked = Meeting.objects.with_answers(seat.person)
    before = asked.get()
    for each in meeting.circle.memberships.all():
        AttendanceFactory(meeting=meeting, person=each.person, rsvp="going")
    after = asked.get()
    Meeting.objects.update(
        starts_at=timezone.now() + timedelta(hours=80), ends_at=timezone.now() + timedelta(hours=81)
    )
    Meeting.objects.first().attendances.update(rsvp="")
    far = asked.get()

    assert [is_short(each) for each in (before, after, far)] == [True, False, True]
    assert [is_short_and_soon(each) for each in (before, after, far)] == [True, False, False]


@pytest.mark.django_db
def test_page_says_what_is_needed_and_who_runs_it_may_offer_another_time(client, meeting):
    MembershipFactory.create_batch(4, circle=meeting.circle)
    held = FacilitationFactory(circle=meeting.circle)
    pages = []
    for person in (meeting.circle.memberships.first().person, held.person):
        client.force_login(person)
        pages.append(client.get(meeting.get_absolute_url()).content.decode())
    try:
        search = reverse("meetings:time_search_new", args=[meeting.circle_id])
    except NoReverseMatch:
        search = None

    assert [page.count("You need three.") for page in pages] == [1, 1]
    assert [page.count("Offer another time") for page in pages] == [0, 1 if search else 0]
    assert pages[1].count(f"{search}?instead_of={meeting.pk}") == (1 if search else 0)
