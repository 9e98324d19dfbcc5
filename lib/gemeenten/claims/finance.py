"""Claims on joint arrangements (C25) and on planning and execution (C33), from budgets and accounts."""

import numpy as np
import pandas as pd
from scipy import stats

from gemeenten.claims import finance_arrangements, finance_data, rules
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.claims.finance_counts import rate_ratio, ratio_of_totals
from gemeenten.claims.marks_data import documented_models
from gemeenten.claims.regression import clustered
from gemeenten.designs.wording import interval, number, p_value

SESOI_RATIO = 1.2  # registered for C25
NEGLIGIBLE = (0.9, 1.1)

LAG = -5.0  # %; registered for C33
NO_LAG = -2.0
MOST_YEARS = 0.80
HALF = 0.50


def c25():
    """Return whether model 3 has more joint arrangements: rate ratio given ln(population) and province.

    The trend is reported separately, as registered. Tables: register_2026, organisation_models, accounts.
    """
    rows = finance_arrangements.arrangements().dropna(subset=["model"])
    link = model_link(rows, "joint_arrangements")
    supports = link.ci95[0] > 1 and link.ratio >= SESOI_RATIO
    contradicts = NEGLIGIBLE[0] < link.ci95[0] and link.ci95[1] < NEGLIGIBLE[1]
    ruled = rules.from_conditions(supports, contradicts, weakly=link.ci95[0] > 1)
    groups = rows["model"].value_counts()
    inner = rows[~rows["province"].isin(finance_arrangements.EXTREME)]
    words = (
        f"Municipalities whose last documented model is directie ({groups['directie']}) take part in "
        f"{number(link.ratio)} times as many joint arrangements (16 May 2026) as those with the sector model "
        f"({groups['sectoren']}), {interval(*link.ci95)}, {p_value(link.p)}, given ln(population) and "
        f"province; {number(model_link(inner, 'joint_arrangements').ratio)} times without Limburg and "
        f"Fryslân. The models are documented for {_span(rows['model_year'])} (median "
        f"{rows['model_year'].median():.0f}) and may have changed since; the arrangements are of all kinds, "
        f"not facility services alone, and what is outsourced to firms is in no table. {_trend()}"
    )
    evidence = Evidence(
        "coded", link.ratio, *link.ci95, *link.ci90, unit="rate ratio", n=link.n, p=link.p, words=words
    )
    return Finding(evidence, rules.cap(ruled, "register", "coded"))


def model_link(rows, column):
    """Return the `Ratio` of a count under directie to that under sectoren, given ln(population), province."""
    directie = (rows["model"] == "directie").astype("float64")
    return rate_ratio(rows[column], directie, [rows["log_inhabitants"]], rows["province"])


def growth(frame):
    """Return the `Ratio` of the share of costs paid to joint arrangements, last over first year.

    Parameters
    ----------
    frame : DataFrame
        As `finance_arrangements.payments` gives it: the same municipalities every year.
    """
    by_year = {year: rows.set_index("code").sort_index() for year, rows in frame.groupby("year")}
    late, early = by_year[max(by_year)], by_year[min(by_year)]
    return ratio_of_totals(late["transfers"], late["costs"], early["transfers"], early["costs"])


def _trend():
    """Return the trend in payments as a sentence, reported apart from the verdict."""
    frame = finance_arrangements.payments()
    totals, change = finance_arrangements.trend(frame), growth(frame)
    first, last = totals.iloc[0], totals.iloc[-1]
    top = totals.loc[totals["share"].idxmax()]
    return (
        f"Trend, apart from this: of {change.n} municipalities together, payments to joint arrangements rose "
        f"from EUR {first['per_inhabitant']:.0f} an inhabitant in {first['year']:.0f} to EUR "
        f"{last['per_inhabitant']:.0f} in {last['year']:.0f} in prices of the day; as a share of costs from "
        f"{number(first['share'])}% to {number(last['share'])}%, a ratio of {number(change.ratio)} "
        f"({interval(*change.ci95)}), after {number(top['share'])}% in {top['year']:.0f}. How many "
        "arrangements there were before 2026 is in no shipped table."
    )


def c33():
    """Return whether accounts lag 5 % behind budgets in 80 % of years: mean ln(account / budget), clustered.

    Tables: accounts.
    """
    frame = finance_data.execution()
    total = frame[frame["field"] == "total"].dropna(subset=["log_ratio"])
    years = lags(total)
    lagging = float(((years["percent"] <= LAG) & (years["high"] < 0)).mean())
    not_lagging = float((years["low"] > NO_LAG).mean())
    verdict = rules.from_conditions(lagging >= MOST_YEARS, not_lagging > HALF)
    pooled = clustered(total["log_ratio"], np.ones(len(total)), total["code"])
    mean, low, high, low90, high90 = map(_percent, (pooled.estimate, *pooled.ci95, *pooled.ci90))
    words = (
        f"The average account ends {number(abs(mean))}% {'above' if mean > 0 else 'below'} the budget "
        f"adopted before the year ({interval(low, high)}, {_span(years['year'])}; yearly means "
        f"{number(years['percent'].min())}% to {number(years['percent'].max())}%). It lags by {-LAG:g}% in "
        f"{lagging * len(years):.0f} of {len(years)} years, and the interval lies above {NO_LAG:g}% in "
        f"{not_lagging * len(years):.0f}. {_checks(frame, total)}"
    )
    evidence = Evidence(
        tier="census",
        estimate=mean,
        low=low,
        high=high,
        low90=low90,
        high90=high90,
        unit="% of the budget",
        n=pooled.n,
        p=float(stats.t.cdf(pooled.estimate / pooled.se, pooled.df)),
        p_decides=(rules.SUPPORTED,),  # the contradiction is a count of years
        words=words,
    )
    return Finding(evidence, verdict)


def lags(rows):
    """Return how far the average account is from the budget, a row a year.

    Parameters
    ----------
    rows : DataFrame
        Rows of `finance_data.execution`, of one field, with a log ratio.

    Returns
    -------
    pandas.DataFrame
        `year`, `n`, `percent` (exp of the mean log ratio less one, in %), `low`, `high` (95 %).
    """
    fits = {
        year: clustered(group["log_ratio"], np.ones(len(group)), group["code"])
        for year, group in rows.groupby("year")
    }
    found = [(year, fit.n, *map(_percent, (fit.estimate, *fit.ci95))) for year, fit in fits.items()]
    return pd.DataFrame(found, columns=["year", "n", "percent", "low", "high"])


def _checks(frame, total):
    """Return the registered robustness of C33 and its limits, in words."""
    other = finance_data.by_group(frame[frame["field"] == "without_development"], lambda _: 0)
    sizes = finance_data.by_group(total, "large").set_index("large")["mean_log_ratio"].map(_percent)
    models = total.merge(documented_models(), on=["code", "year"]).groupby("model")["code"].nunique()
    return (
        f"Without housing and spatial development, which holds land development, it is "
        f"{number(_percent(other['mean_log_ratio'].iloc[0]))}%; above 100,000 inhabitants "
        f"{number(sizes[1.0])}%, up to it {number(sizes[0.0])}%. Years of one municipality correlate by "
        f"{number(finance_data.persistence(total), 2)}. A documented sector model is known for only "
        f"{models.get('sectoren', 0)} municipalities, too few to compare models. The rule was meant for "
        "investments too, which are in no shipped table, and money spent is only a proxy for plans carried "
        "out: pay rises and new grants of the year count as spending that was not planned."
    )


def _percent(log_ratio):
    return float(100 * np.expm1(log_ratio))


def _span(years):
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}-{last}"
