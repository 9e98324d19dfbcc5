"""Pictures of the ledger, of size and of amalgamation show what they are given, each as a reader needs it."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from drawn import png, words
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from gemeenten import claims
from gemeenten.plots import amalgamation, ledger, size
from gemeenten.plots.style import ROLES

LONGEST_TITLE = 55
READABLE = 7.0  # contrast of text, WCAG 2.2 level AAA
POPULATION = np.array([5_000, 20_000, 99_999, 100_000, 100_001, 300_000])


def entitled():
    return claims.titles().merge(claims.ledger(), on="id", validate="one_to_one")


def tiles():
    return ledger.claim_tiles(entitled().assign(group=lambda frame: frame["theme"]))


def board():
    return ledger.board(entitled())


def places():
    return pd.DataFrame({"year": np.repeat([2012, 2026], 6), "population": [*POPULATION, *(2 * POPULATION)]})


def distribution():
    return size.size_distribution(places(), [2012, 2026], "census")


def medians():
    frame = pd.DataFrame({"year": [2024, 2025], "median": [30_000.0, 31_000.5], "municipalities": [342, 340]})
    return size.medians(frame, "census")


def thirds():
    third = pd.Categorical(["low", "low", "middle", "middle", "high", "high"], ["low", "middle", "high"])
    frame = pd.DataFrame({"population": POPULATION, "turnout": np.arange(6.0), "third": third})
    return size.by_thirds(frame, "turnout", "Turnout (%)", "census")


def paths():
    rows = [
        (o, e, t, t / 10, t / 10 - 1, t / 10 + 1, 20 + t) for o in "ab" for e in "st" for t in (-2, -1, 0, 1)
    ]
    names = ["outcome", "estimator", "time", "estimate", "low", "high", "units"]
    frame = pd.DataFrame(rows, columns=names)
    frame.loc[frame["time"] == -1, ["estimate", "low", "high"]] = [0.0, np.nan, np.nan]
    return amalgamation.event_paths(frame, {"a": "first (points)", "b": "second (euros)"}, "census", 21, 300)


def change():
    frame = pd.DataFrame({"name": list("uvwxyz"), "inhabitants": POPULATION, "change": np.arange(6.0),
                          "amalgamated": [False] * 4 + [True] * 2})  # fmt: skip
    line = pd.DataFrame({"inhabitants": [5_000, 300_000], "change": [1.0, 0.0]})
    return amalgamation.change_by_size(frame, line, "change (points)", "census")


DRAWN = [tiles, board, distribution, medians, thirds, paths, change]


def lightness(color):
    """Return the relative luminance of a colour as WCAG 2.2 defines it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]
    return float(np.dot([0.2126, 0.7152, 0.0722], parts))


def cutoffs(ax):
    """Return where vertical lines in the style of the cutoff stand."""
    return [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ROLES["threshold"].linestyle
            and len(set(line.get_xdata())) == 1]  # fmt: skip


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_each_is_the_same_twice_warns_of_nothing_and_tells_n_and_tier(draw):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = draw()
        assert png(fig) == png(draw())
    assert "n = " in words(fig) and "tier: " in words(fig)


def test_every_claim_has_a_short_title_of_its_own_and_themes_stand_together():
    found, registered = claims.titles(), claims.registered()
    assert sorted(found["id"]) == sorted(registered["id"])
    assert found["title"].is_unique and found["title"].str.len().between(10, LONGEST_TITLE).all()
    changes = (found["theme"] != found["theme"].shift()).sum()
    assert changes == found["theme"].nunique() == 4
    derived = registered["testability"].str.contains("derived")
    assert set(registered.loc[derived, "id"]) == set(
        found.loc[found["title"].str.startswith("Derived"), "id"]
    )


def test_a_title_may_be_changed_by_a_reader_without_changing_the_next():
    mine = claims.titles()
    mine["title"] = ""
    assert claims.titles()["title"].ne("").all()


@pytest.mark.parametrize("verdict", ledger.VERDICTS)
def test_the_words_on_a_verdict_are_readable(verdict):
    contrast = (lightness(ledger.face(verdict)) + 0.05) / (lightness(ledger.INK) + 0.05)
    assert contrast > READABLE


