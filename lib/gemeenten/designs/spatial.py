"""Standard errors for units whose errors resemble those of units nearby (Conley 1999)."""

from dataclasses import dataclass

import numpy as np

from gemeenten.designs.inputs import at_least, same_index, same_length, vector
from gemeenten.designs.wording import evidence, number
from gemeenten.errors import DesignError

EARTH_KM = 6371.0


@dataclass(frozen=True)
class SpatialError:
    """A spatially robust standard error: `se`, the `reach` in km, n units, mean number of `neighbours`.

    `independent` is the standard error of the same influences taken as independent between units.
    """

    se: float
    independent: float
    reach: float
    n: int
    neighbours: float

    def sentence(self, what="the estimate", unit="", tier="not stated"):
        """Return both standard errors in plain English."""
        told = (
            f"The standard error of {what} is {number(self.independent)} {unit}".rstrip()
            + " with units taken as independent"
        )
        spatial = f"{number(self.se)} when errors within {self.reach:g} km may resemble each other"
        return (
            f"{told}, and {spatial} (on average {self.neighbours:.0f} neighbours). {evidence(self.n, tier)}"
        )


def kilometres(longitude, latitude):
    """Return places on a plane in km, shape (n, 2): east and north of their mean (equirectangular).

    Over a country as small as the Netherlands distances are within about one per cent of the great circle.

    Parameters
    ----------
    longitude, latitude : array_like, shape (n,)
        Degrees.
    """
    same_index(longitude=longitude, latitude=latitude)
    longitude, latitude = vector(longitude, "longitude"), vector(latitude, "latitude")
    same_length(longitude=longitude, latitude=latitude)
    east = np.radians(longitude - longitude.mean()) * np.cos(np.radians(latitude.mean()))
    return EARTH_KM * np.column_stack([east, np.radians(latitude - latitude.mean())])


def standard_error(influence, places, reach):
    """Return the `SpatialError` of an estimate from what each unit adds to it.

    The variance is the sum over pairs of units of influence times influence times a weight that falls from 1
    to 0 with distance, here Conley's product of two Bartlett windows, (1 - abs(east) / reach) (1 -
    abs(north) / reach), which cannot give a negative variance (Conley 1999, Journal of Econometrics 92:
    1-45). With all rows of a unit in its influence, it allows for any dependence within a unit too; a reach
    near zero gives the jackknife.

    Parameters
    ----------
    influence : array_like, shape (n,)
        The estimate less the estimate without the unit, in the unit of the estimate.
    places : array_like, shape (n, 2)
        East and north of each unit in km, as from `kilometres`.
    reach : float
        The distance in km, east-west and north-south, from which on errors are taken as unrelated.

    Raises
    ------
    DesignError
        If there are fewer than three units, lengths differ, or the reach is not positive.
    """
    influence, places = vector(influence, "influence"), np.asarray(places, dtype=float)
    same_length(influence=influence, places=places)
    at_least(len(influence), 3, "influence: units")
    if not reach > 0:
        raise DesignError(f"reach: {reach:g} km; give a positive distance")
    apart = np.abs(places[:, None, :] - places[None, :, :])
    weight = np.clip(1 - apart / reach, 0, None).prod(axis=2)
    n = len(influence)
    scale = (n - 1) / n
    variance, alone = scale * influence @ weight @ influence, scale * influence @ influence
    neighbours = float((weight > 0).sum(axis=1).mean()) - 1
    return SpatialError(float(np.sqrt(variance)), float(np.sqrt(alone)), float(reach), n, neighbours)
