"""Budgets beside annual accounts, 2017-2024: how far what was spent is from what was planned."""

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.inhabitants import LARGE, size_class

KEY = ["code", "year"]
STAGES = ("budget", "account")
FIELDS = {
    "total": "All task fields",
    "without_development": "All but housing and spatial development",
    "0": "Governance and support",
    "1": "Safety",
    "2": "Traffic, transport and water",
    "3": "Economy",
    "4": "Education",
    "5": "Sport, culture and recreation",
    "6": "Social domain",
    "7": "Public health and environment",
    "8": "Housing and spatial development",
    "overhead": "Overhead",
}
DEVELOPMENT = "8"  # holds land development (grondexploitatie), which the registered check leaves out


def execution():
    """Return budgeted and realised costs side by side, by municipality, year and task field.

    The budget is the one adopted before the year (primitieve begroting) as filed with CBS, before the
    changes of the year itself; both stages stand on the boundaries of that year. Costs are without the
    reserves, in prices of the day, so that what is added during the year (pay rises, earmarked grants, new
    tasks) counts as realised and was not planned. Investments are not in the shipped tables: they reach
    these costs as depreciation only.

    Returns
    -------
    pandas.DataFrame, a row a municipality, year and field, sorted
        `code`, `year`, `field` (a key of `FIELDS`), `budget` and `account` (1,000 EUR), `log_ratio`
        (ln(account / budget); missing where one of the two is not positive), `inhabitants` (1 January),
        `large` (1.0 above 100,000), `size` (CBS size class). Only municipalities that filed both; overhead
        missing where one of the two is marked as doubtful.
    """
    accounts = tables.load("accounts")
    accounts = accounts[accounts["filed"]]
    both = accounts.groupby(KEY)["stage"].transform("nunique") == len(STAGES)
    rows = accounts[both].copy()
    rows["total"] = rows["costs"]
    rows["without_development"] = rows["costs"] - rows[f"costs_task_{DEVELOPMENT}"]
    rows["overhead"] = rows["overhead"].where(~rows["quality"].isin(["overhead_doubtful"]))
    rows = rows.rename(columns={f"costs_task_{digit}": str(digit) for digit in range(9)})
    long = rows.melt([*KEY, "stage"], list(FIELDS), var_name="field", value_name="amount")
    wide = long.pivot(index=[*KEY, "field"], columns="stage", values="amount")[list(STAGES)].reset_index()
    wide.columns.name = None
    positive = (wide["budget"] > 0) & (wide["account"] > 0)
    kept = wide.loc[positive, list(STAGES)]
    wide["log_ratio"] = np.log(kept["account"] / kept["budget"]).reindex(wide.index)
    return _sized(wide, rows).sort_values([*KEY, "field"], ignore_index=True)


def _sized(wide, rows):
    """Return the frame with the inhabitants that the accounts state, and what follows from them."""
    people = rows.loc[rows["stage"] == "account", [*KEY, "population"]]
    wide = wide.merge(people.rename(columns={"population": "inhabitants"}), on=KEY, validate="many_to_one")
    wide["large"] = (wide["inhabitants"] > LARGE).astype("float64")
    wide["size"] = size_class(wide["inhabitants"])
    return wide


def by_group(frame, group):
    """Return how far accounts are from budgets, by a column.

    Parameters
    ----------
    frame : DataFrame
        Rows of `execution`, of one field.
    group : str or list of str
        Column(s), for instance "year", "size" or ["year", "field"].

    Returns
    -------
    pandas.DataFrame, a row a group
        `municipalities`, `rows`; `mean_log_ratio` and `median_log_ratio` (municipalities equally weighted);
        `percent`, the sum of the accounts over that of the budgets less one, in %; `below`, the share of
        rows that spent less than budgeted, in %.
    """
    known = frame.dropna(subset=["log_ratio"])
    grouped = known.assign(below=100.0 * (known["log_ratio"] < 0)).groupby(group, observed=True)
    found = grouped.agg(
        municipalities=("code", "nunique"),
        rows=("code", "size"),
        mean_log_ratio=("log_ratio", "mean"),
        median_log_ratio=("log_ratio", "median"),
        budget=("budget", "sum"),
        account=("account", "sum"),
        below=("below", "mean"),
    )
    found["percent"] = 100 * (found.pop("account") / found.pop("budget") - 1)
    return found.reset_index()


def persistence(frame):
    """Return the intraclass correlation of the log ratio: what part of it is the municipality's own.

    The one-way ICC(1) by analysis of variance for groups of unequal size (Donner 1986, International
    Statistical Review 54: 67-82), after the mean of each year is taken out.

    Parameters
    ----------
    frame : DataFrame
        Rows of `execution`, of one field.

    Returns
    -------
    float
        0 when years of one municipality are no more alike than those of two; it can be slightly negative.
    """
    rows = frame.dropna(subset=["log_ratio"])
    value = rows["log_ratio"] - rows.groupby("year")["log_ratio"].transform("mean")
    groups = value.groupby(rows["code"])
    sizes = groups.size()
    n, k = len(value), len(sizes)
    within = float(((value - groups.transform("mean")) ** 2).sum()) / (n - k)
    between = float((sizes * (groups.mean() - value.mean()) ** 2).sum()) / (k - 1)
    usual = (n - float((sizes**2).sum()) / n) / (k - 1)  # the group size that the variance ratio works with
    return (between - within) / (between + (usual - 1) * within)


def labels():
    """Return the task fields with their names, as a Series field -> name."""
    return pd.Series(FIELDS, name="label").rename_axis("field")
