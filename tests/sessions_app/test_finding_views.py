from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from circles.needs import needs_of
from members.outward import NotFetched
from sessions_app.actions import finding
from sessions_app.finding.busy import Busy
from sessions_app.models import Attendance, Availability, TimeSearch, TimeVote
from tests.factories import (
    AttendanceFactory,
    AvailabilityFactory,
    CandidateFactory,
    FacilitationFactory,
    MeetingFactory,
    MembershipFactory,
    TimeSearchFactory,
    TimeVoteFactory,
    WishesFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
State = TimeSearch.State


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def held(client):
    held = FacilitationFactory(circle__time_zone="Europe/Berlin")
    client.force_login(held.person)
    return held


@pytest.fixture
def seat(client):
    seat = MembershipFactory(circle__time_zone="Europe/Berlin", person__time_zone="Asia/Kolkata")
    client.force_login(seat.person)
    return seat


def at(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def means(person, status="suits", **more):
    said = {"is": status, "out": "", "locals": ["15:00"], "missed": 0, "on": [], "of": 26}
    return {str(person.pk): said | more}


ASKED = {"rhythm": "weekly", "minutes": "45", "from_on": "2026-04-01", "answer_by": "2026-03-24"}


def test_asking_everyone_begins_a_search(client, held):
    page = client.get(at("time_search_new", held.circle.pk))
    response = client.post(at("time_search_new", held.circle.pk), ASKED)

    search = TimeSearch.objects.get()
    assert page.context["form"].initial["rhythm"] == "fortnightly"
    assert response.url == at("time_search", search.pk)
    assert (search.rhythm, search.minutes, search.asked_by) == ("weekly", 45, held.person)
    assert search.answer_by == datetime(2026, 3, 24, 23, tzinfo=UTC)  # midnight in Berlin
    again = client.post(at("time_search_new", held.circle.pk), ASKED)
    assert (again.status_code, again.context["form"].non_field_errors()) == (
        422,
        ["The circle is looking for a time already."],
    )


@pytest.mark.parametrize("of_another", [False, True])
def test_another_time_is_looked_for_from_the_meeting(client, held, of_another):
    circle = MembershipFactory().circle if of_another else held.circle
    meeting = MeetingFactory(circle=circle, starts_at=NOW + timedelta(days=6))
    address = f"{at('time_search_new', held.circle.pk)}?instead_of={meeting.pk}"

    client.post(address, {**ASKED, "rhythm": "weekly"})

    search = TimeSearch.objects.get()
    expected = (None, "weekly") if of_another else (meeting, "once")
    assert (search.instead_of, search.rhythm) == expected


def test_meeting_page_offers_another_time_once_too_few_can_come(client, held):
    meeting = MeetingFactory(circle=held.circle, starts_at=NOW + timedelta(days=6))
    seats = MembershipFactory.create_batch(3, circle=held.circle)
    link = f"{at('time_search_new', held.circle.pk)}?instead_of={meeting.pk}"

    shown = []
    for seat in seats[:2]:
        AttendanceFactory(meeting=meeting, person=seat.person, rsvp=Attendance.Rsvp.NOT_GOING)
        shown.append(link in client.get(meeting.get_absolute_url()).content.decode())
    client.force_login(seats[2].person)
    shown.append(link in client.get(meeting.get_absolute_url()).content.decode())

    assert shown == [False, True, False]


def test_circle_page_leads_to_the_search(client, held):
    new = at("time_search_new", held.circle.pk)
    before = client.get(held.circle.get_absolute_url()).content.decode()
    search = TimeSearchFactory(circle=held.circle, state=State.VOTING)
    voting = client.get(held.circle.get_absolute_url()).content.decode()

    assert [new in before, new in voting] == [True, False]
    assert "Times to meet are proposed." in voting
    assert at("time_search", search.pk) in voting


def test_answer_page_shows_the_persons_own_zone_and_what_they_said_before(client, seat):
    search = TimeSearchFactory(circle=seat.circle)
    WishesFactory(person=seat.person, hours=[9, 10])
    wished = client.get(at("time_search_answer", search.pk))
    AvailabilityFactory(person=seat.person, hours=[5], if_need_be=[6], time_zone="Asia/Kolkata")
    last = client.get(at("time_search_answer", search.pk))
    seat.person.time_zone = "Asia/Karachi"
    seat.person.save()
    moved = client.get(at("time_search_answer", search.pk))

    first = [page.context["form"].initial["hours"] for page in (wished, last, moved)]
    assert first == [[9, 10], [5], []]  # half an hour off: no whole hour is left
    assert "All hours are in your own time zone, Kolkata time." in wished.content.decode()


def test_answer_with_a_calendar_keeps_only_busy_hours(client, seat):
    search = TimeSearchFactory(circle=seat.circle, from_on=date(2026, 4, 1))
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Unspeakable\r\n"
        "DTSTART:20260402T100000Z\r\nDTEND:20260402T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    typed = {"hours": ["9"], "if_need_be": ["10"]}
    typed["calendar_file"] = SimpleUploadedFile("a.ics", text.encode())

    response = client.post(at("time_search_answer", search.pk), typed)

    answer = Availability.objects.get()
    assert response.url == at("time_search", search.pk)
    assert (answer.hours, answer.if_need_be, answer.source) == ([9], [10], "file")
    assert answer.busy == [["2026-04-02T10:00:00+00:00", "2026-04-02T11:00:00+00:00"]]
    page = client.get(at("time_search_answer", search.pk)).content.decode()
    assert "We know 1 busy stretch from a calendar file" in page
    client.post(at("time_search_calendar", search.pk))
    answer.refresh_from_db()
    assert (answer.busy, answer.hours) == ([], [9])


def refused(client, search, **typed):
    response = client.post(at("time_search_answer", search.pk), typed)
    return response.status_code, dict(response.context["form"].errors)


def test_calendar_that_cannot_be_read_is_said_at_its_field(client, seat, monkeypatch):
    search = TimeSearchFactory(circle=seat.circle)
    large = SimpleUploadedFile("a.ics", b"BEGIN:VCALENDAR" + b"x" * 20 * 1024 * 1024)

    def unreachable(*_, **__):
        raise NotFetched("No such host was found.")

    monkeypatch.setattr(finding, "fetch", unreachable)
    outcomes = [
        refused(client, search, calendar_text="junk"),
        refused(client, search, calendar_file=large),
        refused(client, search, calendar_url="https://nowhere.test/", hours=["5"]),
        refused(client, search, calendar_url="https://a.test/", calendar_text="BEGIN:VCALENDAR"),
        refused(client, search, hours=["200"]),
    ]

    told = "Export fewer months of it, or paint your hours."
    assert outcomes == [
        (
            422,
            {
                "calendar_text": [
                    "This is not a calendar: a calendar file ends in .ics. Export it anew."
                ]
            },
        ),
        (422, {"calendar_file": [f"This calendar has 20 MB; at most 2 MB are read. {told}"]}),
        (422, {"calendar_url": ["No such host was found."]}),
        (
            422,
            {"calendar_text": ["Give your calendar in one way only: leave the others empty."]},
        ),
        (422, {"hours": ["A week has no such hour."]}),
    ]
    assert Availability.objects.count() == 0


def test_calendar_address_is_read_and_what_was_not_understood_is_said(client, seat, monkeypatch):
    search = TimeSearchFactory(circle=seat.circle)
    monkeypatch.setattr(finding, "fetch", lambda *_, **__: b"")
    monkeypatch.setattr(finding, "busy_of", lambda *_, **__: Busy((), left_out=2))

    response = client.post(
        at("time_search_answer", search.pk), {"calendar_url": " https://calendar.test/me "}
    )

    assert Availability.objects.get().calendar_url == "https://calendar.test/me"
    assert said(response) == [
        "Thank you: your circle knows when you can. 2 entries of your calendar could not be "
        "understood."
    ]


def test_answer_after_times_are_proposed_leads_to_them(client, seat):
    search = TimeSearchFactory(circle=seat.circle, state=State.VOTING)

    response = client.get(at("time_search_answer", search.pk))

    assert response.url == at("time_search", search.pk)


def test_vote_page_says_who_is_inconvenienced_and_keeps_votes(client, seat):
    other = MembershipFactory(circle=seat.circle, person__name="Ama Mensah").person
    search = TimeSearchFactory(
        circle=seat.circle, state=State.VOTING, rhythm="weekly", vote_by=NOW + timedelta(days=2)
    )
    people = means(other, out="early", locals=["06:30"]) | means(seat.person, "cannot", missed=26)
    first = CandidateFactory(search=search, place=1, people=people)
    CandidateFactory(search=search, place=2, slots=[{"starts": "2030-05-15T09:00"}])
    TimeVoteFactory(candidate=first, person=other)

    page = client.get(at("time_search", search.pk))
    empty = client.post(at("time_search_vote", search.pk), {})
    wrong = client.post(at("time_search_vote", search.pk), {f"c{first.pk}": "maybe"})
    voted = client.post(at("time_search_vote", search.pk), {f"c{first.pk}": "if_need_be"})

    card = page.context["cards"][0]
    assert [line.words for line in card.lines] == ["you can’t", "06:30 for Ama, early"]
    for_you = "Tuesday 18:30, later Tuesday 19:30"
    assert (card.when, card.for_you, card.is_ahead) == ("Tuesdays 15:00", for_you, True)
    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert said(voted) == ["Your vote counts. You can change it until the vote ends."]
    mine = TimeVote.objects.get(person=seat.person)
    assert (mine.candidate, mine.choice) == (first, "if_need_be")
    again = client.get(at("time_search", search.pk))
    assert again.context["form"].initial == {f"c{first.pk}": "if_need_be"}


def test_facilitator_who_votes_is_counted_without_having_answered(client, held):
    seat = MembershipFactory(circle=held.circle)
    search = TimeSearchFactory(
        circle=held.circle, state=State.VOTING, vote_by=NOW + timedelta(days=2)
    )
    candidate = CandidateFactory(search=search)

    client.post(at("time_search_vote", search.pk), {f"c{candidate.pk}": "yes"})

    page = client.get(at("time_search", search.pk))
    assert page.context["cards"][0].tally.yes == (held.person,)
    assert page.context["silent"] == [seat.person.name]


def test_vote_that_is_over_is_closed_and_says_what_comes(client, seat):
    search = TimeSearchFactory(circle=seat.circle, state=State.VOTING, vote_by=NOW)
    candidate = CandidateFactory(search=search)

    page = client.get(at("time_search", search.pk)).content.decode()
    client.post(at("time_search_vote", search.pk), {f"c{candidate.pk}": "yes"})

    assert "The vote is over. No time has enough: 1 must be able to come." in page
    assert TimeVote.objects.count() == 0


def test_whoever_looks_after_draws_settles_and_sees_it_settled(client, held):
    seats = MembershipFactory.create_batch(2, circle=held.circle)
    search = TimeSearchFactory(circle=held.circle, rhythm="weekly")
    too_few = client.post(at("time_search_draw", search.pk))
    for seat in seats:
        AvailabilityFactory(search=search, person=seat.person)
    client.post(at("time_search_draw", search.pk))
    candidate = search.candidates.get(place=1)
    none = client.get(at("time_search_settle", search.pk))
    asks = client.get(at("time_search_settle", search.pk), {"candidate": candidate.pk})

    client.post(at("time_search_settle", search.pk), {"candidate": candidate.pk})

    search.refresh_from_db()
    page = client.get(at("time_search", search.pk)).content.decode()
    assert said(too_few)[0][:21] == "Too few have answered"
    assert none.url == at("time_search", search.pk)
    assert asks.context["card"].candidate == candidate
    assert search.state == State.SETTLED
    assert "The meetings are planned; everyone finds them on their home page." in page
    other = search.candidates.get(place=2)
    refused = client.post(at("time_search_settle", search.pk), {"candidate": other.pk})
    assert said(refused)[-1] == ("This search is over: a time was taken, or it was withdrawn.")


def test_deadline_is_moved_and_a_wrong_one_refused(client, held):
    search = TimeSearchFactory(circle=held.circle)

    past = client.post(at("time_search_extend", search.pk), {"until": "2026-03-19"})
    client.post(at("time_search_extend", search.pk), {"until": "2026-03-30"})

    search.refresh_from_db()
    assert past.status_code == 422
    assert search.answer_by == datetime(2026, 3, 30, 22, tzinfo=UTC)


def test_search_that_is_over_takes_no_more_steps(client, held):
    search = TimeSearchFactory(circle=held.circle, state=State.SETTLED, settled_at=NOW)

    extended = client.post(at("time_search_extend", search.pk), {"until": "2026-03-30"})
    withdrawn = client.post(at("time_search_withdraw", search.pk))

    assert said(extended) == ["This search is over."]
    assert said(withdrawn)[-1] == "A time was found meanwhile. Cancel the meetings instead."


def test_reminding_says_whether_anybody_was_left_to_remind(client, held):
    MembershipFactory(circle=held.circle)
    search = TimeSearchFactory(circle=held.circle)

    told = [said(client.post(at("time_search_remind", search.pk)))[-1] for _ in range(2)]

    assert told == [
        "Whoever said nothing yet gets one more mail.",
        "Everyone who is silent was reminded already; once is enough.",
    ]


def test_home_asks_for_hours_and_then_for_a_vote(seat, django_assert_num_queries):
    search = TimeSearchFactory(circle=seat.circle)
    TimeSearchFactory()

    asked = needs_of(seat.person)
    AvailabilityFactory(search=search, person=seat.person)
    answered = needs_of(seat.person)
    TimeSearch.objects.filter(pk=search.pk).update(state=State.VOTING)
    voting = needs_of(seat.person)
    TimeVoteFactory(candidate=CandidateFactory(search=search), person=seat.person)
    voted = needs_of(seat.person)

    labels = [[need.label for need in each] for each in (asked, answered, voting, voted)]
    assert labels == [["Say when you can"], [], ["Vote"], []]


@pytest.mark.parametrize("count", [1, 4])
def test_search_page_queries_do_not_grow(client, seat, count, django_assert_num_queries):
    search = TimeSearchFactory(
        circle=seat.circle, state=State.VOTING, vote_by=NOW + timedelta(days=1)
    )
    for place in range(1, count + 1):
        person = MembershipFactory(circle=seat.circle).person
        AvailabilityFactory(search=search, person=person)
        candidate = CandidateFactory(search=search, place=place, people=means(person))
        TimeVoteFactory(candidate=candidate, person=person)

    # User, search, seats, answers, facilitators who answered, candidates, votes, quorum; circles
    # held, circles hosted alone and one's seat for the buttons; roles.
    with django_assert_num_queries(12):
        response = client.get(at("time_search", search.pk))

    assert len(response.context["cards"]) == count
    assert len(response.context["everyone"].people) == count + 1
