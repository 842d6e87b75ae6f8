from collections import Counter
from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from analytics.survival import (
    Histogram,
    Outcome,
    cumulative_incidence,
    median_day,
    net_incidence,
    restricted_mean,
    spell,
    summarise,
)

STILL_THERE, PROMOTED, LEFT = Outcome
SHARE = 1e-6

quick = settings(max_examples=60, deadline=None)
outcomes = st.sampled_from(Outcome)
spells = st.lists(st.tuples(st.integers(0, 40), outcomes), min_size=1, max_size=60)
without_leavers = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from([STILL_THERE, PROMOTED])), min_size=1, max_size=60
)
days = st.integers(0, 45)


@quick
@given(spells)
def test_promoted_left_and_event_free_add_up_to_one(people):
    incidence = cumulative_incidence(Histogram.from_spells(people))

    sums = map(sum, zip(incidence.share, incidence.left, incidence.event_free, strict=True))

    assert list(sums) == pytest.approx([1] * len(incidence.days), abs=1e-12)


@quick
@given(spells, days)
def test_shares_only_rise_and_lie_within_their_interval(people, day):
    incidence = cumulative_incidence(Histogram.from_spells(people))
    estimate = incidence.at(day)

    assert list(incidence.share) == sorted(incidence.share)
    assert 0 <= estimate.low <= estimate.share <= estimate.high <= 1
    assert estimate.low < estimate.high


@quick
@given(spells, days)
def test_net_share_is_never_under_the_share(people, day):
    histogram = Histogram.from_spells(people)

    assert net_incidence(histogram).at(day).share >= (
        cumulative_incidence(histogram).at(day).share - 1e-12
    )


@quick
@given(spells, days)
def test_turning_the_outcomes_round_gives_the_incidence_of_leaving(people, day):
    histogram = Histogram.from_spells(people)

    turned = cumulative_incidence(histogram.outcomes_swapped())

    assert turned.at(day).share == pytest.approx(cumulative_incidence(histogram).left_by(day))


@quick
@given(spells)
def test_rows_and_histogram_give_the_same_figures(people):
    by_row = Histogram.from_rows((days, outcome, 1) for days, outcome in people)
    counted = Histogram.from_counts(Counter(people))

    assert by_row == counted
    assert summarise(by_row, 30) == summarise(counted, 30)


dates = st.dates(date(2015, 1, 1), date(2026, 11, 23))


@quick
@given(
    index_date=dates,
    ends=st.lists(st.none() | st.integers(0, 900), min_size=3, max_size=3),
    wait=st.integers(0, 900),
    shift=st.integers(-3000, 3000),
)
def test_shifting_all_dates_changes_nothing(index_date, ends, wait, shift):
    def from_day(start):
        on = [None if days is None else start + timedelta(days) for days in ends]
        return spell(start, *on, as_of=start + timedelta(wait))

    assert from_day(index_date + timedelta(shift)) == from_day(index_date)


@quick
@given(spells, days)
def test_duplicating_everyone_keeps_the_share_and_halves_the_variance(people, day):
    once = Histogram.from_spells(people)
    twice = Histogram.from_spells(people + people)

    one, two = cumulative_incidence(once).at(day), cumulative_incidence(twice).at(day)
    mean_one = restricted_mean(cumulative_incidence(once), day)
    mean_two = restricted_mean(cumulative_incidence(twice), day)

    assert two.share == pytest.approx(one.share, abs=1e-12)
    assert two.variance == pytest.approx(one.variance / 2, abs=1e-12)
    assert mean_two.days == pytest.approx(mean_one.days, abs=1e-9)
    assert mean_two.variance == pytest.approx(mean_one.variance / 2, abs=1e-9)


@quick
@given(spells, st.floats(0.01, 100))
def test_weights_of_one_size_leave_the_estimates_alone(people, weight):
    counted = Histogram.from_spells(people)
    weighted = Histogram.from_rows((days, outcome, weight) for days, outcome in people)

    assert cumulative_incidence(weighted).share == pytest.approx(
        cumulative_incidence(counted).share, abs=1e-9
    )


@settings(quick, max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), outcomes, st.sampled_from([1, 2, 3, 0.3, 0.7, 1e-17])),
        min_size=4,
        max_size=8,
    ),
    st.integers(0, 9),
)
@example([(3, PROMOTED, 3), (0, PROMOTED, 3), (6, LEFT, 1e-17), (6, PROMOTED, 0.3)], 6)
@example([(3, LEFT, 1e-17), (5, PROMOTED, 2), (3, PROMOTED, 3), (6, PROMOTED, 2)], 8)
@example([(1, STILL_THERE, 0.7), (0, STILL_THERE, 2), (2, STILL_THERE, 0.7)], 9)
def test_weights_that_vanish_beside_others_break_nothing(rows, day):
    incidence = cumulative_incidence(Histogram.from_rows(rows))

    estimate, mean = incidence.at(day), restricted_mean(incidence, day)

    assert 0 <= estimate.low <= estimate.share <= estimate.high <= 1
    assert estimate.variance >= 0
    assert mean.low <= mean.days <= mean.high


