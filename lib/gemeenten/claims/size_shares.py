"""How many municipalities have up to 100,000 inhabitants, year by year, and how many people live there."""

import pandas as pd

from gemeenten import tables
from gemeenten.inhabitants import LARGE
from gemeenten.municipalities import existing

COMPLETE = ("historical", "approximate", "official")
PERIOD = (1985, 2025)  # registered


def shares(first=PERIOD[0], last=PERIOD[1]):
    """Return the share of municipalities with up to 100,000 inhabitants, in each year that allows it.

    Where the inhabitants of all municipalities are known the share is exact. For 1990-2011 the number of
    municipalities is known and the large ones are not, or only as a list of cities with gaps: then the
    share is at least that with every municipality counted as large that was ever seen above 100,000 in the
    nearest complete years before and after, or in a list between them.

    Parameters
    ----------
    first, last : int
        1 January of the first and the last year.

    Returns
    -------
    pandas.DataFrame, a row a year
        `year`; `municipalities`; `large` (number above 100,000; the most there can have been where `exact`
        is False); `share_up_to` (% of municipalities with up to 100,000; the least where not exact);
        `inhabitants_up_to` (% of inhabitants who live there; missing where not known); `exact` (bool).
    """
    population = tables.load("population").query("@first <= year <= @last")
    whole = population[population["quality"].isin(COMPLETE)]
    known = sorted(whole["year"].unique())
    rows = [_exact(year, group) for year, group in whole.groupby("year")]
    above = population[population["population"] > LARGE]
    start = int(tables.load("municipalities")["first_year"].min())
    rows += [_bounded(year, above, known) for year in range(max(first, start), last + 1) if year not in known]
    frame = pd.DataFrame(rows).sort_values("year", ignore_index=True)
    frame["share_up_to"] = 100 * (1 - frame["large"] / frame["municipalities"])
    return frame[["year", "municipalities", "large", "share_up_to", "inhabitants_up_to", "exact"]]


def _exact(year, group):
    small = group["population"] <= LARGE
    people = 100 * group.loc[small, "population"].sum() / group["population"].sum()
    large = int((~small).sum())
    found = {"year": int(year), "municipalities": len(group), "large": large, "inhabitants_up_to": people}
    return {**found, "exact": True}


def _bounded(year, above, known):
    """Return the year's row with every municipality as large that was seen so around it."""
    before = max((other for other in known if other < year), default=year)
    after = min((other for other in known if other > year), default=year)
    seen = above.loc[above["year"].between(before, after), "code"].nunique()
    return {"year": year, "municipalities": len(existing(year)), "large": int(seen), "exact": False}
