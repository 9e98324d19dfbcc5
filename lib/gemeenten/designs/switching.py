"""Staggered switching: what happens to an outcome when units switch at different times.

Two-way fixed effects compare later switchers with earlier ones too; where effects differ between cohorts or
grow, such comparisons can even reverse the sign (Goodman-Bacon 2021, J. Econometrics 225: 254-277). They are
reported beside an estimator that compares switchers with units not (yet) switched only: Sun & Abraham (2021)
or Gardner's two-stage did2s (2022). Estimation is by pyfixest.

All of them rest on parallel trends. A pre-trend test that does not reject has little power to detect
violations that matter, and to report only what passes it distorts (Roth 2022, AER: Insights 4: 305-322).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import share
from gemeenten.designs.switching_fit import (
    ESTIMATORS,
    Effect,
    effect,
    negative_weight,
    two_way,
    with_intervals,
)
from gemeenten.designs.switching_panel import prepared, seen_twice
from gemeenten.designs.switching_pretrend import pre_trend
from gemeenten.designs.wording import evidence, interval, number, p_value
from gemeenten.errors import DesignError

__all__ = ["Effect", "EventStudy", "event_study"]

_NAMES = {"sun-abraham": "Sun-Abraham", "did2s": "two-stage did2s"}


@dataclass(frozen=True, eq=False)
class EventStudy:
    """The effect of a staggered switch, in the outcome's unit.

    Attributes
    ----------
    estimator : str
        The robust estimator: "sun-abraham" or "did2s".
    robust, two_way : Effect
        Average effect over the rows after a switch, by the robust estimator and by two-way fixed effects.
        Standard errors are clustered, with pyfixest's small-sample factor G/(G-1) (N-1)/(N-K), in which K
        leaves out the unit effects where they are nested in the clusters.
    path : DataFrame
        Indexed by period (0 = first treated): `estimate`, `se`, `low`, `high` of the robust estimator,
        `two_way`, `two_way_se`, `two_way_low`, `two_way_high`, `units` and `rows`. The reference period is 0
        by definition, with no interval.
    cohorts : DataFrame
        Indexed by cohort: `units`, `rows` after the switch, and `estimate`, `se`, `low`, `high` of the robust
        average effect (NaN for a cohort not observed after its switch).
    pre_f, pre_df, pre_p : float, (int, int), float
        Joint F test that the robust effects before the reference period are zero, with a jackknife covariance
        over clusters (see `switching_pretrend`); NaN without such a period.
    negative_weight : float
        Sum of the negative weights in the static two-way coefficient (0 = none).
    reference : int
        Reference period, -1 less the anticipation.
    n, units, switchers, controls, clusters : int
        Rows and numbers of units used.
    remarks : tuple of str
        What was left out, and cautions.
    level : float
        Confidence level.
    """

    estimator: str
    robust: Effect
    two_way: Effect
    path: pd.DataFrame
    cohorts: pd.DataFrame
    pre_f: float
    pre_df: tuple[int, int]
    pre_p: float
    negative_weight: float
    reference: int
    n: int
    units: int
    switchers: int
    controls: int
    clusters: int
    remarks: tuple[str, ...]
    level: float

    def sentence(self, what="the outcome", unit="", tier="not stated"):
        """Return the result in plain English, with interval, pre-trend test, n and the evidence tier."""
        unit = f" {unit}" if unit else ""
        zero = self.robust.ci[0] <= 0 <= self.robust.ci[1]
        verdict = "; zero is not excluded, which does not show that there is no effect" if zero else ""
        notes = f" Note: {'; '.join(self.remarks)}." if self.remarks else ""
        return (
            f"After the switch, {what} changes by {number(self.robust.estimate)}{unit} on average "
            f"({interval(*self.robust.ci, level=self.level)}; {p_value(self.robust.p_value)}; "
            f"{_NAMES[self.estimator]}; {self.switchers:,} units that switch in {len(self.cohorts)} "
            f"cohort(s), {self.controls:,} that do not){verdict}. Two-way fixed effects give "
            f"{number(self.two_way.estimate)} ({interval(*self.two_way.ci, level=self.level)}). "
            f"{self._trend()}{notes} {evidence(self.n, tier)}."
        )

    def _trend(self):
        if np.isnan(self.pre_p):
            return "Trends before the switch could not be tested."
        said = f"Test of trends before the switch, {self.pre_df[0]} period(s): {p_value(self.pre_p)}"
        if self.pre_p < 1 - self.level:
            return f"{said}; trends differed already, so the effect cannot be taken at face value."
        return f"{said}, which does not show that trends were parallel."


def event_study(
    frame,
    outcome,
    unit,
    time,
    cohort,
    window=None,
    estimator="sun-abraham",
    anticipation=0,
    cluster=None,
    level=0.95,
):
    """Return the effect of a staggered switch by two-way fixed effects and by a robust estimator.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period, in any order. Rows without an outcome are left out, and it is said.
    outcome, unit, time, cohort : str
        Columns: a number; the unit; the period, a whole number such as a year; the first treated period of
        the unit, NaN = never. Units that switch after the last period count as controls; units not observed
        before their switch are left out; without controls the last cohort takes their place.
    window : (int, int), optional
        First and last period relative to the switch; rows of switchers outside are left out. None keeps all.
    estimator : {"sun-abraham", "did2s"}
        The robust one; did2s also uses units that have not switched *yet* as controls, and leaves out units
        and periods with fewer than two untreated rows, which is said.
    anticipation : int
        Periods before the switch that it may affect already; they count neither as before nor as after.
    cluster : str, optional
        Column of clusters, constant in a unit; None clusters by unit.
    level : float
        Confidence level.

    Returns
    -------
    EventStudy

    Raises
    ------
    DesignError
        On bad input, too few units on either side, or effects the data cannot tell apart.
    """
    if estimator not in ESTIMATORS:
        raise DesignError(f"estimator: {estimator!r} is unknown; choose from {', '.join(ESTIMATORS)}")
    level, anticipation = share(level, "level"), _whole(anticipation, "anticipation")
    if anticipation < 0:
        raise DesignError(f"anticipation: {anticipation} is negative; give the number of periods")
    window = None if window is None else _window(window, anticipation)
    panel = prepared(frame, outcome, unit, time, cohort, window, anticipation, cluster)
    panel = seen_twice(panel) if estimator == "did2s" else panel
    clusters, values = panel.data["cluster"].nunique(), panel.data["y"]
    robust, plain = ESTIMATORS[estimator](panel), two_way(panel)
    paths = (with_intervals(fitted.path, clusters, level) for fitted in (robust, plain))
    return EventStudy(
        estimator,
        effect(robust.average, clusters, level, values),
        effect(plain.average, clusters, level, values),
        _path(panel, *paths),
        _cohorts(panel, with_intervals(robust.cohorts, clusters, level)),
        *pre_trend(panel, estimator, robust),
        negative_weight(panel),
        panel.reference,
        len(panel.data),
        panel.data["unit"].nunique(),
        panel.units(True),
        panel.units(False),
        clusters,
        panel.remarks,
        level,
    )


def _whole(value, name):
    try:
        whole = float(value) == int(value)
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise DesignError(f"{name}: {value!r} is not a whole number of periods")
    return int(value)


def _window(window, anticipation):
    ends = tuple(window) if np.iterable(window) else ()
    if len(ends) != 2:
        raise DesignError("window: give the first and the last period, such as (-4, 4)")
    first, last = (_whole(value, "window") for value in ends)
    if first > -1 - anticipation or last < 0:
        raise DesignError(
            f"window: {first} to {last} lacks the reference period {-1 - anticipation} or the switch at 0"
        )
    return first, last


def _path(panel, robust, plain):
    cells = panel.cells().groupby("period")[["units", "rows"]].sum()
    plain = plain.rename(columns={"estimate": "two_way"} | {k: f"two_way_{k}" for k in ("se", "low", "high")})
    path = pd.concat([robust, plain], axis=1).reindex(cells.index)
    path.loc[path.index == panel.reference, ["estimate", "two_way"]] = 0.0
    return path.join(cells).rename_axis("period")


def _cohorts(panel, estimates):
    data = panel.data.dropna(subset="cohort").astype({"cohort": int})
    sizes = data.groupby("cohort").agg(units=("unit", "nunique"), rows=("post", "sum"))
    return sizes.astype({"rows": int}).join(estimates)
