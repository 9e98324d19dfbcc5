"""The claims as registered before any test: statement, rule, smallest effect of interest, notebook."""

from functools import lru_cache
from importlib.resources import files

import pandas as pd


@lru_cache(maxsize=2)
def _table(name):
    path = files("gemeenten.claims") / name
    with path.open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype=str, keep_default_na=False)


def registered():
    """Return the registered claims, C01-C35 of the chapter and the derived H1-H3.

    `quotation` is a marked quotation of at most 12 words from the chapter; `statement` is its meaning in
    this compendium's words. `supports_if`, `contradicts_if` and `inconclusive_if` are the decision rule,
    `sesoi` the smallest effect size of interest, all fixed before the data were analysed. `family` is
    `primary` for the eight confirmatory tests among which Holm's correction holds.

    Returns
    -------
    pandas.DataFrame, one row a claim
    """
    return _table("claims.csv").copy()


def titles():
    """Return a short title and a theme for every claim, in the order of the story the chapter tells.

    They stand in a file of their own: the registration itself stays as it was before the data were seen.

    Returns
    -------
    pandas.DataFrame, one row a claim
        `id`, `theme` (the same for neighbours), `title` (at most 55 characters).
    """
    return _table("titles.csv").copy()
