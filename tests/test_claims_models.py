"""Claims on organisation models: the coded sample, the published shares, and the rules on made-up values."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats
from scipy.special import expit, logit

from gemeenten import tables
from gemeenten.claims import models, models_adoption, models_by_size, models_data, models_size, models_traits
from gemeenten.claims.models_firth import firth
from gemeenten.designs.wording import number
from gemeenten.errors import DataError, DesignError

EXACT = 1e-9  # the same arithmetic by another route
ITERATED = 1e-5  # two optimisers that stop on their own criteria
Z = stats.norm.isf(0.025)


def wilson(k, n):
    """Return Wilson's interval from its formula."""
    centre, reach = k + Z**2 / 2, Z * np.sqrt(k * (n - k) / n + Z**2 / 4)
    return (centre - reach) / (n + Z**2), (centre + reach) / (n + Z**2)


def newcombe(k1, n1, k2, n2):
    """Return Newcombe's method 10 from its formula."""
    (p1, p2), (l1, u1), (l2, u2) = (k1 / n1, k2 / n2), wilson(k1, n1), wilson(k2, n2)
    low, high = np.hypot(p1 - l1, u2 - p2), np.hypot(u1 - p1, p2 - l2)
    return p1 - p2 - low, p1 - p2 + high


def spell(code, model, start, end, **more):
    first, last = (start, end) if not np.isnan([start, end]).any() else (np.nanmax([start, end]),) * 2
    row = {"code": code, "model": model, "year_from": start, "year_to": end, "first": first, "last": last}
    return row | {"shape": "flat", "confidence": "high"} | more


# --- the coded municipalities ----------------------------------------------------------------------------


def test_a_spell_is_never_extended_beyond_its_documented_years():
    breda = models_data.spells().query("municipality == 'Breda' and model == 'directie'").iloc[0]
    assert np.isnan(breda["year_to"]) and (breda["first"], breda["last"]) == (2006, 2006)


def test_a_regulation_does_not_outlive_its_municipality():
    oostflakkee = models_data.spells().query("municipality == 'Oostflakkee'").iloc[0]
    assert (oostflakkee["year_to"], oostflakkee["last"]) == (2014, 2012)  # merged on 1 January 2013


def test_the_model_documented_nearest_to_the_year_counts_and_of_a_tie_the_older():
    frame = pd.DataFrame(
        [
            spell("GM0014", "sectoren", 1990, 2006),
            spell("GM0014", "directie", 2009, 2011),
            spell("GM0202", "sectoren", np.nan, 2012),
            spell("GM0202", "other", 2012, np.nan),
            spell("GM0518", "sectoren", 2013, 2020),
        ]
    )
    found = models_data.documented(2010, (2005, 2012), frame).set_index("code")
    assert found["model"].to_dict() == {"GM0014": "directie", "GM0202": "sectoren"}
    assert found["year"].to_dict() == {"GM0014": 2010, "GM0202": 2012}


def test_undated_pages_count_only_where_asked_and_where_the_municipality_existed():
    dated = models_data.documented(2010, (2005, 2012))
    wider = models_data.documented(2010, (2005, 2012), undated=True)
    assert (len(dated), len(wider)) == (24, 32)
    assert set(dated["code"]) < set(wider["code"])
    assert "Goeree-Overflakkee" not in set(wider["municipality"])  # formed in 2013


def test_size_is_that_of_the_year_or_missing_where_the_figures_around_disagree():
    rows = pd.DataFrame(
        {"code": ["GM0758", "GM0983", "GM0983", "GM0034", "GM1924"], "year": [2010, 2012, 2011, 1995, 2013]}
    )
    found = models_data.with_size(rows)
    # Venlo: 100,027 in 2012, no figure in 2011 and fewer about 1986; Almere grew past 100,000 in between.
    assert found["large"].tolist() == [True, True, pd.NA, pd.NA, False]
    assert found["population"].iloc[1] == 100_027
    assert found["population"].iloc[2] < 100_027


def test_population_between_two_figures_grows_at_a_constant_rate():
    table = tables.load("population").query("code == 'GM0074' and year in (1986, 2012)").set_index("year")
    known = table["population"]
    middle = models_data.with_size(pd.DataFrame({"code": ["GM0074"], "year": [1999]}))["population"].iloc[0]
    assert middle == pytest.approx(np.sqrt(known[1986] * known[2012]), rel=EXACT)


