"""The figures on coverage, the scheme, adoption, spells and joint arrangements draw what they are given."""

import io
import warnings

import numpy as np
import pandas as pd
import pytest
from drawn import words
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from gemeenten import scheme
from gemeenten.plots import arrangements, coverage, curves, models, places, trends
from gemeenten.plots import scheme as pictures


def segments(ax):
    return [part.tolist() for lines in ax.collections if isinstance(lines, LineCollection)
            for part in lines.get_segments()]  # fmt: skip


def dots(ax):
    return [tuple(at) for marks in ax.collections if isinstance(marks, PathCollection)
            for at in marks.get_offsets().tolist()]  # fmt: skip


def table_years():
    frame = pd.DataFrame({"table": ["inhabitants", "models"], "tier": ["census", "coded"],
                          "year": [2012, 2014], "share": [1.0, 0.02]})  # fmt: skip
    return coverage.coverage(frame)


def missing_statements():
    frame = pd.DataFrame({"year": [2024, 2024, 2025], "stage": ["budget", "account", "budget"],
                          "missing": [1, 3, 4], "expected": 342})  # fmt: skip
    return coverage.missing_statements(frame)


def bubble_map():
    frame = pd.DataFrame({"longitude": [4.9, 6.0], "latitude": [52.4, 52.0], "population": [900_000, 20_000],
                          "large": [True, False], "name": ["Amsterdam", "Other"]})  # fmt: skip
    return places.bubble_map(frame, "census", 2026)


def crossings():
    paths = pd.DataFrame({"name": ["A", "A", "B", "B"], "year": [2012, 2013] * 2,
                          "population": [99_000, 101_000, 90_000, 110_000]})  # fmt: skip
    events = pd.DataFrame({"name": ["A", "B"], "year": 2013, "cause": ["growth", "amalgamation"]})
    return places.crossings(paths, events, "census")


def traits():
    return pictures.traits(scheme.MODELS, scheme.traits())


def pendulum():
    return pictures.pendulum(scheme.MODELS, scheme.traits(), scheme.POLES)


def roles():
    return pictures.roles(scheme.ROLES, scheme.G4_ROLES)


def organograms():
    return pictures.organograms({chart: scheme.organogram(chart) for chart in scheme.CHARTS})


def crossing_dates():
    frame = pd.DataFrame({"reading": ["as registered"] * 2, "n_nineties": [100, 200],
                          "crossing_low": [2003.0, 2003.5], "crossing_high": [2007.0, 2007.5],
                          "low": [2001.0, 2002.0], "high": [2008.0, 2008.5]})  # fmt: skip
    return curves.crossing_dates(frame, "published")


def lasting():
    steps = pd.DataFrame({"years": [0.0, 3.0, 8.0], "share": [1.0, 0.6, 0.6], "low": [1.0, 0.4, 0.4],
                          "high": [1.0, 0.8, 0.8]})  # fmt: skip
    risk = pd.DataFrame({"years": [0, 4, 8], "spells": [64, 24, 5]})
    return models.lasting(steps, risk, "coded", 67)


def panels():
    frame = pd.DataFrame({"group": ["small", "small", "large", "large"], "year": [2017, 2018] * 2,
                          "value": [17.0, 18.0, 4.0, 5.0], "low": [15.0, 16.0, np.nan, np.nan],
                          "high": [19.0, 20.0, np.nan, np.nan], "n": [53, 53, 3, 3],
                          "large": [False, False, True, True]})  # fmt: skip
    return trends.panels(frame, "paid (% of costs)", "census", 56)


def forms_by_size():
    frame = pd.DataFrame({"form": ["all forms"] * 2 + ["public body"] * 2, "group": ["small", "large"] * 2,
                          "large": [False, True] * 2, "n": [300, 4] * 2, "mean": [9.0, 9.5, 7.0, 7.5],
                          "low": [8.0, np.nan] * 2, "high": [10.0, np.nan] * 2})  # fmt: skip
    return arrangements.forms_by_size(frame, "register", 304)


def by_province():
    frame = pd.DataFrame({"group": ["Fryslân", "Limburg"], "n": [18, 31], "mean": [7.2, 13.4],
                          "low": [6.6, 12.3], "high": [7.8, 14.4]})  # fmt: skip
    return arrangements.by_province(frame, 11.1, "register")


DRAWN = [
    *(table_years, missing_statements, bubble_map, crossings, traits, pendulum, roles, organograms),
    *(crossing_dates, lasting, panels, forms_by_size, by_province),
]


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_every_figure_is_the_same_twice_warns_of_nothing_and_tells_n_and_tier(draw):
    pictured = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fig in (draw(), draw()):
            target = io.BytesIO()
            fig.savefig(target, format="png", metadata={"Software": None})
            pictured.append(target.getvalue())
    assert pictured[0] == pictured[1]
    assert "n = " in words(fig)
    assert "tier: " in words(fig)


def test_coverage_puts_a_marker_at_each_year_of_a_table():
    assert dots(table_years().axes[0]) == [(2012, 0), (2014, 1)]


