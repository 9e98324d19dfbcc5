"""The threshold explorer: its answers are those of the library, and no choice can break it."""

import dataclasses
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from gemeenten import explorer, explorer_app, explorer_looks, explorer_picture
from gemeenten.claims import size_data, size_steps
from gemeenten.designs import discontinuity
from gemeenten.explorer import Choice
from gemeenten.inhabitants import LARGE

ROOT = Path(__file__).resolve().parents[1]
SAME = 1e-8  # two routes to one weighted least-squares solution, outcomes of order 1 to 1,000
ALT = re.compile(r'<figure[^>]*><img alt="([^"]{40,})" src="data:image/png;base64,[A-Za-z0-9+/=]{1000,}"')


@pytest.fixture(scope="module")
def frame():
    return explorer.frame()


@pytest.fixture(scope="module")
def app(frame):
    return explorer_app.App(frame)


def every_outcome_and_year(frame):
    return [(o.name, year) for o in explorer.outcomes(frame) for year in explorer.years(frame, o.name)]


def test_the_answer_is_that_of_the_discontinuity_design(frame):
    rows = size_data.cross_section("turnout_ps2019", frame)
    for density in (False, True):
        covariates = rows["log_density"] if density else None
        fit = discontinuity.fit(rows["y"], rows["inhabitants"], 90_000, covariates=covariates, h=0.4)
        found = explorer.answer(frame, Choice("turnout_ps2019", 2019, 90_000, 0.4, density))
        assert (found.estimate, found.ci, found.n) == (fit.estimate, fit.ci_robust, fit.n)
        assert (found.effective_left, found.effective_right) == (fit.effective_left, fit.effective_right)


def test_with_the_bandwidth_left_to_the_data_it_is_the_answer_of_the_size_analysis(frame):
    found = explorer.answer(frame, Choice("overhead_share", 2023, bandwidth=None))
    told = size_steps.discontinuities(size_data.cross_section("overhead_share", frame)).set_index("cutoff")
    assert found.estimate == told.loc[LARGE, "estimate"]
    jumps = found.jumps.set_index("cutoff")["estimate"]
    np.testing.assert_array_equal(jumps, told["estimate"])


@pytest.mark.parametrize("density", [False, True])
def test_the_gap_of_the_drawn_lines_is_the_estimate(frame, density):
    for outcome, year in every_outcome_and_year(frame):
        found = explorer.answer(frame, Choice(outcome, year, 100_000, 0.6, density))
        left, right = found.lines["fitted"].iloc[[1, 2]]
        assert right - left == pytest.approx(found.estimate, abs=SAME)


def test_the_drawn_line_of_a_side_is_weighted_least_squares(frame):
    found = explorer.answer(frame, Choice("staff_2014_per_1000", 2014, 80_000, 0.7))
    r = np.log(found.points["population"] / 80_000)
    here = (found.points["population"] <= 80_000) & (r > -0.7)
    side = sm.WLS(found.points["outcome"][here], sm.add_constant(r[here]), 1 - r[here].abs() / 0.7).fit()
    end = np.log(found.lines["population"].iloc[0] / 80_000)
    assert found.lines["fitted"].iloc[1] == pytest.approx(side.params.iloc[0], abs=SAME)
    assert found.lines["fitted"].iloc[0] == pytest.approx(side.params @ [1, end], abs=SAME)


def test_a_municipality_exactly_at_the_cutoff_counts_left(frame):
    rows = size_data.cross_section("overhead_share", frame)
    exactly = rows["inhabitants"].iloc[(rows["inhabitants"] - 60_000).abs().argmin()]
    found = explorer.answer(frame, Choice(cutoff=exactly, bandwidth=5.0))
    assert found.effective_left == (rows["inhabitants"] <= exactly).sum()
    assert found.effective_right == (rows["inhabitants"] > exactly).sum()


def test_a_known_jump_is_found_and_ranks_first_among_its_placebos(frame):
    known = frame.assign(overhead_share=np.sin(np.arange(len(frame))) + 20 * (frame["inhabitants"] > 100_000))
    found = explorer.answer(known, Choice(bandwidth=1.0))
    assert found.ci[0] < 20 < found.ci[1]
    assert (found.rank, found.cutoffs) == (1, 7)
    assert "number 1 of 7" in found.sentence
    assert "excludes zero" in found.sentence


