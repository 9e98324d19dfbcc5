"""The grid of a multiverse: the choices that are declared before anything is estimated."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pandas as pd

from gemeenten.designs.inputs import flag, share
from gemeenten.errors import DesignError

ERRORS = ("HC1", "HC3", "cluster")
CHOICES = ("outcome", "treatment", "sample", "covariates", "weights", "fixed_effects", "errors")


@dataclass(frozen=True)
class Grid:
    """The specifications, declared before any of them is estimated: every combination of the choices below.

    Parameters
    ----------
    outcomes : sequence of str
        Numeric columns in one unit of measurement and one direction (or set `standardise`).
    treatments : sequence of str
        Alternative numeric codings of the one treatment, such as log size and a dummy above a cutoff.
    unit : str
        Column of the unit (municipality) across which the treatment is shuffled.
    samples : mapping of str to str or None
        Name to a true/false column that keeps rows; None keeps all.
    covariates : mapping of str to sequence of str
        Name to numeric columns; squares, logs and splines of size are covariate sets like any other.
    weights : mapping of str to str or None
        Name to a column of positive weights; None weighs rows equally.
    fixed_effects : mapping of str to sequence of str
        Name to categorical columns, such as the wave, each entered as dummies.
    errors : str or sequence of str
        "HC1", "HC3" or "cluster" (by unit).
    time : str, optional
        Column of the year or wave; needed when a unit's treatment differs between its rows.
    strata : str, optional
        Column, constant in a unit, within whose values units exchange their treatment (size strata). In any
        case units exchange only with units that belong to the same samples.
    level : float
        Confidence level; 1 - level is also what counts as significant.
    standardise : bool
        Divide outcomes and treatments by their standard deviation, so that estimates in different units
        can share one median.

    Raises
    ------
    DesignError
        If a choice is empty, repeated or of the wrong kind.
    """

    outcomes: Sequence[str]
    treatments: Sequence[str]
    unit: str
    samples: Mapping = field(default_factory=lambda: {"all": None})
    covariates: Mapping = field(default_factory=lambda: {"none": ()})
    weights: Mapping = field(default_factory=lambda: {"none": None})
    fixed_effects: Mapping = field(default_factory=lambda: {"none": ()})
    errors: Sequence[str] = ("HC1",)
    time: str | None = None
    strata: str | None = None
    level: float = 0.95
    standardise: bool = False

    def __post_init__(self):
        for name in ("outcomes", "treatments", "errors"):
            object.__setattr__(self, name, _unique_names(getattr(self, name), name))
        for name in ("samples", "weights", "covariates", "fixed_effects"):
            _refuse_no_mapping(getattr(self, name), name)
        for name in ("covariates", "fixed_effects"):
            sets = {
                key: _unique_names(columns, f"{name} {key!r}", empty=True)
                for key, columns in getattr(self, name).items()
            }
            object.__setattr__(self, name, sets)
        _refuse_double_roles(self)
        unknown = [kind for kind in self.errors if kind not in ERRORS]
        if unknown:
            raise DesignError(f"errors: {unknown[0]!r} is unknown; choose from {', '.join(ERRORS)}")
        for name in ("unit", "time", "strata"):
            _refuse_no_name(getattr(self, name), name, optional=name != "unit")
        share(self.level, "level")
        flag(self.standardise, "standardise")

    @property
    def size(self):
        """Number of specifications."""
        return math.prod(len(axis) for axis in self.axes())

    def axes(self):
        """Return the names of the alternatives of every choice, in the order of the table's columns."""
        named = (self.samples, self.covariates, self.weights, self.fixed_effects)
        return [list(axis) for axis in (self.outcomes, self.treatments, *named, self.errors)]

    def choices(self):
        """Return a DataFrame with one row a specification, one column a choice; it needs no data."""
        return pd.DataFrame(list(product(*self.axes())), columns=list(CHOICES))

    def columns(self):
        """Return the names of all columns the grid reads, each once."""
        single = [*self.samples.values(), *self.weights.values(), self.unit, self.time, self.strata]
        sets = [*self.covariates.values(), *self.fixed_effects.values(), self.outcomes, self.treatments]
        named = [name for names in sets for name in names] + [name for name in single if name is not None]
        return list(dict.fromkeys(named))


def _unique_names(names, what, empty=False):
    names = (names,) if isinstance(names, str) else tuple(names if names is not None else ())
    if not names and not empty:
        raise DesignError(f"{what}: is empty; name at least one")
    if len(set(names)) < len(names):
        raise DesignError(f"{what}: names a column twice; a specification must not count twice")
    return names


def _refuse_no_mapping(choice, what):
    if not isinstance(choice, Mapping) or not choice:
        raise DesignError(f"{what}: give a mapping from the name of each choice to its column(s)")


def _refuse_no_name(name, what, optional):
    if not isinstance(name, str) and not (optional and name is None):
        raise DesignError(f"{what}: {name!r} is not the name of a column; give one")


def _refuse_double_roles(grid):
    regressors = {name for names in grid.covariates.values() for name in names}
    for name in grid.outcomes:
        if name in regressors or name in grid.treatments:
            raise DesignError(f"{name}: is an outcome and also explains it; remove it from one of the two")
