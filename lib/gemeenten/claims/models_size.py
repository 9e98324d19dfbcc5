"""Claims on models and the 100,000 threshold, from coded municipalities: C06, C09, C11, C15."""

from gemeenten.claims import models_by_size as by_size
from gemeenten.claims import rules
from gemeenten.claims import structure_spells as terms
from gemeenten.claims.models_adoption import census
from gemeenten.claims.models_data import DIENSTEN, documented
from gemeenten.claims.models_firth import firth
from gemeenten.claims.models_words import SAMPLE, coded
from gemeenten.designs.wording import interval, number, p_value

# Registered rules in claims.csv: smallest effects of interest of C06, and of C09 and C11; those of C15.
ODDS_RATIO, NEGLIGIBLE = 1.5, (1 / 1.25, 1.25)
DIFFERENCE = 0.15
HALVED, MAJORITY = 0.5, 0.5
LATER, LATER_WINDOW = 2024, (2020, 2026)  # C15: documented nearest to 2024
ASSUMED = 0.9  # sensitivity and specificity of the codes, to see what coding error would do


def c06():
    """Test by Firth logit whether units are called dienst more with size; organisation_models, 1990-2015."""
    rows = by_size.labels()
    named = rows.dropna(subset=["label", "large"])
    dienst, large = named["label"] == "dienst", named["large"].astype(bool)
    fit = firth(dienst, named["ln_population"])
    ratio, ci95, ci90 = fit.odds_ratio
    ruled = rules.ratio_directional(ratio, ci95, ci95, ODDS_RATIO, negligible=NEGLIGIBLE)
    period = "{}-{}".format(*by_size.LABELLED)
    words = (
        f"Of {len(rows)} municipalities coded with a sector or service model in {period} the source names "
        f"the main unit of {fit.n}: {(dienst & large).sum()} of {large.sum()} above 100,000 inhabitants have "
        f"diensten, {(dienst & ~large).sum()} of {(~large).sum()} others. One unit of ln(population) "
        f"multiplies the odds of dienst rather than sector by {number(ratio)} ({interval(*ci95)}; Firth's "
        f"logit, {p_value(fit.p)}). {SAMPLE}"
    )
    return coded(ruled, (ratio, *ci95, *ci90, "odds ratio", fit.n, fit.p), words)


def c09():
    """Test by Fisher whether the scheme fits better up to 100,000; organisation_models, 1990-2010."""
    row, *placebos = by_size.fits_by_size().to_dict("records")
    # The claim is on those below: the difference is theirs less that of the large ones.
    ends = [-row[name] for name in ("difference", "high", "low", "high90", "low90")]
    ruled = rules.directional(ends[0], ends[1:3], ends[3:5], DIFFERENCE, wrong_side=False)
    scaled = [100 * end for end in ends]
    told = "; ".join(f"{-100 * at['difference']:.1f} at {at['cutoff']:,.0f}" for at in placebos)
    words = (
        f"The model documented nearest to 1998 (scheme: sector or service) or 2010 (scheme: directie) is the "
        f"scheme's in {row['k_small']} of {row['n_small']} municipality-decades up to 100,000 inhabitants "
        f"and in {row['k_large']} of {row['n_large']} above, a difference of {number(scaled[0])} percentage "
        f"points ({interval(*scaled[1:3])}; Fisher's exact {p_value(row['p_fisher'])}). At cut-offs at which "
        f"nothing is claimed: {told}. {SAMPLE} Some are in both decades."
    )
    total = row["n_small"] + row["n_large"]
    return coded(ruled, (*scaled, "percentage points", total, row["p_fisher"]), words)


def c11():
    """Test by Fisher who kept the service model above 100,000; organisation_models, 2005-2012."""
    rows = by_size.by_size()
    row = rows.iloc[0]
    ruled = kept_rule(row)
    evidence = [100 * row[name] for name in ("difference", "low", "high", "low90", "high90")]
    total = int(row["n_large"] + row["n_small"])
    words = f"{_contrast(row)} {_variants(rows)} {_limits(row)} {SAMPLE}"
    return coded(ruled, (*evidence, "percentage points", total, row["p_fisher"]), words)


def kept_rule(row):
    """Return the verdict of C11's rule on a row of `models_by_size.by_size`, before any cap."""
    ci95, ci90 = (row["low"], row["high"]), (row["low90"], row["high90"])
    return rules.directional(row["difference"], ci95, ci90, DIFFERENCE)


