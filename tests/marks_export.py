"""A copy of the compendium's root with an inbox of its own, and exports made up for tests."""

import csv
import os
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook

from gemeenten import tables

REAL = Path(__file__).resolve().parents[1] / "data"
FILE = "test_data_not_measured.csv"
MISSING = (None, "", "?", ".", "-", "x", "X", "n.v.t.", "nvt", -99997, -99998, -99999, "-99998.0", "-99998,0")


def make_root(folder):
    """Return a root whose tables are links to the real ones and whose inbox is empty."""
    (folder / "data" / "inbox").mkdir(parents=True)
    for path in REAL.iterdir():
        if path.is_file():
            os.symlink(path, folder / "data" / path.name)
    return folder


def inbox_files(root):
    return sorted(path.name for path in (root / "data" / "inbox").iterdir())


def municipalities(years):
    """Return code and year of all municipalities in those years, with their official population."""
    table = tables.load("population")
    rows = table[(table["quality"] == "official") & table["year"].isin(list(years))]
    return rows[["code", "year", "population"]].astype({"population": float}).reset_index(drop=True)


def marks(frame, *, base=7.0, spread=0.05, seed=1, **effects):
    """Return made-up marks: `base`, a fall of .1 a year, lasting differences, and `effects` a row."""
    rng = np.random.default_rng(seed)
    lasting = pd.Series(rng.normal(0, spread, frame["code"].nunique()), index=frame["code"].unique())
    drawn = base - 0.1 * (frame["year"] - frame["year"].min()) + frame["code"].map(lasting)
    for effect in effects.values():
        drawn = drawn + effect
    return (drawn + rng.normal(0, spread / 5, len(frame))).clip(1, 10).round(3)


def save(folder, frame):
    """Write the columns code, year and every mark as a Dutch CSV, and return its path."""
    path = folder / FILE
    frame.rename(columns={"code": "gemeentecode", "year": "jaar"}).to_csv(
        path, index=False, sep=";", decimal=","
    )
    return path


def random_marks(rng, places=6, years=(2019, 2021, 2022), indicators=("dv01", "dv06", "sc02")):
    """Return {(code, year, indicator): mark} of municipalities that exist in all years, half missing."""
    table = tables.load("municipalities")
    there = table[(table["first_year"] <= min(years)) & (table["last_year"] >= max(years))]
    codes = rng.choice(sorted(set(there["code"])), places, replace=False)
    keys = [(str(code), year, name) for code in codes for year in years for name in indicators]
    return {key: round(float(rng.uniform(1, 10)), 2) for key in keys if rng.random() < 0.5}


def layouts(marks, rng):
    """Return the same marks in every layout that is read: {layout: {sheet name: rows}}."""
    codes, years, names = (sorted({key[at] for key in marks}) for at in range(3))
    pairs = [(name, year) for name in names for year in years]

    def mark(code, year, name):
        return marks.get((code, year, name)) or MISSING[rng.integers(len(MISSING))]

    def across(columns):
        return [[code, *(mark(code, year, name) for name, year in columns)] for code in codes]

    def spanned(first, texts):
        return [first, *("" if at and texts[at - 1] == text else text for at, text in enumerate(texts))]

    def dated(year):
        return [[code, year, *(mark(code, year, name) for name in names)] for code in codes]

    long = [[code, year, name, mark(code, year, name)] for code in codes for name, year in pairs]
    topics = [[code, name, *(mark(code, year, name) for year in years)] for code in codes for name in names]
    by_year = sorted(pairs, key=lambda pair: pair[1])
    return {
        "long": {"Blad1": [["gemeentecode", "jaar", "indicator", "waarde"], *long]},
        "wide": {"Blad1": [["Gemeenten", "jaar", *names], *(row for year in years for row in dated(year))]},
        "years by topic": {"Blad1": [["Gebieden", "Onderwerp", *years], *topics]},
        "two rows": {
            "Blad1": [
                spanned("", [name for name, _ in pairs]),
                ["Regio('s)", *(year for _, year in pairs)],
                *across(pairs),
            ]
        },
        "two rows, place on top": {
            "Blad1": [
                spanned("Gemeente", [name for name, _ in pairs]),
                ["", *(year for _, year in pairs)],
                *across(pairs),
            ]
        },
        "years on top": {
            "Blad1": [
                spanned("", [year for _, year in by_year]),
                ["Gemeenten", *(name for name, _ in by_year)],
                *across(by_year),
            ]
        },
        "one row for both": {
            "Blad1": [["Gemeente", *(f"{name} {year}" for name, year in pairs)], *across(pairs)]
        },
        "sheet a year": {
            str(year): [["Gemeenten", *names], *across([(name, year) for name in names])] for year in years
        },
        "sheet a year with column": {
            f"deel {year - 2000}": [["Gemeenten", "Jaar", *names], *dated(year)] for year in years
        },
        "sheet an indicator": {
            name: [["Gemeenten", *years], *across([(name, year) for year in years])] for name in names
        },
    }


def save_workbook(path, sheets):
    """Write {sheet name: rows} as an XLSX, and return its path."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def save_text(path, rows, *, delimiter=";", decimal=","):
    """Write rows as a CSV, and return its path."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        for row in rows:
            writer.writerow([str(x).replace(".", decimal) if isinstance(x, float) else x for x in row])
    return path
