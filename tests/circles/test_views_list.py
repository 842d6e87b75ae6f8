import pytest
from django.urls import reverse

from circles.discovery.pages import CARDS_A_PAGE
from circles.models import Circle
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    MembershipFactory,
    PersonFactory,
    ProgrammeFactory,
    organiser,
)

URL = reverse("circles:list")

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


def shown(response):
    return [circle.name for circle in response.context["page"]]


def headings(response):
    page = response.content.decode()
    return [part.partition("</h3>")[0] for part in page.split("<h3>")[1:]]


def test_list_shows_open_listed_circles_by_name(client, person):
    CircleFactory(name="Beta")
    CircleFactory(name="Alpha", stage="paused")
    CircleFactory(name="Closed", stage="closed")
    CircleFactory(name="Hidden", visibility="hidden")

    assert shown(client.get(URL)) == ["Alpha", "Beta"]


def test_list_hides_hidden_circles_from_organisers_too(client):
    client.force_login(organiser())
    CircleFactory(visibility="hidden")

    assert shown(client.get(URL)) == []


def test_list_begins_with_ones_own_circles(client, person):
    mine = MembershipFactory(person=person, circle__name="Mine", circle__visibility="hidden")
    MembershipFactory(person=person, circle__stage="closed")
    MembershipFactory(person=person, left_on="2021-01-01")
    CircleFactory(name="Other")

    response = client.get(URL)

    assert list(response.context["own"]) == [mine.circle]


def test_list_points_facilitators_to_their_hub(client, person):
    FacilitationFactory(person=person)

    response = client.get(URL)

    assert response.context["holds_circles"] is True
    assert response.content.decode().count("Open your hub") == 1


def test_list_says_why_to_join_when_one_has_no_circle(client, person):
    CircleFactory()

    assert headings(client.get(URL))[0] == "You have no circle yet"


@pytest.mark.parametrize(
    ("someone", "link"),
    [(PersonFactory, "circles:formats"), (organiser, "circles:create")],
    ids=["member", "organiser"],
)
def test_empty_list_says_what_to_do(client, someone, link):
    client.force_login(someone())

    response = client.get(URL)

    assert headings(response)[-1] == "There are no circles yet"
    assert (
        response.content.decode()
        .rpartition("There are no circles yet")[2]
        .count(f'href="{reverse(link)}"')
    )


def test_list_filters_by_words_of_name_and_purpose(client, person):
    CircleFactory(name="Stepping up to LEAD")
    CircleFactory(name="Other", purpose="To lead a team")
    CircleFactory(name="Numbers", purpose="100 % of them")

    assert shown(client.get(URL, {"words": " lead "})) == ["Stepping up to LEAD", "Other"]
    assert shown(client.get(URL, {"words": "100 %"})) == ["Numbers"]
    assert shown(client.get(URL, {"words": "%"})) == []


def test_list_filters_by_format_and_programme(client, person):
    one = CircleFactory()
    CircleFactory()

    for query in (
        {"format": one.format_version.format.key},
        {"programme": one.programme_id},
    ):
        assert shown(client.get(URL, query)) == [one.name]


def test_list_finds_a_circle_of_an_older_version_of_a_format(client, person):
    circle = CircleFactory()
    FormatVersionFactory(format=circle.format_version.format, number=2)

    query = {"format": circle.format_version.format.key}
    assert shown(client.get(URL, query)) == [circle.name]


def test_list_filters_by_free_seats(client, person):
    full = CircleFactory(name="Full", capacity=3)
    MembershipFactory.create_batch(3, circle=full)
    left = CircleFactory(name="One left", capacity=3)
    MembershipFactory.create_batch(2, circle=left)
    MembershipFactory(circle=left, left_on="2021-01-01")
    CircleFactory(name="Paused", stage="paused")
    CircleFactory(name="Empty")

    response = client.get(URL, {"free": "on"})

    assert shown(response) == ["Empty", "One left"]
    assert [(c.taken, c.seats_left) for c in response.context["page"]] == [(0, 6), (2, 1)]


def test_filtered_list_leaves_out_ones_own_section(client, person):
    MembershipFactory(person=person)

    response = client.get(URL, {"words": "nothing like it"})

    assert (response.context["shows_own"], shown(response)) == (False, [])
    assert headings(response) == ["No circle fits"]


