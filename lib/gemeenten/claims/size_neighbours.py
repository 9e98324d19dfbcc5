"""Spatially robust intervals for contrasts of municipalities: where they lie, and how far errors reach."""

from functools import lru_cache

import numpy as np
from scipy import stats

from gemeenten import tables
from gemeenten.amalgamations import graph, known_years, standing
from gemeenten.designs import spatial
from gemeenten.errors import DesignError

REACH = 50.0  # km, about the width of a province; chosen before the intervals were seen
OTHER_REACHES = (25.0, 100.0)  # for the check that the choice decides nothing


@lru_cache(maxsize=1)
def _centroids():
    """Return code -> (longitude, latitude); a municipality that has ended lies where its heirs lie."""
    found = tables.load("centroids").set_index("code")[["longitude", "latitude"]].astype(float)
    known = graph()
    _, reach = standing(known, known_years(known)[1])
    heirs = {code: [heir for heir in parts if heir in found.index] for code, parts in reach.items()}
    ended = {code: found.loc[parts].mean() for code, parts in heirs.items() if parts}
    return {code: tuple(place) for code, place in {**ended, **dict(found.T.items())}.items()}


def places(codes):
    """Return where municipalities lie, in km east and north of their mean, shape (n, 2).

    Parameters
    ----------
    codes : sequence of str
        Of any year; one that has ended lies at the mean centroid of the municipalities it went into.

    Raises
    ------
    DesignError
        If a code is of no municipality with a centroid.
    """
    known = _centroids()
    absent = [code for code in codes if code not in known]
    if absent:
        raise DesignError(f"codes: {absent[0]} has no centroid, nor a successor with one; leave it out")
    longitude, latitude = np.array([known[code] for code in codes]).T
    return spatial.kilometres(longitude, latitude)


def spatial_error(fit, reach=REACH):
    """Return the `designs.spatial.SpatialError` of a `regression.Fit`, municipalities as its clusters."""
    return spatial.standard_error(fit.influence, places(fit.influence.index), reach)


def spatial_numbers(fit, reach=REACH):
    """Return the spatially robust error, 95 % interval and two-sided p of a `regression.Fit`, by name.

    Returns
    -------
    dict
        `spatial_se`, `spatial_low`, `spatial_high`, `spatial_p`; t with the degrees of freedom of the fit.
    """
    error = spatial_error(fit, reach).se
    margin = stats.t.isf(0.025, fit.df) * error
    p_two_sided = 2 * stats.t.sf(abs(fit.estimate) / error, fit.df)
    return {
        "spatial_se": error,
        "spatial_low": fit.estimate - margin,
        "spatial_high": fit.estimate + margin,
        "spatial_p": float(p_two_sided),
    }
