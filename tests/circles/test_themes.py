"""The list of themes: the actions, and an organiser's pages."""

import pytest
from django.db.models.signals import pre_save

from circles.actions import themes as actions
from circles.actions.refusals import CannotChange
from circles.models import Interest, Theme
from circles.programmes.themes import starter_themes
from tests.circles.conftest import NOON, errors, told, trail, url
from tests.factories import CircleFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, by):
    client.force_login(by)


def wants(person, theme, kind="wants"):
    return Interest.objects.create(person=person, theme=theme, kind=kind)


def test_theme_is_added_once_in_whatever_case(client):
    ThemeFactory(name="Leading")

    refused = client.post(url("themes"), {"name": "LEADING"})
    client.post(url("themes"), {"name": " Writing   well "})

    assert errors(refused) == {"name": ["There is already a theme with this name."]}
    assert [theme.name for theme in Theme.objects.all()] == ["Leading", "Writing well"]
    assert trail() == [("added theme", "Writing well")]


@pytest.fixture
def rival():
    """Someone takes the name after the form was checked and before it is saved."""

    def take(sender, instance, **_):
        if not sender.objects.filter(name="RIVAL").exists():
            sender.objects.bulk_create([sender(name="RIVAL")])

    pre_save.connect(take, sender=Theme)
    yield
    pre_save.disconnect(take, sender=Theme)


def test_theme_that_loses_the_race_for_its_name_is_told(client, rival):
    response = client.post(url("themes"), {"name": "Rival"})

    assert errors(response) == {"name": ["There is already a theme with this name."]}


def test_rename_that_loses_the_race_for_its_name_is_told(client, by, monkeypatch):
    theme, _ = ThemeFactory(), ThemeFactory(name="Rival")

    with pytest.raises(CannotChange, match="already a theme"):
        actions.rename_theme(theme, name="RIVAL", by=by)

    def lose(*_, **__):
        raise CannotChange(actions.NAME_TAKEN, field="name")

    monkeypatch.setattr("circles.views.themes.actions.rename_theme", lose)
    response = client.post(url("theme_edit", theme), {"name": "Other"})

    assert errors(response) == {"name": ["There is already a theme with this name."]}


def test_theme_is_renamed_everywhere(client):
    theme = ThemeFactory(name="Leading")
    circle = CircleFactory()
    circle.themes.add(theme)

    response = client.post(url("theme_edit", theme), {"name": "Leading a team"})

    assert circle.themes.get().name == "Leading a team"
    assert told(response) == [("success", "The theme is now called “Leading a team”.")]


def test_rename_says_what_is_wrong(client):
    theme, _ = ThemeFactory(), ThemeFactory(name="Leading")

    response = client.post(url("theme_edit", theme), {"name": "leading"})

    assert errors(response) == {"name": ["There is already a theme with this name."]}


def test_retired_theme_stays_where_it_was_chosen_and_comes_back(client, by):
    theme, circle = ThemeFactory(name="Leading"), CircleFactory()
    circle.themes.add(theme)

    for _ in range(2):
        client.post(url("theme_retire", theme))
    retired = client.get(url("themes"), {"show": "retired"})
    assert (list(Theme.objects.current()), circle.themes.get()) == ([], theme)
    assert retired.context["rows"] == [(theme, 1)]

    for _ in range(2):
        client.post(url("theme_bring_back", theme))
    assert list(Theme.objects.current()) == [theme]
    assert [verb for verb, _ in trail()] == ["retired theme", "brought back theme"]


def test_merging_moves_people_and_circles_once_each(by):
    theme, into = ThemeFactory(name="Leading teams"), ThemeFactory(name="Leading a team")
    both, one = PersonFactory(), PersonFactory()
    wants(both, theme)
    wants(both, into)
    wants(both, theme, "offers")
    wants(one, theme)
    doubled, single = CircleFactory(), CircleFactory()
    doubled.themes.set([theme, into])
    single.themes.set([theme])

    actions.merge_themes(theme, into=into, by=by)

    assert list(Theme.objects.all()) == [into]
    assert sorted(Interest.objects.values_list("person", "theme", "kind")) == sorted(
        [(both.pk, into.pk, "wants"), (both.pk, into.pk, "offers"), (one.pk, into.pk, "wants")]
    )
    assert (list(doubled.themes.all()), list(single.themes.all())) == ([into], [into])
    assert trail() == [("merged theme", "Leading teams")]


