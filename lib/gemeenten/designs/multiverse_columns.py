"""The data of a multiverse: the columns a grid names, checked, coded and sorted by unit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gemeenten.designs.inputs import ROUNDING, numeric
from gemeenten.errors import DesignError


@dataclass(frozen=True, eq=False)
class Columns:
    """The frame coded for the engine; rows are sorted by unit and period.

    Attributes
    ----------
    numbers : dict of str to float array, shape (rows,)
        Outcomes, treatments, covariates and weights; NaN = missing.
    masks : dict of str to bool array, shape (rows,)
        Sample columns.
    codes : dict of str to int array, shape (rows,)
        Categorical columns; -1 = missing.
    unit, period : int arrays, shape (rows,)
        Position of the row in `treatment`.
    treatment : float array, shape (units, periods, codings)
        What is shuffled: a unit's whole record. One period when no coding varies within a unit.
    strata : int array, shape (units,)
        Units exchange records only within equal values.
    """

    numbers: dict
    masks: dict
    codes: dict
    unit: np.ndarray
    period: np.ndarray
    treatment: np.ndarray
    strata: np.ndarray

    def records(self, order=None):
        """Return the treatment of every row, shape (codings, rows), or (codings, rows, p) when shuffled.

        Parameters
        ----------
        order : int array, shape (units, p), optional
            Whose record each unit gets in each of p shuffles.
        """
        if order is None:
            return np.ascontiguousarray(self.treatment[self.unit, self.period].T)
        whose, period = order[self.unit], self.period[:, None]
        return np.stack([coding[whose, period] for coding in np.moveaxis(self.treatment, 2, 0)])


def coded(frame, grid):
    """Return the `Columns` of `frame` that `grid` names, checked.

    Raises
    ------
    DesignError
        If a column is absent, not numeric, infinite, or not what its role demands.
    """
    _refuse_absent(frame, grid)
    order = [grid.unit] if grid.time is None else [grid.unit, grid.time]
    frame = _sorted(frame, order)
    regressors = [name for names in grid.covariates.values() for name in names]
    weights = [name for name in grid.weights.values() if name is not None]
    numbers = {
        name: _numeric(frame, name) for name in {*grid.outcomes, *grid.treatments, *regressors, *weights}
    }
    for name in weights:
        if (numbers[name] <= 0).any():
            raise DesignError(f"{name}: a weight is zero or negative; leave rows out with a sample instead")
    if grid.standardise:
        numbers |= {name: _in_sd(numbers[name], name) for name in (*grid.outcomes, *grid.treatments)}
    masks = {name: _mask(frame, name) for name in grid.samples.values() if name is not None}
    codes = {name: pd.factorize(frame[name])[0] for names in grid.fixed_effects.values() for name in names}
    unit = pd.factorize(frame[grid.unit])[0]
    period, treatment = _records(frame, grid, unit, numbers)
    strata = _strata(frame, grid, unit, treatment, masks)
    return Columns(numbers, masks, codes, unit, period, treatment, strata)


def _refuse_absent(frame, grid):
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        raise DesignError("frame: give a DataFrame with at least one row")
    absent = [name for name in grid.columns() if name not in frame.columns]
    if absent:
        raise DesignError(f"frame: has no column {absent[0]!r}; add it or correct the grid")
    double = [name for name in grid.columns() if (frame.columns == name).sum() > 1]
    if double:
        raise DesignError(f"frame: has more than one column {double[0]!r}; keep one")
    for name in (grid.unit, grid.time, grid.strata):
        if name is not None and frame[name].isna().any():
            raise DesignError(f"{name}: has missing values; every row needs one")


def _sorted(frame, order):
    try:
        return frame.sort_values(order, kind="stable", ignore_index=True)
    except TypeError:
        names = " and ".join(order)
        raise DesignError(f"{names}: mixes text and numbers and cannot be sorted; give one kind") from None


def _numeric(frame, name):
    values = numeric(frame[name], name, "convert it or declare it under fixed_effects")
    if np.isinf(values).any():
        raise DesignError(f"{name}: has an infinite value; correct it or mark it missing")
    return values


def _in_sd(values, name):
    spread = np.nanstd(values, ddof=1) if np.isfinite(values).sum() > 1 else 0.0
    if not spread > ROUNDING * np.nanmax(np.abs(values), initial=0):
        raise DesignError(f"{name}: does not vary, so it cannot be standardised; remove it from the grid")
    return values / spread


def _mask(frame, name):
    values = frame[name]
    if values.isna().any() or not values.isin([0, 1]).all():
        raise DesignError(f"{name}: a sample column holds only true or false, none missing")
    return values.to_numpy(dtype=bool)


def _records(frame, grid, unit, numbers):
    """Return the period of every row and the treatment records, shape (units, periods, codings)."""
    values = np.column_stack([numbers[name] for name in grid.treatments])
    first = np.unique(unit, return_index=True)[1]
    if _same(values, values[first[unit]]).all():
        return np.zeros(len(unit), dtype=int), values[first][:, None, :]
    if grid.time is None:
        raise DesignError(
            "treatments: differ between rows of a unit; name the time column, so that records move whole"
        )
    period = pd.factorize(frame[grid.time], sort=True)[0]
    if frame.duplicated([grid.unit, grid.time]).any():
        raise DesignError(
            f"{grid.unit}: a unit has two rows in one {grid.time}; keep one row a unit and period"
        )
    records = np.full((unit.max() + 1, period.max() + 1, values.shape[1]), np.nan)
    records[unit, period] = values
    return period, records


def _same(a, b):
    return (a == b) | (np.isnan(a) & np.isnan(b))


def _strata(frame, grid, unit, treatment, masks):
    """Return the stratum of every unit: the declared one, split by gaps in the record and by samples.

    Records with the same gaps are exchangeable; moving a gap would change the rows of a specification. A
    sample may be chosen on the treatment ("without the largest four"): shuffles across its border would bring
    in treatments it was made to leave out, whose spread makes shuffled estimates too alike and p too small.
    """
    declared = np.zeros(len(treatment), dtype=int)
    if grid.strata is not None:
        per_row = pd.factorize(frame[grid.strata])[0]
        declared[unit] = per_row
        if (declared[unit] != per_row).any():
            raise DesignError(f"{grid.strata}: differs between rows of a unit; strata belong to units")
    gaps = np.isnan(treatment).reshape(len(treatment), -1)
    member = [np.bincount(unit, weights=mask) > 0 for mask in masks.values()]
    strata = np.unique(np.column_stack([declared, gaps, *member]), axis=0, return_inverse=True)[1].ravel()
    if np.bincount(strata).max() < 2:
        raise DesignError(
            "strata: every unit is alone in its stratum (strata, samples and gaps together), so nothing can "
            "be shuffled; use fewer strata or samples"
        )
    return strata
