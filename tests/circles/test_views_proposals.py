"""The pages on which people propose, support and decide."""

import datetime as dt

import pytest

from circles.actions import CannotChange
from circles.actions import proposals as actions
from circles.models import Circle, Format
from tests.circles.conftest import errors, told, url
from tests.circles.test_proposals import career, proposed
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    PersonFactory,
    ProposalFactory,
    SupportFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = PersonFactory(time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def written(programme, **fields):
    return {
        "name": "Owls",
        "programme": programme.pk,
        "of_format": career().pk,
        "purpose": "For shift leads",
        "language": "de",
        "capacity": "8",
        "time_zone": "Europe/Berlin",
        "where": "remote",
    } | fields


def test_propose_page_writes_a_proposal_down(client, person, open_to_all):
    form = written(open_to_all, meets_weekday="1", meets_at="09:30")

    response = client.post(url("propose"), form)

    circle = Circle.objects.get()
    assert response["Location"] == circle.get_absolute_url()
    assert (circle.stage, circle.meets_weekday, circle.meets_at) == ("proposed", 1, dt.time(9, 30))
    assert told(response) == [
        ("success", "“Owls” is proposed. It starts when 2 more people support it.")
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"meets_weekday": "1"}, {"meets_at": ["Give both a day and a time, or neither."]}),
        ({"meets_at": "09:00"}, {"meets_weekday": ["Give both a day and a time, or neither."]}),
        ({"name": ""}, {"name": ["This field is required."]}),
    ],
)
def test_propose_page_says_what_is_wrong(client, person, open_to_all, fields, message):
    response = client.post(url("propose"), written(open_to_all, **fields))

    assert (errors(response), Circle.objects.count()) == (message, 0)


def test_propose_page_answers_at_the_field_when_the_format_is_not_allowed(
    client, person, open_to_all
):
    open_to_all.formats.set([Format.objects.get(key="mastermind")])

    assert list(errors(client.post(url("propose"), written(open_to_all)))) == ["of_format"]


@pytest.mark.parametrize("starters", ["facilitators", "everyone"])
def test_facilitator_starts_a_circle_and_facilitates_it(client, person, open_to_all, starters):
    FacilitationFactory(person=person)
    open_to_all.starters = starters
    open_to_all.save()

    response = client.post(url("propose"), written(open_to_all, part="facilitator"))

    circle = Circle.objects.get(name="Owls")
    assert (circle.stage, circle.proposed_by) == ("recruiting", None)
    assert [held.person for held in circle.facilitations.current()] == [person]
    assert told(response) == [("success", "“Owls” looks for members, and you facilitate it.")]


def test_facilitator_proposes_to_have_a_seat(client, person, open_to_all):
    FacilitationFactory(person=person)

    client.post(url("propose"), written(open_to_all, part="member"))

    assert Circle.objects.get(name="Owls").stage == "proposed"


def test_starting_is_refused_where_only_organisers_start(programme):
    with pytest.raises(CannotChange, match="only organisers start circles"):
        actions.start_as_facilitator(
            of_format=career(), by=PersonFactory(), programme=programme, name="Owls"
        )


def test_support_from_the_page_until_it_starts(client, person):
    circle = ProposalFactory(name="Owls")
    page = client.get(circle.get_absolute_url()).content.decode()
    assert page.count("1 of 3") == 1

    response = client.post(url("support", circle))
    assert told(response) == [("success", "You support “Owls”. We write when it starts.")]
    response = client.post(url("unsupport", circle))
    assert told(response)[-1] == ("success", "You no longer support “Owls”.")

    SupportFactory(circle=circle)
    response = client.post(url("support", circle))
    assert told(response)[-1] == (
        "success",
        "You were the last one it took: “Owls” has started.",
    )
    response = client.post(url("support", circle))
    assert told(response)[-1][0] == "error"
    response = client.post(url("unsupport", circle))
    assert told(response)[-1][0] == "error"


def test_page_of_a_proposal_says_that_its_proposer_left(client, person):
    circle = ProposalFactory(proposed_by=PersonFactory(left_on="2020-01-01"))

    page = client.get(circle.get_absolute_url()).content.decode()

    assert page.count("Whoever proposed it has left.") == 1
    assert page.count("0 of 3") == 1


def test_proposer_changes_and_withdraws_on_the_page(client, open_to_all):
    circle = proposed(open_to_all, PersonFactory())
    client.force_login(circle.proposed_by)

    response = client.post(url("edit_proposal", circle), written(open_to_all, name="Larks"))
    assert told(response) == [("success", "“Larks” is changed.")]
    CircleFactory(name="Taken")
    response = client.post(url("edit_proposal", circle), written(open_to_all, name="taken"))
    assert list(errors(response)) == ["name"]

    response = client.post(url("withdraw_proposal", circle))
    assert told(response)[-1] == ("success", "“Larks” is withdrawn. Its supporters are told.")
    response = client.post(url("withdraw_proposal", circle))
    assert told(response)[-1][0] == "error"
    response = client.post(url("edit_proposal", circle), written(open_to_all))
    assert errors(response) == {"__all__": ["This is no proposal any more."]}


def test_organiser_declines_or_launches_on_the_page(client, by):
    client.force_login(by)
    declined, launched = ProposalFactory(name="No"), ProposalFactory(name="Yes")

    assert list(errors(client.post(url("decline_proposal", declined), {"words": ""}))) == ["words"]
    response = client.post(url("decline_proposal", declined), {"words": "Later"})
    assert told(response)[-1] == ("success", "“No” is declined. Its supporters read your words.")
    assert told(client.post(url("decline_proposal", declined), {"words": "x"}))[-1][0] == "error"
    response = client.post(url("launch_proposal", launched))
    assert told(response)[-1] == ("success", "“Yes” looks for members. Its supporters are told.")
    assert told(client.post(url("launch_proposal", launched)))[-1][0] == "error"
