from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from circles.actions import join_circle, reopen_circle
from circles.actions.merges import (
    accept_merge,
    advice_on_merging,
    ask_to_merge,
    combined,
    decline_merge,
    merge_circles,
)
from circles.actions.refusals import CannotChange
from circles.models import Lineage, Membership, MergeRequest
from notifications.models import Reminder
from tests.circles.conftest import NOON, told, trail, url
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    MergeRequestFactory,
    PersonFactory,
    RenewalVoteFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TODAY = date(2026, 3, 10)
LONG_AGO = date(2020, 1, 6)


def pair(mine=3, theirs=3, **fields):
    """A circle that would join another one, of the same programme."""
    circle = CircleFactory(stage="active", name="Larks", **fields)
    into = CircleFactory(stage="active", name="Owls", programme=circle.programme, capacity=4)
    MembershipFactory.create_batch(mine, circle=circle)
    MembershipFactory.create_batch(theirs, circle=into)
    return circle, into


def owed(kind):
    rows = Reminder.objects.filter(kind=kind, state="planned")
    return set(rows.values_list("recipient", flat=True))


def test_merger_moves_everyone_on_one_day_and_closes_the_other(by):
    circle, into = pair()
    seats = list(circle.memberships.all())
    Membership.objects.filter(pk=seats[0].pk).update(role="host")

    merge_circles(circle, into, by=by)
    merge_circles(circle, into, by=by)

    circle.refresh_from_db()
    into.refresh_from_db()
    assert (circle.stage, circle.ended_on, into.stage, into.capacity) == (
        "closed",
        TODAY,
        "active",
        6,
    )
    ended = set(circle.memberships.values_list("joined_on", "left_on", "stayed_to_end"))
    assert ended == {(LONG_AGO, TODAY, True)}
    came = list(into.memberships.filter(moved_from__isnull=False).order_by("pk"))
    assert [(seat.person_id, seat.moved_from_id) for seat in came] == [
        (seat.person_id, seat.pk) for seat in seats
    ]
    assert {(seat.joined_on, seat.left_on) for seat in came} == {(TODAY, None)}
    assert [seat.role for seat in came] == ["host", "member", "member"]
    assert Lineage.objects.filter(ancestor=circle, descendant=into, kind="merge", on=TODAY).exists()
    assert trail() == [("closed circle", "Larks"), ("merged circle", "Larks")]


def test_first_joining_is_unchanged_by_a_merger(by):
    circle, into = pair()
    MembershipFactory(circle=circle, joined_on=date(2026, 1, 1))
    before = first_joinings()

    merge_circles(circle, into, by=by)

    assert first_joinings() == before
    assert sorted(before.values()) == [LONG_AGO] * 6 + [date(2026, 1, 1)]


def first_joinings():
    days = Membership.objects.order_by("joined_on").values_list("person", "joined_on")
    return dict(reversed(list(days)))


def test_who_is_in_both_keeps_one_seat(by):
    circle, into = pair()
    both = into.memberships.first()
    here = MembershipFactory(circle=circle, person=both.person)

    assert combined(circle, into) == 6
    merge_circles(circle, into, by=by)

    here.refresh_from_db()
    assert (here.left_on, here.stayed_to_end) == (TODAY, True)
    assert list(into.memberships.filter(person=both.person)) == [both]


def test_seat_that_an_import_ends_later_goes_on(by):
    circle, into = pair()
    seat = circle.memberships.first()
    former = MembershipFactory(
        circle=into, person=seat.person, joined_on=LONG_AGO, left_on=TODAY + timedelta(days=5)
    )

    merge_circles(circle, into, by=by)

    former.refresh_from_db()
    assert (former.joined_on, former.left_on, former.moved_from) == (LONG_AGO, None, seat)


def test_days_of_two_zones_lose_nothing_and_reveal_nothing(by):
    circle, into = pair(time_zone="Pacific/Auckland")

    merge_circles(circle, into, by=by)  # in Auckland it is tomorrow already

    tomorrow = date(2026, 3, 11)
    assert set(circle.memberships.values_list("left_on", flat=True)) == {tomorrow}
    came = into.memberships.filter(moved_from__isnull=False)
    assert set(came.values_list("joined_on", flat=True)) == {tomorrow}


