"""Which circle fits whom, and why; every reason is true or is not given."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from circles.discovery.fit import ENOUGH_PEOPLE, ICONS, Facts, Kind, Peer, Seeker, fit
from circles.discovery.seeking import slot_at
from circles.hours import ANY, week_mask
from members.templatetags.peerloom import icon

DAY = dt.date(2026, 7, 1)
LEAD, TALK, SELL = 1, 2, 3
NAMES = {LEAD: "Leading", TALK: "Talking", SELL: "Selling"}
MORNINGS = sum(slot_at(day * 96 + 36, 60) for day in range(5))


def words(seeker, **facts):
    return [reason.words for reason in fit(seeker, Facts(**facts)).reasons]


def peers(number, **known):
    return tuple(Peer(**known) for _ in range(number))


def test_nothing_said_gives_no_reason_but_the_seats():
    assert words(Seeker(), themes=frozenset({LEAD}), free_seats=2) == ["2 seats left"]
    assert Seeker().said_nothing
    assert not Seeker(where="remote").said_nothing


def test_shared_themes_are_named():
    seeker = Seeker(wants={LEAD: "Leading", TALK: "Talking"}, offers={SELL: "Selling"})

    assert words(seeker, themes=frozenset(NAMES)) == [
        "You want to grow in Leading and Talking",
        "You can help with Selling",
    ]
    assert words(seeker, themes=frozenset({9})) == []


def test_many_themes_are_counted():
    seeker = Seeker(wants={number: f"T{number}" for number in range(5)})

    assert words(seeker, themes=frozenset(range(5))) == ["You want to grow in T0, T1 and 3 more"]


def test_theme_one_wants_and_offers_is_said_once():
    seeker = Seeker(wants={LEAD: "Leading"}, offers={LEAD: "Leading"})

    assert words(seeker, themes=frozenset({LEAD})) == ["You want to grow in Leading"]


def test_usual_time_in_ones_hours_is_said_and_outside_costs_points():
    seeker = Seeker(hours=MORNINGS)
    inside, outside = slot_at(36, 60), slot_at(38, 60)

    assert words(seeker, slot=inside) == ["Meets in your hours"]
    assert words(seeker, slot=outside) == []
    assert fit(seeker, Facts(slot=outside)).score < fit(seeker, Facts()).score


def test_shared_hours_are_counted_where_no_time_is_settled():
    seeker, there = Seeker(hours=MORNINGS), week_mask([9, 33, 50], "UTC", DAY)

    assert words(seeker, peers=peers(3, hours=there)) == [
        "2 hours a week suit you and those who named theirs"
    ]
    one = week_mask([9], "UTC", DAY)
    assert words(seeker, peers=peers(3, hours=one)) == [
        "1 hour a week suits you and those who named theirs"
    ]
    assert words(seeker, peers=peers(3, hours=week_mask([100], "UTC", DAY))) == []


def test_two_who_named_their_hours_are_too_few():
    seeker = Seeker(hours=ANY)

    assert words(seeker, peers=peers(2, hours=ANY) + peers(4)) == []


def test_someone_is_named_by_nothing_and_only_among_three():
    seeker = Seeker(wants=NAMES, unit=1)
    offered = frozenset({LEAD, SELL})

    assert words(seeker, peers=peers(2, unit=2), offered=offered) == []
    assert words(seeker, peers=peers(3, unit=2), offered=offered) == [
        "Someone there can help with Leading or Selling",
        "Someone from another unit",
    ]
    assert words(seeker, peers=peers(3, unit=1)) == []
    assert words(Seeker(wants=NAMES), peers=peers(3, unit=2)) == []


def test_language_is_said_by_its_own_name():
    seeker = Seeker(languages=frozenset({"de", "pt"}))

    assert words(seeker, language="de") == ["In Deutsch"]
    assert words(seeker, language="pt-br") == ["In Português"]
    assert words(seeker, language="en") == []
    assert fit(seeker, Facts(language="en")).score < 0


def test_where_one_meets():
    remote = Seeker(where="remote")
    assert words(remote, where="both") == ["You can take part remotely"]
    assert words(remote, where="in_person") == []

    berlin = Seeker(where="in_person", place="berlin")
    assert words(berlin, where="both", place="Berlin") == ["In Berlin, like you"]
    assert words(berlin, where="in_person", place="Paris") == []
    assert words(berlin, where="remote") == []

    assert words(Seeker(where="in_person"), where="in_person") == ["Meets in person"]
    assert words(Seeker(place="Berlin"), where="remote", place="Berlin") == []


def test_every_kind_of_reason_has_an_icon():
    assert {str(icon(ICONS[kind]))[:4] for kind in Kind} == {"<svg"}


def test_seats_are_no_chip():
    verdict = fit(Seeker(wants=NAMES), Facts(themes=frozenset({LEAD}), free_seats=1))

    assert verdict.reasons[-1].words == "1 seat left"
    assert [reason.kind for reason in verdict.chips] == [Kind.THEME]


MASKS = st.integers(0, ANY)
SEEKERS = st.builds(
    Seeker,
    wants=st.sets(st.sampled_from(list(NAMES))).map(lambda keys: {k: NAMES[k] for k in keys}),
    languages=st.frozensets(st.sampled_from(["en", "de"])),
    where=st.sampled_from(["anywhere", "remote", "in_person"]),
    place=st.sampled_from(["", "Berlin"]),
    hours=st.none() | MASKS,
    unit=st.none() | st.integers(1, 2),
)
FACTS = st.builds(
    Facts,
    themes=st.frozensets(st.sampled_from(list(NAMES))),
    language=st.sampled_from(["en", "de"]),
    where=st.sampled_from(["remote", "in_person", "both"]),
    place=st.sampled_from(["", "Berlin"]),
    slot=st.none() | st.integers(0, 671).map(lambda quarter: slot_at(quarter, 60)),
    free_seats=st.integers(0, 8),
    peers=st.lists(st.builds(Peer, unit=st.none() | st.integers(1, 2)), max_size=5).map(tuple),
    offered=st.frozensets(st.sampled_from(list(NAMES))),
)


@given(SEEKERS, FACTS)
def test_no_reason_is_given_that_is_not_true(seeker, facts):
    kinds = {reason.kind for reason in fit(seeker, facts).reasons}

    assert (Kind.THEME in kinds) == bool(seeker.wants.keys() & facts.themes)
    assert Kind.PEOPLE not in kinds or len(facts.peers) >= ENOUGH_PEOPLE
    assert Kind.LANGUAGE not in kinds or facts.language in seeker.languages
    assert Kind.HOURS not in kinds or (seeker.hours is not None and facts.slot & ~seeker.hours == 0)
    assert (Kind.SEATS in kinds) == (facts.free_seats > 0)


@given(SEEKERS, FACTS)
def test_free_seat_never_makes_a_circle_fit_less(seeker, facts):
    with_seat = Facts(**(vars(facts) | {"free_seats": 1}))
    without = Facts(**(vars(facts) | {"free_seats": 0}))

    assert fit(seeker, with_seat).score > fit(seeker, without).score