@pytest.mark.parametrize(
    "query",
    [
        {"words": "nul\x00"},
        {"words": "x" * 5000},
        {"format": "no-such"},
        {"format": "\x00"},
        {"programme": "none"},
        {"programme": "9" * 5000},
        {"theme": "\x00"},
        {"language": "xx"},
        {"where": "\x00"},
        {"place": "nul\x00"},
        {"suits": "on"},
        {"sort": "worst"},
        {"page": "nine"},
        {"page": "9" * 5000},
        {"page": "-1"},
        {"free": "\x00"},
    ],
    ids=str,
)
def test_odd_address_still_lists_circles(client, person, query):
    CircleFactory(name="Alpha")

    response = client.get(URL, query)

    assert (response.status_code, shown(response)) == (200, ["Alpha"])


def test_wrong_filter_is_named(client, person):
    response = client.get(URL, {"format": "no-such"})

    assert list(response.context["filter"].form.errors) == ["format"]


def test_long_list_has_pages_that_keep_the_filters(client, person):
    CircleFactory.create_batch(CARDS_A_PAGE + 1, purpose="Deep work")

    first = client.get(URL, {"words": "deep"})
    second = client.get(URL, {"words": "deep", "page": "2"})

    assert (len(shown(first)), len(shown(second))) == (CARDS_A_PAGE, 1)
    assert first.content.decode().count("?words=deep&amp;page=2") == 2


def fill(circle):
    MembershipFactory.create_batch(2, circle=circle)
    FacilitationFactory.create_batch(2, circle=circle)


@pytest.mark.parametrize("count", [1, 4])
def test_list_queries_do_not_grow(client, count, django_assert_num_queries):
    person = PersonFactory()
    for circle in CircleFactory.create_batch(count):
        fill(circle)
    for seat in MembershipFactory.create_batch(count, person=person, circle__visibility="hidden"):
        fill(seat.circle)
    client.force_login(person)
    client.get(URL)

    # user; themes and hours looked for; keys found, the page's circles, their facilitators and
    # themes, one's seats; held circles, proposals; roles, programmes' rules; own circles and their
    # facilitators; themes, formats and programmes to choose from; what takes enrolments, circles
    # one was in
    with django_assert_num_queries(19):
        response = client.get(URL)

    assert (len(response.context["page"]), len(response.context["own"])) == (count, count)


@pytest.mark.parametrize("count", [1, 4])
def test_programme_list_queries_do_not_grow(client, count, django_assert_num_queries):
    for programme in ProgrammeFactory.create_batch(count):
        programme.formats.add(FormatVersionFactory().format)
        CircleFactory(programme=programme)
    client.force_login(organiser())
    client.get(URL)

    # user, roles, count, programmes and their formats, archived ones, held circles
    with django_assert_num_queries(7):
        response = client.get(reverse("circles:programmes"))

    assert [programme.open_circles for programme in response.context["page"]] == [1] * count


@pytest.mark.parametrize("count", [1, 4])
def test_programme_page_queries_do_not_grow(client, count, django_assert_num_queries):
    programme = ProgrammeFactory()
    for circle in CircleFactory.create_batch(count, programme=programme):
        fill(circle)
    client.force_login(organiser())
    client.get(URL)

    # user, roles, programme and its formats, count, circles and their facilitators, held circles,
    # what people wait for, and the milestones
    with django_assert_num_queries(10):
        response = client.get(programme.get_absolute_url())

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 4])
def test_facilitator_search_queries_do_not_grow(client, count, django_assert_num_queries):
    circle = CircleFactory()
    PersonFactory.create_batch(count, name="Ruth Berg")
    client.force_login(organiser())
    client.get(URL)

    # user, roles, circle and its facilitators, people, held circles
    with django_assert_num_queries(6):
        response = client.get(reverse("circles:appoint", args=[circle.pk]), {"words": "ruth"})

    assert len(response.context["people"]) == count


@pytest.mark.parametrize("count", [0, 4])
def test_format_list_queries_do_not_grow(client, person, count, django_assert_num_queries):
    FormatVersionFactory.create_batch(count)
    client.get(URL)

    # user, formats, roles, held circles
    with django_assert_num_queries(4):
        response = client.get(reverse("circles:formats"))

    assert len(response.context["versions"]) == 8 + count


def test_for_cards_holds_what_a_card_shows(django_assert_num_queries):
    circle = CircleFactory()
    held = FacilitationFactory(circle=circle)
    FacilitationFactory(circle=circle, ended_on="2021-01-01")

    circle = Circle.objects.for_cards().get()

    with django_assert_num_queries(0):
        assert circle.held_by == [held]
        assert str(circle.held_by[0].person) == held.person.name
        assert circle.format_version.cadence_in_words == "60 minutes"