def test_the_timeline_has_every_dated_spell_once():
    table = tables.load("organisation_models")
    dated = table.dropna(subset=["year_from", "year_to"], how="all")
    found = models_data.timeline()
    assert len(found) == len(dated) == 86 - table[["year_from", "year_to"]].isna().all(axis=1).sum()
    assert found["open_end"].sum() == dated["year_to"].isna().sum()
    assert (found["first"] <= found["last"]).all()


def test_a_municipality_counts_once_a_decade_and_model():
    found = models_data.model_by_decade()
    assert found.loc["1980s"].to_dict() == {"directie": 0, "other": 0, "secretarie": 2, "sectoren": 3}
    assert found.loc["1990s", "sectoren"] == 4  # Breda, Delft, Nijmegen, Tilburg


def test_a_published_figure_that_is_not_unique_asks_for_its_year():
    with pytest.raises(DataError, match="2 rows of aardema2012"):
        models_data.published("aardema2012", models_adoption.SECTOR)
    assert models_data.published_share("aardema2012", models_adoption.SECTOR, "2010") == 0.22


# --- Firth's logit ---------------------------------------------------------------------------------------


def test_with_one_binary_regressor_it_adds_a_half_to_every_cell():
    x, y = np.repeat([1, 1, 0, 0], [5, 4, 3, 12]), np.repeat([1, 0, 1, 0], [5, 4, 3, 12])
    assert firth(y, x).estimate == pytest.approx(np.log(5.5 * 12.5 / (4.5 * 3.5)), abs=1e-8)


def test_it_maximises_the_penalised_likelihood_with_covariates():
    rng = np.random.default_rng(8)
    x, z = rng.normal(size=(2, 40))
    y = (rng.random(40) < expit(x - 0.5 * z)).astype(float)
    design = np.column_stack([x, np.ones(40), z])

    def minus(beta):
        p = expit(design @ beta)
        information = design.T @ (design * (p * (1 - p))[:, None])
        return -(y @ np.log(p) + (1 - y) @ np.log(1 - p) + 0.5 * np.linalg.slogdet(information)[1])

    best = optimize.minimize(
        minus, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    found = firth(y, x, [z])
    assert found.estimate == pytest.approx(best.x[0], abs=ITERATED)
    for end in found.ci95:
        rest = optimize.minimize(lambda free, end=end: minus(np.r_[end, free]), best.x[1:], method="BFGS")
        assert 2 * (rest.fun - best.fun) == pytest.approx(stats.chi2.isf(0.05, 1), abs=1e-3)


def test_it_stays_finite_under_separation_and_its_p_agrees_with_its_interval():
    found = firth([0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6])
    assert 0 < found.estimate < 5
    assert (found.p < 0.05) == (found.ci95[0] > 0)


def test_it_rejects_a_true_null_about_as_often_as_it_says():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(120, 20))
    y = rng.random((120, 20)) < 0.5
    rejected = np.mean([firth(*pair).p < 0.05 for pair in zip(y.astype(float), x, strict=True)])
    assert rejected < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 120)


@pytest.mark.parametrize(
    ("y", "x", "covariates", "told"),
    [
        ([0, 1, 2, 1, 0], [1, 2, 3, 4, 5], (), "y: not only zeros and ones"),
        ([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], (), "y: is constant"),
        ([0, 1, 0, 1, 0], [1, 1, 1, 1, 1], (), "x: is constant"),
        ([0, 1, np.nan, 1, 0], [1, 2, 3, 4, 5], (), "y: 1 missing"),
        ([0, 1, 0], [1, 2, 3], (), "y: units: 3, at least 4 needed"),
        ([0, 1, 0, 1, 0, 1], [1, 2, 3, 4, 5, 6], ([2, 4, 6, 8, 10, 12],), "collinear"),
    ],
)
def test_firth_refuses_what_it_cannot_estimate(y, x, covariates, told):
    with pytest.raises(DesignError, match=told):
        firth(y, x, covariates)


# --- adoption: C03, C05, C07, C08 ------------------------------------------------------------------------