def test_a_year_without_accounts_is_told_to_be_unpublished_and_its_bars_are_the_counts():
    fig = missing_statements()
    assert [bar.get_height() for bar in fig.axes[0].patches] == [1, 4, 3]
    unpublished = [text for text in fig.axes[0].texts if "not yet" in text.get_text()]
    assert [round(text.get_position()[0]) for text in unpublished] == [2025]


def test_the_map_tells_the_year_the_sizes_and_the_largest_city():
    told = words(bubble_map())
    assert all(part in told for part in ("1 January 2026", "20,000", "100,000", "500,000", "Amsterdam"))
    assert "Other" not in told


def test_roles_have_english_words_for_the_four_cities():
    told = words(roles()).replace("\n", " ")
    assert all(role in told for role in scheme.G4_ROLES["english"])
    assert "Amsterdam, Rotterdam, The Hague, Utrecht" in told
    assert "Dotted" in told


def test_organograms_explain_the_abbreviations_they_use():
    titles = [ax.get_title() for ax in organograms().axes]
    assert ["afd = " in title for title in titles] == [False, True, False, True]
    assert ["dir = " in title for title in titles] == [False, False, False, True]


def test_an_unprinted_share_gets_a_range_and_no_marker():
    points = pd.DataFrame({"year": [1998, 2010], "from": [0.0, 0.76], "to": [0.3, 0.76],
                           "low": [np.nan, 0.72], "high": [np.nan, 0.8], "label": ["a", "b"]})  # fmt: skip
    years = pd.DataFrame({"year": [1995, 2000, 2005, 2010, 2015]})
    ends = {"best_low": 0.3, "best_high": 0.6, "low": 0.2, "high": 0.7}
    fig = curves.adoption(points, years.assign(**ends), years.assign(share=0.5), "published", 1, "share")
    assert dots(fig.axes[0]) == [(2010, 0.76)]
    assert [[1998, 0.0], [1998, 0.3]] in segments(fig.axes[0])
    solid = fig.axes[0].lines[1]
    assert solid.get_xdata().tolist() == [2000, 2005, 2010]


def test_dates_are_drawn_between_the_limits_of_best_curves_and_of_intervals():
    spans = [(start[0], end[0]) for start, end in segments(crossing_dates().axes[0])]
    assert sorted(spans) == [(2001.0, 2008.0), (2002.0, 2008.5), (2003.0, 2007.0), (2003.5, 2007.5)]


def test_a_survival_curve_is_a_step_from_year_0_with_numbers_at_risk():
    ax = lasting().axes[0]
    curve = ax.lines[0]
    assert curve.get_drawstyle() == "steps-post"
    assert (curve.get_xdata()[0], curve.get_ydata()[0]) == (0, 1)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0\n64", "4\n24", "8\n5"]
    assert dots(ax) == [(3, 0.6)]


def test_spells_of_one_municipality_that_share_a_year_do_not_hide_one_another():
    frame = pd.DataFrame({"name": ["A", "A", "B"], "model": ["sectoren", "other", "directie"],
                          "year_from": 2012, "year_to": [2012, 2014, 2013], "large": False})  # fmt: skip
    rows = {at[1] for at in dots(models.timeline(frame, "coded").axes[0])}
    assert rows == {-models.DODGE, models.DODGE, 1.0}


def test_bounds_tell_how_many_of_how_many_were_coded():
    frame = pd.DataFrame({"group": ["large"], "low": [0.0], "high": [1.0], "n": [26], "observed": [5 / 9],
                          "observed_low": [0.27], "observed_high": [0.81], "found": [5],
                          "coded": [9]})  # fmt: skip
    assert "5 of 9 coded" in words(models.bounds(frame, "published"))


def test_lines_show_zero_when_asked_and_n_in_the_legend():
    frame = pd.DataFrame({"year": [2017, 2018], "group": "large", "value": [6.0, 7.0], "n": [31, 32]})
    ax = trends.lines(frame, "deviation (%)", "census", 63, zero=True).axes[0]
    assert ax.get_ylim()[0] <= 0
    assert ax.get_legend().get_texts()[0].get_text() == "large (n = 31 to 32 a year)"


def test_panels_share_a_scale_from_zero_and_say_where_there_is_no_interval():
    axes = panels().axes
    assert [ax.get_title() for ax in axes[:2]] == ["small\n(n = 53)", "large\n(n = 3, no interval)"]
    assert {ax.get_ylim() for ax in axes[:2]} == {axes[0].get_ylim()}
    assert axes[0].get_ylim()[0] == 0
    assert axes[1].lines[0].get_ydata().tolist() == [4.0, 5.0]


def test_forms_by_size_draws_each_mean_in_the_row_of_its_class_and_large_ones_apart():
    axes = forms_by_size().axes
    assert [dots(ax) for ax in axes] == [[(9.0, 0), (9.5, 1)], [(7.0, 0), (7.5, 1)]]
    colors = [to_hex(marks.get_facecolor()[0]) for marks in axes[0].collections if dots(axes[0])
              and isinstance(marks, PathCollection)]  # fmt: skip
    assert len(set(colors)) == 2
    assert "small (n = 300)" in words(axes[0].figure)


def test_the_line_between_provinces_is_named():
    fig = by_province()
    assert "all 49 municipalities: 11.1" in words(fig)
    assert (13.4, 1.0) in dots(fig.axes[0])
