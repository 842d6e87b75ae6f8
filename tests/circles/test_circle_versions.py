"""Moving circles to another version of their format: what it means, and who was faster."""

from datetime import date

import pytest
from django.urls import reverse

from circles.actions.circle_versions import move_all_to_version, move_to_version
from circles.actions.refusals import CannotChange
from circles.formats.moves import preview
from circles.models import Circle, FormatVersion, GateRecord
from tests.circles.conftest import told, trail
from tests.circles.test_seat_races import at_once
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    organiser,
)

pytestmark = pytest.mark.django_db
AGENDA = [{"name": "Check-in", "minutes": 60, "mode": "circle"}]


def gate(kind, value=True):
    return {"kind": kind, "value": value, "words": kind}


@pytest.fixture
def old():
    return FormatVersionFactory()


@pytest.fixture
def new(old):
    return FormatVersionFactory(format=old.format, number=2, size_max=5, meeting_minutes=75)


def fetched(*circles):
    chosen = Circle.objects.filter(pk__in=[circle.pk for circle in circles])
    return chosen.with_seats().select_related("format_version__format")


def meaning(circle, to):
    return [move.consequences for group in preview(fetched(circle), to) for move in group.moves]


def test_move_changes_the_version_and_nothing_else(by, old, new):
    circle = CircleFactory(format_version=old)
    before = Circle.objects.filter(pk=circle.pk).values().get()

    assert move_to_version(circle, new, seen=1, by=by)

    after = Circle.objects.filter(pk=circle.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"format_version_id"}
    assert trail() == [("moved circle to version", circle.name)]


def test_circle_moves_back_the_same_way(by, old, new):
    circle = CircleFactory(format_version=new)

    move_to_version(circle, old, seen=2, by=by)

    circle.refresh_from_db()
    assert circle.format_version == old


def test_circle_that_is_there_already_stays(by, old, new):
    circle = CircleFactory(format_version=new)

    assert not move_to_version(circle, new, seen=1, by=by)
    assert trail() == []


@pytest.mark.parametrize(
    ("fields", "to", "seen", "words"),
    [
        ({"stage": "closed"}, "new", 1, "It is closed. Reopen it to move it."),
        ({}, "new", 9, "Somebody moved it to version 1 meanwhile. Look at the difference again."),
        ({}, "other", 1, "It is a circle of another format than “Other”."),
    ],
)
def test_circle_that_cannot_move_says_why(by, old, new, fields, to, seen, words):
    circle = CircleFactory(format_version=old, **fields)
    target = new if to == "new" else FormatVersionFactory(format__name="Other")

    with pytest.raises(CannotChange) as refused:
        move_to_version(circle, target, seen=seen, by=by)

    assert str(refused.value) == words


def test_one_that_cannot_move_keeps_no_other_back(by, old, new):
    free, there = CircleFactory(format_version=old), CircleFactory(format_version=new)
    closed = CircleFactory(format_version=old, stage="closed")

    moves = move_all_to_version({closed: 1, free: 1, there: 1}, new, by=by)

    assert (moves.moved, moves.there) == ([free], [there])
    assert moves.refused == [(closed, "It is closed. Reopen it to move it.")]


def test_move_within_the_size_and_time_means_nothing_more(old):
    same = FormatVersionFactory(format=old.format, number=2)

    assert meaning(CircleFactory(format_version=old), same) == [[]]


def test_move_says_what_it_means_for_seats_and_minutes(old, new):
    circle = CircleFactory(format_version=old, capacity=8)
    MembershipFactory.create_batch(6, circle=circle)

    assert meaning(circle, new) == [
        [
            "It has 8 seats, and version 2 is made for 3 to 5 people. Its seats stay as they are.",
            "6 people have a seat. Nobody loses it.",
            "A meeting takes 75 minutes instead of 60. Meetings that are planned keep their time; "
            "change them where the agenda no longer fits.",
        ]
    ]


def test_hub_of_circles_has_no_size_of_people(old):
    size = {"min": 3, "max": 5, "of": "circles"}
    hub = FormatVersionFactory(
        format=old.format, number=2, size_max=5, definition={"agenda": AGENDA, "size": size}
    )

    assert meaning(CircleFactory(format_version=old, capacity=8), hub) == [[]]


