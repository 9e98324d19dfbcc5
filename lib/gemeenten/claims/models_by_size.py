"""Which model the coded municipalities had, by size: tables with every variant, limits, exits by size."""

import re

import numpy as np
import pandas as pd

from gemeenten.claims.models_adoption import SECTOR, BMC, CENSUS, census
from gemeenten.claims.models_data import CONFIDENCE, DIENSTEN, DIRECTIE, documented, spells, with_size
from gemeenten.designs import shares

WINDOW = (2005, 2012)  # registered period of C11
NUMBER_LARGE = 26  # municipalities above 100,000 in 2010, registered (25 listed in 2010, 27 in 2012)
DECADES = {DIENSTEN: (1998, (1990, 1999)), DIRECTIE: (2010, (2000, 2010))}  # C09: model, year, years
LABELLED = (1990, 2015)  # registered period of C06
MIDDLE = 2003  # of LABELLED: of several spells the nearest to it counts
EXITS = (1998, 2025)  # registered period of C15
TURN = 2010  # C15: before and from
LABELS = {"dienst": r"dienst(?!verlening)", "sector": r"sector"}  # the unit's name in the source
