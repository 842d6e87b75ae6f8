"""Finding circles: words, filters, orders, and the reasons on the cards."""

import datetime as dt

import pytest
from django.urls import reverse

from circles.discovery import pages as discovery
from circles.joining.best_others import best_others
from circles.models import Circle
from tests.factories import (
    CircleFactory,
    FacilitationFactory,
    FormatVersionFactory,
    InterestFactory,
    MembershipFactory,
    PersonFactory,
    ProposalFactory,
    ThemeFactory,
    UnitFactory,
    WishesFactory,
)

URL = reverse("circles:list")
WORKING_HOURS = [day * 24 + hour for day in range(5) for hour in range(9, 17)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = PersonFactory(time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def shown(response):
    return [circle.name for circle in response.context["page"]]


def found(client, **query):
    return shown(client.get(URL, query))


def why(response, name):
    (circle,) = [circle for circle in response.context["page"] if circle.name == name]
    return [reason.words for reason in circle.why.reasons]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("munchen", ["Führen in München"]),
        ("MÜNCH", ["Führen in München"]),
        ("fuhren in mun", ["Führen in München"]),
        ("negotiat", ["Other"]),
        ("werkstatt", ["Other"]),
        ('"in München"', ["Führen in München"]),
        ('"München in"', []),
        ("führen -münchen", []),
        ("führen or negotiating", ["Führen in München", "Other"]),
        ("サークル", ["夜のサークル"]),
        ("の", ["夜のサークル"]),
        ("Łódź", ["Koło w Łodzi"]),
        ("lodz", ["Koło w Łodzi"]),
        ("nothing like it", []),
    ],
)
def test_words_are_found_in_any_language(client, person, words, names):
    CircleFactory(name="Führen in München")
    other = CircleFactory(
        name="Other", format_version__format__name="Werkstatt", purpose="For all who lead"
    )
    other.themes.add(ThemeFactory(name="Negotiating"))
    CircleFactory(name="夜のサークル")
    CircleFactory(name="Koło w Łodzi", place="Łódź")

    assert sorted(found(client, words=words)) == sorted(names)


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "a & b",
        "!",
        "foo:*",
        "-",
        "or",
        "( )",
        "a\\",
        "<->",
        ":",
        "x or",
        "%",
        "_",
        "a'b\"",
    ],
)
def test_odd_words_are_no_error(client, person, words):
    CircleFactory()

    assert client.get(URL, {"words": words}).status_code == 200


def test_words_in_the_name_come_before_words_in_the_purpose(client, person):
    CircleFactory(name="Alpha", purpose="To lead a team")
    CircleFactory(name="Lead the way")

    assert found(client, words="lead") == ["Lead the way", "Alpha"]


def test_filters_leave_what_they_say(client, person):
    theme = ThemeFactory()
    one = CircleFactory(name="One", language="de-AT", where="both", place="Berlin Mitte")
    one.themes.add(theme)
    CircleFactory(name="Two", language="en", where="remote")
    CircleFactory(name="Three", language="fr", where="in_person", place="Paris")

    for query in (
        {"theme": theme.pk},
        {"language": "de"},
        {"place": "berlin"},
        {"where": "in_person", "language": "de"},
    ):
        assert found(client, **query) == ["One"]
    assert found(client, where="remote") == ["One", "Two"]
    assert found(client, where="in_person") == ["One", "Three"]


def test_filter_by_ones_hours_takes_both_zones_and_the_whole_meeting(client, person):
    WishesFactory(person=person, hours=WORKING_HOURS)
    tuesday = {"meets_weekday": 1, "format_version__meeting_minutes": 90}
    CircleFactory(name="Before noon", meets_at=dt.time(9), time_zone="Europe/Berlin", **tuesday)
    CircleFactory(name="Too long", meets_at=dt.time(16), time_zone="Europe/Berlin", **tuesday)
    CircleFactory(name="In Tokyo", meets_at=dt.time(17, 30), time_zone="Asia/Tokyo", **tuesday)
    CircleFactory(name="Not settled")

    response = client.get(URL, {"suits": "on", "sort": "name"})

    assert shown(response) == ["Before noon", "In Tokyo"]
    assert why(response, "In Tokyo")[0] == "Meets in your hours"


def test_filter_by_hours_is_offered_to_who_named_some(client, person):
    response = client.get(URL)

    assert "suits" not in response.context["filter"].form.fields
    assert response.content.decode().count("Say which hours suit you") == 1


