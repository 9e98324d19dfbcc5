"""Agreement of coders against published examples, definitions written out, and simulated truths."""

import math

import krippendorff
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from gemeenten.designs import agreement
from gemeenten.errors import DesignError

# Half a unit of the third decimal, as published.
PRINTED = 0.00051
# Two ways to the same coefficient in double precision.
ROUNDING = 1e-12
NAN = math.nan

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, sec. D: 12 units, 4 observers, missing data.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T

# Fleiss 1971, table 1: diagnoses of 30 patients (a word each) by 6 psychiatrists in 5 categories (digits).
FLEISS = np.array(
    [
        list(map(int, row))
        for row in (
            "00060",
            "03003",
            "01401",
            "00006",
            "03030",
            "20400",
            "00402",
            "20310",
            "20040",
            "00006",
            "10050",
            "11040",
            "03300",
            "10050",
            "02031",
            "00501",
            "30012",
            "51000",
            "02040",
            "10203",
            "00006",
            "01050",
            "02013",
            "20040",
            "10041",
            "05010",
            "40002",
            "02040",
            "10500",
            "00006",
        )
    ]
)


def simulated(rng, n=60, truth=0.6, coders=2):
    """Return codes whose true nominal alpha is `truth`: right with probability sqrt(truth), else a guess."""
    shares = [0.2, 0.5, 0.3]
    right, guess = rng.choice(3, (n, 1), p=shares), rng.choice(3, (n, coders), p=shares)
    return np.where(rng.random((n, coders)) < math.sqrt(truth), right, guess).astype(float)


def alpha_by_pairs(ratings, distance):
    """Return alpha by its definition: disagreement of pairs within units against that of all pairs."""
    units = [row[np.isfinite(row)] for row in ratings]
    units = [row for row in units if len(row) > 1]
    everything = np.concatenate(units)
    within = sum(sum(distance(a, b) for a in row for b in row) / (len(row) - 1) for row in units)
    between = sum(distance(a, b) for a in everything for b in everything) / (len(everything) - 1)
    return 1 - within / between


# -- published numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_of_krippendorffs_example(level, published):
    found = agreement.alpha(KRIPPENDORFF, level)
    assert found.estimate == found.alpha == float(found) == pytest.approx(published, abs=PRINTED)
    assert (found.n, found.n_given, found.coders, found.ratings) == (11, 12, 4, 40)
    assert found.low < found.estimate < found.high <= 1


def test_kappa_of_two_readers_of_50_grants():
    """The 2 x 2 table 20, 5 / 10, 15: agreement .70, by chance .50, kappa .40."""
    a, b = ["yes"] * 25 + ["no"] * 25, ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agreement.cohen(a, b)
    assert (found.observed, found.expected) == pytest.approx((0.70, 0.50))
    assert found.kappa == found.estimate == pytest.approx(0.40)
    crossed = agreement.confusion(a, b)
    assert crossed.loc["yes", "no"] == 5 and crossed.loc["no", "yes"] == 10
    assert (crossed.index.tolist(), crossed.columns.tolist()) == (["no", "yes"], ["no", "yes"])


def test_kappa_and_its_standard_error_of_the_sas_example():
    """Table 0, 4, 1 / 0, 8, 0 / 0, 1, 5, as printed by SAS: .4842, ASE .1380, .2137 to .7547."""
    cells = [(0, 1, 4), (0, 2, 1), (1, 1, 8), (2, 1, 1), (2, 2, 5)]
    a, b = ([cell[side] for cell in cells for _ in range(cell[2])] for side in (0, 1))
    found = agreement.cohen(a, b)
    assert (found.estimate, found.se, *found.ci) == pytest.approx((0.4842, 0.1380, 0.2137, 0.7547), abs=6e-5)


def test_kappa_of_the_diagnoses_of_fleiss_1971():
    """Fleiss 1971: observed .5556, expected .2199, kappa .430."""
    found = agreement.fleiss(FLEISS)
    assert (found.observed, found.expected) == pytest.approx((0.5556, 0.2199), abs=6e-5)
    assert found.kappa == pytest.approx(0.430, abs=PRINTED)
    assert (found.n, found.coders) == (30, 6)
    assert found.low < 0.430 < found.high


