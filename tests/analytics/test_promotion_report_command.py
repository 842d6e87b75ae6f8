import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.figures import FIGURES
from members.models import CareerEvent, Member
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "oracle"


def report(**options):
    out = StringIO()
    options = {"index": "hired", "as_of": "2030-01-01", "format": "json"} | options
    call_command("promotion_report", stdout=out, **options)
    return out.getvalue()


def groups(**options):
    return {row["group"]: row for row in json.loads(report(**options))["groups"]}


def load(rows, unit_column):
    """People and their promotions from rows in HR's shape."""

    def day(word):
        return date.fromisoformat(word) if word else None

    units = {name: UnitFactory(name=name) for name in sorted({r[unit_column] for r in rows})}
    people = Member.objects.bulk_create(
        Member(
            name=row["employee_id"],
            employee_number=row["employee_id"],
            unit=units[row[unit_column]],
            hired_on=day(row["start"]),
            left_on=day(row["left_on"]),
            observed_until=day(row["observed_until"]),
        )
        for row in rows
    )
    CareerEvent.objects.bulk_create(
        CareerEvent(person=person, on=day(row["promoted_on"]), kind=CareerEvent.Kind.PROMOTION)
        for person, row in zip(people, rows, strict=True)
        if row["promoted_on"]
    )


# Freireich et al. 1963: weeks in remission of 21 patients on 6-mercaptopurine, + is censored.
WEEKS = "6 6 6 7 10 13 16 22 23 6+ 9+ 10+ 11+ 17+ 19+ 20+ 25+ 32+ 32+ 34+ 35+".split()


@pytest.fixture
def freireich():
    def after(weeks):
        return date.fromordinal(date(2020, 1, 1).toordinal() + int(weeks)).isoformat()

    load(
        [
            {
                "employee_id": f"E{n}",
                "start": "2020-01-01",
                "promoted_on": "" if weeks.endswith("+") else after(weeks),
                "left_on": "",
                "observed_until": after(weeks[:-1]) if weeks.endswith("+") else "",
                "treat": "6-MP",
            }
            for n, weeks in enumerate(WEEKS)
        ],
        "treat",
    )


def test_the_published_curve_comes_out_of_the_command(freireich):
    row = groups(horizon_days=22, unrounded=True)["all"]

    assert row["share"] == pytest.approx(1 - 0.5378151, abs=1e-6)
    assert row["net_share"] == row["share"]
    assert row["median_days"] == 23
    assert (row["people"], row["promoted"], row["left"]) == (21, 8, 0)


def test_rows_carry_the_promised_keys(freireich):
    for row in groups(by="unit").values():
        assert list(row) == ["group", *FIGURES, "suppressed"]


def test_without_unrounded_figures_are_coarse(freireich):
    row = groups(horizon_days=22, by="unit")["6-MP"]

    assert (row["people"], row["promoted"]) == (20, 10)
    assert (row["share"], row["share_low"], row["share_high"]) == (0.46, 0.25, 0.74)


def test_a_hidden_group_shows_no_figure_in_either_grain(freireich):
    load(
        [
            {
                "employee_id": f"S{n}",
                "start": "2020-01-01",
                "promoted_on": "",
                "left_on": "",
                "observed_until": "",
                "treat": "small",
            }
            for n in range(3)
        ],
        "treat",
    )

    for unrounded in (True, False):
        row = groups(by="unit", unrounded=unrounded)["small"]
        assert row["suppressed"] is True
        assert {row[name] for name in FIGURES} == {None}


def test_text_names_hidden_groups(freireich):
    text = report(format="text", by="unit")

    assert text.splitlines()[0].split("\t") == ["group", *FIGURES]
    assert [line.split("\t")[0] for line in text.splitlines()[1:]] == ["all", "6-MP"]


def test_a_negative_horizon_is_refused():
    with pytest.raises(CommandError, match="--horizon-days must be 0 or more"):
        report(horizon_days=-1)


def test_an_impossible_day_is_refused():
    with pytest.raises(CommandError, match="--as-of takes a day as YYYY-MM-DD, not '2024-02-30'"):
        report(as_of="2024-02-30")


@pytest.mark.parametrize(
    ("name", "unit", "horizon", "group", "survival"),
    [
        ("lung", "sex", 425, "all", 0.37681709575),
        ("lung", "sex", 425, "M", 0.29767779639),
        ("rossi", "fin", 52, "0", 0.69444444444),
        ("gehan", "treat", 22, "control", 0.0476190476),
    ],
)
def test_the_reference_data_gives_the_reference_figures(name, unit, horizon, group, survival):
    if not ORACLE.exists():
        pytest.skip("the reference data is not beside this checkout")
    with (ORACLE / f"{name}.csv").open(newline="") as file:
        load(list(csv.DictReader(file)), unit)

    row = groups(horizon_days=horizon, by="unit", unrounded=True)[group]

    assert row["share"] == pytest.approx(1 - survival, abs=1e-6)
