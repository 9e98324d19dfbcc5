"""How long a model lasts: documented spells, the years at risk, and switches by size."""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from gemeenten.claims.models_data import spells, with_size

PERIOD = (1998, 2025)  # registered period of C15 and C35
TURN = 2010  # C15: before, and from that year on
ENDLESS = 1e6  # years: statsmodels gives the largest float for an end that is not reached
GAP = 1  # years between two documented models within which the switch counts as dated


def lengths(gap=GAP, latest=False, frame=None):
    """Return the documented spells of a model with their length and whether they ended in a switch.

    A spell counts from its first documented year: if it is older, its length is too short. Spells whose
    start is not known are left out (they would be seen only because they ended). A switch counts when the
    next model documented in the municipality is another and starts at most `gap` years after the last
    documented year; otherwise the spell is cut off at that year.

    Parameters
    ----------
    gap : float
        Years; infinity takes every change of model as a switch, with a date between bounds.
    latest : bool
        Whether a switch is dated in the first year of the new model, or right after the last of the old.
    frame : DataFrame, optional
        Spells as `models_data.spells` returns them; all of them by default.

    Returns
    -------
    pandas.DataFrame, a row a spell that overlaps `PERIOD`
        code, municipality, model, first, last; end, the year after the last at risk; switched; length, in
        years; population and large in the first documented year.
    """
    frame = (spells() if frame is None else frame).dropna(subset=["first"])
    frame = frame.sort_values(["code", "first", "last"])
    following = frame.groupby("code")[["model", "first"]].shift(-1)
    switched = following["model"].notna() & (following["model"] != frame["model"])
    switched &= following["first"] - frame["last"] <= gap
    dated = following["first"] if latest else np.minimum(following["first"], frame["last"] + 1)
    rows = frame.assign(switched=switched, end=dated.where(switched, frame["last"] + 1))
    rows = rows[rows["year_from"].notna() & (rows["last"] >= PERIOD[0]) & (rows["first"] <= PERIOD[1])]
    rows = with_size(rows.assign(year=rows["first"].astype("int64"), length=rows["end"] - rows["first"]))
    told = ["code", "municipality", "model", "first", "last", "end", "switched", "length"]
    return rows.loc[rows["length"] > 0, [*told, "population", "large"]].reset_index(drop=True)


def median_length(rows):
    """Return the Kaplan-Meier median length with its 95 % interval, in years; infinite where not reached.

    Parameters
    ----------
    rows : DataFrame
        length, switched; a spell enters at the first year of `PERIOD` when it is older (left truncation).

    Notes
    -----
    The interval inverts the sign test on the log-log scale (Brookmeyer & Crowley 1982, Biometrics 38:29-41).
    """
    curve = _curve(rows)
    # The log-log scale has no value while no spell has ended; those times are not in the interval.
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = curve.quantile_ci(0.5, method="cloglog")
    ends = (curve.quantile(0.5), low, high)
    return tuple(float(end) if end < ENDLESS else np.inf for end in ends)


def survival(rows):
    """Return the Kaplan-Meier curve of the lengths, a DataFrame (years, share, low, high), for a figure."""
    curve = _curve(rows)
    reach = stats.norm.isf(0.025) * curve.surv_prob_se
    ends = {"low": np.clip(curve.surv_prob - reach, 0, 1), "high": np.clip(curve.surv_prob + reach, 0, 1)}
    return pd.DataFrame({"years": curve.surv_times, "share": curve.surv_prob} | ends)


def _curve(rows):
    entry = np.maximum(PERIOD[0] - rows["first"], 0).to_numpy()
    return SurvfuncRight(rows["length"], rows["switched"].astype(int), entry=entry)


def years_at_risk(rows):
    """Return the spells as municipality-years, from `PERIOD`'s first year: one row a year at risk.

    Returns
    -------
    pandas.DataFrame
        code, model, year; switched, whether the model gave way in the following year; large (missing where
        the size is not known), population; late, whether the year is `TURN` or later.
    """
    starts = np.maximum(rows["first"], PERIOD[0])
    years = [range(int(a), int(b)) for a, b in zip(starts, rows["end"], strict=True)]
    told = rows[["code", "model", "end", "switched"]].assign(year=years).explode("year").dropna()
    told = told[told["year"] <= PERIOD[1]].astype({"year": "int64"})
    told["switched"] &= told["year"] == told["end"] - 1
    return with_size(told.assign(late=told["year"] >= TURN)).drop(columns="end").reset_index(drop=True)


def rate_ratio(risk):
    """Return the rate of switching above 100,000 over that below, with exact intervals.

    Parameters
    ----------
    risk : DataFrame
        As `years_at_risk` returns it; years of unknown size are left out.

    Returns
    -------
    dict
        switches_large, years_large, switches_small, years_small; ratio with low and high (95 %). The interval
        is conditional on the total (Clopper-Pearson on the share of the switches that are of large ones).
    """
    risk = risk[risk["large"].notna()]
    counted = risk.groupby(risk["large"].astype(bool))["switched"].agg(["sum", "size"])
    counted = counted.reindex([True, False], fill_value=0)
    (a, years_a), (b, years_b) = counted.astype(int).to_numpy().tolist()
    told = {"switches_large": a, "years_large": years_a, "switches_small": b, "years_small": years_b}
    if not a + b or not years_a * years_b:
        return told | {"ratio": np.nan, "low": 0.0, "high": np.inf}
    share = stats.binomtest(a, a + b).proportion_ci(0.95, method="exact")
    low, high = (end / (1 - end) * years_b / years_a if end < 1 else np.inf for end in share)
    return told | {"ratio": a / years_a / (b / years_b) if b else np.inf, "low": low, "high": high}
