"""The multiverse of overhead and size: the declared grid, the frame it reads, and its choices in words."""

import pandas as pd

from gemeenten import tables
from gemeenten.claims.size_data import panel
from gemeenten.designs.multiverse import Grid
from gemeenten.municipalities import crossings

OUTCOME = "overhead_share"
TREATMENTS = {
    "above_90000": 90_000,
    "above_100000": 100_000,
    "above_110000": 110_000,
    "above_120000": 120_000,
}
G4 = ("GM0363", "GM0599", "GM0518", "GM0344")  # Amsterdam, Rotterdam, 's-Gravenhage, Utrecht
GRID = Grid(
    outcomes=[OUTCOME],
    treatments=list(TREATMENTS),
    unit="code",
    time="year",
    samples={
        "all": None,
        "no G4": "not_g4",
        "above 10,000": "above_10000",
        "not crossing": "not_crossing",
        "from 2020": "from_2020",
    },
    covariates={
        "none": (),
        "density": ("log_density",),
        "urbanity": ("urbanity_class",),
        "size": ("log_inhabitants",),
        "size and density": ("log_inhabitants", "log_density"),
        "size, squared, and density": ("log_inhabitants", "log_squared", "log_density"),
    },
    weights={"equal": None, "by inhabitants": "inhabitants", "by root of inhabitants": "root"},
    fixed_effects={"none": (), "year": ("year",)},
    errors=("cluster",),
)
"""Every combination of the choices: declared before any was estimated."""

#: The declared names as a reader meets them.
CHOICES = {
    "treatment": "large means more than",
    "sample": "municipalities",
    "covariates": "held constant",
    "weights": "weights",
    "fixed_effects": "year effects",
}
ALTERNATIVES = {
    "treatment": {name: f"{cutoff:,}" for name, cutoff in TREATMENTS.items()},
    "sample": {
        "no G4": "without the four largest cities",
        "above 10,000": "above 10,000 inhabitants",
        "not crossing": "never crossed 100,000",
        "from 2020": "the years from 2020 on",
    },
    "covariates": {"none": "nothing", "size, squared, and density": "size, its square and density"},
    "fixed_effects": {"none": "no", "year": "yes"},
}


def frame():
    """Return the rows that the grid reads: municipality-years with a known overhead and urbanity.

    Returns
    -------
    pandas.DataFrame
        `code`, `year`, `overhead_share` (% of costs), the treatments (1.0 above the cutoff, by the
        inhabitants of that 1 January), the covariates, weights and sample flags of `GRID`. `log_squared` is
        the square of centred log inhabitants.
    """
    rows = panel().dropna(subset=[OUTCOME, "urbanity_class", "log_density"]).reset_index(drop=True)
    for name, cutoff in TREATMENTS.items():
        rows[name] = (rows["inhabitants"] > cutoff).astype(float)
    centred = rows["log_inhabitants"] - rows["log_inhabitants"].mean()
    rows["log_squared"] = centred**2
    rows["root"] = rows["inhabitants"] ** 0.5
    rows["urbanity_class"] = rows["urbanity_class"].astype(float)
    rows["not_g4"] = ~rows["code"].isin(G4)
    rows["above_10000"] = rows["inhabitants"] > 10_000
    rows["from_2020"] = rows["year"] >= 2020
    rows["not_crossing"] = ~rows["code"].isin(
        crossings(2012, int(tables.load("population")["year"].max()))["code"]
    )
    return rows[list(dict.fromkeys([*GRID.columns()]))]


def in_words(choices):
    """Return a table of specifications with its choices and their alternatives in words.

    Parameters
    ----------
    choices : DataFrame
        Columns of `GRID.choices()`, any others kept as they are.
    """
    told = {name: choices[name].replace(words) for name, words in ALTERNATIVES.items()}
    return choices.assign(**told).rename(columns=CHOICES)


def axes_table():
    """Return the choices that have alternatives, a row a choice, with the alternatives in words."""
    choices = in_words(GRID.choices())
    told = [(name, "; ".join(map(str, choices[name].unique())), choices[name].nunique()) for name in choices]
    found = pd.DataFrame(told, columns=["choice", "alternatives", "number"])
    return found[found["number"] > 1].reset_index(drop=True)


def by_choice(table):
    """Return the median estimate and the share of intervals without zero, by each alternative.

    Parameters
    ----------
    table : DataFrame
        `Multiverse.table`, with its own names or those of `in_words`.
    """
    table = in_words(table)
    known = table.dropna(subset="se").assign(excludes=lambda rows: (rows["low"] > 0) | (rows["high"] < 0))
    parts = [
        known.groupby(choice, sort=False)
        .agg(
            **{
                "median estimate": ("estimate", "median"),
                "excludes zero": ("excludes", "mean"),
                "specifications": ("estimate", "size"),
            }
        )
        .rename_axis("alternative")
        .reset_index()
        .assign(choice=choice)
        for choice in axes_table()["choice"]
    ]
    found = pd.concat(parts, ignore_index=True)
    return found[["choice", "alternative", "median estimate", "excludes zero", "specifications"]]
