"""Multiverse analysis: every defensible specification estimated, and one test of all of them together.

Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), "Increasing transparency through a multiverse analysis",
Perspectives on Psychological Science 11: 702-712, ask for all of them. Simonsohn, Simmons & Nelson (2020),
"Specification curve analysis", Nature Human Behaviour 4: 1208-1214, add the joint test: shuffle treatment,
refit *all* specifications, and compare the median estimate, the share with the dominant sign and the number
significant in that direction with what shuffling gives.

Shuffling makes the treatment independent of the covariates too. Where it is not (a size dummy and urbanity),
shuffled estimates scatter too little and the test of the median rejects too often. The median t, a ratio to
the standard error, suffers less (DiCiccio & Romano 2017, JASA 112: 1211-1220): read both. Samples chosen on
the treatment (without the largest cities) would do the same: units therefore exchange their treatment only
with units that belong to the same samples, so that a contrast across that border is not part of the test.
"""

import numbers
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import workers
from gemeenten.designs.multiverse_blocks import sheets
from gemeenten.designs.multiverse_columns import coded
from gemeenten.designs.multiverse_grid import Grid
from gemeenten.designs.multiverse_joint import compared, curve, estimated, shuffled, statistics
from gemeenten.designs.wording import evidence, number, p_value
from gemeenten.errors import DesignError

__all__ = ["Grid", "Multiverse", "run"]


@dataclass(frozen=True, eq=False)
class Multiverse:
    """All specifications and their joint test.

    Attributes
    ----------
    table : DataFrame
        One row a specification: the choices, `estimate`, `se`, `low`, `high`, `t`, `p`, `n` (rows), `units`
        and `remark` (collinear covariates dropped; or why the estimate is NaN).
    joint_p : float
        p-value of the median estimate, two-sided: (1 + shuffles at least as large) / (1 + shuffles).
    joint : DataFrame
        One row for each of four statistics: `observed`, `null_low`, `null_median`, `null_high` (2.5, 50 and
        97.5 % of the shuffles) and `p`.
    figure : DataFrame
        The specification curve: `rank`, `estimate`, `low`, `high`, `significant`, `null_low`, `null_high`
        (95 % of the shuffles at that rank) and the choices, by rising estimate.
    permutations, units : int
        Shuffles, and units across which they were made.
    unfitted : int
        Shuffled fits without an estimate, because the treatment did not vary in the sample.
    level : float
        Confidence level of the intervals.
    """

    table: pd.DataFrame
    joint_p: float
    joint: pd.DataFrame
    figure: pd.DataFrame
    permutations: int
    units: int
    unfitted: int
    level: float

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English, with the spread of the estimates, n and the evidence tier."""
        estimates = self.figure["estimate"]
        low, high = np.quantile(estimates, [0.025, 0.975])
        median, _, significant, studentised = self.joint.itertuples(index=False)
        positive = int((estimates > 0).sum())
        failed = len(self.table) - len(estimates)
        unit = f" {unit}" if unit else ""
        told = "" if not failed else f" ({failed:,} of the grid could not be estimated)"
        return (
            f"Over {len(estimates):,} specifications{told} the median effect on {what} is "
            f"{number(median.observed)}{unit} (95% of them from {number(low)} to {number(high)}); "
            f"{positive:,} are positive and {significant.observed:,.0f} significant in the dominant "
            f"direction. With the treatment shuffled {self.permutations:,} times the median lies between "
            f"{number(median.null_low)} and {number(median.null_high)} in 95% of shuffles: "
            f"{p_value(self.joint_p)} for the median effect, {p_value(studentised.p)} for the median t. "
            f"{self._verdict()} {evidence(self.units, tier)}."
        )

    def _verdict(self):
        """Return what the medians allow to say; the larger of their p-values counts."""
        if self.joint[["p"]].loc[["median estimate", "median t"]].to_numpy().max() < 1 - self.level:
            return "Taken together the specifications show more than shuffling gives"
        return "Shuffling gives as much, which does not show that there is no effect"


def run(frame, spec, permutations, seed, n_jobs=1):
    """Return all specifications of a declared grid, and the joint test by shuffling treatment over units.

    Parameters
    ----------
    frame : DataFrame
        One row a unit, or a unit and period. A row missing a value leaves the specifications that use it.
    spec : Grid
        The declared grid.
    permutations : int
        Shuffles of the treatment; all rows of a unit move together.
    seed : int
        The result depends on it and not on `n_jobs`.
    n_jobs : int
        Workers of joblib; the engine is that of the surrounding ``joblib.parallel_config``, such as Dask.

    Returns
    -------
    Multiverse

    Raises
    ------
    DesignError
        If the grid names what the frame does not hold, or no specification can be estimated.
    """
    if not isinstance(spec, Grid):
        raise DesignError("spec: is not a multiverse.Grid; declare the choices with one")
    n_jobs = workers(n_jobs)
    permutations, seed = _whole(permutations, "permutations", 1), _whole(seed, "seed", 0)
    columns = coded(frame, spec)
    built, facts = sheets(columns, spec)
    table = estimated(columns, spec, built, facts)
    if table["se"].isna().all():
        raise DesignError(f"grid: no specification can be estimated; the first: {table['remark'].iloc[0]}")
    null, curves = shuffled(columns, spec, built, table, permutations, seed, n_jobs)
    joint = compared(statistics(table, spec.level), null)
    units = len(np.unique(columns.unit[np.concatenate([sheet.rows for sheet in built if sheet.blocks])]))
    joint_p, unfitted = float(joint["p"].iloc[0]), int(np.isnan(curves).sum())
    return Multiverse(table, joint_p, joint, curve(table, curves), permutations, units, unfitted, spec.level)


def _whole(value, name, lowest):
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < lowest:
        raise DesignError(f"{name}: {value!r} is not a whole number of at least {lowest}")
    return int(value)