def test_sorts(client, person):
    CircleFactory(name="B", capacity=8)
    CircleFactory(name="C", capacity=4)
    CircleFactory(name="A", stage="paused")

    assert found(client, sort="name") == ["A", "B", "C"]
    assert found(client, sort="new") == ["A", "C", "B"]
    assert found(client, sort="filling") == ["C", "B", "A"]
    assert found(client, sort="fit") == ["A", "B", "C"]


def test_best_fit_comes_first_and_says_why(client, person):
    wanted, offered = ThemeFactory(name="Leading"), ThemeFactory(name="Talking")
    person.unit = UnitFactory()
    person.save()
    InterestFactory(person=person, theme=wanted)
    InterestFactory(person=person, theme=offered, kind="offers")
    CircleFactory(name="A stranger")
    fits = CircleFactory(name="The one", language="en", capacity=4)
    fits.themes.add(wanted, offered)
    peers = [seat.person for seat in MembershipFactory.create_batch(3, circle=fits)]
    InterestFactory(person=peers[0], theme=wanted, kind="offers")
    peers[1].unit = UnitFactory()
    peers[1].save()

    response = client.get(URL)

    assert shown(response) == ["The one", "A stranger"]
    assert why(response, "The one") == [
        "You want to grow in Leading",
        "You can help with Talking",
        "Someone there can help with Leading",
        "Someone from another unit",
        "1 seat left",
    ]
    page = response.content.decode()
    assert [page.count(peer.name) for peer in peers] == [0, 0, 0]


def test_offers_of_who_left_the_circle_are_no_reason(client, person):
    theme = InterestFactory(person=person).theme
    circle = CircleFactory(name="The one")
    MembershipFactory.create_batch(3, circle=circle)
    gone = MembershipFactory(circle=circle, left_on="2021-01-01").person
    InterestFactory(person=gone, theme=theme, kind="offers")

    assert why(client.get(URL), "The one") == ["3 seats left"]


def test_ones_own_circle_is_marked_instead_of_praised(client, person):
    theme = InterestFactory(person=person).theme
    seat = MembershipFactory(person=person, circle__name="Mine")
    seat.circle.themes.add(theme)

    response = client.get(URL)

    assert [circle.is_yours for circle in response.context["page"]] == [True]
    assert why(response, "Mine") == []


def test_place_language_and_hours_move_circles_down(client, person):
    WishesFactory(person=person, languages=["de"], where="remote", hours=WORKING_HOURS)
    night = {"meets_weekday": 1, "meets_at": dt.time(3), "time_zone": "Europe/Berlin"}
    CircleFactory(name="Night", language="de", **night)
    CircleFactory(name="English", language="en")
    CircleFactory(name="There", language="de", where="in_person")
    CircleFactory(name="Yes", language="de")

    assert found(client)[0] == "Yes"
    assert set(found(client)) == {"Yes", "Night", "English", "There"}


@pytest.mark.parametrize("where", ["in_person", "anywhere"])
def test_ones_own_place_comes_first(client, person, where):
    WishesFactory(person=person, where=where, place="berlin")
    CircleFactory(name="A", where="remote")
    CircleFactory(name="Z", where="in_person", place="Berlin")

    assert found(client) == ["Z", "A"]


def test_without_wishes_the_page_asks_for_them(client, person):
    CircleFactory()
    page = client.get(URL).content.decode()
    assert page.count("You have not said what you look for.") == 1

    InterestFactory(person=person)
    page = client.get(URL).content.decode()
    assert page.count("You have not said what you look for.") == 0


def test_no_match_says_which_filter_to_let_go(client, person):
    CircleFactory.create_batch(2, language="de", where="remote")
    CircleFactory(language="fr", where="in_person")

    response = client.get(URL, {"language": "de", "where": "in_person", "free": "on"})

    assert response.context["looser"] == [
        ("Language", 1, "where=in_person&free=on&sort=name"),
        ("Where", 2, "language=de&free=on&sort=name"),
    ]
    assert client.get(URL, {"words": "nobody"}).context["looser"] == []
    words = client.get(URL, {"words": "nobody", "language": "de"}).context["looser"]
    assert words == [("Words", 2, "language=de&sort=fit")]


