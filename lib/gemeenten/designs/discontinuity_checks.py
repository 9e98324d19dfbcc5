"""Checks beside a discontinuity: placebo cutoffs and the density; reached through `discontinuity`."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.discontinuity_fit import fit
from gemeenten.designs.discontinuity_inputs import (
    covariate_matrix,
    left_out,
    observed,
    outcome,
    running,
)
from gemeenten.designs.inputs import same_length, scalar, share
from gemeenten.designs.wording import evidence, number, p_value
from gemeenten.errors import DesignError

with warnings.catch_warnings():  # importing rddensity silences FutureWarning for the whole process: undo that
    from rddensity import rddensity

PLACEBO_CUTOFFS = (60_000, 70_000, 80_000, 90_000, 120_000, 140_000)
DENSITY_MINIMUM = 10  # a side: with fewer the local quadratic and its jackknife have next to nothing to go on
DENSITY_WINDOW = 23  # units a side that rddensity wants within its bandwidth (20 + p + 1)


@dataclass(frozen=True, eq=False)
class Placebos:
    """Estimates at cutoffs where nothing is known to change.

    `table` has one row a placebo: cutoff, side ('below' or 'above' the true cutoff, whose units alone are
    used), estimate, low, high (robust interval), p_value, bandwidth, n_left, n_right, effective_left,
    effective_right, and `reason`, which says why a row could not be estimated (empty when it could).
    """

    table: pd.DataFrame
    true_cutoff: float
    level: float
    n: int
    notes: tuple

    @property
    def n_feasible(self):
        """Number of placebo cutoffs that could be estimated."""
        return int((self.table["reason"] == "").sum())

    @property
    def n_rejected(self):
        """Number whose robust interval excludes zero."""
        return int((self.table["p_value"] < 1 - self.level).sum())

    @property
    def share_rejected(self):
        """Rejected as a share of the feasible ones; NaN when none is feasible."""
        return self.n_rejected / self.n_feasible if self.n_feasible else float("nan")

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return how many placebo cutoffs could be estimated, how many rejected, and the sizes met."""
        feasible = self.table[self.table["reason"] == ""]
        told = f"Of {len(self.table)} placebo cutoffs {self.n_feasible} could be estimated for {what}"
        if len(feasible):
            low, high = feasible["estimate"].min(), feasible["estimate"].max()
            told += (
                f"; {self.n_rejected} of these rejected at {1 - self.level:.2g}, with estimates from "
                f"{number(low)} to {number(high)} {unit}".rstrip()
            )
        refused = self.table.loc[self.table["reason"] != "", "cutoff"]
        if len(refused):
            told += f"; not estimated: {', '.join(number(cutoff) for cutoff in refused)}"
        told += ". Few cutoffs sharing units: a rough check, not a test."
        told += "".join(f" Note: {note}." for note in self.notes)
        return f"{told} {evidence(self.n, tier)}"


def placebos(
    y,
    x,
    cutoffs=PLACEBO_CUTOFFS,
    true_cutoff=100_000,
    log=True,
    covariates=None,
    cluster=None,
    *,
    level=0.95,
    inclusive=False,
    **options,
):
    """Return the `Placebos` of `y` at `cutoffs`, each from the units on its own side of the true cutoff.

    Leaving out the units beyond the true cutoff keeps a true jump out of the placebo estimates (Cattaneo,
    Idrobo & Titiunik 2019, A Practical Introduction to Regression Discontinuity Designs: Foundations, on
    placebo cutoffs).

    Parameters
    ----------
    y, x, log, covariates, cluster, level, inclusive, **options
        As in `fit`; x is shared by all rows.
    cutoffs : sequence of float
        Placebo cutoffs in units of x; the true one is refused as a row.
    true_cutoff : float
        Where something is thought to change, in units of x.

    Raises
    ------
    DesignError
        If y or x cannot be used at all; a cutoff that cannot be estimated is a row with its reason instead.
    """
    level, true_cutoff = share(scalar(level, "level"), "level"), scalar(true_cutoff, "true_cutoff")
    y, x, covariates, cluster, missing = observed(y, x, covariates, cluster)
    made = running(x, true_cutoff, log, needed=1, inclusive=inclusive)
    values = np.asarray(x, dtype=float)
    y = outcome(y, made)
    matrix = covariate_matrix(covariates, y.size)
    labels = None if cluster is None else np.asarray(cluster)
    same_length(x=values, cluster=labels)

    def estimate(cutoff):
        here = ~made.right if cutoff < true_cutoff else made.right
        beside = (None if beside is None else beside[here] for beside in (matrix, labels))
        return fit(y[here], values[here], cutoff, log, *beside, level=level, inclusive=inclusive, **options)

    cutoffs = [scalar(cutoff, "cutoffs") for cutoff in np.atleast_1d(cutoffs)]
    if not cutoffs:
        raise DesignError("cutoffs: is empty; give at least one placebo cutoff")
    rows = [_row(cutoff, true_cutoff, estimate) for cutoff in cutoffs]
    return Placebos(pd.DataFrame(rows), true_cutoff, level, y.size, left_out(missing))