@quick
@given(st.lists(st.tuples(st.integers(0, 40), st.just(PROMOTED)), min_size=1, max_size=60))
def test_everybody_is_everybody_without_a_rounding_error(people):
    estimate = cumulative_incidence(Histogram.from_spells(people)).at(40)

    assert (estimate.share, estimate.variance, estimate.high) == (1, 0, 1)
    assert estimate.low == pytest.approx(0.025 ** (1 / len(people)))


@quick
@given(spells, days)
def test_complete_records_give_the_plain_proportion_and_its_variance(people, day):
    # With nobody lost all is arithmetic: a proportion, and a mean of waits up to the day.
    people = [(days if outcome else 45, outcome) for days, outcome in people]
    incidence = cumulative_incidence(Histogram.from_spells(people))
    n = len(people)

    estimate, mean = incidence.at(day), restricted_mean(incidence, day)

    share = sum(outcome == PROMOTED and days <= day for days, outcome in people) / n
    waits = [min(days, day) if outcome == PROMOTED else day for days, outcome in people]
    average = sum(waits) / n
    assert estimate.share == pytest.approx(share, abs=1e-12)
    assert estimate.variance == pytest.approx(share * (1 - share) / n, abs=1e-12)
    assert mean.days == pytest.approx(average, abs=1e-9)
    spread = sum((wait - average) ** 2 for wait in waits) / n
    assert mean.variance == pytest.approx(spread / n, abs=1e-9)


# Marubini and Valsecchi (1995): the sum that divides by those who remain.
def variance_by_the_book(people, day):
    incidence = cumulative_incidence(Histogram.from_spells(people))
    total, free = 0.0, 1.0
    for t in sorted({days for days, outcome in people if outcome and days <= day}):
        n = sum(days >= t for days, _ in people)
        promoted = people.count((t, PROMOTED))
        events = promoted + people.count((t, LEFT))
        rise = incidence.at(day).share - incidence.at(t).share
        if n > events:
            total += rise**2 * events / (n * (n - events))
        total += free**2 * promoted * (n - promoted) / n**3
        total -= 2 * rise * free * promoted / n**2
        free *= (n - events) / n
    return total


@quick
@given(spells, days)
def test_variance_is_the_one_of_the_book(people, day):
    estimate = cumulative_incidence(Histogram.from_spells(people)).at(day)

    assert estimate.variance == pytest.approx(variance_by_the_book(people, day), abs=1e-12)


@quick
@given(without_leavers, days)
def test_without_leavers_it_is_lifelines_kaplan_meier(people, day):
    durations, events = zip(*people, strict=True)
    theirs = KaplanMeierFitter().fit(durations, events)
    low, high = theirs.confidence_interval_.asof(day)

    estimate = cumulative_incidence(Histogram.from_spells(people)).at(day)

    assert estimate.share == pytest.approx(1 - theirs.predict(day), abs=SHARE)
    if 0 < estimate.share < 1:
        assert (estimate.low, estimate.high) == pytest.approx((1 - high, 1 - low), abs=SHARE)


@quick
@given(without_leavers)
def test_without_a_flat_at_a_half_the_median_is_lifelines(people):
    incidence = cumulative_incidence(Histogram.from_spells(people))
    assume(all(abs(share - 0.5) > SHARE for share in incidence.share))
    durations, events = zip(*people, strict=True)

    theirs = KaplanMeierFitter().fit(durations, events).median_survival_time_

    assert median_day(incidence) == (theirs if theirs != float("inf") else None)


@quick
@given(without_leavers, st.integers(1, 40))
def test_restricted_mean_is_lifelines(people, horizon):
    durations, events = zip(*people, strict=True)
    theirs = KaplanMeierFitter().fit(durations, events)

    mean = restricted_mean(cumulative_incidence(Histogram.from_spells(people)), horizon)

    assert mean.days == pytest.approx(restricted_mean_survival_time(theirs, horizon), abs=SHARE)


@settings(quick, max_examples=25)
@given(st.lists(st.tuples(st.integers(2, 400), outcomes), unique_by=lambda row: row[0]))
def test_with_leavers_it_is_lifelines_aalen_johansen(people):
    # lifelines moves tied events at random, and divides by those who remain.
    people = [(1, PROMOTED), *people, (401, STILL_THERE)]
    durations, events = zip(*people, strict=True)
    theirs = AalenJohansenFitter().fit(durations, events, event_of_interest=int(PROMOTED))

    incidence = cumulative_incidence(Histogram.from_spells(people))

    for day, share, variance in zip(
        incidence.days, incidence.share, incidence.variance, strict=True
    ):
        assert share == pytest.approx(theirs.cumulative_density_.loc[day].item(), abs=SHARE)
        assert sqrt(variance) == pytest.approx(sqrt(theirs.variance_.loc[day]), abs=SHARE)
