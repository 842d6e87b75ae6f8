from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members import charts

POINTS = [charts.Point(month, month / 20, month / 25, month / 16) for month in range(9)]


@pytest.mark.parametrize(
    ("high", "most", "expected"),
    [
        (0, 5, [0, 1]),
        (0.6, 3, [0, 0.2, 0.4, 0.6]),
        (0.62, 4, [0, 0.2, 0.4, 0.6, 0.8]),
        (1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.09, 5, [0, 0.02, 0.04, 0.06, 0.08, 0.1]),
        (37, 4, [0, 10, 20, 30, 40]),
        (100, 4, [0, 25, 50, 75, 100]),
    ],
)
def test_ticks_are_round(high, most, expected):
    assert charts.ticks(high, most=most) == expected


@given(st.floats(0.001, 1e6), st.integers(2, 8))
def test_ticks_cover_the_range_with_few_steps(high, most):
    found = charts.ticks(high, most=most)

    assert found[0] == 0
    assert found[-1] >= high * (1 - 1e-6)
    assert len(found) <= most + 1


def test_scale_maps_its_ends_and_keeps_outliers_inside():
    place = charts.Scale(0, 10, 100, 0)

    assert [place(value) for value in (0, 5, 10, 12, -3)] == [100, 50, 0, 0, 100]


def test_scale_of_a_single_value_does_not_divide_by_zero():
    assert charts.Scale(5, 5, 0, 100)(5) == 0


def test_step_path_holds_a_value_until_the_next():
    assert charts.step_path([(0, 10), (5, 8), (10, 8)]) == "M0,10 5,10 5,8 10,8 10,8"


def test_band_path_goes_along_the_top_and_back_along_the_bottom():
    band = charts.band_path([(0, 9), (5, 7)], [(0, 5), (5, 3)])

    assert band == "M0,5 5,5 5,3 5,7 5,9 0,9Z"


def test_paths_of_nothing_are_empty():
    assert (charts.line_path([]), charts.step_path([]), charts.band_path([], [])) == ("", "", "")


@pytest.mark.parametrize(
    ("values", "direction"),
    [([10, 70], "up"), ([95, 52], "down"), ([20, 22], "flat"), ([50], "flat")],
)
def test_spark_says_which_way_it_went(values, direction):
    assert charts.spark(values).direction == direction


def test_spark_ends_at_its_last_value():
    drawn = charts.spark([0, 50, 100])

    assert (drawn.path, drawn.x, drawn.y) == ("M4,23 42,13 80,3", 80, 3)


def test_spark_of_one_value_is_its_end():
    drawn = charts.spark([100])

    assert (drawn.path, drawn.x, drawn.y) == ("M80,3", 80, 3)


def test_spark_of_nothing_is_nothing():
    assert charts.spark([]) is None


def test_attendance_bars_tell_thin_from_well_and_from_unknown():
    bars = charts.attendance_bars([1.0, 0.7, 0.69, 0.0, None])

    assert [bar.tone for bar in bars] == ["well", "well", "thin", "thin", "none"]
    assert [bar.height for bar in bars] == [26.0, 18.2, 17.9, 2.0, 26.0]
    assert {bar.y + bar.height for bar in bars} == {26}


@pytest.mark.parametrize(("narrow", "highest"), [(False, "50\u00a0%"), (True, "60\u00a0%")])
def test_incidence_chart_keeps_everything_in_its_frame(narrow, highest):
    curve = charts.Curve("Circle members", POINTS)

    chart = charts.incidence_chart([curve], months=24, mark=14, narrow=narrow)

    assert (chart.y_ticks[0].label, chart.y_ticks[-1].label) == ("0\u00a0%", highest)
    assert chart.left < chart.mark_x < chart.right <= chart.width
    assert all(chart.left <= tick.at <= chart.right for tick in chart.x_ticks)
    assert all(chart.top <= tick.at <= chart.bottom for tick in chart.y_ticks)


def test_incidence_chart_marks_the_value_that_holds_at_the_mark():
    points = [
        charts.Point(0, 0, 0, 0),
        charts.Point(12, 0.4, 0.3, 0.5),
        charts.Point(16, 0.5, 0.4, 0.6),
    ]

    chart = charts.incidence_chart([charts.Curve("Members", points)], months=24, mark=14)

    assert chart.curves[0].at_mark == points[1]


def test_incidence_chart_has_no_mark_on_a_curve_that_ends_before_it():
    chart = charts.incidence_chart([charts.Curve("Members", POINTS)], months=24, mark=14)

    assert chart.curves[0].at_mark is None


def test_incidence_chart_leaves_out_a_curve_without_points():
    chart = charts.incidence_chart([charts.Curve("Members", [])], months=24, mark=14)

    assert chart.curves == []


def test_incidence_chart_keeps_labels_of_like_curves_apart():
    curves = [charts.Curve(label, POINTS) for label in ("One", "Two", "Three")]

    chart = charts.incidence_chart(curves, months=24, mark=14)

    heights = sorted(curve.label_y for curve in chart.curves)
    assert [round(b - a) for a, b in pairwise(heights)] == [20, 20]


def test_interval_places_a_share_between_nothing_and_the_top():
    drawn = charts.interval(0.3, 0.15, 0.6, top=0.6)

    assert (drawn.dot, drawn.low, drawn.high, drawn.width) == (50, 25, 100, 75)


@pytest.mark.parametrize(
    ("value", "step"), [(1, 1), (1.79, 1), (1.8, 2), (3, 3), (4.2, 5), (5, 5), (0, 1), (9, 5)]
)
def test_heat_step_has_five_equal_depths(value, step):
    assert charts.heat_step(value, low=1, high=5) == step


def test_heat_step_of_a_scale_without_length_is_the_first():
    assert charts.heat_step(3, low=3, high=3) == 1
