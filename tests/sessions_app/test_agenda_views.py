from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from sessions_app.actions.agenda import change_agenda, settle_agenda
from sessions_app.actions.roles import CannotGive, assign_roles
from sessions_app.agenda.segments import Segment, segments_of
from sessions_app.models import Meeting
from tests.factories import (
    AttendanceFactory,
    LiveMeetingFactory,
    MeetingFactory,
    MembershipFactory,
    PersonFactory,
    RoleSwapFactory,
    RoleTurnFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
DEFINITION = {
    "agenda": [
        {"name": "Check-in", "minutes": 15, "mode": "member", "does": "hello"},
        {
            "name": "Hot seats", "minutes": 40, "mode": "presenter", "times": 2, "protocol": "seat",
        },
        {"name": "Close", "minutes": 5, "mode": "circle"},
    ],
    "protocols": {"seat": {"name": "Hot seat", "steps": [{"name": "Share", "minutes": 20}]}},
    "rotating_roles": ["host", "hot seat"],
    "before": ["Bring your numbers"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def host(client):
    seat = MembershipFactory(role="host", circle__format_version__definition=DEFINITION)
    client.force_login(seat.person)
    return seat


@pytest.fixture
def meeting(host):
    MembershipFactory.create_batch(5, circle=host.circle)
    return MeetingFactory(circle=host.circle, starts_at=NOW + timedelta(days=1))


def at(name, row):
    return reverse(f"meetings:{name}", args=[row.pk])


def fresh(meeting):
    return Meeting.objects.select_related("own_agenda", "circle__format_version").get(pk=meeting.pk)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def posted(response, **changes):
    """What a browser would send of the page's form."""
    data = {"based_on": str(response.context["based_on"]), "op": "save"}
    rows = response.context["rows"]
    data |= {"row-TOTAL_FORMS": str(len(rows.forms)), "row-INITIAL_FORMS": "0"}
    for row in rows:
        for field in row:
            value = field.value()
            data[field.html_name] = "" if value is None or value is False else str(value)
    return data | changes


def names(response):
    return [row["name"].value() or "" for row in response.context["rows"]]


def test_agenda_that_nobody_touched_says_the_same(client, meeting):
    before = segments_of(fresh(meeting))

    response = client.post(at("agenda", meeting), posted(client.get(at("agenda", meeting))))

    assert response.url == f"{meeting.get_absolute_url()}#agenda"
    assert segments_of(fresh(meeting)) == before


@pytest.mark.parametrize(
    ("op", "order", "headers"),
    [
        ("up-1", ["Hot seats", "Check-in", "Close", ""], {}),
        ("down-1", ["Check-in", "Close", "Hot seats", ""], HTMX),
        ("remove-x", ["Check-in", "Hot seats", "Close", ""], {}),
    ],
)
def test_buttons_rearrange_what_is_typed_and_save_nothing(client, meeting, op, order, headers):
    typed = posted(client.get(at("agenda", meeting)), op=op)

    response = client.post(at("agenda", meeting), typed, headers=headers)

    assert (response.status_code, names(response)) == (200, order)
    assert ("<html" in response.content.decode()) == (not headers)
    assert not hasattr(fresh(meeting), "own_agenda")


def test_segment_is_added_and_another_taken_out_and_put_back(client, meeting):
    page = client.get(at("agenda", meeting))
    new = {"row-3-name": "Break", "row-3-minutes": "5", "op": "add"}
    page = client.post(at("agenda", meeting), posted(page, **new))
    page = client.post(at("agenda", meeting), posted(page, op="remove-2"))
    removed = page.context["sum"], page.context["rows"].forms[2].is_gone
    page = client.post(at("agenda", meeting), posted(page, op="keep-2"))
    put_back = page.context["sum"], page.context["rows"].forms[2].is_gone
    page = client.post(at("agenda", meeting), posted(page, op="remove-0"))

    response = client.post(at("agenda", meeting), posted(page), headers=HTMX)

    assert removed == ("The agenda adds up: 60 of 60 minutes.", True)
    assert put_back == ("65 minutes are planned in 60: 5 minutes too many.", False)
    assert response["HX-Redirect"] == f"{meeting.get_absolute_url()}#agenda"
    kept = segments_of(fresh(meeting))
    assert [segment.name for segment in kept] == ["Hot seats", "Close", "Break"]
    assert [segment.key for segment in kept[:2]] == ["s2", "s3"]
    assert len({segment.key for segment in kept}) == 3


def test_row_with_an_error_stays_as_typed_unless_it_is_taken_out(client, meeting):
    typed = posted(client.get(at("agenda", meeting)), **{"row-1-minutes": "long"})

    refused = client.post(at("agenda", meeting), typed)
    accepted = client.post(at("agenda", meeting), typed | {"row-1-gone": "on"})

    assert (refused.status_code, refused.context["rows"].forms[1]["minutes"].value()) == (
        422, "long",
    )  # fmt: skip
    assert accepted.status_code == 302


def test_two_who_edit_at_once_see_both_and_lose_nothing(client, meeting):
    typed = posted(client.get(at("agenda", meeting)), **{"row-0-name": "Wins"})
    theirs = PersonFactory(name="Zoë Park")
    change_agenda(meeting, [Segment("s1", "Walk", 60, "circle")], by=theirs, based_on=0)

    first = client.post(at("agenda", meeting), typed)
    second = client.post(at("agenda", meeting), posted(first))

    assert (first.status_code, names(first)[0]) == (422, "Wins")
    assert "Saved meanwhile by Zoë Park" in first.content.decode()
    assert second.status_code == 302
    assert segments_of(fresh(meeting))[0].name == "Wins"


def test_empty_agenda_and_odd_versions_are_refused_in_words(client, meeting):
    page = client.get(at("agenda", meeting))
    gone = {f"row-{place}-gone": "on" for place in range(3)}

    empty = client.post(at("agenda", meeting), posted(page, **gone))
    odd = client.post(at("agenda", meeting), posted(page, based_on="x", **{"row-0-name": "A"}))

    assert empty.context["problem"] == "An agenda has from 1 to 30 segments."
    assert odd.context["problem"].startswith("Somebody else changed this agenda")


def test_same_key_twice_becomes_another_segment(client, meeting):
    typed = posted(client.get(at("agenda", meeting)), **{"row-1-key": "s1", "row-2-key": "zz"})

    client.post(at("agenda", meeting), typed)

    keys = [segment.key for segment in segments_of(fresh(meeting))]
    assert keys[0] == "s1"
    assert len(set(keys)) == 3


def test_live_agenda_keeps_what_is_behind(client, meeting):
    settle_agenda(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state="live")
    LiveMeetingFactory(meeting=meeting, segment="s1", began_at=NOW)

    page = client.get(at("agenda", meeting))
    response = client.post(at("agenda", meeting), posted(page, **{"row-1-minutes": "3"}))

    assert [segment.name for segment in page.context["done"]] == ["Check-in"]
    assert names(page) == ["Hot seats", "Close", ""]
    assert response.status_code == 302
    assert [segment.minutes for segment in segments_of(fresh(meeting))] == [15, 40, 3]
    refused = said(client.post(at("agenda_reset", meeting)))
    assert refused[-1] == "The meeting has begun; its agenda is what you follow now."


def test_meeting_that_is_over_has_no_editor(client, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")

    assert client.get(at("agenda", meeting)).url == meeting.get_absolute_url()


def test_reset_asks_first_and_goes_back_to_the_formats(client, meeting):
    change_agenda(meeting, [Segment("x", "Walk", 60, "circle")], by=PersonFactory(), based_on=0)

    asked = client.get(at("agenda_reset", meeting))
    response = client.post(at("agenda_reset", meeting))

    assert "Give up your changes?" in asked.content.decode()
    assert said(response) == ["The agenda is the format’s again."]
    assert not hasattr(fresh(meeting), "own_agenda")


@pytest.mark.parametrize("count", [1, 4])
def test_meeting_to_come_takes_constantly_many_queries(
    client, host, count, django_assert_num_queries
):
    meeting = MeetingFactory(circle=host.circle, starts_at=NOW + timedelta(days=1))
    for place in range(count):
        person = MembershipFactory(circle=host.circle).person
        turn = RoleTurnFactory(meeting=meeting, person=person, role="hot seat", place=place + 1)
        RoleSwapFactory(turn=turn, asked=host.person)
        AttendanceFactory(meeting=meeting, person=person, rsvp="going")

    # Session and user, meeting, its seats, facilitators and answers, decisions, promises; roles,
    # the ledger's seats and turns, questions to swap; circles held, circles hosted alone, hosting,
    # a seat, roles of the reader; topics, open promises, one's buddies, whether it is live.
    with django_assert_num_queries(21):
        response = client.get(meeting.get_absolute_url())

    assert len(response.context["role_lines"]) == count


def test_meeting_to_come_shows_the_agenda_for_who_is_expected(client, host, meeting):
    assign_roles(meeting)
    mine = meeting.roles.filter(person=host.person).get()
    AttendanceFactory(meeting=meeting, person=host.person, rsvp="going")

    response = client.get(meeting.get_absolute_url())

    page = response.context
    assert page["agenda_basis"] == "For six: one is coming and five have not said yet."
    assert page["slots"][0].timed.who == "6 people, 2:30 each"
    assert [len(slot.presenters) for slot in page["slots"]] == [0, 2, 0]
    assert (page["my_roles"], page["my_prompts"][0]) == ([mine.role], "Bring your numbers")
    assert [line.is_mine for line in page["role_lines"]].count(True) == 1


def test_meeting_far_away_shows_whose_turn_it_would_be(client, meeting):
    response = client.get(meeting.get_absolute_url())

    assert [line.turn.pk for line in response.context["role_lines"]] == [None] * 3
    assert "As things stand; nothing is given out yet." in response.content.decode()


def test_past_meeting_shows_what_was_settled(client, meeting):
    settle_agenda(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")

    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        response = client.get(meeting.get_absolute_url())

    page = response.context
    assert [slot.timed.who for slot in page["slots"]] == [
        "each in turn", "2 presenters, 20:00 each", "all together",
    ]  # fmt: skip
    assert len(page["role_lines"]) == 3
    assert "my_prompts" not in page


def test_host_chooses_who_does_what(client, host, meeting):
    form = client.get(at("role_give", meeting)).context["form"]
    other = list(form.people.values())[-1]
    typed = {field.html_name: field.value() for field in form} | {"host-1": str(other.pk)}

    response = client.post(at("role_give", meeting), typed)
    refused = client.post(at("role_give", meeting), typed | {"host-1": "0"})

    assert [field.label for field in form] == ["Host", "Hot seat 1", "Hot seat 2"]
    assert response.url == f"{meeting.get_absolute_url()}#roles"
    assert meeting.roles.get(role="host").person == other
    assert refused.status_code == 422


def test_roles_page_takes_constantly_many_queries(client, meeting, django_assert_num_queries):
    away = meeting.circle.memberships.last()
    away.leaves.create(began_on=NOW.date(), back_by=NOW.date() + timedelta(days=30))
    AttendanceFactory(
        meeting=meeting, person=meeting.circle.memberships.all()[1].person, rsvp="not_going"
    )

    # Session and user, meeting, circles held, hosting; seats, turns, roles; needs of the frame.
    with django_assert_num_queries(8):
        response = client.get(at("role_give", meeting))

    labels = [label for _, label in response.context["form"].fields["host-1"].choices]
    assert [label.rpartition("(")[2] for label in labels if "(" in label] == [
        "can’t come)", "on leave)",
    ]  # fmt: skip


def test_swapping_from_asking_to_the_answer(client, host, meeting):
    assign_roles(meeting)
    turn = meeting.roles.get(person=host.person)
    with_role = meeting.roles.exclude(pk=turn.pk).first()

    page = client.get(at("role_swap_ask", turn))
    nobody = client.post(at("role_swap_ask", turn), {})
    asked = client.post(at("role_swap_ask", turn), {"asked": str(with_role.person_id)})
    again = client.post(at("role_swap_ask", turn), {"asked": page.context["people"][-1].pk})
    swap = turn.swaps.get()
    client.force_login(with_role.person)
    seen = client.get(meeting.get_absolute_url()).content.decode()
    answered = client.post(at("role_swap_answer", swap), {"accepted": "yes"})
    refused = client.post(at("role_swap_answer", swap), {"accepted": "no"})
    client.force_login(host.person)
    late = client.post(at("role_swap_withdraw", swap))

    labels = [label for _, label in page.context["form"].fields["asked"].choices]
    assert f"{with_role.person.name} ({with_role.role}: you would swap)" in labels
    assert nobody.status_code == 422
    assert said(asked) == [f"{with_role.person.short_name} gets a mail and can answer there."]
    assert said(again)[-1] == "You have asked somebody already. Take that back first."
    assert "asks you to take over" in seen
    assert said(answered)[-1] == f"You are {turn.role} now."
    assert said(refused)[-1] == "This was answered already."
    assert "has answered already" in said(late)[-1]


def test_question_is_taken_back(client, host, meeting):
    turn = RoleTurnFactory(meeting=meeting, person=host.person)
    swap = RoleSwapFactory(turn=turn, asked=meeting.circle.memberships.last().person)

    response = client.post(at("role_swap_withdraw", swap))

    assert said(response) == ["Taken back. The role is still yours."]


def test_presenter_says_what_they_bring(client, host, meeting):
    turn = RoleTurnFactory(meeting=meeting, person=host.person, role="hot seat")
    other = RoleTurnFactory(meeting=meeting, person=host.person, role="host")

    client.post(at("role_prepare", turn), {"words": "A hard client"})
    shown = client.get(meeting.get_absolute_url()).content.decode()
    long = client.post(at("role_prepare", turn), {"words": "x" * 301})
    refused = client.post(at("role_prepare", other), {"words": "A case"})

    assert shown.count("A hard client") == 3  # to prepare, roles, agenda
    assert long.status_code == 422
    assert said(refused)[-1] == "Somebody else presents now."


def test_roles_of_a_meeting_that_is_over_are_not_given_out(client, meeting, monkeypatch):
    def refuse(*_):
        raise CannotGive("Ama has no seat in this circle.")

    form = client.get(at("role_give", meeting)).context["form"]
    typed = {field.html_name: field.value() for field in form}
    monkeypatch.setattr("sessions_app.views.roles.give_roles", refuse)

    refused = client.post(at("role_give", meeting), typed)
    Meeting.objects.filter(pk=meeting.pk).update(state="closed")
    late = client.get(at("role_give", meeting))

    assert said(refused) == ["Ama has no seat in this circle."]
    assert late.url == f"{meeting.get_absolute_url()}#roles"


@pytest.mark.parametrize(
    ("role", "drives"), [("Timekeeper", True), ("chair", True), ("scribe", False), (None, False)]
)
def test_who_has_a_leading_role_drives_the_meeting(meeting, role, drives):
    person = meeting.circle.memberships.last().person
    if role:
        RoleTurnFactory(meeting=meeting, person=person, role=role)

    assert person.has_perm("sessions_app.drive_meeting", meeting) == drives
    assert not person.has_perm("sessions_app.shape_meeting", meeting)
