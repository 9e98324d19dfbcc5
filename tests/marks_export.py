"""A copy of the compendium's root with an inbox of its own, and exports made up for tests."""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from gemeenten import tables

REAL = Path(__file__).resolve().parents[1] / "data"
FILE = "test_data_not_measured.csv"


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