def test_the_published_shares_carry_wilson_intervals_and_no_interval_without_a_number():
    table = models_adoption.published_shares()
    flat = table[table["model"] == "flat"].iloc[0]
    assert (flat["low"], flat["high"]) == pytest.approx(wilson(327, 430), abs=EXACT)
    assert (round(flat["low"], 3), round(flat["high"], 3)) == (0.718, 0.798)
    nineties = table[table["year"] == 1998].iloc[0]
    assert nineties["share"] == 0.70 and table.loc[nineties.name, ["n", "low", "high"]].isna().all()
    half = table[table["year"] == 2007].iloc[0]
    assert half["n"] == 74  # 39 % of 189
    assert (half["low"], half["high"]) == pytest.approx((wilson(37, 74)[0], wilson(44, 74)[1]), abs=EXACT)


def test_two_shares_alone_put_the_majority_where_the_line_through_their_logits_does():
    found = models_adoption.majority(200, survey=False)
    dates = [1998 + 12 * -logit(share) / (logit(0.76) - logit(share)) for share in (0.30, 0.05)]
    assert (found.crossing_low, found.crossing_high) == pytest.approx(dates, abs=1e-6)
    assert [round(date, 1) for date in dates] == [2003.1, 2006.6]  # as in the power analysis


def test_c07_is_supported_as_every_interval_lies_within_the_decade():
    found = models.c07()
    rows = models_adoption.majorities().query("reading == 'binomial variance'")
    assert found.verdict == "supported" and found.evidence.tier == "published"
    assert found.evidence.low + 2000 == pytest.approx(rows["low"].min())
    assert found.evidence.high + 2000 == pytest.approx(rows["high"].max())
    assert 2000 < rows["low"].min() < 2003 < 2008 < rows["high"].max() < 2010
    assert "1998.8" in found.evidence.words  # what overdispersion could do is told


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (2001, 2009, "supported"),
        (2000, 2010, "supported"),
        (1999, 2009, "inconclusive"),
        (2009, 2012, "inconclusive"),
        (1990, 1999, "contradicted"),
        (2011, 2014, "contradicted"),
        (-np.inf, np.inf, "inconclusive"),
    ],
)
def test_the_rule_of_c07_follows_the_interval(low, high, verdict):
    assert models.window_rule(low, high) == verdict


def test_c03_is_open_as_the_lead_over_the_decade_rests_on_an_unpublished_share():
    found, decade = models.c03(), models_adoption.leads()
    assert found.verdict == "inconclusive"
    assert found.evidence.estimate == pytest.approx(54.0)
    reach = 100 * Z * np.sqrt((0.76 + 0.22 - 0.54**2) / 430)
    assert (found.evidence.low, found.evidence.high) == pytest.approx((54 - reach, 54 + reach))
    assert decade["probability"].is_monotonic_increasing
    assert decade["probability"].iloc[0] < 0.05 and decade["probability"].iloc[-1] > 0.95
    assert decade["lead"].iloc[0] < 0 < decade["lead"].iloc[-1]


@pytest.mark.parametrize(
    ("nineties", "lead", "low", "probability", "verdict"),
    [
        (0.70, 0.54, 0.46, 0.97, "supported"),
        (0.70, 0.54, 0.46, 0.50, "inconclusive"),
        (0.70, 0.05, 0.01, 0.97, "inconclusive"),
        (0.70, 0.12, -0.01, 0.97, "inconclusive"),
        (0.70, -0.20, -0.30, 0.00, "contradicted"),
        (0.40, 0.54, 0.46, 0.97, "contradicted"),
    ],
)
def test_the_rule_of_c03_follows_its_legs(nineties, lead, low, probability, verdict):
    assert models.decade_rule(nineties, lead, low, probability) == verdict


def test_c05_is_inconclusive_as_the_rule_depends_on_the_number_not_printed():
    bounds = {n: models_adoption.lowest_share(n) for n in models_adoption.NUMBERS}
    for n, bound in bounds.items():
        k = round(0.7 * n)
        assert stats.binom.sf(k - 1, n, bound) == pytest.approx(0.05, abs=1e-6)
    assert bounds[100] < 0.65 < bounds[537]
    assert models.c05().verdict == "inconclusive"
    assert models.share_rule(0.70, bounds[537], models_adoption.highest_share(537)) == "supported"
    assert models.share_rule(0.60, 0.56, 0.64) == "contradicted"


def test_c08_knows_only_limits_on_both_sides_of_the_rule():
    found = models.c08()
    assert found.verdict == "inconclusive" and "0% and 76%" in found.evidence.words
    verdicts = [models.tilted_rule(*ends) for ends in ((0.5, 0.7), (0.1, 0.2), (0.3, 0.4))]
    assert verdicts == ["supported", "contradicted", "inconclusive"]


