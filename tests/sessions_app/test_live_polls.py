import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from circles.models import Facilitation
from sessions_app.actions import live as actions
from sessions_app.actions import live_people
from sessions_app.actions.attendance import answer
from sessions_app.actions.roles import give_role
from sessions_app.actions.screens import redraw
from sessions_app.live.facts import facts_of
from sessions_app.live.own_entries import DECISION
from sessions_app.live.reading import MEETING, PERSON, reading_of, statement
from sessions_app.models import Decision, LiveMeeting, Meeting
from tests.factories import (
    AirtimeFactory,
    CommitmentFactory,
    DecisionFactory,
    EmergencyAccessFactory,
    FacilitationFactory,
    PersonFactory,
    PlusDeltaFactory,
    RoleTurnFactory,
    organiser,
)
from tests.sessions_app.live_world import at, polled, world

pytestmark = pytest.mark.django_db


def test_screens_draw_anew_when_roles_or_answers_change(client):
    meeting, people = world()
    client.force_login(people[1])
    seen = [polled(client, meeting)["ETag"]]

    give_role(meeting, role="host", place=1, person=people[2])
    seen.append(polled(client, meeting)["ETag"])
    answer(meeting, person=people[2], coming=False, update="On a train")
    seen.append(polled(client, meeting)["ETag"])

    assert len(set(seen)) == 3


def test_unchanged_poll_is_one_query_and_nothing_else(client, django_assert_num_queries):
    meeting, people = world()
    client.force_login(people[1])
    etag = polled(client, meeting)["ETag"]

    with django_assert_num_queries(1):  # who asks, whether they read it, and what is new
        response = polled(client, meeting, etag)

    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["Cache-Control"]) == (etag, "no-store")


@pytest.mark.parametrize("count", [3, 12])
def test_changed_poll_asks_as_much_of_a_large_circle_as_of_a_small_one(
    client, count, django_assert_num_queries
):
    meeting, people = world(count)
    for person in people:
        live_people.mark_here(meeting, person_id=person.pk, here=True, by=person)
        CommitmentFactory(circle=meeting.circle, owner=person, meeting=meeting)
        DecisionFactory(meeting=meeting, written_by=person)
        PlusDeltaFactory(meeting=meeting, written_by=person)
        AirtimeFactory(meeting=meeting, person=person, seconds=60)
        RoleTurnFactory(meeting=meeting, role="scribe", place=person.pk % 30_000, person=person)
    client.force_login(people[1])

    # What is new, who asks, the meeting; seats, facilitators; seats of the day, facilitators,
    # answers; roles; airtime; promises, decisions, notes, who has case notes.
    with django_assert_num_queries(14):
        response = polled(client, meeting)
    LiveMeeting.objects.update(is_closing=True)
    redraw(meeting.pk)
    # And of each closing step its lines and who has done it.
    with django_assert_num_queries(18):
        closing = polled(client, meeting)
    # What the screens share is there by now: what is new, who asks.
    client.force_login(people[2])
    with django_assert_num_queries(2):
        again = polled(client, meeting)

    assert response.content.decode().count("Ask for twenty minutes") == count
    assert closing.content.decode().count("Everyone spoke") == count
    assert again.content.decode().count("Everyone spoke") == count


def test_lost_connection_is_opened_anew_without_a_question_before_each_poll(
    client, transactional_db
):
    meeting, people = world()
    client.force_login(people[1])
    etag = polled(client, meeting)["ETag"]
    request = type("Request", (), {"session": client.session, "user": people[1]})
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert reading_of(request, meeting.pk).etag == etag


def test_screens_know_without_asking_what_the_rules_say():
    meeting, people = world()
    RoleTurnFactory(meeting=meeting, role="timekeeper", person=people[2])
    FacilitationFactory(circle=meeting.circle)
    left = people[1].memberships.get()
    left.left_on = timezone.localdate()
    left.save()
    around = [*people, Facilitation.objects.get().person, PersonFactory()]

    facts = facts_of(meeting.pk, '{"version": null}')

    for person in around:
        assert facts.belongs(person) == person.has_perm("sessions_app.answer_meeting", meeting)
        assert facts.drives(person) == person.has_perm("sessions_app.drive_meeting", meeting)
    assert [facts.drives(person) for person in around] == [True, False, True, True, False]
    assert [facts.belongs(person) for person in around] == [True, False, True, True, False]


