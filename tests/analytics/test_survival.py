from datetime import date
from math import isclose, nan, sqrt

import pytest

from analytics.survival import (
    Histogram,
    Outcome,
    cumulative_incidence,
    median_day,
    month_day,
    monthly_curve,
    net_incidence,
    restricted_mean,
    spell,
    summarise,
)

STILL_THERE, PROMOTED, LEFT = Outcome
AS_OF = date(2026, 11, 23)

# Weeks in remission under 6-mercaptopurine and under placebo (Freireich et al., Blood 21, 1963).
RELAPSED_6MP = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WITHDRAWN_6MP = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
RELAPSED_PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def six_mp():
    return Histogram.from_spells(
        [(week, PROMOTED) for week in RELAPSED_6MP]
        + [(week, STILL_THERE) for week in WITHDRAWN_6MP]
    )


def placebo():
    return Histogram.from_spells([(week, PROMOTED) for week in RELAPSED_PLACEBO])


def five_with_a_leaver():
    return Histogram.from_spells(
        [(1, PROMOTED), (2, LEFT), (3, STILL_THERE), (4, PROMOTED), (5, STILL_THERE)]
    )


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, (2153, STILL_THERE)),
        ({"promoted_on": date(2021, 3, 1)}, (60, PROMOTED)),
        ({"promoted_on": date(2020, 12, 31)}, (0, PROMOTED)),
        ({"left_on": date(2021, 3, 1)}, (60, LEFT)),
        ({"observed_until": date(2021, 3, 1)}, (60, STILL_THERE)),
        ({"promoted_on": date(2021, 3, 2), "left_on": date(2021, 3, 1)}, (60, LEFT)),
        ({"promoted_on": date(2021, 3, 1), "left_on": date(2021, 3, 1)}, (60, PROMOTED)),
        ({"promoted_on": date(2021, 3, 1), "observed_until": date(2021, 3, 1)}, (60, PROMOTED)),
        ({"left_on": date(2021, 3, 1), "observed_until": date(2021, 3, 1)}, (60, LEFT)),
        ({"promoted_on": date(2021, 3, 2), "observed_until": date(2021, 3, 1)}, (60, STILL_THERE)),
        ({"promoted_on": AS_OF}, (2153, PROMOTED)),
        ({"promoted_on": date(2026, 11, 24)}, (2153, STILL_THERE)),
        ({"left_on": date(2027, 1, 1), "promoted_on": date(2027, 1, 1)}, (2153, STILL_THERE)),
        ({"observed_until": date(2027, 1, 1)}, (2153, STILL_THERE)),
    ],
)
def test_spell_ends_with_whatever_came_first(dates, expected):
    when = {"promoted_on": None, "left_on": None, "observed_until": None, **dates}

    assert spell(date(2020, 12, 31), **when, as_of=AS_OF) == expected


def test_spell_counts_29_february():
    assert spell(date(2024, 2, 28), date(2024, 3, 1), None, None, AS_OF) == (2, PROMOTED)
    assert spell(date(2023, 2, 28), date(2023, 3, 1), None, None, AS_OF) == (1, PROMOTED)
    assert spell(date(2024, 2, 29), date(2025, 2, 28), None, None, AS_OF) == (365, PROMOTED)
    assert spell(date(2024, 2, 29), date(2024, 2, 29), None, None, AS_OF) == (0, PROMOTED)


@pytest.mark.parametrize(
    "dates",
    [
        (date(2020, 12, 30), None, None, AS_OF),
        (None, date(2020, 12, 30), None, AS_OF),
        (None, None, date(2020, 12, 30), AS_OF),
        (None, None, None, date(2020, 12, 30)),
    ],
)
def test_spell_refuses_an_end_before_its_beginning(dates):
    with pytest.raises(ValueError, match="begins on 2020-12-31 cannot end on 2020-12-30"):
        spell(date(2020, 12, 31), *dates)


