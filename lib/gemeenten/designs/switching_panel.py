"""The panel of a staggered switch: checked, coded, and cut to the rows from which an effect can be learnt."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import at_least, varies
from gemeenten.errors import DesignError

FEW = 10  # below this many units on a side, clustered errors reject too often (MacKinnon & Webb 2017)


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows ready for estimation.

    Attributes
    ----------
    data : DataFrame
        One row a unit and period: `y`, `unit` and `cluster` (codes), `time`, `cohort` and `period` (time
        since the switch; both NaN for controls), `post` (1 from the switch on) and `ahead` (1 in the periods
        of anticipation).
    anticipation : int
        Periods before the switch in which it may already have an effect.
    remarks : tuple of str
        What was left out or deserves caution.
    """

    data: pd.DataFrame
    anticipation: int
    remarks: tuple

    @property
    def reference(self):
        """The last period before the switch that it cannot have affected."""
        return -1 - self.anticipation

    def units(self, treated):
        """Return the number of units that switch, or that do not."""
        return self.data.loc[self.data["cohort"].notna() == treated, "unit"].nunique()

    def cells(self):
        """Return the rows and units of every cohort and period, sorted; never-treated units are not in it."""
        found = (
            self.data.dropna(subset="cohort").groupby(["cohort", "period"])["unit"].agg(["size", "nunique"])
        )
        return found.reset_index().astype(int).rename(columns={"size": "rows", "nunique": "units"})


def prepared(frame, outcome, unit, time, cohort, window, anticipation, cluster):
    """Return the `Panel`; see `switching.event_study` for the arguments.

    Raises
    ------
    DesignError
        On bad input, or when too few units are left on either side.
    """
    data, missing = _read(frame, outcome, unit, time, cohort, cluster)
    remarks = [f"{missing:,} row(s) without an outcome left out"] if missing else []
    data, told = _with_controls(data, anticipation)
    data = data.assign(period=data["time"] - data["cohort"])
    remarks += told + _gaps(data)
    data, told = _without_uninformative(data, window, anticipation)
    remarks += told
    data = data.assign(
        post=(data["period"] >= 0).astype(float),
        ahead=((data["period"] < 0) & (data["period"] >= -anticipation)).astype(float),
    )
    _refuse_too_few(data)
    return Panel(data.reset_index(drop=True), anticipation, tuple(remarks + _cautions(data)))


def _read(frame, outcome, unit, time, cohort, cluster):
    """Return the columns under fixed names, rows without an outcome dropped, and how many those were."""
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        raise DesignError("frame: give a DataFrame with at least one row")
    names = {"y": outcome, "unit": unit, "time": time, "cohort": cohort, "cluster": cluster or unit}
    for name in names.values():
        found = (frame.columns == name).sum()
        if found != 1:
            told = f"has {found} columns" if found else "has no column"
            raise DesignError(f"frame: {told} {name!r}; give one, or correct the name")
    for role in ("unit", "time", "cluster"):
        if frame[names[role]].isna().any():
            raise DesignError(f"{role}: column {names[role]!r} has missing values; every row needs one")
    data = pd.DataFrame({key: _numbers(frame[names[key]], key) for key in ("y", "time", "cohort")})
    data["unit"], data["cluster"] = (
        pd.factorize(frame[names[key]], sort=True)[0] for key in ("unit", "cluster")
    )
    _refuse_bad_times(data)
    _refuse_bad_units(data, frame[unit].astype(str).to_numpy())
    kept = data[data["y"].notna()].sort_values(["unit", "time"], ignore_index=True)
    at_least(len(kept), 1, "outcome: rows with a value")
    return kept, len(data) - len(kept)


def _numbers(column, role):
    if column.dtype.kind in "mMc":
        told = "complex numbers" if column.dtype.kind == "c" else "dates or durations"
        raise DesignError(f"{role}: column {column.name!r} holds {told}; give whole numbers such as years")
    try:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise DesignError(f"{role}: column {column.name!r} is not numeric; convert it first") from None
    if np.isinf(values).any():
        hint = "mark never-treated units as missing (NaN)" if role == "cohort" else "correct or drop it"
        raise DesignError(f"{role}: column {column.name!r} has an infinite value; {hint}")
    return values


def _refuse_bad_times(data):
    for role in ("time", "cohort"):
        values = data[role].dropna()
        if (values != np.round(values)).any():
            raise DesignError(f"{role}: {values[values != np.round(values)].iloc[0]:g} is not a whole period")
    if (data["cohort"] == 0).any() and data["time"].min() >= 0:
        raise DesignError(
            "cohort: 0 is not after the first period; mark never-treated units as missing (NaN)"
        )


