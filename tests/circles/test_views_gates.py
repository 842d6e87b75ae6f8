import pytest

from circles.charters.recognition import statements
from circles.models import GateRecord
from tests.circles.conftest import NOON, told, url
from tests.factories import (
    CharterFactory,
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    PersonFactory,
    SignatureFactory,
    organiser,
    ready_circle,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TEST = {"kind": "individual_recognition_test", "value": True, "words": "Everyone knows the rules"}
TRAININGS = {"kind": "trainings", "value": 2, "words": "Two trainings come first"}
LIMITS = {"reporting", "counsel", "emergency", "figures"}
LATER = {"kind": "staging", "value": [2, 2, 1], "words": "Two people start"}


def a_circle(*gates, **fields):
    definition = {"agenda": [], "gates": list(gates or [TRAININGS, TEST, LATER])}
    version = FormatVersionFactory(definition=definition)
    return CharterFactory(circle=CircleFactory(format_version=version, **fields)).circle


@pytest.fixture
def held(client):
    """A circle that who is signed in facilitates, and one of its members."""
    circle = a_circle(stage="forming")
    client.force_login(FacilitationFactory(circle=circle).person)
    return circle, MembershipFactory(circle=circle, person__name="Ama").person


def done():
    return sorted(GateRecord.objects.values_list("kind", "person__name", "step"))


@pytest.mark.parametrize("count", [1, 4])
def test_gates_page_queries_do_not_grow(client, held, count, django_assert_num_queries):
    circle, person = held
    peers = [seat.person for seat in MembershipFactory.create_batch(count, circle=circle)]
    for other in [person, *peers]:
        GateRecord.objects.create(circle=circle, kind="trainings", person=other, done_on=NOON)

    # User, circle, circles held, members, what was noted; of the list: charter there, charter,
    # signatures, members, facilitators, seats; trainings, members; tests, members; roles.
    with django_assert_num_queries(16):
        response = client.get(url("gates", circle))

    assert len(response.context["rows"]) == count + 1
    assert response.context["asked_later"] == ["Two people start"]


def test_facilitator_notes_and_takes_back(client, held):
    circle, person = held

    for _ in range(2):
        client.post(url("gate_record", circle), {"done": f"trainings:{person.pk}:2"})
    assert done() == [("trainings", "Ama", 2)]
    assert 'aria-pressed="true"' in client.get(url("gates", circle)).content.decode()
    client.post(url("gate_record", circle), {"undo": f"trainings:{person.pk}:2"})

    assert done() == []


@pytest.mark.parametrize(
    "sent", ["", "trainings", "trainings:x:1", "trainings:1:²", "graduation:1:1", "a:b:c:d"]
)
def test_what_arrives_in_pieces_changes_nothing(client, held, sent):
    response = client.post(url("gate_record", held[0]), {"done": sent})

    assert told(response) == [("error", "That did not arrive whole. Press it once more.")]


def test_nothing_is_noted_for_strangers_or_beyond_the_format(client, held):
    circle, person = held
    stranger = PersonFactory()

    strange = client.post(url("gate_record", circle), {"done": f"trainings:{stranger.pk}:1"})
    beyond = client.post(url("gate_record", circle), {"done": f"trainings:{person.pk}:3"})

    assert strange.status_code == 404
    assert told(beyond) == [("error", "This circle’s format asks for no such thing.")]
    assert done() == []


def test_member_sees_their_own_line_only(client, held):
    circle, person = held
    other = MembershipFactory(circle=circle, person__name="Kofi").person
    for each in (person, other):
        GateRecord.objects.create(circle=circle, kind="trainings", person=each, done_on=NOON)
    client.force_login(person)

    response = client.get(url("gates", circle))

    assert [who for who, _ in response.context["rows"]] == [person]
    assert "Kofi" not in response.content.decode()


def test_format_without_trainings_says_so(client):
    circle = a_circle(LATER)
    client.force_login(MembershipFactory(circle=circle).person)

    assert "Nothing to note" in client.get(url("gates", circle)).content.decode()
    assert client.get(url("recognition_test", circle)).status_code == 404


def test_circle_without_members_has_nobody_to_note_for(client):
    client.force_login(FacilitationFactory(circle=(circle := a_circle())).person)

    assert "Nobody to note for" in client.get(url("gates", circle)).content.decode()


# The test on the rules


def right(charter, person):
    return {each.key: str(each.is_true).lower() for each in statements(charter, person.pk)}


def test_all_right_is_kept_as_a_day_and_nothing_else(client, held):
    circle, person = held
    client.force_login(person)

    response = client.post(url("recognition_test", circle), right(circle.charters.get(), person))

    noted = GateRecord.objects.get()
    assert (noted.kind, noted.person, noted.done_on) == (TEST["kind"], person, NOON.date())
    assert response.url == circle.get_absolute_url()
    assert client.get(url("recognition_test", circle)).context["passed"] == noted


def test_wrong_answers_are_explained_and_tried_again(client, held):
    circle, person = held
    charter = circle.charters.get()
    client.force_login(person)
    first, *others = statements(charter, person.pk)
    answers = right(charter, person) | {first.key: str(not first.is_true).lower()}
    del answers[others[0].key]

    response = client.post(url("recognition_test", circle), answers)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        first.key: [f"Not quite. {first.why}"],
        others[0].key: ["Choose one of the two."],
    }
    assert done() == []


