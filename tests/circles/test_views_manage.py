import pytest
from django.utils import timezone

from circles.models import Circle, Format, FormatVersion
from tests.circles.conftest import errors, told, url
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    MembershipFactory,
    ProgrammeFactory,
    ready_circle,
)

KEY = "5b0bff5c-4c3c-4a5e-9a3c-6a3b3f3a8d11"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, by):
    client.force_login(by)


def written(programme, /, **fields):
    return {
        "name": "Night owls",
        "programme": programme.pk,
        "of_format": Format.objects.get(key="career_circle").pk,
        "purpose": "For shift leads\r\nand their peers",
        "capacity": "8",
        "time_zone": "Europe/Berlin",
        "visibility": "public",
    } | fields


def test_create_sets_up_a_circle(client, programme):
    response = client.post(url("create"), written(programme))

    circle = Circle.objects.get()
    assert response["Location"] == circle.get_absolute_url()
    assert (circle.name, circle.programme, circle.capacity) == ("Night owls", programme, 8)
    assert (circle.time_zone, circle.visibility) == ("Europe/Berlin", "public")
    assert circle.purpose == "For shift leads\nand their peers"
    assert circle.format_version == FormatVersion.objects.get(format__key="career_circle")
    assert told(response) == [("success", "“Night owls” is set up and looks for members.")]


def test_create_clicked_twice_sets_up_one_circle(client, programme):
    form = written(programme) | {"form_key": KEY}

    answers = [client.post(url("create"), form) for _ in range(2)]

    assert Circle.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"]


def test_create_warns_when_the_seats_do_not_fit_the_format(client, programme):
    response = client.post(url("create"), written(programme, capacity="14"))

    assert Circle.objects.get().capacity == 14
    assert told(response)[1] == (
        "warning",
        "This format is made for 6 to 10 people; this circle has 14 seats.",
    )


def test_create_in_a_programme_offers_its_formats_only(client, programme):
    ProgrammeFactory()

    response = client.get(url("create_in_programme", programme))

    fields = response.context["form"].fields
    assert list(fields["programme"].queryset) == [programme]
    assert [each.key for each in fields["of_format"].queryset] == ["career_circle"]


def test_create_in_an_archived_programme_is_not_found(client):
    programme = ProgrammeFactory(archived_at=timezone.now())

    assert client.get(url("create_in_programme", programme)).status_code == 404


def test_create_without_a_programme_leads_to_one(client):
    ProgrammeFactory(archived_at=timezone.now())

    page = client.get(url("create")).content.decode()

    assert page.count(f'href="{url("programme_create")}"') == 1
    assert page.count("<textarea") == 0


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
        ("name", "nul\x00", "Null characters are not allowed."),
        ("name", "\u200b\u200d \u2060", "Write a name that people can see."),
        ("purpose", "x" * 2001, "Ensure this value has at most 2000 characters (it has 2001)."),
        ("purpose", "nul\x00", "Null characters are not allowed."),
        ("capacity", "2", "A circle seats between 3 and 30 people."),
        ("capacity", "31", "A circle seats between 3 and 30 people."),
        ("capacity", "many", "A circle seats between 3 and 30 people."),
        ("capacity", "9" * 5000, "A circle seats between 3 and 30 people."),
        ("capacity", "", "A circle seats between 3 and 30 people."),
        (
            "time_zone",
            "Mars/Olympus",
            "Select a valid choice. Mars/Olympus is not one of the available choices.",
        ),
        (
            "programme",
            "99999999999999999999",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        (
            "of_format",
            "none",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
    ],
)
def test_create_says_what_is_wrong_and_keeps_the_rest(client, programme, field, value, message):
    response = client.post(url("create"), written(programme, **{field: value}))

    assert Circle.objects.count() == 0
    assert errors(response) == {field: [message]}
    kept = "capacity" if field == "name" else "name"
    assert response.context["form"][kept].value() == written(programme)[kept]


def test_create_refuses_a_format_that_the_programme_does_not_have(client, programme):
    mastermind = Format.objects.get(key="mastermind")

    response = client.post(url("create"), written(programme, of_format=mastermind.pk))

    assert list(errors(response)) == ["of_format"]