def test_histogram_adds_up_rows_and_orders_days():
    histogram = Histogram.from_rows(
        [(9, LEFT, 1), (3, PROMOTED, 2), (9, STILL_THERE, 4), (3, PROMOTED, 5), (7, LEFT, 0)]
    )

    assert histogram == Histogram(days=(3, 9), promoted=(7, 0), left=(0, 1), still_there=(0, 4))
    assert histogram.at_risk == (12, 5)
    assert histogram.people == 12
    assert [histogram.at_risk_on(day) for day in (0, 3, 4, 9, 10)] == [12, 12, 5, 5, 0]


def test_histogram_knows_the_answer_for_all_whose_record_did_not_end_first():
    histogram = five_with_a_leaver()

    assert [histogram.known_by(day) for day in (0, 3, 4, 5, 6)] == [5, 5, 4, 4, 3]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((-1, PROMOTED, 1), "duration cannot be negative: -1 days"),
        ((1, PROMOTED, -2), "count must be a finite number, 0 or more, not -2"),
        ((1, PROMOTED, nan), "count must be a finite number, 0 or more, not nan"),
        ((1, PROMOTED, float("inf")), "count must be a finite number, 0 or more, not inf"),
        ((1, 3, 1), "3 is not a valid Outcome"),
        ((1, -1, 1), "-1 is not a valid Outcome"),
    ],
)
def test_histogram_refuses_impossible_rows(row, reason):
    with pytest.raises(ValueError, match=reason):
        Histogram.from_rows([(1, PROMOTED, 5), row])


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (((1, 1), (0, 0), (0, 0), (1, 1)), "days of a histogram must rise"),
        (((2, 1), (0, 0), (0, 0), (1, 1)), "days of a histogram must rise"),
        (((1, 2), (0, 0), (0,), (1, 1)), "columns of a histogram must be of one length"),
        (((1,), (0,), (-1,), (1,)), "count must be a finite number"),
    ],
)
def test_histogram_refuses_impossible_columns(columns, reason):
    with pytest.raises(ValueError, match=reason):
        Histogram(*columns)


def test_histogram_refuses_a_fraction_of_a_day():
    with pytest.raises(TypeError):
        Histogram.from_counts({(1.5, PROMOTED): 1})


def test_kaplan_meier_of_6mp_is_the_published_one():
    published = {
        6: (0.857, 0.0764),
        7: (0.807, 0.0869),
        10: (0.753, 0.0963),
        13: (0.690, 0.1068),
        16: (0.627, 0.1141),
        22: (0.538, 0.1282),
        23: (0.448, 0.1346),
    }

    estimates = {week: net_incidence(six_mp()).at(week) for week in published}

    assert {w: round(1 - e.share, 3) for w, e in estimates.items()} == {
        week: survival for week, (survival, _) in published.items()
    }
    assert {w: round(sqrt(e.variance), 4) for w, e in estimates.items()} == {
        week: error for week, (_, error) in published.items()
    }


def test_median_of_freireichs_trial_is_the_published_one():
    assert median_day(cumulative_incidence(six_mp())) == 23
    assert median_day(cumulative_incidence(placebo())) == 8


def test_incidence_with_a_leaver_by_hand():
    incidence = cumulative_incidence(five_with_a_leaver())

    # Day 1: 1/5. Day 2: one of 4 leaves, 3/5 remain free. Day 4: one of 2, so 3/5 * 1/2.
    assert incidence.days == (1, 2, 4)
    assert incidence.share == pytest.approx((0.2, 0.2, 0.5))
    assert incidence.left == pytest.approx((0, 0.2, 0.2))
    assert incidence.event_free == pytest.approx((0.8, 0.6, 0.3))
    assert net_incidence(five_with_a_leaver()).share == pytest.approx((0.2, 0.6))


def test_incidence_holds_its_value_until_the_next_step():
    incidence = cumulative_incidence(five_with_a_leaver())

    shares = [incidence.at(day).share for day in (0, 1, 3, 4, 999)]

    assert shares == pytest.approx([0, 0.2, 0.2, 0.5, 0.5])
    assert [incidence.left_by(day) for day in (0, 1, 2, 999)] == pytest.approx([0, 0, 0.2, 0.2])
    assert [incidence.event_free_by(day) for day in (0, 1, 2)] == pytest.approx([1, 0.8, 0.6])