def _refuse_bad_units(data, labels):
    double = data.duplicated(["unit", "time"])
    if double.any():
        first = int(np.argmax(double))
        raise DesignError(
            f"unit: {labels[first]!r} has two rows in period {data['time'][first]:g}; "
            "keep one row a unit and period"
        )
    for role in ("cohort", "cluster"):
        differs = data.groupby("unit")[role].nunique(dropna=False) > 1
        if differs.any():
            first = int(np.argmax(data["unit"] == differs.idxmax()))
            raise DesignError(
                f"{role}: differs between the rows of unit {labels[first]!r}; give it one value a unit"
            )


def _with_controls(data, anticipation):
    """Return the rows with NaN cohorts for units untreated throughout, and remarks.

    Sun & Abraham 2021, section 4: without never-treated units the cohort last treated is the control, up to
    the period in which it switches (or anticipates).
    """
    remarks, last = [], data["cohort"].max()
    if np.isnan(last):
        raise DesignError("cohort: no unit switches; there is no effect to estimate")
    if data["cohort"].notna().all() and last - anticipation <= data["time"].max():
        units = data.loc[data["cohort"] == last, "unit"].nunique()
        remarks.append(
            f"no unit is never treated: the {units} of cohort {last:g} serve as controls, "
            f"periods from {last - anticipation:g} on left out"
        )
        data = data[data["time"] < last - anticipation]
        at_least(len(data), 1, "controls: no unit is never treated; rows before the last cohort switches")
    later = data["cohort"] > data["time"].max()
    if later.any() and not remarks:
        units = data.loc[later, "unit"].nunique()
        remarks.append(f"{units} unit(s) that switch after the last period count as controls")
    foreseen = later & (data["time"] >= data["cohort"] - anticipation)
    return data.assign(cohort=data["cohort"].where(~later))[~foreseen], remarks


def _without_uninformative(data, window, anticipation):
    """Return the rows inside the window, of units seen before their switch and again; and remarks."""
    remarks = []
    if window is not None:
        data = data[data["period"].isna() | data["period"].between(*window)]
        remarks.append(f"rows of switchers outside periods {window[0]} to {window[1]} left out")
    before = (data["period"].isna() | (data["period"] < -anticipation)).groupby(data["unit"]).any()
    unseen = ~data["unit"].map(before).astype(bool)
    if unseen.any():
        units = data.loc[unseen, "unit"].nunique()
        remarks.append(f"{units} unit(s) not observed before their switch left out")
    data = data[~unseen]
    once = data["unit"].map(data["unit"].value_counts()) == 1
    if once.any():
        remarks.append(f"{int(once.sum())} unit(s) observed once left out")
    return data[~once], remarks


def seen_twice(panel):
    """Return the `Panel` of units and periods with at least two untreated rows, on which did2s rests.

    A single untreated row fits its own effect exactly; pyfixest drops it and then counts it again.
    """
    data, before = panel.data, len(panel.data)
    while True:
        untreated = data["post"] + data["ahead"] == 0
        rows = [untreated.groupby(data[by]).transform("sum") for by in ("unit", "time")]
        kept = (rows[0] > 1) & (rows[1] > 1)
        if kept.all():
            break
        data = data[kept]
    if len(data) == before:
        return panel
    told = f"did2s: {before - len(data):,} row(s) of units or periods with one untreated row left out"
    _refuse_too_few(data)
    return Panel(data.reset_index(drop=True), panel.anticipation, (*panel.remarks, told))


def _refuse_too_few(data):
    switchers, untreated = data[data["cohort"].notna()], data[data["post"] + data["ahead"] == 0]
    at_least(switchers["unit"].nunique(), 2, "cohort: units that switch and are observed before it")
    at_least(data.loc[data["cohort"].isna(), "unit"].nunique(), 2, "controls: units that do not switch")
    at_least(int(data["post"].sum()), 1, "cohort: rows observed after a switch")
    at_least(data["cluster"].nunique(), 3, "cluster: clusters")
    alone = sorted(set(data["time"]) - set(untreated["time"]))
    if alone:
        raise DesignError(f"time: in period {alone[0]:g} no unit is untreated; leave that period out")
    varies(data["y"].to_numpy(), "outcome")


def _gaps(data):
    """Return the remark that units miss periods, if they do."""
    seen, full = data["unit"].value_counts(), data["time"].nunique()
    complete = int((seen == full).sum())
    told = f"unbalanced panel: {complete:,} of {len(seen):,} units in all {full} periods"
    return [told] if complete < len(seen) else []


def _cautions(data):
    """Return remarks on what remains: single-unit cohorts, few units on a side."""
    remarks = []
    sizes = data.groupby("cohort")["unit"].nunique()
    single = ", ".join(f"{cohort:g}" for cohort in sizes.index[sizes == 1])
    if single:
        remarks.append(f"cohorts of one unit ({single}): their own standard errors mean nothing")
    for units, who in (
        (sizes.sum(), "units switch"),
        (data["unit"].nunique() - sizes.sum(), "units are controls"),
    ):
        if units < FEW:
            remarks.append(f"only {units} {who}: clustered errors reject too often")
    return remarks
