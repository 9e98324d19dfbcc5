"""The jump at 100,000 in every outcome, by two designs, corrected for how many were looked at."""

import pandas as pd
from statsmodels.stats.multitest import multipletests

from gemeenten.claims import size_data
from gemeenten.claims.size_gradients import FIELDS
from gemeenten.claims.size_neighbours import REACH, spatial_numbers
from gemeenten.claims.size_outcomes import OUTCOMES
from gemeenten.claims.size_steps import FEWEST, beside_curve
from gemeenten.designs import discontinuity
from gemeenten.errors import DesignError
from gemeenten.inhabitants import LARGE

NUMBERS = ["estimate", "low", "high", "spatial_low", "spatial_high"]


def beside_curves(frame=None, reach=REACH):
    """Return the difference above 100,000 inhabitants beside a smooth curve of size, for each outcome.

    The curve is a natural spline of 4 degrees of freedom in ln(inhabitants), as registered for C12, fitted to
    all municipalities of the outcome's own year: a jump that the curve cannot follow.

    Parameters
    ----------
    frame : DataFrame, optional
        `size_data.panel()` when it is at hand.
    reach : float
        km, see `designs.spatial.standard_error`.

    Returns
    -------
    pandas.DataFrame, a row an outcome with at least 60 municipalities
        The outcome's `FIELDS`; `year`, `n`, `above` (municipalities above 100,000, on which it rests), `sd`;
        `estimate`, `low`, `high` (jackknife errors), `spatial_low`, `spatial_high`, all in SD of the outcome;
        `p`, `spatial_p`; `holm` and `q` (Benjamini-Hochberg) over the outcomes, `spatial_holm`, `spatial_q`.
    """
    frame = size_data.panel() if frame is None else frame
    found = [_curve_row(outcome, size_data.cross_section(outcome.name, frame), reach) for outcome in OUTCOMES]
    table = pd.DataFrame([row for row in found if row])
    table[NUMBERS] = table[NUMBERS].div(table["sd"], axis=0)
    table[["holm", "q"]] = _corrected(table["p"])
    table[["spatial_holm", "spatial_q"]] = _corrected(table["spatial_p"])
    return table.drop(columns="spatial_se")


def _known(outcome, rows):
    return {
        **{field: getattr(outcome, field) for field in FIELDS},
        "year": outcome.year,
        "n": len(rows),
        "above": int((rows["inhabitants"] > LARGE).sum()),
        "sd": rows["y"].std(),
    }


def _curve_row(outcome, rows, reach):
    if len(rows) < FEWEST:
        return None
    fit = beside_curve(rows)
    numbers = {"estimate": fit.estimate, "low": fit.ci95[0], "high": fit.ci95[1], "p": fit.p}
    return {**_known(outcome, rows), **numbers, **spatial_numbers(fit, reach)}


def _corrected(ps):
    """Return Holm's and Benjamini-Hochberg's p-values, shape (outcomes, 2)."""
    pair = {method: multipletests(ps, method=method)[1] for method in ("holm", "fdr_bh")}
    return pd.DataFrame(pair, index=ps.index).to_numpy()


def at_line(frame=None):
    """Return the regression discontinuity at 100,000 inhabitants for each outcome, in its own year.

    Returns
    -------
    pandas.DataFrame, a row an outcome that the design could estimate
        The outcome's `FIELDS`; `year`, `n`, `above`, `sd`; `effective_left`, `effective_right`
        (municipalities within the bandwidth); `estimate`, `low`, `high` (robust bias-corrected 95 %) in SD
        of the outcome, `p` (robust); `holm` and `q` (Benjamini-Hochberg) over the outcomes.
    """
    frame = size_data.panel() if frame is None else frame
    found = [_line_row(outcome, size_data.cross_section(outcome.name, frame)) for outcome in OUTCOMES]
    table = pd.DataFrame([row for row in found if row])
    table[NUMBERS[:3]] = table[NUMBERS[:3]].div(table["sd"], axis=0)
    table[["holm", "q"]] = _corrected(table["p"])
    return table


def _line_row(outcome, rows):
    try:
        jump = discontinuity.fit(rows["y"], rows["inhabitants"], cutoff=LARGE)
    except DesignError:
        return None
    return {
        **_known(outcome, rows),
        "effective_left": jump.effective_left,
        "effective_right": jump.effective_right,
        "estimate": jump.estimate,
        "low": jump.ci_robust[0],
        "high": jump.ci_robust[1],
        "p": jump.p_robust,
    }


def excluding_zero(table, low="low", high="high"):
    """Return the rows of a table whose interval holds no zero."""
    return table[(table[low] > 0) | (table[high] < 0)]