def test_merger_out_of_renewal_begins_another_term(by):
    circle, into = pair()
    into.stage, into.term_ends_on = "renewal", date(2026, 3, 31)
    into.save()

    merge_circles(circle, into, by=by)

    into.refresh_from_db()
    assert (into.stage, into.term_ends_on) == ("active", date(2026, 9, 30))


def test_who_waited_for_the_circle_is_told_and_everyone_hears_of_the_merger(by):
    circle, into = pair()
    waits = PersonFactory()
    entry = circle.waitlist.create(person=waits)

    merge_circles(circle, into, by=by)

    entry.refresh_from_db()
    assert (entry.end, owed("wait_ended")) == ("closed", {waits.pk})
    assert owed("circle_merged") == set(into.memberships.values_list("person", flat=True))
    assert owed("circle_closed") == set()


def test_merger_cannot_be_undone_by_reopening(by):
    circle, into = pair()
    merge_circles(circle, into, by=by)

    with pytest.raises(CannotChange, match="Its people went on in “Owls”"):
        reopen_circle(circle, by=by)


def full(circle, into):
    MembershipFactory.create_batch(24, circle=circle)
    into.offers.create(
        person=PersonFactory(), reason="invitation", expires_at=NOON + timedelta(days=1)
    )


def both_sides(holds, sits):
    def change(*circles):
        person = FacilitationFactory(circle=circles[holds], person__name="Ada").person
        MembershipFactory(circle=circles[sits], person=person)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda circle, into: setattr(into, "pk", circle.pk), "cannot join itself"),
        (lambda c, into: setattr(into, "programme", CircleFactory().programme), "different"),
        (lambda circle, into: setattr(circle, "stage", "closed"), "“Larks” is closed."),
        (lambda circle, into: setattr(into, "stage", "closed"), "“Owls” is closed."),
        (lambda circle, into: setattr(into, "stage", "paused"), "“Owls” takes nobody now."),
        (lambda circle, into: setattr(into, "closes_on", TODAY), "“Owls” takes nobody now."),
        (lambda circle, into: RenewalVoteFactory(circle=into), "“Owls” votes on its future"),
        (lambda circle, into: CircleFactory(parent=circle), "Other circles belong to “Larks”"),
        (full, "Together they need 31 seats; a circle has 30 at most."),
        (both_sides(0, 1), "Ada facilitates “Larks” and has a seat in “Owls”"),
        (both_sides(1, 0), "Ada facilitates “Owls” and has a seat in “Larks”"),
    ],
)
def test_merger_is_refused_in_words(by, change, words):
    circle, into = pair()
    change(circle, into)
    if into.pk != circle.pk:
        circle.save()
        into.save()

    for attempt in (merge_circles, ask_to_merge):
        with pytest.raises(CannotChange, match=words):
            attempt(circle, into, by=by)

    assert Lineage.objects.count() == 0


@pytest.mark.parametrize(
    ("most", "counts", "warned"), [(5, "people", 1), (6, "people", 0), (5, "circles", 0)]
)
def test_merger_warns_over_the_formats_size(most, counts, warned):
    circle, into = pair()
    into.format_version.size_max = most
    into.format_version.definition = {"size": {"of": counts}}

    assert bool(advice_on_merging(circle, into)) == warned


def test_request_asks_those_who_look_after_the_other_circle(by):
    circle, into = pair()
    held = FacilitationFactory(circle=into)
    host = MembershipFactory(circle=into, role="host")

    request = ask_to_merge(circle, into, by=by, message="We are three")
    same = ask_to_merge(circle, into, by=by)

    assert (same, request.state, request.message) == (request, "open", "We are three")
    assert owed("merge_request") == {held.person_id, host.person_id}


def test_another_request_replaces_the_former(by):
    circle, into = pair()
    former = MergeRequestFactory(circle=circle)

    ask_to_merge(circle, into, by=by)

    former.refresh_from_db()
    assert (former.state, former.answered_by) == ("withdrawn", by)


def test_accepting_merges_once(by):
    circle, into = pair()
    request = MergeRequestFactory(circle=circle, into=into)

    accept_merge(request, by=by)
    accept_merge(request, by=by)

    request.refresh_from_db()
    assert (request.state, request.answered_at, request.answered_by) == ("accepted", NOON, by)
    assert into.memberships.current().count() == 6