def test_no_effect_ranks_evenly_among_seven_cutoffs(frame):
    draws, ranks = np.random.default_rng(5), []
    large = frame[frame["year"] == 2023]
    for _ in range(60):
        noise = large.assign(overhead_share=draws.normal(size=len(large)))
        ranks.append(explorer.answer(noise, Choice(bandwidth=1.0)).rank)
    # The chosen cutoff has more units a side than its placebos: with no effect it is seldom the largest.
    assert np.mean(np.array(ranks) == 1) < 0.2
    assert set(ranks) <= set(range(1, 8))


def test_placebos_lie_at_the_same_distances_and_never_at_100000(frame):
    assert explorer.answer(frame, Choice()).jumps["cutoff"].tolist() == [
        60_000, 70_000, 80_000, 90_000, 100_000, 120_000, 140_000]  # fmt: skip
    beside = explorer.answer(frame, Choice(cutoff=125_000)).jumps["cutoff"].tolist()
    assert beside == [75_000, 87_500, 112_500, 125_000, 150_000, 175_000]


def test_the_sentence_carries_estimate_interval_effective_n_tier_and_no_claim_of_no_difference(frame):
    found = explorer.answer(frame, Choice("turnout_ps2019", 2019))
    for part in (
        "1.51 percentage points",
        "-13.0 to 5.91",
        "effective n 33 left and 21 right",
        "tier: census",
    ):
        assert part in found.sentence
    assert "includes zero, which leaves both a jump and none open" in found.sentence
    assert not re.search(r"no (difference|effect|jump)", found.sentence)
    assert found.sentence.count(". ") == 0


def test_doubtful_overhead_is_left_out(frame):
    marked = size_data.tables.load("accounts").query("stage == 'account' and quality == 'overhead_doubtful'")
    marked = marked.merge(frame, on=["code", "year"])
    assert len(marked) > 0
    assert marked["overhead_share"].isna().all()


@pytest.mark.parametrize(
    ("cutoff", "bandwidth"), [(10_000, 2.0), (100_000, 0.1), (100_000, None), (300_000, 0.5)]
)
def test_every_outcome_and_year_has_an_answer_or_a_plain_reason(frame, cutoff, bandwidth):
    for outcome, year in every_outcome_and_year(frame):
        found = explorer.answer(frame, Choice(outcome, year, cutoff, bandwidth, density=year % 2 == 0))
        assert found.points.shape[0] == found.n >= explorer.FEWEST
        if found.problem:
            assert found.sentence == f"No jump can be estimated with these choices: {found.problem}."
        else:
            assert found.ci[0] < found.ci[1]
            assert 1 <= found.rank <= found.cutoffs


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"outcome": "happiness"}, "'happiness' is not one of overhead_share"),
        ({"outcome": "service_mark", "year": 2019}, "is not known for 2019; choose another outcome"),
        ({"year": 1990}, "is not known for 1990; choose one of 2017, 2018"),
        ({"year": None}, "is not known for None"),
        ({"cutoff": 1}, "units left of the cutoff 1.00: none of 341"),
        ({"cutoff": 10**9}, "right of the cutoff 1,000,000,000: none of 341"),
        ({"cutoff": -5}, "must be finite, and positive"),
        ({"cutoff": float("nan")}, "must be finite"),
        ({"cutoff": "large"}, "'large' is not a number"),
        ({"bandwidth": 0}, "0 is not one positive number"),
        ({"bandwidth": float("nan")}, "nan is not one positive number"),
        ({"bandwidth": "wide"}, "'wide' is not a number"),
        ({"bandwidth": 1e-9}, "give a wider bandwidth"),
        ({"bandwidth": 1e9}, "give at most 5"),
    ],
)
def test_an_impossible_choice_becomes_a_plain_sentence_and_a_page(frame, changed, told):
    found = explorer.answer(frame, dataclasses.replace(Choice(), **changed))
    assert told in found.sentence
    assert found.estimate is None
    assert html.escape(found.sentence) in explorer_picture.html(found)


def test_missing_density_becomes_a_plain_sentence(frame):
    found = explorer.answer(frame.assign(log_density=np.nan), Choice(density=True))
    assert "covariates" not in found.sentence
    assert "missing" in found.sentence


def test_every_picture_has_the_alt_text_of_the_answer(frame):
    found = explorer.answer(frame, Choice())
    assert ALT.findall(explorer_picture.html(found)) == [found.alt, found.alt_jumps]
    none = explorer.answer(frame, Choice(cutoff=900_000))
    assert ALT.findall(explorer_picture.html(none)) == [none.alt]


