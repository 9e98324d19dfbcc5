"""Imported marks joined with size, urbanity, documented organisation model and participation."""

import numpy as np
import pandas as pd

from gemeenten import inbox, tables
from gemeenten.inbox_marks import ROLES

LARGE = 100_000
SIZE_EDGES = (0, 20_000, 50_000, LARGE, np.inf)  # CBS size classes, drawn together to four
SERVICE = ("dv01", "klant")  # the mark for service delivery, and its predecessor to 2013; never pooled
KEY = ["code", "year"]


def service():
    """Return the imported marks for service delivery and their indicator, (None, "") without any.

    Returns
    -------
    pandas.DataFrame or None
        As `joined` gives it, with the column mark; a row a municipality and year.
    str
        `dv01`, or `klant` when the imports hold no `dv01`.
    """
    marks = inbox.marks()
    for indicator in SERVICE:
        rows = marks[marks["indicator"] == indicator]
        if len(rows):
            return joined(rows[[*KEY, "mark"]]), indicator
    return None, ""


def roles():
    """Return the imported marks of the six citizen roles, a column a role, a row a municipality and year."""
    marks = inbox.marks()
    rows = marks[marks["indicator"].isin(ROLES)]
    wide = rows.pivot(index=KEY, columns="indicator", values="mark").reset_index()
    wide.columns.name = None
    return wide


def joined(frame):
    """Return a frame with columns code and year, joined with what is known of the municipality that year.

    Added columns; missing where not known: population (1 January), large (0/1), ln_population, ln_density
    (to 2023), urbanity_class (2021), model (`documented_models`), weight (`participation_weights`).
    """
    density = tables.load("density")
    urbanity = tables.load("attributes")[["code", "urbanity_class"]].astype({"urbanity_class": "float64"})
    frame = frame.merge(_official(), on=KEY, how="left").merge(density, on=KEY, how="left")
    frame = frame.merge(urbanity, on="code", how="left").merge(documented_models(), on=KEY, how="left")
    frame["large"] = _large(frame)
    frame["ln_population"] = np.log(frame["population"])
    frame["ln_density"] = np.log(frame["density_per_km2_land"])
    frame["weight"] = participation_weights(frame)
    return frame.drop(columns="density_per_km2_land")


def urbanity(frame):
    """Return the name of the urbanity measure that is known for most rows.

    `ln_density` is of the year itself but ends in 2023; `urbanity_class` is of 2021. One regression uses one
    of them, because they have different scales.
    """
    known = frame[["ln_density", "urbanity_class"]].notna().sum()
    return str(known.idxmax())


def documented_models():
    """Return the organisation model by municipality and year, for documented years only.

    A spell counts from its first to its last documented year. Where one of the two is unknown only the
    other counts: a spell is never extended. A year in which two models are documented is left out, as the
    year of a switch.
    """
    spells = tables.load("organisation_models")[["code", "model", "year_from", "year_to"]]
    spells = spells.dropna(subset=["year_from", "year_to"], how="all")
    first, last = spells["year_from"].fillna(spells["year_to"]), spells["year_to"].fillna(spells["year_from"])
    years = [range(int(a), int(b) + 1) for a, b in zip(first, last, strict=True)]
    rows = spells[["code", "model"]].assign(year=years).explode("year").astype({"year": "int64"})
    one = rows.groupby(KEY, as_index=False)["model"].agg(["first", "nunique"])
    return one[one["nunique"] == 1].rename(columns={"first": "model"})[[*KEY, "model"]]


def documented_switches():
    """Return the switches between two documented models of a municipality.

    Returns
    -------
    pandas.DataFrame, a row a switch
        code; before, the last documented year of the old model; after, the first of the new one.
    """
    spells = tables.load("organisation_models")
    spells["first"] = spells["year_from"].fillna(spells["year_to"])
    spells["last"] = spells["year_to"].fillna(spells["year_from"])
    spells = spells.dropna(subset=["first"]).sort_values(["code", "first"])
    old = spells.groupby("code")[["model", "last"]].shift()
    switched = old["model"].notna() & (old["model"] != spells["model"]) & (old["last"] <= spells["first"])
    rows = pd.DataFrame({"code": spells["code"], "before": old["last"], "after": spells["first"]})[switched]
    return rows.astype({"before": "int64", "after": "int64"}).reset_index(drop=True)


def participation_weights(frame):
    """Return the inverse of the share of a size class that has a mark in that year, stabilised by year.

    Participation in the survey is voluntary and less frequent in large municipalities (VNG, note to the
    trust study of 2023). Size classes are those of `SIZE_EDGES`. Years without official population (before
    2012) get weight one.
    """
    everyone = _official()
    everyone["cell"] = _cell(everyone["population"])
    size = everyone.groupby(["year", "cell"], observed=True).size()
    rows = frame[KEY].assign(cell=_cell(frame["population"]))
    seen = rows.groupby(["year", "cell"], observed=True).size()
    share = (seen / size).rename("share").reset_index()
    year_share = rows.groupby("year").size() / everyone.groupby("year").size()
    matched = rows.merge(share, on=["year", "cell"], how="left")["share"].to_numpy()
    return pd.Series(rows["year"].map(year_share).to_numpy() / matched, index=frame.index).fillna(1.0)


def _cell(population):
    return pd.cut(population.astype("float64"), SIZE_EDGES, labels=False)


def _official():
    """Return the population of the years in which it is known of all municipalities."""
    table = tables.load("population")
    official = table.loc[table["quality"] == "official", [*KEY, "population"]]
    return official.astype({"population": "float64"}).reset_index(drop=True)


def _large(frame):
    """Return 1.0 above 100,000 inhabitants, 0.0 below, NaN where it is not known.

    For 2003-2011 only the cities above 100,000 are listed, not all of them in every year: a municipality
    that is never listed is small, one that is listed in other years only is not known.
    """
    table = tables.load("population")
    cities = table[(table["quality"] == "cities_only") & (table["population"] > LARGE)]
    first, last = cities["year"].min(), cities["year"].max()
    listed = pd.MultiIndex.from_frame(frame[KEY]).isin(pd.MultiIndex.from_frame(cities[KEY]))
    never = ~frame["code"].isin(cities["code"]) & frame["year"].between(first, last)
    before = pd.Series(np.where(listed, 1.0, np.where(never, 0.0, np.nan)), index=frame.index)
    known = frame["population"].notna()
    return (frame["population"] > LARGE).astype("float64").where(known, before)
