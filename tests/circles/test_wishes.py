"""What a person looks for, and the week of hours to tick."""

import pytest
from django.utils import timezone

from circles.actions.wishes import change_wishes
from circles.discovery.languages import choices, name_of
from circles.models import Interest, Wishes
from members.week_grid import week
from tests.circles.conftest import errors, told, url
from tests.factories import InterestFactory, PersonFactory, ThemeFactory, WishesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = PersonFactory(time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def interests(person):
    return set(person.interests.values_list("kind", "theme"))


def test_wishes_are_written_down_and_shown_again(client, person):
    lead, talk = ThemeFactory(), ThemeFactory()
    form = {
        "wants": [lead.pk],
        "offers": [lead.pk, talk.pk],
        "languages": ["de", "en"],
        "where": "in_person",
        "place": "  Berlin   Mitte ",
        "hours": ["33", "9", "9"],
    }

    response = client.post(url("wishes"), form)

    assert (response["Location"], told(response)[0][0]) == (url("list"), "success")
    wishes = Wishes.objects.get(person=person)
    assert (wishes.hours, wishes.languages) == ([9, 33], ["de", "en"])
    assert (wishes.where, wishes.place) == ("in_person", "Berlin Mitte")
    assert interests(person) == {
        ("wants", lead.pk),
        ("offers", lead.pk),
        ("offers", talk.pk),
    }
    page = client.get(url("wishes")).content.decode()
    assert page.count('aria-label="Monday 09:00" checked') == 1
    assert page.count('aria-label="Monday 10:00" checked') == 0
    assert page.count(" checked") == 8


def test_saying_nothing_any_more_forgets_what_was_said(client, person):
    InterestFactory(person=person)
    WishesFactory(person=person, hours=[1, 2], languages=["de"], place="Berlin")

    client.post(url("wishes"), {"where": "anywhere"})

    wishes = Wishes.objects.get(person=person)
    assert (wishes.hours, wishes.languages, wishes.place) == ([], [], "")
    assert interests(person) == set()


def test_saving_the_same_twice_keeps_the_rows(person):
    said = {"languages": [], "where": "anywhere", "place": "", "hours": []}
    theme = ThemeFactory()
    change_wishes(person, wants=[theme], offers=[], **said)
    before = Interest.objects.get().pk

    change_wishes(person, wants=[theme], offers=[], **said)

    assert Interest.objects.get().pk == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("hours", ["168"], "A week has no such hour."),
        ("hours", ["-1"], "A week has no such hour."),
        ("hours", ["nine"], "A week has no such hour."),
        (
            "languages",
            ["xx"],
            "Select a valid choice. xx is not one of the available choices.",
        ),
        ("where", "moon", "Select a valid choice. moon is not one of the available choices."),
        ("place", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
    ],
)
def test_wrong_wishes_are_named(client, person, field, value, message):
    response = client.post(url("wishes"), {"where": "anywhere"} | {field: value})

    assert errors(response) == {field: [message]}
    assert Wishes.objects.count() == 0


def test_retired_theme_stays_where_it_was_chosen(client, person):
    kept = InterestFactory(person=person, theme__retired_at=timezone.now()).theme
    ThemeFactory(retired_at=timezone.now())

    fields = client.get(url("wishes")).context["form"].fields

    assert list(fields["wants"].queryset) == [kept]
    assert list(fields["offers"].queryset) == []


def test_wishes_of_others_are_not_shown(client, person):
    other = WishesFactory(hours=[9], place="Elsewhere")
    InterestFactory(person=other.person)

    page = client.get(url("wishes")).content.decode()

    assert (page.count("Elsewhere"), page.count('value="9" aria-label="Monday 09:00" checked')) == (
        0,
        0,
    )


def test_wishes_ask_a_constant_number_of_queries(client, person, django_assert_num_queries):
    InterestFactory.create_batch(4, person=person)
    client.get(url("wishes"))

    # user; wishes and interests; themes to want and to offer, asked twice; held circles, roles
    with django_assert_num_queries(9):
        client.get(url("wishes"))


def test_week_has_every_hour_once_in_four_parts():
    parts = week({6, 167})

    values = [cell.value for part in parts for _, cells in part.days for cell in cells]
    assert sorted(values) == list(range(168))
    assert [(part.name, part.span) for part in parts] == [
        ("Morning", "06 to 12"),
        ("Afternoon", "12 to 18"),
        ("Evening", "18 to 24"),
        ("Night", "00 to 06"),
    ]
    assert [(part.chosen, part.is_open) for part in parts] == [
        (1, True),
        (0, True),
        (1, True),
        (0, False),
    ]


def test_languages_go_by_their_own_names():
    assert [name_of(code) for code in ("de-CH", "en", "zh-hans", "tlh")] == [
        "Deutsch",
        "English",
        "中文",
        "tlh",
    ]
    assert len(dict(choices())) == len(choices())
