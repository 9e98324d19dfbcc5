"""Joint arrangements and deviations from the budget by group with intervals, for tables and figures.

The tables hold all municipalities. An interval says how far a figure rests on the single municipalities of
its group, as if they were drawn from a larger number of such; groups of fewer than `FEWEST` get none.
"""

import numpy as np
import pandas as pd
from scipy import stats

from gemeenten.claims import finance, finance_data
from gemeenten.claims.finance_arrangements import FORMS
from gemeenten.claims.finance_counts import Ratio, rate_ratio
from gemeenten.claims.regression import clustered
from gemeenten.claims.size_spatial import moran

FEWEST = 10
ALL = "all forms"
SEED = 20260516


def shares_by_year(frame, group):
    """Return the share of costs paid to joint arrangements, of each group together, a row a group and year.

    Parameters
    ----------
    frame : DataFrame
        As `finance_arrangements.payments` gives it.
    group : Series
        Group of each row of `frame`.

    Returns
    -------
    pandas.DataFrame
        `group`, `year`, `n` (municipalities), `value` (% of costs: sum over sum), `low` and `high` (95 %,
        leaving out a municipality at a time, on the logarithm).
    """
    rows = []
    for (name, year), part in frame.groupby([group.rename("group"), "year"], observed=True):
        found = _ratio(part["transfers"].to_numpy(float), part["costs"].to_numpy(float))
        low, high = found.ci95 if found.n >= FEWEST else (np.nan, np.nan)
        rows.append((name, year, found.n, 100 * found.ratio, 100 * low, 100 * high))
    return pd.DataFrame(rows, columns=["group", "year", "n", "value", "low", "high"])


def _ratio(top, bottom):
    """Return one total over another as a `Ratio`, with jackknife errors."""
    n = len(top)
    estimate = np.log(top.sum() / bottom.sum())
    without = np.log((top.sum() - top) / (bottom.sum() - bottom))
    return Ratio(float(np.exp(estimate)), float(np.sqrt((n - 1) / n * np.sum((without - estimate) ** 2))), n)


def means(values, group):
    """Return the mean of each group with its t interval: `group`, `n`, `mean`, `low`, `high` (95 %).

    Parameters
    ----------
    values, group : Series
        Of the same index; the values are numbers of something, so that no end lies below 0.
    """
    counted = values.groupby(group, observed=True).agg(["size", "mean", "sem"])
    enough = counted["size"] >= FEWEST
    reach = (stats.t.isf(0.025, counted["size"] - 1) * counted["sem"]).where(enough)
    ends = {"low": (counted["mean"] - reach).clip(lower=0), "high": counted["mean"] + reach}
    told = counted.assign(**ends).rename(columns={"size": "n"}).rename_axis("group").reset_index()
    return told[["group", "n", "mean", "low", "high"]]


def forms_by_size(arrangements):
    """Return the mean number of joint arrangements by legal form and size class, with its 95 % interval.

    Parameters
    ----------
    arrangements : DataFrame
        As `finance_arrangements.arrangements` gives it.

    Returns
    -------
    pandas.DataFrame
        `form` (all forms first) and the columns of `means`.
    """
    columns = {"joint_arrangements": ALL, **FORMS}
    parts = {form: means(arrangements[column], arrangements["size"]) for column, form in columns.items()}
    return pd.concat(parts, names=["form"]).reset_index(level="form").reset_index(drop=True)


def doubling(arrangements):
    """Return the `Ratio` of the number of arrangements at twice the inhabitants, given the province."""
    double = arrangements["log_inhabitants"] / np.log(2)
    return rate_ratio(arrangements["joint_arrangements"], double, groups=arrangements["province"])


def by_field(frame):
    """Return how far accounts lie above budgets by task field: mean log ratio, clustered by municipality.

    Parameters
    ----------
    frame : DataFrame
        As `finance_data.execution` gives it.

    Returns
    -------
    pandas.DataFrame, a row a field
        `label`, `n` (municipalities), `estimate`, `low`, `high` (exponential less one, % of the budget).
    """
    rows = []
    for field, label in finance_data.FIELDS.items():
        known = frame[frame["field"] == field].dropna(subset="log_ratio")
        fit = clustered(known["log_ratio"], np.ones(len(known)), known["code"])
        rows.append((label, fit.n, *(100 * np.expm1([fit.estimate, *fit.ci95]))))
    return pd.DataFrame(rows, columns=["label", "n", "estimate", "low", "high"])


def neighbours(arrangements, payments):
    """Return whether neighbours resemble each other in what is compared, before and after size and province.

    Parameters
    ----------
    arrangements, payments : DataFrame
        As `finance_arrangements` gives them; of the payments the last year counts.

    Returns
    -------
    pandas.DataFrame, a row a comparison
        `outcome`, `given`, `n`, `moran_i`, `expected` (without a pattern), `p_value`.
    """
    year = int(payments["year"].max())
    last = payments[payments["year"] == year]
    size = np.log(last["inhabitants"])
    known = arrangements.dropna(subset="model")
    model = (known["model"] == "directie").astype(float)
    number = "number of arrangements, 2026"
    share = f"share of costs paid, {year}"
    compared = [
        (number, "nothing", arrangements, "joint_arrangements", 2026, []),
        (number, "size", arrangements, "joint_arrangements", 2026, [arrangements["log_inhabitants"]]),
        (number, "size and province", arrangements, "joint_arrangements", 2026,
         [arrangements["log_inhabitants"], *_provinces(arrangements)]),
        (share, "nothing", last, "share", year, []),
        (share, "size", last, "share", year, [size]),
        ("number, coded municipalities, 2026", "model, size and province", known, "joint_arrangements", 2026,
         [model, known["log_inhabitants"], *_provinces(known)]),
    ]  # fmt: skip
    rows = []
    for outcome, given, part, column, boundaries, held in compared:
        found = moran(part["code"], _residuals(part[column], held), boundaries, seed=SEED)
        rows.append((outcome, given, found.n, found.i, found.expected, found.p_value))
    return pd.DataFrame(rows, columns=["outcome", "given", "n", "moran_i", "expected", "p_value"])


def _provinces(frame):
    return pd.get_dummies(frame["province"], drop_first=True).astype(float).to_numpy().T


def _residuals(values, held):
    """Return what least squares leaves of the values, a constant always among the regressors."""
    design = np.column_stack([np.ones(len(values)), *(np.asarray(column, float) for column in held)])
    values = np.asarray(values, float)
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def growth_by_side(payments, side):
    """Return `finance.growth` of each group: the share of costs paid, last year over first year.

    Parameters
    ----------
    payments : DataFrame
        As `finance_arrangements.payments` gives it.
    side : Series
        Group of each row, the same every year for a municipality.

    Returns
    -------
    dict of str to Ratio
    """
    return {name: finance.growth(part) for name, part in payments.groupby(side)}
