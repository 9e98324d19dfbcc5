"""Amalgamated and never amalgamated municipalities: overhead 2017-2024, provincial turnout 2019-2023."""

from collections import Counter

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.amalgamations import graph, standing
from gemeenten.claims.regression import clustered
from gemeenten.claims.size_data import EUR, FIRST
from gemeenten.claims.size_neighbours import spatial_numbers
from gemeenten.crosswalk import harmonise, splits
from gemeenten.inhabitants import LARGE
from gemeenten.municipalities import existing

KEY = ["code", "year"]
ACCOUNTS = (2017, 2024)
ELECTIONS = {"PS2019": 2019, "PS2023": 2023}


def amalgamation_years(first, last):
    """Return when each municipality of 1 January `last` last took in another, or was formed of several.

    Parameters
    ----------
    first, last : int
        Amalgamations after 1 January `first`, up to and including 1 January `last`.

    Returns
    -------
    pandas.DataFrame, a row a municipality of `last`
        `code`; `amalgamated` (the 1 January from which it stands so, missing when there was none), `times`
        (years in which it amalgamated).
    """
    known = graph()
    reach = standing(known, last)[1]  # every earlier code -> the codes of `last` that hold all or part of it
    held = {
        year: Counter(heir for old in known.codes(year) for heir in reach[old])
        for year in range(first, last + 1)
    }
    parts = pd.DataFrame(held, index=pd.Index(existing(last), name="code"))
    fewer = parts.diff(axis=1).lt(0)
    years = fewer.mul(fewer.columns).max(axis=1)
    found = pd.DataFrame({"amalgamated": years.where(years > 0), "times": fewer.sum(axis=1)})
    return found.astype({"amalgamated": "Int64"}).reset_index()


def overhead():
    """Return overhead 2017-2024 on the boundaries of 2024, with when a municipality amalgamated.

    Amounts and inhabitants of what is now one municipality are added before dividing. A year in which one
    of the parts filed nothing, or has a doubtful overhead, is missing; municipalities that hold a part of
    one that was divided are left out, because its amounts cannot be allocated.

    Returns
    -------
    pandas.DataFrame, a row a municipality of 2024 and a year, sorted
        `code`, `year`, `inhabitants`, `overhead` and `costs` (1,000 EUR), `overhead_share` (% of costs),
        `overhead_per_inhabitant` (EUR), `amalgamated` and `times` (`amalgamation_years` of 2017-2024),
        `since` (years since amalgamation, negative before; missing without one), `group` ("amalgamated"
        2018-2024, "earlier" 2013-2017, or "never" since 2012), `large` (1.0 above 100,000, 2024).
    """
    accounts = tables.load("accounts")
    rows = accounts[(accounts["stage"] == "account") & accounts["year"].between(*ACCOUNTS)].copy()
    rows["overhead"] = rows["overhead"].where(~rows["quality"].isin(["overhead_doubtful"]))
    rows = rows.rename(columns={"population": "inhabitants"})
    frame = _whole(harmonise(rows, ACCOUNTS[1], sum=["inhabitants", "overhead", "costs"]), *ACCOUNTS)
    frame["overhead_share"] = 100 * frame["overhead"] / frame["costs"]
    frame["overhead_per_inhabitant"] = EUR * frame["overhead"] / frame["inhabitants"]
    frame = frame.merge(_groups(*ACCOUNTS), on="code", validate="many_to_one")
    frame["since"] = frame["year"] - frame["amalgamated"]
    size = frame[frame["year"] == ACCOUNTS[1]].set_index("code")["inhabitants"]
    frame["large"] = (frame["code"].map(size) > LARGE).astype("float64")
    return frame.sort_values(KEY, ignore_index=True)