# -- independent implementations --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "distance"),
    [
        ("nominal", lambda a, b: a != b),
        ("interval", lambda a, b: (a - b) ** 2),
        ("ratio", lambda a, b: ((a - b) / (a + b)) ** 2),
    ],
)
def test_alpha_is_its_definition_over_all_pairs_of_ratings(level, distance):
    rng = np.random.default_rng(1)
    ratings = simulated(rng, 40, coders=4) + 1
    ratings[rng.random(ratings.shape) < 0.3] = NAN
    found = agreement.alpha(ratings, level, draws=100)
    assert found.estimate == pytest.approx(alpha_by_pairs(ratings, distance), abs=ROUNDING)


def test_ordinal_alpha_takes_only_the_order_of_the_codes_and_interval_alpha_their_unit():
    stretched = np.exp(KRIPPENDORFF)
    assert float(agreement.alpha(stretched, "ordinal")) == float(agreement.alpha(KRIPPENDORFF, "ordinal"))
    assert float(agreement.alpha(stretched, "interval")) != float(agreement.alpha(KRIPPENDORFF, "interval"))
    shifted = agreement.alpha(10 * KRIPPENDORFF - 3, "interval")
    assert float(shifted) == pytest.approx(float(agreement.alpha(KRIPPENDORFF, "interval")), abs=ROUNDING)


def test_cohen_is_statsmodels_on_the_crossed_codes():
    codes = simulated(np.random.default_rng(2), 80)
    found = agreement.cohen(*codes.T, confidence=0.9)
    known = cohens_kappa(pd.crosstab(codes[:, 0], codes[:, 1]))
    assert (found.estimate, found.se) == pytest.approx((known.kappa, known.std_kappa), abs=ROUNDING)
    assert found.ci == pytest.approx(
        (known.kappa - 1.6448536 * known.std_kappa, known.kappa + 1.6448536 * known.std_kappa), abs=1e-7
    )


def test_alpha_exceeds_fleiss_kappa_by_its_small_sample_correction():
    """With no rating missing alpha = 1 - (1 - 1/n)(1 - kappa), with n ratings in all."""
    ratings = [np.repeat(np.arange(5), row) for row in FLEISS]
    kappa, found = agreement.fleiss(FLEISS).estimate, agreement.alpha(ratings)
    assert found.estimate == pytest.approx(1 - (1 - 1 / FLEISS.sum()) * (1 - kappa), abs=ROUNDING)


# -- what must hold ---------------------------------------------------------------------------------------


def test_text_frames_and_numbers_give_the_same_alpha():
    names = {1: "sector", 2: "flat", 3: "directorate", 4: "other", 5: "none"}
    text = pd.DataFrame(KRIPPENDORFF).replace(names)
    found, known = agreement.alpha(text), agreement.alpha(KRIPPENDORFF)
    assert found.estimate == pytest.approx(known.estimate, abs=ROUNDING)
    assert set(found.codes) == set(names.values())
    assert known.codes == (1, 2, 3, 4, 5)


def test_units_rated_once_and_coders_without_pairs_change_nothing():
    extra = np.full((13, 5), NAN)
    extra[:12, :4], extra[12, 4] = KRIPPENDORFF, 9
    found, known = agreement.alpha(extra), agreement.alpha(KRIPPENDORFF)
    assert (found.estimate, found.ci, found.n, found.coders) == (known.estimate, known.ci, 11, 4)
    assert found.n_given == 13


def test_the_bootstrap_depends_on_the_seed_alone():
    first, again, other = (agreement.alpha(KRIPPENDORFF, draws=200, seed=seed).ci for seed in (3, 3, 4))
    assert first == again != other


def test_perfect_agreement_is_one_and_the_missing_sampling_error_is_stated():
    found = agreement.alpha([["a", "a"], ["b", "b"], ["a", "a"]])
    assert (found.estimate, found.low, found.high) == (1, 1, 1)
    assert found.undefined > 0
    assert "the bootstrap shows no sampling error" in found.sentence()
    assert agreement.cohen([1, 1, 2, 2], [1, 1, 2, 2]).ci == (1, 1)


