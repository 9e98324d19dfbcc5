"""The coded municipalities and the published shares of organisation models, as frames notebooks draw from."""

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.errors import DataError

LARGE = 100_000  # inhabitants; large is strictly more
DIENSTEN = "sectoren"  # as the table calls the sector or (concern)diensten model
DIRECTIE = "directie"


def spells():
    """Return the coded spells of an organisation model with the years for which they are documented.

    Returns
    -------
    pandas.DataFrame, a row a spell, sorted by municipality and year
        The columns of table organisation_models, and first, last: the documented years. Where one end is
        unknown the other counts alone, as a spell is never extended; both are missing on an undated page. A
        regulation that outlived its municipality counts until the last 1 January on which that existed.
    """
    table = tables.load("organisation_models").astype({"year_from": "float64", "year_to": "float64"})
    table["first"] = table["year_from"].fillna(table["year_to"])
    table["last"] = table["year_to"].fillna(table["year_from"])
    table["last"] = table["last"].clip(upper=table["code"].map(_existence()["last_year"]))
    return table.sort_values(["municipality", "first", "last"], ignore_index=True)


def documented(year, window, frame=None, undated=False):
    """Return for each coded municipality the model documented nearest to a year, within a window of years.

    Parameters
    ----------
    year : int
        The year asked after.
    window : tuple of int
        First and last year that count.
    frame : DataFrame, optional
        Spells as `spells` returns them; all of them by default.
    undated : bool
        Whether undated pages count too, after all dated spells and as if they were of that year, and whether
        a spell whose start is unknown reaches back to the start of the window. An unknown end is not extended
        in any case, and nothing counts in a year in which the municipality did not exist.

    Returns
    -------
    pandas.DataFrame, a row a municipality
        The columns of `spells`; year, the documented year nearest to the one asked after; large, whether
        there were more than 100,000 inhabitants then (missing where not known); population. Of two spells
        equally near, the one that ended counts: it is the older.
    """
    frame = spells() if frame is None else frame
    first, last = frame["first"], frame["last"]
    if undated:
        first = first.where(frame["year_from"].notna() | last.isna(), min(window))
        first, last = first.fillna(year), last.fillna(year)
    inside = (first <= window[1]) & (last >= window[0])
    rows = frame[inside].assign(year=np.clip(year, first, last)[inside].clip(*window).astype("int64"))
    rows = rows[_existed(rows)]
    away = np.where(rows["first"].isna(), np.inf, (rows["year"] - year).abs())
    rows = rows.assign(away=away, began=rows["year_from"].fillna(-np.inf))
    rows = rows.sort_values(["code", "away", "began"]).drop_duplicates("code").drop(columns=["away", "began"])
    return with_size(rows).reset_index(drop=True)


def _existed(rows):
    """Return whether the municipality existed on 1 January of the row's year, as a boolean Series."""
    table = _existence()
    first, last = (rows["code"].map(table[column]) for column in ("first_year", "last_year"))
    # The register starts in 1990: what is in it from the start may be older.
    return ((rows["year"] >= first) | (first == first.min())) & (rows["year"] <= last)


def _existence():
    """Return first_year and last_year of every municipality, index code."""
    return tables.load("municipalities").groupby("code").agg({"first_year": "min", "last_year": "max"})


def with_size(frame):
    """Return a frame with columns code and year, with the inhabitants of the municipality that year.

    Added columns: population, interpolated in logarithms between the years with a figure (before the first
    and after the last the nearest one); large, a boolean, missing where the year has no figure and those
    before and after disagree about 100,000.
    """
    known = tables.load("population").sort_values("year")
    known = {code: (rows["year"], rows["population"]) for code, rows in known.groupby("code")}
    sizes = [_size(*known[code], year) for code, year in zip(frame["code"], frame["year"], strict=True)]
    population, large = zip(*sizes, strict=True) if sizes else ((), ())
    return frame.assign(population=np.array(population, float), large=pd.array(large, "boolean"))


def _size(years, population, year):
    """Return (inhabitants, large or not or NA) in a year, from the years with a figure, sorted."""
    years, population = years.to_numpy(), population.to_numpy()
    before = max(np.searchsorted(years, year, side="right") - 1, 0)
    after = min(np.searchsorted(years, year, side="left"), len(years) - 1)
    around = population[[before, after]] > LARGE
    if before == after:  # a year with a figure, or outside those with one
        return float(population[before]), bool(around[0])
    inhabitants = float(np.exp(np.interp(year, years, np.log(population))))
    return inhabitants, bool(around[0]) if around[0] == around[1] else pd.NA


def timeline():
    """Return the dated spells of the coded municipalities, for a figure: one bar a spell.

    Returns
    -------
    pandas.DataFrame, a row a spell
        code, municipality, model, shape, confidence, first, last, open_start and open_end (whether that
        end is not known), population and large in the first documented year.
    """
    rows = spells().dropna(subset=["first"])
    rows = rows.assign(open_start=rows["year_from"].isna(), open_end=rows["year_to"].isna())
    rows = with_size(rows.assign(year=rows["first"].astype("int64")))
    told = ["code", "municipality", "model", "shape", "confidence", "first", "last", "open_start", "open_end"]
    return rows[[*told, "population", "large"]].reset_index(drop=True)


def model_by_decade():
    """Return how many municipalities are documented with each model, by decade.

    A municipality counts in a decade once for every model documented in it. A convenience sample: these are
    not shares of all municipalities.

    Returns
    -------
    pandas.DataFrame, a row a decade ("1980s" ...), a column a model
    """
    dated = spells().dropna(subset=["first"])
    rows = [
        {"decade": f"{decade}s", "code": row.code, "model": row.model}
        for row in dated.itertuples()
        for decade in range(int(row.first) // 10 * 10, int(row.last) + 1, 10)
    ]
    rows = pd.DataFrame(rows).drop_duplicates()
    return pd.crosstab(rows["decade"], rows["model"])


def published(source, variable, year=None):
    """Return the row of table organisation_surveys that a source has on a variable.

    Parameters
    ----------
    source : str
        source_key.
    variable : str
        As the table calls it.
    year : str, optional
        year_observed, where a source has the variable for several.
    """
    table = tables.load("organisation_surveys")
    rows = table[(table["source_key"] == source) & (table["variable"] == variable)]
    rows = rows if year is None else rows[rows["year_observed"] == year]
    if len(rows) != 1:
        raise DataError(f"organisation_surveys: {len(rows)} rows of {source} on {variable}; name its year")
    return rows.iloc[0]


def published_share(source, variable, year=None):
    """Return a published percentage as a share between 0 and 1; arguments as in `published`."""
    return float(published(source, variable, year)["value"]) / 100
