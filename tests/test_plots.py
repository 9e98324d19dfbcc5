"""The figures draw the numbers they are given, carry n and tier, and are the same on every run."""

import warnings

import numpy as np
import pandas as pd
import pytest
from drawn import png, words
from matplotlib.figure import Figure

from gemeenten import claims
from gemeenten.plots import curves, cutoffs, estimates, groups, ledger, models, scatter, style, trends

RANDOM = np.random.default_rng(20090901)
POPULATION = np.exp(RANDOM.normal(10.4, 0.9, 200))


def with_interval(frame, reach=1.0):
    return frame.assign(low=frame["estimate"] - reach, high=frame["estimate"] + reach)


def rows():
    return with_interval(pd.DataFrame({"label": ["a", "b", "c"], "estimate": [0.2, -1.0, 3.0], "n": 342}))


def forest():
    return estimates.forest(rows(), "difference (points)", "census", bound=0.3)


def lines():
    frame = pd.DataFrame(
        [(y, g, y - 2000.0) for y in (2017, 2018) for g in "ab"], columns=["year", "group", "value"]
    )
    return trends.lines(frame, "share", "census", 4)


def discontinuity():
    points = pd.DataFrame({"population": POPULATION, "outcome": np.log(POPULATION)})
    fitted = pd.DataFrame(
        {"population": [5e4, 1e5, 1.1e5, 2e5], "fitted": [1, 2, 3, 4], "side": ["left"] * 2 + ["right"] * 2}
    )
    return cutoffs.discontinuity(points, fitted, "outcome (points)", "census", bandwidth=(5e4, 2e5))


def placebos():
    frame = with_interval(pd.DataFrame({"cutoff": [60_000, 100_000], "estimate": [0.1, 0.5]}))
    return cutoffs.placebos(frame, "jump (points)", "census", 342)


def density():
    return cutoffs.density(POPULATION, "census")


def threshold_profiles():
    profile = pd.DataFrame({"threshold": [2e4, 5e4, 1e5], "lr": [9.0, 0.0, 8.0]})
    return cutoffs.threshold_profiles({"overhead": (profile, 7.35, [(3e4, 6e4)])}, "census", 342)


def step_and_smooth():
    points = pd.DataFrame({"population": POPULATION, "outcome": 1.0})
    fitted = pd.DataFrame({"population": POPULATION, "smooth": 1.1, "jump": 1.0 + (POPULATION > 100_000)})
    return scatter.step_and_smooth({"turnout": (points, fitted, "% of the electorate")}, "census")


def marks():
    frame = pd.DataFrame(
        {"instrument": ["survey", "survey", "other"], "role": ["service", "digital service", "counter"],
         "mark": [6.8, 7.0, 8.1], "population": [20_000.0, 90_000.0, 880_000.0], "code": ["a", "b", "c"],
         "name": ["Rucphen", "Helmond", "Amsterdam"], "year": [2016, 2017, 2022],
         "doubtful": [False, True, False]}
    )  # fmt: skip
    return scatter.marks(frame, ["survey", "other"], "survey")


def series():
    return with_interval(pd.DataFrame(
        {"label": ["a", "a", "b", "b"], "series": ["plain", "held"] * 2, "estimate": [0.5, 0.1, -1.0, 2.0],
         "n": [9, 7, 9, 9]}
    )).assign(second_low=-3.0, second_high=4.0)  # fmt: skip


def grouped():
    return groups.grouped(series(), "difference (SD)", "census", 9, second=("clustered", "spatial"))


def confirmable():
    frame = pd.DataFrame({"label": ["a", "b"], "bound": [0.15, 0.4]})
    return groups.confirmable(frame, "bound (points)", "simulated", bound=0.2)


def power():
    frame = pd.DataFrame({"design": "threshold", "effect": [0.0, 0.5, 1.0], "power": [0.05, 0.4, 0.9]})
    return curves.power(frame, "true jump", "simulated", n=400)