def test_theme_is_not_merged_into_itself_or_into_one_that_is_gone(by):
    theme, gone = ThemeFactory(), ThemeFactory()
    Theme.objects.filter(pk=gone.pk).delete()

    with pytest.raises(CannotChange, match="this is the same one"):
        actions.merge_themes(theme, into=theme, by=by)
    with pytest.raises(CannotChange, match="somebody else merged it"):
        actions.merge_themes(theme, into=gone, by=by)


def test_merge_page_offers_what_is_called_alike_first(client):
    theme = ThemeFactory(name="Leading teams")
    ThemeFactory(name="Writing")
    alike = ThemeFactory(name="Leading a team")

    page = client.get(url("theme_merge", theme))
    searched = client.get(url("theme_merge", theme), {"words": "writing"})
    odd = client.get(url("theme_merge", theme), {"words": "nul\x00"})

    first = [response.context["form"].fields["into"].choices[0][1] for response in (page, searched)]
    assert first == ["Leading a team", "Writing"]
    assert odd.context["form"].fields["into"].choices[0][0] == alike.pk


def test_merge_page_merges(client):
    theme, into = ThemeFactory(name="Leading teams"), ThemeFactory(name="Leading a team")

    response = client.post(url("theme_merge", theme), {"into": into.pk})

    assert told(response) == [("success", "“Leading teams” is merged into “Leading a team”.")]
    assert list(Theme.objects.all()) == [into]


@pytest.mark.parametrize(
    ("into", "message"),
    [
        ("", "Choose the theme that stays."),
        ("999999", "That theme is no longer there. Choose another one."),
        ("nine", "That theme is no longer there. Choose another one."),
    ],
)
def test_merge_page_says_what_is_wrong(client, into, message):
    theme = ThemeFactory()

    response = client.post(url("theme_merge", theme), {"into": into})

    assert errors(response) == {"into": [message]}


def test_merge_that_comes_too_late_is_told(client, monkeypatch):
    theme, into = ThemeFactory(), ThemeFactory()

    def too_late(*_, **__):
        raise CannotChange("One of the themes is gone: somebody else merged it.")

    monkeypatch.setattr("circles.views.themes.actions.merge_themes", too_late)
    response = client.post(url("theme_merge", theme), {"into": into.pk})

    assert errors(response) == {"__all__": ["One of the themes is gone: somebody else merged it."]}


def test_empty_list_begins_with_the_starter_themes(client):
    offered = client.get(url("themes")).context["starters"]
    told_first = told(client.post(url("themes_start")))
    told_again = told(client.post(url("themes_start")))[-1]

    assert offered == starter_themes()
    assert told_first == [("success", "20 themes are added. Change them as you like.")]
    assert told_again == ("error", "There are themes already. Add others one by one.")
    assert set(Theme.objects.values_list("name", flat=True)) == set(offered)


def test_starter_themes_are_twenty_different_ones():
    assert len({name.casefold() for name in starter_themes()}) == 20


@pytest.mark.parametrize(
    ("query", "words"),
    [({}, "Every theme is retired"), ({"words": "x"}, "No theme fits")],
)
def test_list_without_rows_says_why(client, query, words):
    ThemeFactory(retired_at=NOON)

    page = client.get(url("themes"), query).content.decode()

    assert (page.count(f"<h3>{words}</h3>"), page.count("Begin with these")) == (1, 0)


@pytest.mark.parametrize("count", [1, 4])
def test_theme_list_queries_do_not_grow(client, count, django_assert_num_queries):
    for theme in ThemeFactory.create_batch(count):
        CircleFactory().themes.add(theme)
    client.get(url("list"))

    # user, roles, count, themes, their circles, held circles
    with django_assert_num_queries(6):
        response = client.get(url("themes"))

    assert [circles for _, circles in response.context["rows"]] == [1] * count