def test_proposals_have_a_section_and_a_filter_of_their_own(client, person):
    ProposalFactory(name="Maybe")
    ProposalFactory(name="Secret", visibility="hidden")
    CircleFactory(name="Running")

    response = client.get(URL)
    assert shown(response) == ["Running"]
    assert [circle.name for circle in response.context["proposals"]] == ["Maybe"]
    assert response.context["proposals"][0].supporters == 1

    response = client.get(URL, {"proposed": "on"})
    assert (shown(response), "proposals" in response.context) == (["Maybe"], False)


def test_long_list_says_that_it_is_cut(client, person, monkeypatch):
    monkeypatch.setattr(discovery, "MOST", 2)
    CircleFactory.create_batch(3)

    response = client.get(URL)

    assert len(shown(response)) == 2
    assert response.content.decode().count("The first 2 circles; filter to see others") == 1


@pytest.mark.parametrize("count", [1, 4])
def test_list_by_fit_asks_no_more_for_more_circles(
    client, person, count, django_assert_num_queries
):
    theme = InterestFactory(person=person).theme
    WishesFactory(person=person, hours=WORKING_HOURS)
    for circle in CircleFactory.create_batch(count):
        circle.themes.add(theme)
        for seat in MembershipFactory.create_batch(3, circle=circle):
            InterestFactory(person=seat.person, theme=theme, kind="offers")
    client.get(URL)

    # user; themes and hours looked for; lengths of meetings; keys found; their people, what these
    # offer, their listings; the page's circles, facilitators, themes, one's seats; held circles,
    # proposals, roles, programmes' rules, own circles; themes, formats, programmes to choose from;
    # what takes enrolments, circles one was in
    with django_assert_num_queries(22):
        response = client.get(URL)

    assert len(response.context["page"]) == count


def test_page_for_outsiders_says_why(client, person):
    theme = InterestFactory(person=person, theme__name="Leading").theme
    circle = CircleFactory()
    circle.themes.add(theme)

    page = client.get(circle.get_absolute_url()).content.decode()

    assert page.count("Why it may fit you") == 1
    assert page.count("You want to grow in Leading") == 1
    MembershipFactory(circle=circle, person=person)
    assert client.get(circle.get_absolute_url()).content.decode().count("Why it may fit") == 0


def test_page_of_a_closed_circle_gives_no_reasons(client, person):
    InterestFactory(person=person)
    circle = CircleFactory(stage="closed")

    page = client.get(circle.get_absolute_url()).content.decode()

    assert (page.count("Why it may fit"), page.count("Say what you look for")) == (0, 0)


def test_usual_time_is_told_in_both_zones(client, person):
    circle = CircleFactory(meets_weekday=1, meets_at=dt.time(23), time_zone="America/Los_Angeles")

    page = client.get(circle.get_absolute_url()).content.decode()

    assert page.count("usually Tuesdays 23:00, Wednesdays 08:00 for you</span>") == 1
    assert page.count('title="Tuesdays 23:00 in America/Los_Angeles, Wednesdays 08:00 in Eur') == 1


def test_usual_time_of_ones_own_zone_is_told_once(client, person):
    CircleFactory(meets_weekday=1, meets_at=dt.time(15), time_zone="Europe/Berlin")

    assert client.get(URL).content.decode().count(">usually Tuesdays 15:00</span>") == 1


def test_best_others_are_like_it_free_and_not_ones_own():
    person, theme = PersonFactory(), ThemeFactory()
    full = CircleFactory()
    same_format = {"format_version": full.format_version}
    full.themes.add(theme)
    near = CircleFactory(name="Near")
    near.themes.add(theme)
    CircleFactory(name="Same format", **same_format)
    CircleFactory(name="Neither")
    CircleFactory(name="Hidden", visibility="hidden", **same_format)
    CircleFactory(name="Closed", stage="closed", **same_format)
    CircleFactory(name="By invitation", programme__entry="invite", **same_format)
    MembershipFactory.create_batch(3, circle=CircleFactory(name="Full", capacity=3, **same_format))
    MembershipFactory(person=person, circle=CircleFactory(**same_format))
    FacilitationFactory(person=person, circle=CircleFactory(**same_format))

    others = best_others(person, full, 5)

    assert [other.circle.name for other in others] == ["Near", "Same format"]
    assert others[0].fit.reasons[-1].words == "6 seats left"
    assert [other.circle.name for other in best_others(person, full)] == ["Near"]


def test_best_other_of_a_circle_alone_is_none():
    assert best_others(PersonFactory(), CircleFactory(format_version=FormatVersionFactory())) == []
    assert Circle.objects.count() == 1
