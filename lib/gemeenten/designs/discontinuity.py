"""Discontinuity at a known cutoff: how much an outcome jumps where a rule or a scheme says something changes.

What can be read off. A jump at a cutoff is a causal effect only of something that a rule switches there.
Where several things change at one population size, the estimate holds all of them together (Eggers, Freier,
Grembi & Nannicini 2018, AJPS 62(1):210-229). It is reported as a description, with its interval, its placebos
and its density.

    fit                   local polynomial estimate with robust interval (rdrobust)
    placebos              the same estimate at cutoffs where nothing should happen
    density               whether units bunch on one side of the cutoff (rddensity)
    local_randomisation   permutation test within a window chosen beforehand

The cutoff itself belongs to the low side, as in 'more than 100,000'; ``inclusive=True`` turns that round.
Each lives in a file of its own: `discontinuity_fit`, `discontinuity_checks`, `discontinuity_window`.
"""

from gemeenten.designs.discontinuity_checks import Density, Placebos, density, placebos
from gemeenten.designs.discontinuity_fit import fit
from gemeenten.designs.discontinuity_result import Discontinuity
from gemeenten.designs.discontinuity_window import Window, local_randomisation

__all__ = [
    "Density",
    "Discontinuity",
    "Placebos",
    "Window",
    "density",
    "fit",
    "local_randomisation",
    "placebos",
]
