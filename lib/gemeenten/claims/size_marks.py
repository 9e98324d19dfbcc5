"""The marks for service that could be found, by instrument and the size of the municipality; never pooled."""

import numpy as np
import pandas as pd

from gemeenten import tables
from gemeenten.claims.size_data import FIRST
from gemeenten.inhabitants import LARGE

#: Instrument, then what is marked, in words. Only marks of service from 1 to 10: no ranks, no percentages.
SERVICE = {
    "burgerpeiling": {"dienstverlening": "service", "digitale_dienstverlening": "digital service"},
    "burgerrollen": {"klant": "citizen as customer (klant)"},
    "other": {
        "dienstverlening": "service",
        "digitale_dienstverlening": "digital service",
        "klant_balie": "service at the counter",
        "balie_govmetric": "service at the counter (buttons at the desk)",
        "klant_telefoon": "service by telephone",
        "klant_dashboard_dienstverlening": "service (dashboard)",
    },
}
INSTRUMENTS = {
    "burgerpeiling": "Citizens' survey (Burgerpeiling)",
    "burgerrollen": "Its predecessor (Burgerrollen)",
    "other": "Other instruments, each its own",
}
CITIZENS = ("burgerpeiling", "burgerrollen")


def found():
    """Return the marks for service that the table `service_scores` holds, with the size of the municipality.

    Returns
    -------
    pandas.DataFrame, a row a mark, sorted by instrument, role and size
        `code`, `name`, `instrument`, `role` (both in words), `year` (missing where the source gives none),
        `mark` (1 to 10), `doubtful` (bool: marked to be verified), `citizens` (bool: of a citizens' survey),
        `population` and `population_year`: 1 January of the mark's year; of 2012, the first with all
        municipalities, for earlier marks; of the last year for marks without a year. Where the code had
        ended by then, of the nearest year in which it existed.
    """
    rows = tables.load("service_scores")
    words = {(tool, role): told for tool, roles in SERVICE.items() for role, told in roles.items()}
    keys = list(zip(rows["instrument"], rows["role"], strict=True))
    rows = rows[[key in words for key in keys]].reset_index(drop=True)
    told = [words[key] for key in zip(rows["instrument"], rows["role"], strict=True)]
    sizes = [_nearest(code, year) for code, year in zip(rows["code"], rows["year_from"], strict=True)]
    rows = rows.assign(
        name=rows["municipality"],
        citizens=rows["instrument"].isin(CITIZENS),
        year=rows["year_from"],
        mark=rows["score"].astype(float),
        doubtful=rows["quality"].notna(),
        population_year=[year for year, _ in sizes],
        population=[size for _, size in sizes],
        role=told,
    )
    rows["instrument"] = rows["instrument"].map(INSTRUMENTS)
    columns = ["code", "name", "instrument", "role", "year", "mark", "doubtful", "citizens", "population"]
    rows = rows[[*columns, "population_year"]]
    rows["instrument"] = pd.Categorical(rows["instrument"], list(INSTRUMENTS.values()))
    rows = rows.sort_values(["instrument", "role", "population", "year"], ignore_index=True)
    return rows.astype({"instrument": str})


def _nearest(code, year):
    """Return the year and inhabitants of the 1 January nearest to `year` at which a code has them."""
    table = tables.load("population")
    own = table[(table["code"] == code) & (table["year"] >= FIRST) & (table["quality"] == "official")]
    if own.empty:
        return np.nan, np.nan
    wanted = own["year"].max() if pd.isna(year) else max(int(year), FIRST)
    row = own.iloc[(own["year"] - wanted).abs().argmin()]
    return int(row["year"]), float(row["population"])


def above(marks):
    """Return the marks of municipalities with more than 100,000 inhabitants."""
    return marks[marks["population"] > LARGE]