def test_verdicts_are_told_apart_by_sign_as_well_as_colour():
    assert len({ledger.face(verdict) for verdict in ledger.VERDICTS}) == len(ledger.VERDICTS)
    assert len({sign for _, sign in ledger.VERDICTS.values()}) == len(ledger.VERDICTS)


@pytest.mark.parametrize("draw", [tiles, board])
def test_a_claim_has_its_tile_in_the_colour_of_its_verdict_and_its_title_whole(draw):
    fig = draw()
    boxes = [patch for patch in fig.axes[0].patches if isinstance(patch, Rectangle)]
    faces = [patch.get_facecolor()[:3] for patch in boxes]
    assert faces == [ledger.face(verdict) for verdict in entitled()["verdict"]]
    told = re.sub(r"\s+", " ", words(fig))
    assert all(title in told for title in entitled()["title"]) and "…" not in told


@pytest.mark.parametrize("draw", [tiles, board])
def test_no_text_of_the_ledger_runs_out_of_the_picture_or_its_tile(draw):
    fig = draw()
    fig.draw_without_rendering()
    frame = fig.bbox.padded(1)
    boxes = [patch.get_window_extent() for patch in fig.axes[0].patches]
    for text in fig.axes[0].texts:
        extent = text.get_window_extent()
        assert frame.x0 <= extent.x0 and extent.x1 <= frame.x1, text.get_text()
        around = [box for box in boxes if box.contains(extent.x0 + 1, (extent.y0 + extent.y1) / 2)]
        assert all(extent.x1 <= box.x1 for box in around), text.get_text()


@pytest.mark.parametrize("draw", [distribution, thirds, change])
def test_a_size_axis_has_the_cutoff(draw):
    assert cutoffs(draw().axes[0]) == [100_000]


def test_the_trims_are_drawn_only_where_they_are_asked_for():
    assert "largest 15%" in words(distribution()) and "largest 5%" in words(distribution())
    assert "largest" not in words(size.size_distribution(places(), [2012, 2026], "census", trims=()))


def test_the_distribution_counts_who_has_100000_among_those_up_to_it():
    assert "2012: 6 municipalities, 66.7% up to 100,000" in words(distribution())


def test_the_median_starts_at_zero_and_is_told_at_both_ends():
    fig = medians()
    assert fig.axes[0].get_ylim()[0] == 0
    assert "30,000\n(342 municipalities)" in words(fig) and "31,000\n(340 municipalities)" in words(fig)
    assert "n = 682" in words(fig)


def test_thirds_are_drawn_in_their_order_each_with_its_n():
    fig = thirds()
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["low (2)", "middle (2)", "high (2)"]
    assert fig.axes[0].collections[0].get_offsets().tolist() == [[5_000, 0.0], [20_000, 1.0]]


def test_the_event_study_tells_how_many_amalgamated_in_each_year_and_marks_the_reference():
    fig = paths()
    assert "n = 21 amalgamated, 300 never amalgamated municipalities" in words(fig)
    for ax in fig.axes:
        counts = {
            text.xy[0]: text.get_text() for text in ax.texts if re.fullmatch(r"n = \d+", text.get_text())
        }
        assert counts == {-2: "n = 18", -1: "n = 19", 0: "n = 20", 1: "n = 21"}
        dots = {group.get_label(): group.get_offsets().tolist() for group in ax.collections}
        assert dots["year compared with (reference)"] == [[-1.0, 0.0]]
        assert dots["s"] == [[-2.12, -0.2], [-0.12, 0.0], [0.88, 0.1]]
    assert [label.get_text() for label in fig.axes[1].get_xticklabels()] == ["−2", "−1", "0", "+1"]


def test_the_amalgamated_are_named_and_the_others_are_not():
    fig = change()
    assert [text.get_text() for text in fig.axes[0].texts if len(text.get_text()) == 1] == ["y", "z"]
    assert "n = 2 amalgamated, 4 never amalgamated" in words(fig)