def _row(cutoff, true_cutoff, estimate):
    side = "below" if cutoff < true_cutoff else "above"
    if cutoff == true_cutoff:
        return _cells(cutoff, "at", None, "is the true cutoff")
    try:
        return _cells(cutoff, side, estimate(cutoff), "")
    except DesignError as error:
        return _cells(cutoff, side, None, str(error))


def _cells(cutoff, side, found, reason):
    nan = float("nan")
    return {
        "cutoff": cutoff,
        "side": side,
        "estimate": found.estimate if found else nan,
        "low": found.ci_robust[0] if found else nan,
        "high": found.ci_robust[1] if found else nan,
        "p_value": found.p_robust if found else nan,
        "bandwidth": found.bandwidth if found else nan,
        "n_left": found.n_left if found else 0,
        "n_right": found.n_right if found else 0,
        "effective_left": found.effective_left if found else 0,
        "effective_right": found.effective_right if found else 0,
        "reason": reason,
    }


@dataclass(frozen=True)
class Density:
    """Test of a jump in the density of the running variable at the cutoff, with rddensity's numbers.

    `density_left` and `density_right` are the estimated densities at the cutoff, per unit of the running
    variable (of ln x when `log`), which is also the unit of the bandwidths; `n_repeated` counts the repeated
    values (mass points).
    """

    p_value: float
    t: float
    density_left: float
    density_right: float
    bandwidth_left: float
    bandwidth_right: float
    n_left: int
    n_right: int
    effective_left: int
    effective_right: int
    n_repeated: int
    cutoff: float
    log: bool
    notes: tuple

    def sentence(self, what="units", unit="", tier="not stated"):
        """Return the two densities, the p-value and both effective n; `unit` is that of x."""
        at = f"{number(self.cutoff)} {unit}".strip()
        told = (
            f"The density of {what} at {at} is estimated at {number(self.density_left)} just below and "
            f"{number(self.density_right)} just above, per unit of {'ln size' if self.log else 'size'} "
            f"({p_value(self.p_value)}; effective n {self.effective_left} and {self.effective_right})."
        )
        if self.p_value >= 0.05:
            told += " That no bunching is detected does not show that there is none."
        told += "".join(f" Note: {note}." for note in self.notes)
        return f"{told} {evidence(self.n_left + self.n_right, tier)}"


def density(x, cutoff=100_000, log=True, *, inclusive=False):
    """Return the `Density` test of `x` at the `cutoff`: whether units bunch on one side.

    Local polynomial density estimation with robust bias correction (Cattaneo, Jansson & Ma 2020, JASA
    115(531):1449-1455), computed by rddensity with its own defaults (jackknife variance).

    Parameters
    ----------
    x : array_like, shape (n,)
        Running variable of all units, one row a unit; positive when ``log=True``.
    cutoff : float
        In units of x; a unit exactly at it counts left.
    log : bool
        Work in ln(x/cutoff), which suits sizes; else in x itself.
    inclusive : bool
        Count a unit exactly at the cutoff right, as rddensity does.

    Raises
    ------
    DesignError
        If x is missing values, constant, or has fewer than 10 distinct values on a side.
    """
    made = running(x, cutoff, log, DENSITY_MINIMUM, inclusive)
    raw = rddensity(made.r, c=made.c, bino_flag=False)  # its binomial tests are not used here
    t, p = float(raw.test["t_jk"]), float(raw.test["p_jk"])
    if not np.isfinite([t, p]).all():
        raise DesignError(
            f"x: no standard error with {made.n_left} and {made.n_right} units a side; widen the sample"
        )
    short = min(made.n_left, made.n_right) < DENSITY_WINDOW
    few = (f"fewer than {DENSITY_WINDOW} units on a side, so all of them are used",) if short else ()
    return Density(
        p_value=p,
        t=t,
        density_left=float(raw.hat["left"]),
        density_right=float(raw.hat["right"]),
        bandwidth_left=float(raw.h["left"]),
        bandwidth_right=float(raw.h["right"]),
        n_left=made.n_left,
        n_right=made.n_right,
        effective_left=int(raw.n["eff_left"]),
        effective_right=int(raw.n["eff_right"]),
        n_repeated=made.repeated,
        cutoff=made.cutoff,
        log=made.log,
        notes=(*made.notes(), *few),
    )
