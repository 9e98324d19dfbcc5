"""Claims on the structure inside the models, and how long it lasts: C13, C19-C23, C35."""

import numpy as np

from gemeenten.claims import models_adoption as adoption
from gemeenten.claims import rules, structure_data, structure_spells
from gemeenten.claims.evidence import Evidence, Finding, untested
from gemeenten.claims.models_data import published, published_share
from gemeenten.claims.models_words import coded
from gemeenten.designs.wording import interval, number, p_value

# Registered rules in claims.csv: C13 rate ratio, C19 share, C35 median in years and rate ratio.
RATE_RATIO, NEGLIGIBLE = 1.5, (0.8, 1.25)
HALF = 0.5
DECADE, RATE = (7, 13), 0.67
SILO = "reason_for_change=tegengaan_verkokering"
CHANGED, CHANGED_YEARS = "changed_structure_last_5_years", 5


def c13():
    """Test by quasi-Poisson for more main units above 100,000, given size; organisation_units, 2000-2015."""
    rows, wider = structure_data.main_units(), structure_data.main_units(dated=False)
    fit, alone, every = _units_ratio(rows), _units_ratio(rows, given_size=False), _units_ratio(wider)
    low, high = (int(end) for end in (rows["n_units"].min(), rows["n_units"].max()))
    words = (
        f"In {fit.n} municipalities with a dated count of main units in 2000-2015 ({low} to {high} units) "
        f"those above 100,000 inhabitants had {number(fit.ratio)} times as many as others of the same "
        f"ln(population) ({interval(*fit.ci95)}; {p_value(fit.p)}), and {number(alone.ratio)} times as many "
        f"without that ({interval(*alone.ci95)}). With undated pages, {every.n} municipalities, the first "
        f"ratio is {number(every.ratio)} ({interval(*every.ci95)}). Diensten, sectors, departments and teams "
        "are counted alike, as printed. A central Bestuursdienst and tilting inside units are not coded. The "
        "municipalities are a convenience sample."
    )
    figures = (fit.ratio, *fit.ci95, *fit.ci90, "rate ratio", fit.n, fit.p)
    return coded(units_rule(fit.ratio, fit.ci95), figures, words)


def _units_ratio(rows, given_size=True):
    rows = rows.dropna(subset=["large"])
    size = [np.log(rows["population"])] if given_size else []
    return structure_data.count_ratio(rows["n_units"].astype(float), rows["large"].astype(float), size)


def units_rule(ratio, ci95):
    """Return the verdict of C13's rule on a rate ratio and its 95 % interval."""
    inside = NEGLIGIBLE[0] < ci95[0] and ci95[1] < NEGLIGIBLE[1]
    return rules.from_conditions(ratio >= RATE_RATIO and ci95[0] > 1, inside, weakly=ci95[0] > 1)


def c19():
    """Test the share with more than one head and directors by size; organisation_surveys and _units."""
    n = adoption.respondents()
    low, high = adoption.worded_interval(adoption.QUARTERS, n)
    share = published_share(adoption.LEEUWENDAAL, "meerhoofdig_management")
    boards = structure_data.directors()
    slope = structure_data.count_ratio(boards["n_top_managers"].astype(float), np.log(boards["population"]))
    years = boards["year"].dropna().astype(int)
    ruled = directors_rule((low, high), slope.ci95)
    words = (
        f"In 2007 three quarters of about {n} responding municipalities of 25,000-250,000 inhabitants had a "
        f"management of more than one head, whatever their model; read as {adoption.QUARTERS[0]:.0%} to "
        f"{adoption.QUARTERS[1]:.0%}, with 95% intervals {100 * low:.1f}% to {100 * high:.1f}%, that is "
        f"above one half. How the number of directors goes with size rests on {slope.n} coded municipalities "
        f"with the directie model (dated {', '.join(map(str, sorted(years)))}, the others undated): "
        f"{number(slope.ratio)} times as many with one unit of ln(population) ({interval(*slope.ci95)}), "
        "from which nothing follows. Both legs are needed. The title of algemeen directeur is not coded."
    )
    # Support would rest on coded municipalities too, and is no stronger than the weakest of the two.
    capped = rules.cap(ruled, "published", "coded")
    evidence = Evidence("published", 100 * share, 100 * low, 100 * high, unit="percent", n=n, words=words)
    return Finding(evidence, capped)


