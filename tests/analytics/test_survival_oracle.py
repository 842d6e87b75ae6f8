import csv
import json
from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from analytics.survival import (
    Histogram,
    Outcome,
    cumulative_incidence,
    median_day,
    month_day,
    net_incidence,
    restricted_mean,
    spell,
    summarise,
)

# Data and the figures that R gives for them, beside the repository; not every machine has them.
ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracle"
SHARE = 1e-6

pytestmark = pytest.mark.skipif(
    not ORACLE.is_dir(),
    reason="the oracle's folder, shared/oracle beside the repository, is absent",
)


def people_of(name):
    with (ORACLE / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def expected_of(name):
    return json.loads((ORACLE / f"{name}.expected.json").read_text())


def spell_of(person, as_of=date(2100, 1, 1)):
    start, *ends = (
        date.fromisoformat(person[column]) if person[column] else None
        for column in ("start", "promoted_on", "left_on", "observed_until")
    )
    return spell(start, *ends, as_of)


def histogram_of(name, **only):
    return Histogram.from_spells(
        spell_of(person)
        for person in people_of(name)
        if all(person[column] == value for column, value in only.items())
    )


ARMS = [
    ("lung", {}, ["overall_loglog"], None),
    ("lung", {}, ["overall_log"], None),
    ("lung", {"sex": "M"}, ["by_sex", "km"], "1"),
    ("lung", {"sex": "F"}, ["by_sex", "km"], "2"),
    ("gehan", {"treat": "6-MP"}, ["km"], "6-MP"),
    ("gehan", {"treat": "control"}, ["km"], "control"),
    ("rossi", {"fin": "0"}, ["km"], "0"),
    ("rossi", {"fin": "1"}, ["km"], "1"),
]


@pytest.mark.parametrize("name", ["lung", "gehan", "rossi", "circles_effect"])
def test_spells_follow_from_the_dates(name):
    people = people_of(name)

    derived = [spell_of(person) for person in people]

    assert derived == [(int(p["duration_days"]), int(p["event"])) for p in people]


@pytest.mark.parametrize(("name", "only", "keys", "stratum"), ARMS)
def test_shares_and_standard_errors_are_rs(name, only, keys, stratum):
    points = expected_of(name)
    for key in keys:
        points = points[key]
    points = [point for point in points if stratum in (None, point["stratum"])]
    histogram = histogram_of(name, **only)

    for point in points:
        estimate = cumulative_incidence(histogram).at(point["t"])
        error = point["se"] if point["se"] is not None else 0
        assert 1 - estimate.share == pytest.approx(point["surv"], abs=SHARE)
        assert sqrt(estimate.variance) == pytest.approx(error, abs=SHARE)
        assert histogram.at_risk_on(point["t"]) == point["n_risk"]


def test_interval_without_leavers_is_rs_log_log_one():
    points = expected_of("lung")["overall_loglog"]
    incidence = cumulative_incidence(histogram_of("lung"))

    intervals = [incidence.at(point["t"]) for point in points]

    assert [e.low for e in intervals] == pytest.approx([1 - p["hi"] for p in points], abs=SHARE)
    assert [e.high for e in intervals] == pytest.approx([1 - p["lo"] for p in points], abs=SHARE)


@pytest.mark.parametrize(
    ("name", "only", "keys"),
    [
        ("lung", {}, ["median", "q", "50"]),
        ("lung", {"sex": "M"}, ["by_sex", "median", "q", "sex=1", "50"]),
        ("lung", {"sex": "F"}, ["by_sex", "median", "q", "sex=2", "50"]),
        ("gehan", {"treat": "6-MP"}, ["median", "q", "treat=6-MP", "50"]),
        ("gehan", {"treat": "control"}, ["median", "q", "treat=control", "50"]),
    ],
)
def test_median_is_rs(name, only, keys):
    expected = expected_of(name)
    for key in keys:
        expected = expected[key]

    assert median_day(cumulative_incidence(histogram_of(name, **only))) == expected


@pytest.mark.parametrize(
    ("name", "only", "key", "arm"),
    [
        ("rossi", {"fin": "0"}, "rmst_52", "arm0"),
        ("rossi", {"fin": "1"}, "rmst_52", "arm1"),
        ("lung", {"sex": "M"}, "rmst_365", "arm0"),
        ("lung", {"sex": "F"}, "rmst_365", "arm1"),
    ],
)
def test_restricted_mean_is_rs(name, only, key, arm):
    expected = expected_of(name)[key]

    mean = restricted_mean(cumulative_incidence(histogram_of(name, **only)), expected["tau"])

    assert mean.days == pytest.approx(expected[arm]["rmst"], abs=SHARE)
    assert sqrt(mean.variance) == pytest.approx(expected[arm]["se"], abs=SHARE)
    assert mean.low == pytest.approx(expected[arm]["lo"], abs=SHARE)
    assert mean.high == pytest.approx(expected[arm]["hi"], abs=SHARE)


def test_counts_of_circles_effect_are_the_oracles():
    expected = expected_of("circles_effect")

    summary = summarise(histogram_of("circles_effect"), 3650)

    assert summary.people == expected["n"]
    assert (summary.promoted, summary.left) == (expected["promoted"], expected["left"])


@pytest.mark.parametrize("landmark", [180, 365])
def test_incidence_with_leavers_is_rs_from_a_landmark(landmark):
    expected = expected_of("circles_effect")[f"landmark{landmark}"]
    waiting = [
        (int(p["duration_days"]) - landmark, int(p["event"]), p["wait_days"])
        for p in people_of("circles_effect")
        if int(p["duration_days"]) > landmark
    ]
    members = [(d, e) for d, e, wait in waiting if wait and int(wait) <= landmark]
    others = [(d, e) for d, e, wait in waiting if not wait or int(wait) > landmark]

    shares = [
        cumulative_incidence(Histogram.from_spells(group)).at(month_day(14)).share
        for group in (members, others)
    ]

    assert (len(waiting), len(members)) == (expected["n"], expected["exposed"])
    assert shares == pytest.approx(
        [expected["cif14"]["member"], expected["cif14"]["other"]], abs=SHARE
    )


def test_net_share_of_circles_effect_is_never_under_the_share():
    histogram = histogram_of("circles_effect")
    summary = summarise(histogram, month_day(14))

    assert summary.share + summary.left_share < 1
    assert summary.net_share > summary.share
    assert net_incidence(histogram).at(426).share == summary.net_share
    assert Outcome.LEFT in {outcome for _, outcome in map(spell_of, people_of("circles_effect"))}