def adoption():
    points = pd.DataFrame({"year": [1998, 2007, 2010], "from": [0.0, 0.5, 0.76], "to": [0.3, 0.6, 0.76],
                           "low": [np.nan, 0.39, 0.72], "high": [np.nan, 0.7, 0.8],
                           "label": ["not printed", "worded", "76% of 430"]})  # fmt: skip
    years = pd.DataFrame({"year": [1995, 2000, 2005, 2010, 2015]})
    ends = {"best_low": 0.3, "best_high": 0.6, "low": 0.2, "high": 0.7}
    return curves.adoption(points, years.assign(**ends), years.assign(share=0.5), "published", 2, "shares")


def specifications():
    frame = with_interval(pd.DataFrame({"rank": range(4), "estimate": [-1.0, 0.0, 0.5, 2.0]}))
    frame = frame.assign(null_low=-1.0, null_high=1.0, sample=["all", "G4"] * 2)
    frame["significant"] = [True, False, False, True]
    return curves.specifications(frame, ["sample"], "effect (points)", "census")


def timeline():
    frame = pd.DataFrame({"name": ["A", "B"], "model": ["sectoren", "other"], "year_from": [1990, 2000],
                          "year_to": [2000, 2001], "large": [True, False]})  # fmt: skip
    return models.timeline(frame, "coded")


def bounds():
    return models.bounds(
        pd.DataFrame({"group": ["large"], "low": [0.0], "high": [1.0], "n": [26]}), "published"
    )


def shares_by_group():
    frame = pd.DataFrame(
        {"group": ["a", "b"], "share": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5], "n": [9, 8]}
    )
    return models.shares_by_group(frame, "coded")


def board():
    return ledger.board(claims.titles().merge(claims.ledger(), on="id"))


DRAWN = [
    *(forest, lines, discontinuity, placebos, density, threshold_profiles, step_and_smooth),
    *(power, adoption, specifications, timeline, bounds, shares_by_group, board, marks, grouped, confirmable),
]


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_every_figure_is_the_same_twice_and_warns_of_nothing(draw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = draw(), draw()
        assert isinstance(first, Figure)
        assert png(first) == png(second)


@pytest.mark.parametrize("draw", [draw for draw in DRAWN if draw != board])
def test_every_figure_tells_n_and_tier(draw):
    told = words(draw())
    assert "n = " in told
    assert "tier: " in told or "SIMULATED" in told


def test_a_forest_puts_every_marker_on_its_estimate():
    offsets = forest().axes[0].collections[-1].get_offsets()
    assert offsets.tolist() == [[0.2, 0.0], [-1.0, 1.0], [3.0, 2.0]]


def test_the_bins_of_the_density_have_an_edge_at_the_cutoff_and_lose_nobody():
    fig = density()
    bars = fig.axes[0].patches
    edges = sorted(bar.get_x() for bar in bars)
    assert min(abs(edge / 100_000 - 1) for edge in edges) < 1e-9
    low, high = edges[0], max(bar.get_x() + bar.get_width() for bar in bars)
    inside = ((low <= POPULATION) & (high >= POPULATION)).sum()
    assert sum(bar.get_height() for bar in bars) == inside


def test_sides_of_a_discontinuity_are_split_strictly_above_the_cutoff():
    points = pd.DataFrame({"population": [99_999.0, 100_000.0, 100_001.0], "outcome": [1.0, 2.0, 3.0]})
    fitted = pd.DataFrame({"population": [1e5, 2e5], "fitted": [1, 2], "side": ["left", "right"]})
    labels = words(cutoffs.discontinuity(points, fitted, "y", "census"))
    assert "up to 100,000 (2)" in labels
    assert "more than 100,000 (1)" in labels


def test_the_board_has_a_row_and_a_sign_for_every_claim():
    told = words(board())
    counted = claims.ledger()["verdict"].value_counts()
    assert all(claim in told for claim in claims.ledger()["id"])
    assert all(title in told for title in claims.titles()["title"])
    assert all(f"{verdict}: {number}" in told for verdict, number in counted.items())


def test_a_group_puts_its_series_side_by_side_and_tells_both_intervals_and_the_range_of_n():
    ax = grouped().axes[0]
    dots = [part.get_offsets() for part in ax.collections if len(part.get_offsets()) == 2]
    assert sorted(dots[0][:, 0].tolist()) == [-1.0, 0.5] and sorted(dots[1][:, 0].tolist()) == [0.1, 2.0]
    assert (dots[0][:, 1] < dots[1][:, 1]).all()
    assert {"n = 7 to 9", "n = 9"} <= {text.get_text() for text in ax.texts}
    ends = [
        segment[:, 0].tolist() for part in ax.collections for segment in getattr(part, "get_segments", list)()
    ]
    assert [-3.0, 4.0] in ends and [-0.5, 1.5] in ends


def test_a_confirmable_bound_is_a_bar_from_zero_with_its_number_and_no_interval():
    ax = confirmable().axes[0]
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 0.15), (0, 0.4)]
    assert {"0.150", "0.400"} <= {text.get_text() for text in ax.texts}