# --- classes: C01 ----------------------------------------------------------------------------------------


def test_c01_counts_other_models_and_cannot_be_supported_without_a_second_coder():
    table = models_data.spells()
    inside = table[(table["first"] <= 2010) & (table["last"] >= 1980)]
    share = models_traits.other_share((1980, 2010))
    assert (share.k, share.n) == ((inside["model"] == "other").sum(), len(inside)) == (1, 27)
    found = models_traits.c01()
    assert (found.verdict, found.evidence.tier) == ("inconclusive", "coded")
    assert (found.evidence.low / 100, found.evidence.high / 100) == pytest.approx(wilson(1, 27))


@pytest.mark.parametrize(
    ("alpha", "other", "verdict"),
    [
        (0.85, 0.10, "supported"),
        (0.85, 0.20, "inconclusive"),
        (0.70, 0.10, "inconclusive"),
        (0.60, 0.10, "contradicted"),
        (0.85, 0.31, "contradicted"),
        (None, 0.01, "inconclusive"),
        (None, 0.31, "contradicted"),
    ],
)
def test_the_rule_of_c01_needs_agreement_and_few_other_models(alpha, other, verdict):
    assert models_traits.classes_rule(alpha, other) == verdict


@pytest.mark.parametrize("claim", ["c02", "c14", "c16", "c17", "c18", "c24"])
def test_traits_that_no_table_codes_are_untested_and_say_what_would_settle_them(claim):
    found = getattr(models_traits, claim)()
    assert found.verdict == "untested" and len(found.evidence.wanted) > 60


# --- size: C06, C09, C11, C15 ----------------------------------------------------------------------------


def test_c11_is_fishers_test_on_five_of_nine_against_three_of_fifteen():
    row = models_by_size.by_size().iloc[0]
    assert tuple(row[["k_large", "n_large", "k_small", "n_small"]]) == (5, 9, 3, 15)
    # Hypergeometric by hand: tables with probability not above that observed.
    chances = stats.hypergeom.pmf(np.arange(9), 24, 8, 9)
    by_hand = chances[chances <= chances[5] * (1 + 1e-7)].sum()
    assert row["p_fisher"] == pytest.approx(by_hand, abs=EXACT)
    assert (row["low"], row["high"]) == pytest.approx(newcombe(5, 9, 3, 15), abs=EXACT)
    assert row["p_boschloo"] == pytest.approx(stats.boschloo_exact([[5, 3], [4, 12]]).pvalue, abs=EXACT)
    found = models_size.c11()
    assert (found.verdict, found.evidence.tier, found.evidence.n) == ("inconclusive", "coded", 24)
    assert found.evidence.p == pytest.approx(by_hand)
    assert number(found.evidence.low) in found.evidence.words


def test_the_variants_of_c11_drop_or_add_the_rows_they_name():
    rows = models_by_size.by_size().set_index("variant")
    sizes = (rows["n_large"] + rows["n_small"]).to_dict()
    coded = models_data.documented(2010, (2005, 2012))
    assert sizes["without low confidence"] == (coded["confidence"] != "low").sum() == 20
    assert sizes["high confidence only"] == (coded["confidence"] == "high").sum() == 17
    assert sizes["pyramidal shape instead of the model"] == (coded["shape"] != "unclear").sum() == 21
    assert sizes["documented in 2010 itself"] == (coded["year"] == 2010).sum() == 13
    assert sizes["with undated pages and unknown starts"] == 32
    assert (rows["difference"] > 0).all()


def test_22_percent_of_430_says_nothing_of_26_large_ones_and_coding_them_narrows_it():
    bounds = models_by_size.published_bounds()
    assert bounds.group == (0, 1)
    assert bounds.rest == pytest.approx((69 / 404, 95 / 404))
    for n_large in (25, 27):  # listed in 2010, and official in 2012
        assert models_by_size.published_bounds(n_large).group == (0, 1)
    low, high = models_by_size.coded_bounds(5, 9)
    assert (low, high) == pytest.approx((5 / 26 - 90 / 404, 22 / 26 - 73 / 404))
    assert models_by_size.coded_bounds(0, 26) == pytest.approx((-95 / 404, -95 / 404))


def test_coding_error_makes_the_difference_larger_in_truth():
    row = {"share_large": 5 / 9, "share_small": 0.2}
    assert models_by_size.corrected(row, 0.9, 0.9) == pytest.approx((5 / 9 - 0.2) / 0.8)
    assert models_by_size.corrected(row, 1.0, 1.0) == pytest.approx(5 / 9 - 0.2)