def test_incidence_of_leaving_comes_from_the_same_curve_turned_round():
    turned = cumulative_incidence(five_with_a_leaver().outcomes_swapped())

    assert turned.share == pytest.approx((0, 0.2, 0.2))
    assert turned.at(2).variance == pytest.approx(0.2 * 0.8 / 5)


def test_people_at_risk_on_a_day_include_those_whose_record_ends_on_it():
    same_day = Histogram.from_spells([(5, PROMOTED), (5, LEFT), (5, STILL_THERE), (5, STILL_THERE)])

    incidence = cumulative_incidence(same_day)

    assert (incidence.share, incidence.left, incidence.event_free) == ((0.25,), (0.25,), (0.5,))


@pytest.mark.parametrize(
    ("days", "median"),
    [
        ([(1, 1), (3, 1), (7, 1), (8, 1)], 5),  # exactly a half from day 3 to day 7
        ([(1, 1), (3, 1), (4, 2), (7, 1)], 5),  # someone leaving does not end the flat
        ([(1, 1), (3, 1), (4, 0), (7, 1)], 5),  # nor does the end of a record
        ([(1, 1), (3, 1), (9, 0), (9, 0)], 6),  # the last flat ends with the last record
        ([(1, 1), (3, 1), (7, 1)], 3),
        ([(0, 1), (0, 1), (7, 1)], 0),
        ([(1, 1), (3, 0), (7, 0)], None),
        ([(1, 0)], None),
        ([], None),
    ],
)
def test_median_day_is_where_the_curve_crosses_a_half(days, median):
    assert median_day(cumulative_incidence(Histogram.from_spells(days))) == median


def test_median_day_finds_a_half_that_floats_miss():
    # 19/20 * 18/19 * ... * 10/11 is a half, but not in floating point.
    incidence = cumulative_incidence(Histogram.from_spells((day, 1) for day in range(1, 21)))

    assert 0.5 not in incidence.share
    assert median_day(incidence) == 10.5


def test_restricted_mean_is_the_area_over_the_curve():
    incidence = cumulative_incidence(five_with_a_leaver())

    # 10 days at most, less 0.2 for the 3 days from 1 to 4 and 0.5 for the 6 days after.
    assert restricted_mean(incidence, 10).days == pytest.approx(10 - 0.6 - 3.0)
    assert restricted_mean(incidence, 1).days == 1
    assert restricted_mean(incidence, 0).days == 0


def test_restricted_mean_interval_is_normal_around_the_mean():
    mean = restricted_mean(cumulative_incidence(placebo()), 20)

    waits = [min(week, 20) for week in RELAPSED_PLACEBO]
    average = sum(waits) / 21
    variance = sum((wait - average) ** 2 for wait in waits) / 21 / 21
    assert mean.days == pytest.approx(average)
    assert mean.variance == pytest.approx(variance)
    assert mean.low == pytest.approx(average - 1.959963984540054 * sqrt(variance))
    assert mean.high == pytest.approx(average + 1.959963984540054 * sqrt(variance))


@pytest.mark.parametrize("histogram", [six_mp(), Histogram.from_rows([])])
def test_negative_horizon_is_refused(histogram):
    with pytest.raises(ValueError, match="horizon cannot be negative: -1 days"):
        restricted_mean(cumulative_incidence(histogram), -1)
    with pytest.raises(ValueError, match="horizon cannot be negative: -1 days"):
        summarise(histogram, -1)


def test_summary_of_a_group_at_a_horizon():
    summary = summarise(five_with_a_leaver(), 4)

    assert (summary.people, summary.promoted, summary.left) == (5, 2, 1)
    assert (summary.share, summary.net_share) == pytest.approx((0.5, 0.6))
    assert (summary.left_share, summary.median_days) == pytest.approx((0.2, 4.5))
    assert summary.share_low < 0.5 < summary.share_high
    assert summary.restricted_mean_days == pytest.approx(4 - 0.6)
    assert summary.net_median_days == 4
    assert summary.net_restricted_mean_days == pytest.approx(4 - 0.6)
    assert (summary.at_risk, summary.is_followed) == (2, True)