@pytest.mark.parametrize(
    ("started_on", "last"),
    [
        (None, "It becomes active once that is done."),
        (date(2026, 1, 1), "It has begun already and goes on meeting."),
    ],
)
def test_move_names_the_gates_that_are_not_done(old, started_on, last):
    gates = [gate("goals_set"), gate("trainings", 3), gate("individual_recognition_test")]
    to = FormatVersionFactory(
        format=old.format, number=2, definition={"agenda": AGENDA, "gates": gates}
    )
    circle = CircleFactory(format_version=old, started_on=started_on)
    seats = MembershipFactory.create_batch(2, circle=circle)
    done = {"circle": circle, "done_on": date(2026, 1, 1)}
    GateRecord.objects.create(kind="trainings", **done)
    GateRecord.objects.create(kind="individual_recognition_test", person=seats[0].person, **done)

    assert meaning(circle, to) == [
        [
            "It asks for this from now on: "
            "every member has a goal that they share with the circle.",
            "It has 1 of 3 trainings.",
            "1 of 2 members have passed the test.",
            last,
        ]
    ]


def test_gates_that_are_done_or_were_asked_before_mean_nothing(old):
    gates = [gate("trainings", 1), gate("individual_recognition_test"), gate("graduation", "panel")]
    asked = {"agenda": AGENDA, "gates": [gate("goals_set")]}
    FormatVersion.objects.filter(pk=old.pk).update(definition=asked)
    to = FormatVersionFactory(
        format=old.format,
        number=2,
        definition={"agenda": AGENDA, "gates": [gate("goals_set"), *gates]},
    )
    circle = CircleFactory(format_version=old)
    GateRecord.objects.create(circle=circle, kind="trainings", done_on=date(2026, 1, 1))

    assert meaning(circle, to) == [[]]


@pytest.mark.parametrize("count", [1, 4])
def test_preview_asks_once_for_all_circles(old, new, count, django_assert_num_queries):
    circles = CircleFactory.create_batch(count, format_version=old)

    with django_assert_num_queries(2):  # circles with their versions, gate records
        groups = preview(fetched(*circles), new)

    assert [len(group.moves) for group in groups] == [count]


def test_preview_sorts_circles_by_the_version_they_come_from(old, new):
    third = FormatVersionFactory(format=old.format, number=3)
    circles = [CircleFactory(format_version=version) for version in (new, old, third)]

    groups = preview(fetched(*circles), third)

    assert [(group.version, [m.circle for m in group.moves]) for group in groups] == [
        (old, [circles[1]]),
        (new, [circles[0]]),
    ]


def test_facilitator_looks_at_the_difference_and_moves_the_circle(client, old, new):
    held = FacilitationFactory(circle__format_version=old)
    client.force_login(held.person)
    url = reverse("circles:circle_version", args=[held.circle.pk])

    shown = client.get(url)
    response = client.post(url, {"to": 2, f"seen-{held.circle.pk}": 1})

    held.circle.refresh_from_db()
    assert [group.version for group in shown.context["groups"]] == [old]
    assert held.circle.format_version == new
    assert told(response) == [
        ("success", f"“{held.circle}” now follows version 2 of “{old.format}”.")
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"to": 7}, "Choose the version that it should follow."),
        ({"to": 2}, "Somebody moved it to version 1 meanwhile. Look at the difference again."),
    ],
)
def test_move_that_is_refused_leads_back_to_the_difference(client, by, old, new, data, words):
    circle = CircleFactory(format_version=old)
    client.force_login(by)
    url = reverse("circles:circle_version", args=[circle.pk])

    response = client.post(url, data)

    assert (response.url, told(response)) == (url, [("error", words)])


def test_second_click_says_that_it_is_there(client, by, new):
    circle = CircleFactory(format_version=new)
    client.force_login(by)

    response = client.post(reverse("circles:circle_version", args=[circle.pk]), {"to": 2})

    assert [words for _, words in told(response)] == [
        f"“{circle}” follows already version 2 of “{new.format}”."
    ]


