"""Joint arrangements: what is paid to them 2017-2024, how many there are by size, and of which legal form."""

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.claims.marks_data import documented_models
from gemeenten.claims.size_data import EUR
from gemeenten.crosswalk import harmonise
from gemeenten.inhabitants import LARGE, size_class

KEY = ["code", "year"]
LAST = 2024
FORMS = {
    "ja_public_body": "public body",
    "ja_bare": "bare arrangement",
    "ja_operational_body": "operational body",
    "ja_joint_organ": "joint organ",
}
EXTREME = (
    "Limburg",
    "Fryslân",
)  # registered: provinces with extreme numbers of arrangements, left out as check
SINCE = 1980  # a model documented before it says nothing on the arrangements of 2026


def payments():
    """Return transfers to joint arrangements on the boundaries of 2024, complete municipalities only.

    Returns
    -------
    pandas.DataFrame, a row a municipality of 2024 and a year 2017-2024, sorted
        `code`, `year`, `inhabitants`, `transfers` and `costs` (1,000 EUR), `per_inhabitant` (EUR, prices of
        the day), `share` (% of costs), `large` (1.0 above 100,000 that year), `size` (CBS size class).
        Municipalities missing a year, or holding a part of a divided one, are left out altogether, so that
        every year has the same ones.
    """
    accounts = tables.load("accounts")
    rows = accounts[(accounts["stage"] == "account") & accounts["filed"]]
    rows = rows.rename(columns={"population": "inhabitants", "transfers_joint_arrangements": "transfers"})
    frame = harmonise(rows, LAST, sum=["inhabitants", "transfers", "costs"])
    frame = frame[frame["complete"] & frame["split_into"].isna()].dropna(subset=["transfers"])
    years = frame.groupby("code")["year"].transform("nunique")
    frame = frame[years == rows["year"].nunique()].drop(columns=["complete", "split_into", "boundaries"])
    frame["per_inhabitant"] = EUR * frame["transfers"] / frame["inhabitants"]
    frame["share"] = 100 * frame["transfers"] / frame["costs"]
    return _sized(frame).sort_values(KEY, ignore_index=True)


def trend(frame):
    """Return the payments of all municipalities of `payments` together, a row a year.

    Returns
    -------
    pandas.DataFrame
        `year`, `municipalities`, `transfers` and `costs` (1,000 EUR), `per_inhabitant` (EUR), `share` (% of
        costs), and `ratio` (`share` over that of the first year).
    """
    totals = frame.groupby("year")[["inhabitants", "transfers", "costs"]].sum()
    totals["municipalities"] = frame.groupby("year")["code"].nunique()
    totals["per_inhabitant"] = EUR * totals["transfers"] / totals["inhabitants"]
    totals["share"] = 100 * totals["transfers"] / totals["costs"]
    totals["ratio"] = totals["share"] / totals["share"].iloc[0]
    return totals.drop(columns="inhabitants").reset_index()


def trend_by_size(frame):
    """Return `trend` for each size class, the class being that of the last year, so that it stays the same.

    Returns
    -------
    pandas.DataFrame, a row a size class and year
        `size` and the columns of `trend`.
    """
    last = frame[frame["year"] == frame["year"].max()].set_index("code")["size"]
    groups = frame.groupby(frame["code"].map(last), observed=True)
    return pd.concat({size: trend(rows) for size, rows in groups}, names=["size"]).reset_index("size")


def arrangements():
    """Return the joint arrangements of each municipality, state of 16 May 2026, by legal form.

    Returns
    -------
    pandas.DataFrame, a row a municipality
        `code`, `joint_arrangements` and the four columns of `FORMS`, which add up to it (numbers);
        `province`, `inhabitants` and `log_inhabitants` (1 January 2026), `large`, `size`;
        `model` ("directie" or "sectoren", the last one documented, missing where none is or it is another)
        and `model_year` (the last year for which it is documented).
    """
    frame = tables.load("register_2026")[["code", "joint_arrangements", *FORMS]]
    names = tables.load("municipalities").query("last_year == last_year.max()")[["code", "province"]]
    people = tables.load("population").query("year == 2026 and quality == 'official'")
    people = people[["code", "population"]].rename(columns={"population": "inhabitants"})
    frame = frame.merge(names, on="code", how="left").merge(people, on="code", how="left")
    frame["log_inhabitants"] = np.log(frame["inhabitants"])
    frame = _sized(frame).merge(last_models(), on="code", how="left")
    return frame.sort_values("code", ignore_index=True)


def last_models():
    """Return the last documented model by municipality, where it is directie or sectoren.

    Columns `code`, `model`, `model_year`. Between that year and 2026 the model may have changed: a spell is
    not extended, the year says how old the knowledge is.
    """
    known = documented_models().query("year >= @SINCE").sort_values("year")
    last = known.groupby("code", as_index=False).tail(1).rename(columns={"year": "model_year"})
    return last[last["model"].isin(["directie", "sectoren"])][["code", "model", "model_year"]]


def forms_by_size(frame):
    """Return the mean number of arrangements of each legal form by size class.

    Parameters
    ----------
    frame : DataFrame
        As `arrangements` gives it.

    Returns
    -------
    pandas.DataFrame, a row a size class and form
        `size`, `form`, `mean` (arrangements a municipality), `municipalities`.
    """
    long = frame.rename(columns=FORMS).melt(["code", "size"], list(FORMS.values()), "form", "number")
    grouped = long.groupby(["size", "form"], observed=True)["number"]
    return grouped.agg(mean="mean", municipalities="size").reset_index()


def _sized(frame):
    frame["large"] = (frame["inhabitants"] > LARGE).astype("float64")
    frame["size"] = pd.Series(size_class(frame["inhabitants"]), index=frame.index)
    return frame