def test_summary_counts_only_what_happened_by_the_horizon():
    summary = summarise(five_with_a_leaver(), 3)

    assert (summary.promoted, summary.left) == (1, 1)
    assert summary.share == pytest.approx(0.2)


def test_summary_of_nobody_is_none():
    summary = summarise(Histogram.from_rows([]), 426)

    assert (summary.people, summary.promoted, summary.left, summary.at_risk) == (0, 0, 0, 0)
    assert (summary.share, summary.share_low, summary.share_high) == (None, None, None)
    assert (summary.net_share, summary.left_share, summary.median_days) == (None, None, None)
    assert summary.restricted_mean_days is None
    assert summary.is_followed is False


def test_summary_of_nobody_promoted_has_the_exact_upper_bound():
    summary = summarise(Histogram.from_rows([(500, STILL_THERE, 18), (200, LEFT, 2)]), 426)

    assert (summary.share, summary.share_low, summary.net_share) == (0, 0, 0)
    # None of 20: Clopper and Pearson's 16.84 %.
    assert summary.share_high == pytest.approx(0.1684, abs=5e-5)
    assert (summary.median_days, summary.restricted_mean_days) == (None, 426)


def test_summary_of_everybody_promoted_has_the_exact_lower_bound():
    summary = summarise(placebo(), 426)

    assert (summary.share, summary.share_high, summary.net_share) == (1, 1, 1)
    # 21 of 21: Clopper and Pearson's 83.89 %.
    assert summary.share_low == pytest.approx(0.8389, abs=5e-5)
    assert (summary.at_risk, summary.is_followed) == (0, True)


def test_summary_of_records_that_all_end_on_day_0_claims_nothing():
    summary = summarise(Histogram.from_rows([(0, STILL_THERE, 30)]), 426)

    assert (summary.people, summary.share) == (30, 0)
    assert (summary.share_low, summary.share_high) == (0, 1)
    assert (summary.at_risk, summary.is_followed) == (0, False)


def test_summary_counts_a_promotion_on_the_index_day():
    summary = summarise(Histogram.from_rows([(0, PROMOTED, 5), (10, STILL_THERE, 5)]), 0)

    assert (summary.promoted, summary.share, summary.at_risk) == (5, 0.5, 10)


def test_summary_past_the_last_record_says_that_nobody_was_followed():
    histogram = six_mp()

    assert summarise(histogram, 35).is_followed is True
    assert summarise(histogram, 36).is_followed is False
    assert summarise(histogram, 36).share == summarise(histogram, 35).share


def test_interval_survives_weights_too_small_to_say_anything():
    estimate = cumulative_incidence(Histogram.from_rows([(1, 1, 1e-9), (2, 0, 1.0)])).at(1)

    assert isclose(estimate.share, 1e-9, rel_tol=1e-6)
    assert (estimate.low, estimate.high) == pytest.approx((0, 1))


def test_month_day_is_the_day_that_ends_a_month():
    assert [month_day(months) for months in (0, 1, 12, 14, 24)] == [0, 30, 365, 426, 730]


def test_monthly_curve_stops_before_the_first_month_with_too_few_at_risk():
    histogram = Histogram.from_rows(
        [(40, PROMOTED, 10), (61, LEFT, 10), (100, STILL_THERE, 1), (500, STILL_THERE, 9)]
    )

    points = monthly_curve(cumulative_incidence(histogram), 14, floor=10)

    assert [(p.month, p.day) for p in points] == [(0, 0), (1, 30), (2, 61), (3, 91)]
    assert [p.at_risk for p in points] == [30, 30, 20, 10]
    assert [p.share for p in points] == pytest.approx([0, 0, 1 / 3, 1 / 3])
    assert all(p.low <= p.share < p.high for p in points)


def test_monthly_curve_ends_with_the_months_asked_for():
    histogram = Histogram.from_rows([(500, STILL_THERE, 50)])

    assert [p.month for p in monthly_curve(cumulative_incidence(histogram), 2, 10)] == [0, 1, 2]
    assert monthly_curve(cumulative_incidence(Histogram.from_rows([])), 14, 0) == ()