@pytest.mark.parametrize("stage", ["closed", "active"])
def test_circle_without_a_way_to_move_says_so(client, by, old, stage):
    if stage == "closed":
        FormatVersionFactory(format=old.format, number=2)
    circle = CircleFactory(format_version=old, stage=stage)
    client.force_login(by)

    response = client.get(reverse("circles:circle_version", args=[circle.pk]))

    words = {"closed": "This circle is closed", "active": "no other version of this format"}
    assert words[stage] in response.content.decode()
    assert response.context["groups"] == []


@pytest.mark.parametrize("count", [1, 4])
def test_circles_by_version_queries_do_not_grow(client, by, old, count, django_assert_num_queries):
    CircleFactory.create_batch(count, format_version=old)
    CircleFactory(format_version=old, stage="closed")
    client.force_login(by)

    # session, person, roles, format, versions, their keys, circles by version, how many, circles,
    # programmes
    with django_assert_num_queries(10):
        response = client.get(reverse("circles:format_circles", args=[old.format.key]))

    assert len(response.context["page"]) == count
    assert response.context["versions"] == [(old, count)]


def test_circles_are_found_by_version_and_words(client, by, old, new):
    owls = CircleFactory(format_version=old, name="Night owls")
    CircleFactory(format_version=new, name="Night shift")
    CircleFactory(format_version=old, name="Larks")
    client.force_login(by)
    url = reverse("circles:format_circles", args=[old.format.key])

    response = client.get(url, {"version": 1, "words": "night"})
    nothing = client.get(url, {"words": "nobody"})

    assert list(response.context["page"]) == [owls]
    assert "No circle fits" in nothing.content.decode()


def test_several_circles_are_previewed_and_moved(client, by, old, new):
    circles = CircleFactory.create_batch(2, format_version=old)
    there = CircleFactory(format_version=new)
    closed = CircleFactory(format_version=old, stage="closed")
    client.force_login(by)
    url = reverse("circles:format_move", args=[old.format.key])
    chosen = {"circle": [c.pk for c in (*circles, there, closed)], "to": 2}

    shown = client.get(url, chosen)
    seen = {f"seen-{circle.pk}": 1 for circle in (*circles, there, closed)}
    response = client.post(url, chosen | seen)

    context = shown.context
    assert (context["moving"], context["there"], context["closed"]) == (2, 1, [closed])
    assert told(response) == [
        ("success", "2 circles moved to version 2."),
        ("info", "1 circle had version 2 already."),
        ("error", f"“{closed}” stays as it is. It is closed. Reopen it to move it."),
    ]
    assert Circle.objects.filter(format_version=new).count() == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"to": 2}, ["Choose at least one circle."]),
        (
            {"to": 2, "circle": [0]},
            ["Select a valid choice. 0 is not one of the available choices."],
        ),
    ],
)
def test_move_of_nothing_says_what_to_choose(client, by, old, new, data, words):
    client.force_login(by)

    response = client.get(reverse("circles:format_move", args=[old.format.key]), data)

    assert [said for _, said in told(response)] == words


def test_more_than_a_hundred_circles_are_not_moved_at_once(client, by, old, new, monkeypatch):
    monkeypatch.setattr("circles.formats.filters.MOST_AT_ONCE", 1)
    circles = CircleFactory.create_batch(2, format_version=old)
    client.force_login(by)
    data = {"to": 2, "circle": [circle.pk for circle in circles]}

    response = client.get(reverse("circles:format_move", args=[old.format.key]), data)

    assert told(response) == [("error", "Choose at most 1 circles at once.")]


@pytest.mark.django_db(transaction=True)
def test_two_organisers_cannot_move_one_circle_to_two_versions():
    by, old = organiser(), FormatVersionFactory()
    second, third = (FormatVersionFactory(format=old.format, number=n) for n in (2, 3))
    circle = CircleFactory(format_version=old)

    outcomes = at_once(
        *(lambda to=to: move_to_version(circle, to, seen=1, by=by) for to in (second, third))
    )

    circle.refresh_from_db()
    late = (
        f"Somebody moved it to version {circle.format_version.number} meanwhile. "
        "Look at the difference again."
    )
    assert outcomes == sorted([late, "done"])