# -- simulated truths -------------------------------------------------------------------------------------


def test_known_agreement_is_recovered_and_chance_is_zero():
    rng = np.random.default_rng(4)
    for truth in (0.0, 0.6, 0.9):
        codes = simulated(rng, 6000, truth, coders=3)
        assert float(agreement.alpha(codes, draws=100)) == pytest.approx(truth, abs=0.03)
        assert float(agreement.cohen(*codes.T[:2])) == pytest.approx(truth, abs=0.04)
        counts = (codes[..., None] == np.arange(3)).sum(axis=1)
        assert float(agreement.fleiss(counts, draws=100)) == pytest.approx(truth, abs=0.03)


def test_intervals_cover_the_true_agreement():
    rng, runs, truth = np.random.default_rng(5), 200, 0.6
    inside = np.zeros((runs, 3), dtype=bool)
    for run in range(runs):
        codes = simulated(rng, 80, truth)
        counts = (codes[..., None] == np.arange(3)).sum(axis=1)
        for column, found in enumerate(
            (
                agreement.alpha(codes, draws=200),
                agreement.cohen(*codes.T),
                agreement.fleiss(counts, draws=200),
            )
        ):
            inside[run, column] = found.low <= truth <= found.high
    # A percentile bootstrap and a normal interval of a bounded coefficient fall a little short at 80 units.
    assert np.all(inside.mean(axis=0) > 0.95 - 0.015 - 3 * math.sqrt(0.95 * 0.05 / runs))
    assert np.all(inside.mean(axis=0) <= 0.99)


# -- words and errors -------------------------------------------------------------------------------------


def test_sentences_carry_estimate_interval_n_and_tier():
    told = agreement.alpha(KRIPPENDORFF, "ordinal").sentence("models", "municipalities", "coded")
    assert told.startswith(
        "Krippendorff's ordinal alpha of 4 coders of models on 11 municipalities with two ratings or more is "
        "0.815 (95% interval 0."
    )
    assert "which is wide): reliable by the usual limit of 0.800, with " in told
    assert told.endswith("bootstrap draws below it (n = 11; tier: coded).")
    low = agreement.alpha(KRIPPENDORFF).sentence(tier="simulated")
    assert "good for tentative conclusions only" in low and low.endswith("(n = 11; SIMULATED).")
    kappa = agreement.fleiss(FLEISS).sentence("diagnoses", "patients", "published")
    assert kappa.startswith("Fleiss' kappa of 6 coders of diagnoses on 30 patients is 0.430 (95% interval 0.")
    assert kappa.endswith("they agree on 55.6%, where chance gives 22.0% (n = 30; tier: published).")


@pytest.mark.parametrize(("truth", "reading"), [(0.3, "not reliable"), (0.95, "reliable")])
def test_reading_follows_krippendorffs_limits(truth, reading):
    assert agreement.alpha(simulated(np.random.default_rng(6), 400, truth), draws=100).reading == reading