def test_marks_of_instruments_stand_in_their_own_panels_and_those_above_are_counted():
    fig = marks()
    assert [len(ax.texts) for ax in fig.axes] == [3, 2]  # the names, and the cutoff
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert "n = 2 marks of 2 municipalities, 0 above 100,000" in titles[0]
    assert "n = 1 mark of 1 municipality, 1 above 100,000" in titles[1]
    assert "digital service, to be verified" in words(fig)


def test_the_line_with_a_jump_breaks_at_the_cutoff():
    pieces = [line.get_xdata() for line in step_and_smooth().axes[0].lines if len(line.get_xdata()) > 2]
    assert len(pieces[0]) == len(POPULATION)
    assert pieces[1].max() <= 100_000 < pieces[2].min()


def test_a_placebo_far_wider_than_the_others_ends_in_an_arrow_with_its_numbers():
    frame = with_interval(pd.DataFrame({"cutoff": [60_000, 80_000, 100_000], "estimate": [0.1, 50.0, 0.5]}))
    frame.loc[1, ["low", "high"]] = (-20.0, 90.0)
    frame = frame.assign(effective_left=[5.0, 6.0, 7.0], effective_right=[1.0, 2.0, 3.0])
    fig = cutoffs.placebos(frame, "jump (points)", "census", 342)
    low, high = fig.axes[0].get_xlim()
    assert -5 < low < -0.9 and 1.5 < high < 5
    assert "50.0 (-20.0 to 90.0)" in words(fig) and "7 + 3" in words(fig)


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_the_stamp_is_never_cut_off_and_hides_no_legend(draw):
    fig = draw()
    style.simulated(fig)
    fig.draw_without_rendering()
    stamp = next(text for text in fig.texts if text.get_gid() == style.MARK)
    box = stamp.get_window_extent()
    assert fig.bbox.x0 <= box.x0 and box.x1 <= fig.bbox.x1 and fig.bbox.y0 <= box.y0 and box.y1 <= fig.bbox.y1
    assert box.width > 0.15 * fig.bbox.width
    legends = [*fig.legends, *(ax.get_legend() for ax in fig.axes if ax.get_legend())]
    outside = [legend for legend in legends if not box.overlaps(legend.get_window_extent())]
    apart = [legend for legend in legends if legend in outside or clear_of(stamp, legend)]
    assert apart == legends


def clear_of(stamp, legend):
    """Tell whether no point along the middle of the slanted word lies in a legend."""
    angle, (x, y) = np.radians(stamp.get_rotation()), stamp.get_window_extent().get_points().mean(axis=0)
    half = stamp.get_window_extent().width / 2 / np.cos(angle)
    along = np.linspace(-half, half, 50)
    box = legend.get_window_extent()
    return not any(box.contains(x + at * np.cos(angle), y + at * np.sin(angle)) for at in along)


def test_the_stamp_is_put_once():
    fig = power()
    style.simulated(fig)
    style.simulated(fig)
    assert sum(text.get_gid() == style.MARK for text in fig.texts) == 1