def _groups(k_large, n_large, k_small, n_small):
    large = np.repeat([True, False], [n_large, n_small])
    rows = pd.DataFrame({"large": pd.array(large, "boolean"), "population": np.where(large, 150_000, 50_000)})
    has = np.r_[np.arange(n_large) < k_large, np.arange(n_small) < k_small]
    return models_by_size.contrast(rows, pd.Series(has))


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((20, 26, 88, 404), "supported"),
        ((60, 260, 880, 4040), "contradicted"),  # two points in many municipalities: negligible
        ((0, 26, 200, 404), "contradicted"),
        ((5, 9, 3, 15), "inconclusive"),
        ((110, 260, 1212, 4040), "weakly supported"),  # 12 points, above zero but below 15
    ],
)
def test_the_rule_of_c11_on_made_up_counts(counts, verdict):
    row = _groups(*counts)
    assert models_size.kept_rule(row) == verdict
    assert (row["low"], row["high"]) == pytest.approx(newcombe(*counts))


def test_a_supported_contrast_of_coded_municipalities_counts_as_weak(monkeypatch):
    row = {"variant": "as registered", "p_boschloo": 0.001} | _groups(20, 26, 88, 404)
    made_up = pd.DataFrame([row] * 2)
    monkeypatch.setattr(models_by_size, "by_size", lambda: made_up)
    found = models_size.c11()
    assert found.verdict == "weakly supported" and "counts as weakly supported" in found.evidence.words


def test_municipalities_of_unknown_size_are_left_out_of_a_contrast():
    rows = pd.DataFrame({"large": pd.array([True, False, pd.NA, False], "boolean"), "population": [2e5] * 4})
    found = models_by_size.contrast(rows, pd.Series([True, False, True, True]))
    assert (found["k_large"], found["n_large"], found["k_small"], found["n_small"]) == (1, 1, 1, 2)
    with pytest.raises(DesignError, match="n2"):
        models_by_size.contrast(rows.iloc[:1], pd.Series([True]))


def test_c09_reverses_the_contrast_as_its_claim_is_on_those_below():
    row = models_by_size.fits_by_size().iloc[0]
    assert tuple(row[["k_large", "n_large", "k_small", "n_small"]]) == (6, 9, 9, 14)
    found = models_size.c09()
    low, high = newcombe(9, 14, 6, 9)
    assert found.evidence.estimate == pytest.approx(100 * (9 / 14 - 6 / 9))
    assert (found.evidence.low, found.evidence.high) == pytest.approx((100 * low, 100 * high))
    assert found.evidence.low90 < found.evidence.estimate < found.evidence.high90
    assert found.verdict == "inconclusive"


def test_c06_reads_the_name_of_the_unit_from_the_source_and_not_from_the_coder():
    label = models_by_size.labels().set_index("municipality")["label"]
    assert label["Apeldoorn"] == "dienst" and label["Kampen"] == "sector"
    assert label["Hengelo"] == "sector"  # "Dienstverlening" is the name of a sector
    assert label["Breda"] == "dienst"  # quoted in the remark
    assert label[["Haarlem", "Zoetermeer"]].isna().all()  # "sector-like" is the coder's word
    found = models_size.c06()
    assert (found.verdict, found.evidence.n) == ("inconclusive", 15)
    assert found.evidence.low < 1 < 1.5 < found.evidence.estimate < found.evidence.high


def test_c15_counts_exits_and_who_still_had_the_model():
    found = models_size.c15()
    assert (found.verdict, found.evidence.tier) == ("inconclusive", "coded")
    assert "on 5 exits" in found.evidence.words and "2 of 11 near 2024" in found.evidence.words
    assert found.evidence.low < 1 < found.evidence.high


@pytest.mark.parametrize(
    ("ci95", "then", "later", "verdict"),
    [
        ((1.2, 9.0), (6, 10), (2, 10), "supported"),
        ((1.2, 9.0), (6, 10), (4, 10), "inconclusive"),
        ((0.5, 9.0), (6, 10), (2, 10), "inconclusive"),
        ((0.5, 9.0), (6, 10), (6, 10), "contradicted"),
    ],
)
def test_the_rule_of_c15_needs_both_the_interaction_and_the_fall(ci95, then, later, verdict):
    assert models_size.converged_rule(ci95, then, later) == verdict