def test_create_refuses_a_name_that_differs_in_case_only(client, programme):
    CircleFactory(name="Ärger im Büro")

    response = client.post(url("create"), written(programme, name="  ärger   im büro "))

    assert errors(response)["name"] == ["There is already a circle with this name."]


def test_create_takes_any_writing(client, programme):
    name = "夜のサークル 🧶 العمل"

    client.post(url("create"), written(programme, name=name))

    assert Circle.objects.get().name == name


def test_edit_changes_the_circle(client, programme):
    circle = CircleFactory(programme=programme, capacity=6)
    form = written(programme, name="Early birds", capacity="7", visibility="hidden")

    response = client.post(url("edit", circle), form)

    circle.refresh_from_db()
    assert (circle.name, circle.capacity, circle.visibility) == ("Early birds", 7, "hidden")
    assert response["Location"] == circle.get_absolute_url()


def test_edit_refuses_fewer_seats_than_are_taken(client, programme):
    circle = CircleFactory(name="Old", programme=programme, capacity=6)
    MembershipFactory.create_batch(4, circle=circle)

    response = client.post(url("edit", circle), written(programme, capacity="3"))

    words = "4 people have a seat, so there cannot be fewer seats than that."
    assert errors(response) == {"capacity": [words]}
    assert response.context["circle"].name == "Old"


def test_edit_offers_the_archived_programme_it_is_in_and_its_older_zone(client, programme):
    archived = ProgrammeFactory(archived_at=timezone.now())
    circle = CircleFactory(programme=archived, time_zone="US/Eastern")

    fields = client.get(url("edit", circle)).context["form"].fields

    assert set(fields["programme"].queryset) == {programme, archived}
    assert ("US/Eastern", "US/Eastern") in fields["time_zone"].choices


def test_edit_of_a_closed_circle_says_to_reopen_it(client, programme):
    circle = CircleFactory(programme=programme, stage="closed")

    response = client.post(url("edit", circle), written(programme))

    assert errors(response) == {"__all__": ["This circle is closed. Reopen it to change it."]}


def test_facilitator_edits_the_purpose_alone(client):
    held = FacilitationFactory(circle__name="Old")
    client.force_login(held.person)

    client.post(url("edit", held.circle), {"name": "New", "purpose": "To try", "capacity": "30"})

    held.circle.refresh_from_db()
    circle = held.circle
    assert (circle.name, circle.purpose, circle.capacity) == ("Old", "To try", 6)


def test_stage_moves_the_circle(client):
    circle = ready_circle(name="Night owls")

    response = client.post(url("stage", circle), {"stage": "active"})

    circle.refresh_from_db()
    assert circle.stage == "active"
    assert told(response) == [("success", "“Night owls” is now active.")]


@pytest.mark.parametrize("stage", ["closed", "nowhere", "", "\x00"])
def test_stage_refuses_other_places(client, stage):
    circle = CircleFactory(stage="forming")

    response = client.post(url("stage", circle), {"stage": stage})

    circle.refresh_from_db()
    assert circle.stage == "forming"
    assert told(response) == [("error", "From “Forming” a circle cannot go there.")]


def test_close_asks_and_says_what_happens(client):
    circle = CircleFactory()
    MembershipFactory.create_batch(2, circle=circle)

    page = client.get(url("close", circle)).content.decode()

    circle.refresh_from_db()
    assert circle.stage == "recruiting"
    assert page.count("The seats of 2 people end today") == 1


def test_close_and_reopen(client):
    seat = MembershipFactory()

    client.post(url("close", seat.circle))
    seat.refresh_from_db()
    seat.circle.refresh_from_db()
    assert (seat.circle.stage, seat.stayed_to_end) == ("closed", True)
    assert client.get(url("close", seat.circle))["Location"] == seat.circle.get_absolute_url()

    response = client.post(url("reopen", seat.circle))
    seat.refresh_from_db()
    assert (seat.left_on, seat.stayed_to_end) == (None, False)
    assert told(response)[-1][1].endswith("is open again; 1 person has a seat.")