def test_there_is_no_test_before_the_charter(client):
    circle = a_circle()
    circle.charters.all().delete()
    client.force_login(MembershipFactory(circle=circle).person)

    response = client.post(url("recognition_test", circle))

    assert "There is no charter to ask about yet." in response.content.decode()


@pytest.mark.parametrize("choice", [True, False])
def test_statements_follow_the_charter(choice):
    charter = CharterFactory.build(pk=1, keeps_discussion_notes=choice, senior_speaks_last=choice)
    seen = {}
    for seed in range(60):
        asked = statements(charter, seed)
        keys = {each.key for each in asked}
        assert (len(keys), len(keys & LIMITS)) == (5, 2)
        seen |= {each.key: each for each in asked}

    assert len(seen) == 10
    assert seen["notes"].is_true == choice
    assert seen["last"].why.startswith("In this circle" if choice else "Nothing")


# The circle's page


def page_of(client, circle, person):
    client.force_login(person)
    return client.get(circle.get_absolute_url())


def test_own_people_see_who_has_signed_and_what_is_missing(client, held):
    circle, person = held
    circle_page = page_of(client, circle, person)

    context = circle_page.context
    assert (context["signed"], len(context["signers"]), context["signs"]) == (0, 2, True)
    assert "Sign the charter first" in circle_page.content.decode()
    shown = {line.step.kind: (line.names, line.others, bool(line.own)) for line in context["lines"]}
    ruth = circle.facilitations.get().person.name
    assert shown == {
        "charter": ("", 0, False),
        "signatures": (ruth, 1, True),
        "people": ("", 0, True),
        "trainings": ("", 0, True),
        TEST["kind"]: ("", 0, True),
    }


def test_names_of_who_lacks_a_training_are_for_the_facilitator(client, held):
    circle, _ = held
    other = MembershipFactory(circle=circle, person__name="Kofi").person

    def training(viewer):
        lines = page_of(client, circle, viewer).context["lines"]
        return next(line.names for line in lines if line.step.kind == "trainings")

    assert training(other) == ""
    assert training(circle.facilitations.get().person) == "Ama, Kofi"


def test_organiser_sees_numbers_and_no_button_that_refuses(client, held):
    circle, _ = held

    response = page_of(client, circle, organiser())

    page = response.content.decode()
    assert response.context["counted"] == [
        "2 signatures missing",
        "2 people missing",
        "1 person in training",
        "1 test to pass",
    ]
    assert "Start meeting" not in page
    assert "Version 1" not in page
    assert "lines" not in response.context


@pytest.mark.parametrize("who", ["facilitator", "member", "organiser"])
def test_circle_with_everything_can_be_started_by_who_may(client, who):
    circle = ready_circle()
    held = FacilitationFactory(circle=circle).person
    SignatureFactory(charter=circle.charters.get(), person=held)
    people = {
        "facilitator": held,
        "member": circle.memberships.first().person,
        "organiser": organiser(),
    }

    page = page_of(client, circle, people[who]).content.decode()

    assert "Everything is there" in page or who == "organiser"
    assert ("Start this circle" in page) == (who == "facilitator")
    assert ("Start meeting" in page) == (who == "organiser")


def test_active_circle_without_a_charter_is_asked_to_write_one(client):
    circle = CircleFactory(stage="active")
    held, seat = FacilitationFactory(circle=circle), MembershipFactory(circle=circle)

    assert url("charter_write", circle) in page_of(client, circle, held.person).content.decode()
    theirs = page_of(client, circle, seat.person).content.decode()
    assert "No charter yet. Whoever looks after this circle writes it." in theirs
    assert "What is missing" not in theirs


def test_outsider_sees_nothing_of_the_charter(client, held):
    response = page_of(client, held[0], PersonFactory())

    assert "harter" not in response.content.decode()
    assert "What is missing" not in response.content.decode()