def directors_rule(share, slope):
    """Return the verdict of C19's rule on the 95 % intervals of the share and of the rate ratio by size."""
    return rules.from_conditions(share[0] > HALF and slope[0] > 1, share[1] < HALF or slope[1] < 1)


def c20():
    """Report the order in which motives are printed, which has no shares to test; organisation_surveys."""
    row = published(adoption.LEEUWENDAAL, SILO)
    n = adoption.respondents()
    words = (
        f"In 2007 countering silos is number {row['value']:.0f} of five reasons to change the structure that "
        f"a survey of about {n} municipalities of 25,000-250,000 inhabitants lists. That is the order of "
        "mention in the report, without shares, so no rank can be drawn by bootstrap; and it is about all "
        "models. What would settle it: the motives in 60 to 300 reorganisation proposals of 1998-2012, coded "
        "by hand."
    )
    return Finding(Evidence("published", n=n, words=words), rules.INCONCLUSIVE)


def c21():
    """Return untested, as registered for the period claimed: integral managers brought bureaucracy."""
    return untested(
        wanted="overhead, managers per 100 staff and internal invoices of municipalities before and after "
        "they took the sector model, 1990-2005, from municipal archives or the benchmarks of consultants; "
        "public accounts by task field start in 2017"
    )


def c22():
    """Return untested: fewer and larger departments, fewer managers."""
    return untested(
        wanted="managers per 100 employees by year and size class from 2000 (A&O fonds Gemeenten, "
        "Personeelsmonitor), and the number of departments before and after the switch of about 40 "
        "municipalities; the shipped counts before and after are of two municipalities and of main units, "
        "not of departments"
    )


def c23():
    """Return untested: teams and team leaders form under the enlarged departments."""
    return untested(
        wanted="the year in which a team layer enters the organisation regulation (CVDR: articles on "
        "teamleider, teammanager) and the size of departments, for about 100 municipalities after their "
        "switch to the directie model; the shipped table does not date team layers"
    )


def c35():
    """Test the median length of a model and the rate of switching by size; organisation_models, 1998-2025."""
    rows = structure_spells.lengths()
    median, low, high = structure_spells.median_length(rows)
    risk = structure_spells.years_at_risk(rows)
    ratio = structure_spells.rate_ratio(risk)
    undated = [structure_spells.lengths(np.inf, latest) for latest in (False, True)]
    bounds = [structure_spells.median_length(other)[0] for other in undated]
    ratios = [structure_spells.rate_ratio(structure_spells.years_at_risk(other)) for other in undated]
    told = " and ".join(_ratio(other) for other in ratios)
    survey = published_share("oldenhof_ru", CHANGED)
    words = (
        f"Over {len(rows)} documented spells of a model in 1998-2025, of which {rows['switched'].sum()} "
        f"ended in a dated switch, the Kaplan-Meier median is {_years(median)} (95% interval {_years(low)} "
        f"to {_years(high)}); with undated switches at their earliest and latest it is {_years(bounds[0])} "
        f"and {_years(bounds[1])}. Above 100,000 inhabitants there were {ratio['switches_large']} dated "
        f"switches in {ratio['years_large']} years, below {ratio['switches_small']} in "
        f"{ratio['years_small']}: a rate ratio of {_ratio(ratio)}; with undated switches {told}. "
        "These are changes of model; a survey of secretaries reports changes of any kind: "
        f"{survey:.0%} adapted the structure in {CHANGED_YEARS} years. A spell counts from the first year it "
        "is documented, so lengths are lower bounds; the municipalities are a convenience sample."
    )
    ruled = lasting_rule((low, high), (ratio["low"], ratio["high"]))
    ends = (ratio["ratio"], ratio["low"], ratio["high"])
    return coded(ruled, (*ends, np.nan, np.nan, "rate ratio", rows["code"].nunique()), words)


def lasting_rule(median, ratio):
    """Return the verdict of C35's rule on the 95 % intervals of the median (years) and the rate ratio."""
    overlaps = median[0] <= DECADE[1] and median[1] >= DECADE[0]
    return rules.from_conditions(overlaps and ratio[0] > RATE, not overlaps or ratio[1] < RATE)


def _years(years):
    return f"{years:.0f} years" if np.isfinite(years) else "not reached"


def _ratio(found):
    return f"{number(found['ratio'])} ({interval(found['low'], found['high'])})"