def test_query_of_a_poll_may_be_kept_because_it_knows_no_day():
    _, places = statement()

    assert places.count(PERSON) == 5
    assert places.count(MEETING) == 1
    assert {type(each) for each in places} == {int, str}


def test_whatever_changes_gives_another_tag(client):
    meeting, people = world()
    client.force_login(people[0])
    tags = [polled(client, meeting)["ETag"]]
    changes = [
        lambda: live_people.mark_speaker(meeting, person_id=people[1].pk),
        lambda: redraw(meeting.pk),
        lambda: Meeting.objects.update(title="Moved"),
        lambda: meeting.own_agenda.__class__.objects.update(version=2),
        lambda: actions.end(meeting, by=people[0]),
    ]

    for change in changes:
        change()
        answer = polled(client, meeting, tags[-1])
        tags.append(answer["ETag"])

    assert len(set(tags)) == len(changes) + 1
    assert answer.content.decode().count("The meeting has ended") == 2
    client.force_login(people[1])
    assert polled(client, meeting)["ETag"] != tags[-1]


def test_member_who_leaves_gets_404_on_the_next_poll(client):
    meeting, people = world()
    client.force_login(people[1])
    etag = polled(client, meeting)["ETag"]
    seat = people[1].memberships.get()

    seat.left_on = timezone.localdate()
    seat.save()

    assert polled(client, meeting, etag).status_code == 404


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"times_signed_out_everywhere": 1}, {"left_on": "2020-01-01"}]
)
def test_who_is_signed_out_meanwhile_is_told_and_sent_nowhere(client, change):
    meeting, people = world()
    client.force_login(people[1])
    etag = polled(client, meeting)["ETag"]
    type(people[1]).objects.filter(pk=people[1].pk).update(**change)

    assert polled(client, meeting, etag).status_code == 401
    assert client.get(at("live_state", meeting)).status_code == 302


def test_organiser_under_emergency_access_reads_and_is_not_polled_for(client):
    meeting, _ = world()
    access = EmergencyAccessFactory(
        circle=meeting.circle,
        approved_by=organiser(),
        approved_at=timezone.now(),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    client.force_login(access.requested_by)
    assert polled(client, meeting).status_code == 404
    session = client.session
    session["emergency_access"] = access.pk
    session.save()

    page = client.get(at("live", meeting)).content.decode()

    assert "data-live-follows" not in page
    assert page.count("live-next") == page.count("Write down") == 0
    assert polled(client, meeting).status_code == 200


def capturing(meeting, person):
    def act(number):
        form = DECISION.form(meeting, person, {"text": f"{person} {number}"})
        assert form.is_valid()
        DECISION.save(form, meeting, person)
        redraw(meeting.pk)

    return act


def moving(meeting):
    def act(_number):
        live = LiveMeeting.objects.get(pk=meeting.pk)
        seen = f"{live.segment}.{live.turn}.{live.step}"
        actions.move(meeting, actions.Way.NEXT, seen=seen)

    return act


def five_times_each(*acts):
    """Each in a thread of its own; returns what went wrong."""
    barrier, failed = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait(timeout=10)
            for number in range(5):
                act(number)
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return failed


@pytest.mark.django_db(transaction=True)
def test_two_who_capture_while_a_third_moves_on_lose_nothing():
    meeting, people = world()

    failed = five_times_each(
        capturing(meeting, people[0]), capturing(meeting, people[1]), moving(meeting)
    )

    assert failed == []
    assert Decision.objects.count() == 10
    live = LiveMeeting.objects.get()
    assert (live.version, live.segment, live.turn, live.step) == (16, "s2", 1, 0)