def test_the_page_shows_the_numbers_of_the_answer(frame):
    found = explorer.answer(frame, Choice())
    page = explorer_picture.html(found) + explorer_picture.numbers(found)
    shown = dict(re.findall(r'data-explorer="(\w+)"[^>]*>([^<]+)', page))
    assert shown["sentence"] == found.sentence
    assert shown["estimate"] == "-3.35 percentage points"
    assert shown["interval"] == "95% interval -12.8 to -1.55"
    assert shown["effective"] == "37 left, 19 right"
    assert shown["span"] == "60,653 to 164,872 inhabitants"
    assert shown["rank"] == "number 1 of 7 by size"
    assert [note for note in found.notes if html.escape(note) not in page] == []
    assert "<small>" not in page


def test_the_numbers_say_which_bandwidth_it_is_and_who_chose_it(frame):
    chosen = explorer_picture.numbers(explorer.answer(frame, Choice(bandwidth=0.55)))
    assert ">0.55 ln units, as chosen<" in chosen
    found = explorer.answer(frame, Choice(bandwidth=None))
    rows = size_data.cross_section("overhead_share", frame)
    assert found.bandwidth == discontinuity.fit(rows["y"], rows["inhabitants"], LARGE).bandwidth
    assert f">{found.bandwidth:.2f} ln units, from the data<" in explorer_picture.numbers(found)


def test_no_numbers_are_shown_where_there_are_none(frame):
    assert "<table" not in explorer_picture.numbers(explorer.answer(frame, Choice(cutoff=900_000)))


def test_a_changed_control_changes_the_page_to_the_new_answer(app, frame):
    app.cutoff.value, app.bandwidth.value, app.density.value = 50_000, 0.7, True
    assert app.choice == Choice("overhead_share", 2023, 50_000, 0.7, True)
    answer = explorer.answer(frame, app.choice)
    assert app.page.value == explorer_picture.html(answer)
    assert app.numbers.value == explorer_picture.numbers(answer)
    app.automatic.value = True
    assert app.bandwidth.disabled
    assert app.choice.bandwidth is None
    app.automatic.value = False


def test_a_new_outcome_keeps_the_year_where_it_can_and_answers_once(app, monkeypatch):
    asked = []
    monkeypatch.setattr(app, "_html", lambda choice: asked.append(choice) or ("page", "numbers"))
    app.outcome.value = "civil_affairs_per_inhabitant"
    assert app.year.value == 2023
    app.outcome.value = "turnout_gr2010"
    assert app.year.options == (2012,)
    app.outcome.value = "overhead_share"
    assert app.year.value == 2024
    assert [(choice.outcome, choice.year) for choice in asked] == [
        ("civil_affairs_per_inhabitant", 2023),
        ("turnout_gr2010", 2012),
        ("overhead_share", 2024),
    ]


def test_a_choice_made_before_is_not_computed_again(frame, monkeypatch):
    app = explorer_app.App(frame)
    first = app.page.value
    app.density.value = True
    monkeypatch.setattr(explorer, "answer", lambda *_: pytest.fail("computed again"))
    app.density.value = False
    assert app.page.value == first


def test_no_combination_of_the_controls_ends_in_an_error(frame):
    app, chosen = explorer_app.App(frame), np.random.default_rng(3)
    for _ in range(6):
        app.outcome.value = chosen.choice([name for _, name in app.outcome.options])
        app.year.value = int(chosen.choice(app.year.options))
        app.cutoff.value = int(chosen.choice([app.cutoff.min, app.cutoff.max, 100_000]))
        app.bandwidth.value = chosen.choice([app.bandwidth.min, app.bandwidth.max, 0.5])
        app.automatic.value, app.density.value = map(bool, chosen.integers(2, size=2))
        assert explorer.answer(frame, app.choice).sentence in html.unescape(app.page.value)


def test_every_control_says_what_it_is(app):
    for control in app.controls:
        assert len(control.description) > 3
        assert len(control.tooltip) > 30
    assert not app.cutoff.continuous_update


def test_the_committed_app_shows_the_answer_of_today_and_no_unchecked_picture(frame):
    notebook = json.loads((ROOT / "notebooks/app/threshold_explorer.ipynb").read_text(encoding="utf-8"))
    models = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"].values()
    pages = [model["state"]["value"] for model in models if model["model_name"] == "HTMLModel"]
    answer = explorer.answer(frame, Choice())
    today = re.sub(r"data:image/png;base64,[^\"]+", "data:,", explorer_picture.html(answer))
    assert sorted(pages) == sorted([today, explorer_picture.numbers(answer), explorer_looks.HTML])