def _contrast(row):
    first, last = by_size.WINDOW
    return (
        f"Of the coded municipalities documented in {first}-{last}, {row['k_large']} of {row['n_large']} "
        f"above 100,000 inhabitants had a sector or service model ({row['share_large']:.0%}) and "
        f"{row['k_small']} of {row['n_small']} others ({row['share_small']:.0%}): "
        f"{100 * row['difference']:.1f} percentage points more "
        f"({interval(100 * row['low'], 100 * row['high'])}; Fisher's exact {p_value(row['p_fisher'])}, "
        f"Boschloo's {p_value(row['p_boschloo'])})."
    )


def _variants(rows):
    """Return what the other variants find, and which of them would meet the support rule."""
    others = rows.iloc[1:]
    meets = [row["variant"] for _, row in others.iterrows() if kept_rule(row) == rules.SUPPORTED]
    ends = others["difference"].min(), others["difference"].max()
    told = f"the rule would be met only by this one: {'; '.join(meets)}" if meets else "none meets the rule"
    return (
        f"In {len(others)} other readings of confidence, shape and dates the difference is "
        f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f} points; {told}."
    )


def _limits(row):
    """Return what the published total and coding error allow, in words."""
    _, sector, n = census()
    bounds, filled = by_size.published_bounds(), by_size.coded_bounds(row["k_large"], row["n_large"])
    return (
        f"The published {sector:.0%} of {n} in {by_size.YEAR} alone leaves {bounds.group_low:.0%} to "
        f"{bounds.group_high:.0%} of the {bounds.n_group} large ones and {bounds.rest_low:.1%} to "
        f"{bounds.rest_high:.1%} of the others; with the coded large ones filled in, the difference lies "
        f"between {100 * filled[0]:.1f} and {100 * filled[1]:.1f} points whatever the uncoded ones had. If "
        f"codes were right in {ASSUMED:.0%} of cases, it would be "
        f"{100 * by_size.corrected(row, ASSUMED, ASSUMED):.1f} points."
    )


def c15():
    """Test whether leaving model 2 above 100,000 caught up after 2010; organisation_models, 1998-2025."""
    spells = terms.lengths()
    risk = terms.years_at_risk(spells[spells["model"] == DIENSTEN]).dropna(subset=["large"])
    large, late = risk["large"].astype(float), risk["late"].astype(float)
    fit = firth(risk["switched"], large * late, [large, late])
    ratio, ci95, ci90 = fit.odds_ratio
    then, later = (_kept(*when) for when in ((by_size.YEAR, by_size.WINDOW), (LATER, LATER_WINDOW)))
    ruled = converged_rule(ci95, then, later)
    counted = risk.groupby(["large", "late"])["switched"].agg(["sum", "size"])
    told = "; ".join(
        f"{'above' if big else 'up to'} 100,000 {'from' if after else 'before'} {terms.TURN} "
        f"{row['sum']:.0f} in {row['size']:.0f} years"
        for (big, after), row in counted.iterrows()
    )
    words = (
        f"Dated exits from the sector or service model in 1998-2025: {told}. The odds of leaving rose "
        f"{number(ratio)} times as much above 100,000 as below from {terms.TURN} on ({interval(*ci95)}; "
        f"Firth's logit of the yearly hazard, {p_value(fit.p)}), on {fit.events} exits. Of the large ones "
        f"{then[0]} of {then[1]} documented near {by_size.YEAR} had the model, and {later[0]} of {later[1]} "
        f"near {LATER}. {SAMPLE}"
    )
    return coded(ruled, (ratio, *ci95, *ci90, "ratio of odds ratios", risk["code"].nunique(), fit.p), words)


def _kept(year, window):
    """Return how many coded large municipalities had model 2 nearest to a year, and how many are coded."""
    rows = documented(year, window)
    rows = rows[rows["large"].fillna(False).astype(bool)]
    return int((rows["model"] == DIENSTEN).sum()), len(rows)


def converged_rule(ci95, then, later):
    """Return the verdict of C15's rule.

    Parameters
    ----------
    ci95 : tuple of float
        95 % interval of the interaction of size and period, as a ratio.
    then, later : tuple of int
        (with model 2, coded) above 100,000, about 2010 and about 2024.
    """
    before, after = then[0] / then[1], later[0] / later[1]
    return rules.from_conditions(ci95[0] > 1 and after < HALVED * before, after > MAJORITY)