def test_no_and_taking_back_change_nothing_and_the_asker_hears_of_a_no(by):
    asker = PersonFactory()
    declined, withdrawn = MergeRequestFactory.create_batch(2, asked_by=asker)

    decline_merge(declined, by=by)
    decline_merge(declined, by=by, as_asker=True)
    decline_merge(withdrawn, by=by, as_asker=True)

    states = dict(MergeRequest.objects.values_list("pk", "state"))
    assert states == {declined.pk: "declined", withdrawn.pk: "withdrawn"}
    assert list(Reminder.objects.values_list("kind", "subject")) == [
        ("merge_refused", f"merge:{declined.pk}")
    ]
    with pytest.raises(CannotChange, match="answered already"):
        accept_merge(declined, by=by)


def test_accepting_what_cannot_be_any_more_leaves_the_request_open(by):
    circle, into = pair()
    request = MergeRequestFactory(circle=circle, into=into)
    into.stage = "paused"
    into.save()

    with pytest.raises(CannotChange):
        accept_merge(request, by=by)

    request.refresh_from_db()
    assert request.state == "open"


def test_organiser_chooses_a_circle_and_merges_at_once(client, by):
    circle, into = pair()
    CircleFactory(stage="active", name="Of another programme")
    CircleFactory(stage="paused", programme=circle.programme)
    client.force_login(by)

    found = client.get(url("merge", circle), {"words": "owl"})
    nothing = client.get(url("merge", circle), {"words": "zebra"})
    asked = client.get(url("merge_into", circle, into))
    done = client.post(url("merge_into", circle, into))

    assert (found.context["circles"], nothing.context["circles"]) == ([into], [])
    assert (asked.context["people"], asked.context["decides"]) == (6, True)
    assert told(done) == [("success", "The people of “Larks” go on in “Owls”. Everyone is told.")]


def test_facilitator_asks_and_the_other_one_takes_everyone_in(client):
    circle, into = pair()
    asker = FacilitationFactory(circle=circle).person
    client.force_login(asker)

    client.post(url("merge_into", circle, into), {"message": "May we?"})
    page = client.get(circle.get_absolute_url())
    request = page.context["merge_asked"]
    client.force_login(FacilitationFactory(circle=into).person)
    shown = client.get(url("merge_request", request))
    done = client.post(url("merge_request", request), {"answer": "accept"})

    assert "May we?" in shown.content.decode()
    assert told(done) == [("success", "The people of “Larks” go on in “Owls”. Everyone is told.")]
    assert into.memberships.current().count() == 6


def test_request_is_answered_by_who_may(client):
    request = MergeRequestFactory()
    asker = FacilitationFactory(circle=request.circle).person
    client.force_login(asker)

    client.post(url("merge_request", request), {"answer": "accept"})
    request.refresh_from_db()
    before = request.state
    taken_back = client.post(url("merge_request", request), {"answer": "withdraw"})
    page = client.get(url("merge_request", request))

    request.refresh_from_db()
    assert (before, request.state) == ("open", "withdrawn")
    assert told(taken_back) == [("success", "Both circles stay as they are.")]
    assert "Withdrawn" in page.content.decode()


def test_request_that_cannot_be_granted_any_more_says_why(client, by):
    request = MergeRequestFactory(into__stage="paused")
    client.force_login(by)

    response = client.post(url("merge_request", request), {"answer": "accept"})

    assert told(response) == [("error", f"“{request.into}” takes nobody now.")]


def test_merge_page_says_why_two_circles_cannot(client, by):
    circle, into = pair()
    into.stage = "paused"
    into.save()
    client.force_login(by)

    response = client.post(url("merge_into", circle, into))

    assert response.status_code == 200
    assert told(response) == [("error", "“Owls” takes nobody now.")]


def test_moved_people_can_join_elsewhere_again(by):
    circle, into = pair()
    seat = circle.memberships.first()
    merge_circles(circle, into, by=by)

    with time_machine.travel(datetime(2026, 4, 1, tzinfo=UTC), tick=False):
        other = join_circle(CircleFactory(), person=seat.person)

    assert other.joined_on == date(2026, 4, 1)