PAIR = [[1, 2], [2, 2], [1, 1]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: agreement.alpha([[1, 1], [1, 1]]), "^ratings: all are the same, .* undefined"),
        (lambda: agreement.alpha([[1, 1], [1, 1], [2, NAN]]), "^ratings: all are the same"),
        (lambda: agreement.alpha([[1], [2]]), "^ratings: one coder only"),
        (lambda: agreement.alpha([1, 2]), r"^ratings: shape \(2,\); give one row a unit"),
        (lambda: agreement.alpha([]), "^ratings: shape"),
        (lambda: agreement.alpha([[1, 2], [1]]), "^ratings: rows of unequal length"),
        (lambda: agreement.alpha([[1, NAN], [NAN, 2]]), r"^ratings: 0 unit\(s\) with two ratings"),
        (lambda: agreement.alpha([[NAN, NAN]] * 3), r"^ratings: 0 unit\(s\) with two ratings"),
        (lambda: agreement.alpha([[1, math.inf], [1, 2]]), r"^ratings: infinite rating\(s\)"),
        (lambda: agreement.alpha([["a", "b"], ["b", "b"]], "ordinal"), "^ratings: text has no order"),
        (lambda: agreement.alpha([["a", 1], ["b", "b"]]), "^ratings: text mixed with numbers"),
        (lambda: agreement.alpha([["a", " "], ["b", "b"]]), "^ratings: blank text"),
        (lambda: agreement.alpha([[{}, 1], [1, 2]]), "^ratings: not numeric"),
        (
            lambda: agreement.alpha(np.arange(120.0).reshape(60, 2)),
            "^ratings: 120 distinct codes, at most 50",
        ),
        (
            lambda: agreement.alpha(np.arange(120.0).reshape(60, 2), "ordinal"),
            "^ratings: 120 .* interval level",
        ),
        (lambda: agreement.alpha(pd.DataFrame(PAIR).astype("datetime64[s]")), "^ratings: not numeric"),
        (lambda: agreement.cohen(np.ma.array([1, 2, 1], mask=[0, 1, 0]), [1, 2, 1]), "^a: 1 missing code"),
        (
            lambda: agreement.cohen(pd.Series([1, 2]), pd.Series([1, 2], [1, 0])),
            "^a and b: their indexes differ",
        ),
        (lambda: agreement.alpha(PAIR, "cardinal"), "^level: 'cardinal' is not one of nominal"),
        (lambda: agreement.alpha([[1, -2], [1, 2]], "ratio"), "^ratings: below zero"),
        (lambda: agreement.alpha(PAIR, draws=10), "^draws: 10; give a whole number of at least 100"),
        (lambda: agreement.alpha(PAIR, seed=-1), "^seed: -1; give a whole number"),
        (lambda: agreement.alpha(PAIR, confidence=95), "^confidence: 95 lies outside"),
        (lambda: agreement.cohen([1, 2], [1]), "^lengths differ: a has 2, b has 1"),
        (lambda: agreement.cohen([1, 2], [1, NAN]), r"^b: 1 missing code\(s\); drop those units"),
        (lambda: agreement.cohen([1, 1], [1, 1]), "^a and b: all are the same"),
        (lambda: agreement.cohen([1, 1, 2], [1, 1, 1]), "^b: one code for all units"),
        (lambda: agreement.cohen([1, 2, 1], [3, 4, 4]), "^a and b: no code in common"),
        (lambda: agreement.cohen(PAIR, [1, 2, 3]), "^a: has 2 dimensions"),
        (lambda: agreement.fleiss([[1, 2], [2, 2]]), "^table: units have 3, 4 ratings"),
        (lambda: agreement.fleiss([[1, 0], [0, 1]]), "^table: units have 1 ratings"),
        (lambda: agreement.fleiss([[1, 1.5], [2, 1]]), "^table: not counts"),
        (lambda: agreement.fleiss([[3, -1], [2, 0]]), "^table: not counts"),
        (lambda: agreement.fleiss([[2, 0], [2, 0]]), "^table: one code only"),
        (lambda: agreement.fleiss([[1, 2]]), "^table: one unit only"),
        (lambda: agreement.fleiss([[1, NAN], [2, 1]]), "^table: 1 missing"),
        (lambda: agreement.fleiss([["a", "b"], ["a", "a"]]), "^table: not numeric"),
    ],
)
def test_bad_input_gives_one_line_that_names_the_argument(call, message):
    with pytest.raises(DesignError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("level", ["interval", "ratio"])
def test_measurements_of_any_number_of_codes_agree_with_the_library(level):
    rng = np.random.default_rng(8)
    marks = rng.gamma(4, 1, 60)[:, None] + rng.gamma(1, 0.5, (60, 3))
    marks[rng.random((60, 3)) < 0.1] = NAN
    found = agreement.alpha(marks, level, draws=100, seed=3)
    by_library = krippendorff.alpha(reliability_data=marks.T, level_of_measurement=level)
    assert found.estimate == pytest.approx(by_library, abs=ROUNDING)
    assert len(found.codes) > 150
    used = marks[np.isfinite(marks).sum(axis=1) >= 2]
    rows = np.random.default_rng(3).integers(len(used), size=(100, len(used)))
    draws = [krippendorff.alpha(reliability_data=used[r].T, level_of_measurement=level) for r in rows]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(draws, [0.025, 0.975])), abs=ROUNDING)