def provincial_turnout():
    """Return turnout at the provincial elections of 2019 and 2023 on the boundaries of 2023.

    Returns
    -------
    pandas.DataFrame, a row a municipality of 2023, sorted
        `code`, `turnout_2019` and `turnout_2023` (% of the electorate), `change` (percentage points),
        `amalgamated` and `times` (`amalgamation_years` of 2019-2023), `group` as in `overhead` ("earlier"
        is 2013-2019), `inhabitants` (2023), `log_inhabitants`. Without municipalities that hold a part of a
        divided one, or of which the votes of a part are missing.
    """
    votes = tables.load("turnout")
    votes["year"] = votes["election"].map(ELECTIONS)
    votes = votes.dropna(subset=["year"]).astype({"year": "int64"})
    first, last = ELECTIONS.values()
    frame = _whole(harmonise(votes, last, sum=["electorate", "counted_votes"]), first, last)
    frame["turnout"] = 100 * frame["counted_votes"] / frame["electorate"]
    wide = frame.pivot(index="code", columns="year", values="turnout")
    wide = wide.set_axis([f"turnout_{year}" for year in wide.columns], axis=1).dropna().reset_index()
    wide["change"] = wide["turnout_2023"] - wide["turnout_2019"]
    people = tables.load("population").query("year == @last and quality == 'official'")
    people = people[["code", "population"]].rename(columns={"population": "inhabitants"})
    wide = wide.merge(_groups(first, last), on="code").merge(people, on="code")
    wide["log_inhabitants"] = np.log(wide["inhabitants"])
    return wide.sort_values("code", ignore_index=True)


def _whole(frame, first, last):
    """Return the complete rows of municipalities that hold no part of one divided in the period."""
    divided = splits(first, last)
    heirs = set(";".join(divided["split_into"]).split(";"))
    touched = frame["split_into"].notna() | frame["code"].isin(heirs)
    touched |= ~frame["complete"]
    columns = [name for name in frame if name not in ("complete", "split_into", "boundaries")]
    return frame.loc[~touched, columns].reset_index(drop=True)


def _groups(first, last):
    """Return `amalgamation_years` of the period with the group of each municipality."""
    during = amalgamation_years(first, last)
    before = amalgamation_years(FIRST, last)
    ever = during["code"].map(before.set_index("code")["amalgamated"]).notna()
    during["group"] = np.select([during["amalgamated"].notna(), ever], ["amalgamated", "earlier"], "never")
    return during


def turnout_contrasts(votes):
    """Return how turnout changed in amalgamated municipalities less in the others, size held or not.

    Parameters
    ----------
    votes : pandas.DataFrame
        As `provincial_turnout` gives it, without the group "earlier".

    Returns
    -------
    pandas.DataFrame, a row a model
        `label`; `estimate`, `low`, `high` (percentage points, 95 % interval, jackknife by municipality);
        `spatial_se`, `spatial_low`, `spatial_high`, `spatial_p` (errors may resemble those nearby); `n`,
        `amalgamated` (municipalities).
    """
    merged = (votes["group"] == "amalgamated").astype(float)
    size, before = votes["log_inhabitants"], votes["turnout_2019"]
    models = {
        "as observed": [],
        "size held (log inhabitants)": [size],
        "size and turnout in 2019 held": [size, before],
    }
    rows = []
    for label, covariates in models.items():
        fit = clustered(votes["change"], merged, votes["code"], covariates=covariates)
        low, high = fit.ci95
        rows.append({"label": label, "estimate": fit.estimate, "low": low, "high": high}
                    | spatial_numbers(fit) | {"n": fit.n, "amalgamated": int(merged.sum())})  # fmt: skip
    return pd.DataFrame(rows)


def expected_change(votes, inhabitants):
    """Return the change of turnout that the line of the never amalgamated expects at some sizes.

    Parameters
    ----------
    votes : pandas.DataFrame
        As `provincial_turnout` gives it.
    inhabitants : array_like

    Returns
    -------
    pandas.DataFrame
        `inhabitants`, `change` (percentage points; least squares on log inhabitants).
    """
    never = votes[votes["group"] == "never"]
    slope, constant = np.polyfit(never["log_inhabitants"], never["change"], 1)
    inhabitants = np.asarray(inhabitants, dtype=float)
    return pd.DataFrame({"inhabitants": inhabitants, "change": constant + slope * np.log(inhabitants)})
