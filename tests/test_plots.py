"""The figures draw the numbers they are given, carry n and tier, and are the same on every run."""

import io
import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from gemeenten import claims
from gemeenten.plots import curves, cutoffs, estimates, ledger, models, scatter, trends

RANDOM = np.random.default_rng(20090901)
POPULATION = np.exp(RANDOM.normal(10.4, 0.9, 200))


def with_interval(frame, reach=1.0):
    return frame.assign(low=frame["estimate"] - reach, high=frame["estimate"] + reach)


def rows():
    return with_interval(pd.DataFrame({"label": ["a", "b", "c"], "estimate": [0.2, -1.0, 3.0], "n": 342}))


def forest():
    return estimates.forest(rows(), "difference (points)", "census", bound=0.3)


def event_study():
    points = [(name, time, time / 10) for name in ("two-way", "robust") for time in range(-3, 4)]
    frame = with_interval(pd.DataFrame(points, columns=["estimator", "time", "estimate"]))
    return estimates.event_study(frame, "overhead (points)", "census", 300)


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
    fitted = pd.DataFrame({"population": POPULATION, "step": 1.0, "smooth": 1.1})
    return scatter.step_and_smooth({"turnout (%)": (points, fitted)}, "census")


def power():
    frame = pd.DataFrame({"design": "threshold", "effect": [0.0, 0.5, 1.0], "power": [0.05, 0.4, 0.9]})
    return curves.power(frame, "true jump", "simulated", n=400)


def adoption():
    points = pd.DataFrame(
        {"year": [2010], "share": [0.76], "low": [0.72], "high": [0.8], "label": ["n = 430"]}
    )
    fitted = pd.DataFrame({"curve": "n = 200", "year": [2000, 2010], "share": [0.2, 0.8]})
    return curves.adoption(points, fitted, "published")


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
    return ledger.board(claims.ledger())


DRAWN = [
    *(forest, event_study, lines, discontinuity, placebos, density, threshold_profiles, step_and_smooth),
    *(power, adoption, specifications, timeline, bounds, shares_by_group, board),
]


def words(fig):
    return " ".join(text.get_text() for text in fig.findobj(lambda artist: hasattr(artist, "get_text")))


def png(fig):
    target = io.BytesIO()
    fig.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_every_figure_is_the_same_twice_and_warns_of_nothing(draw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = draw(), draw()
        assert isinstance(first, Figure)
        assert png(first) == png(second)


@pytest.mark.parametrize("draw", [draw for draw in DRAWN if draw not in (board, step_and_smooth)])
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
    assert all(f"{verdict}: {number}" in told for verdict, number in counted.items())
