"""Inhabitants on 1 January of all municipalities, from CBS table 37259ned."""

import pandas as pd

from gemeenten.errors import DataError

TABLE = "37259ned"
BOTH_SEXES = "T001038"
FIRST_YEAR = 2012  # the first year for which the shipped table holds all municipalities
MEASURE = (
    "BevolkingOp1Januari"  # the number behind it changed when the table was redesigned: found by its start
)
COLUMNS = ["code", "year", "population", "series", "quality"]


def fetch(feed):
    """Return the table `population` with its official rows as they now stand at the source.

    Parameters
    ----------
    feed : gemeenten.sources.odata.Feed

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`, sorted by code and year. Municipalities that did not exist have no row: the source
        gives them an empty figure.

    Raises
    ------
    DataError
        If the source holds no municipality, or its columns are not the expected ones.
    """
    asked = f"Geslacht eq '{BOTH_SEXES}' and startswith(RegioS,'GM') and Perioden ge '{FIRST_YEAR}JJ00'"
    rows = pd.DataFrame(feed.rows(TABLE, filter=asked))
    measures = [column for column in rows if column.startswith(MEASURE)]
    if rows.empty or len(measures) != 1 or not {"RegioS", "Perioden"} <= set(rows):
        raise DataError(
            f"CBS {TABLE}: {len(rows)} rows with columns {', '.join(map(str, rows)) or 'none'}; "
            f"expected RegioS, Perioden and one that starts with {MEASURE}"
        )
    tidy = pd.DataFrame(
        {
            "code": rows["RegioS"].str.strip(),
            "year": pd.to_numeric(rows["Perioden"].str[:4]),
            "population": rows[measures[0]],
        }
    ).dropna(subset="population")
    tidy = tidy.astype({"population": "int64"}).assign(series="cbs_37259", quality="official")
    return tidy[COLUMNS].sort_values(["code", "year"], ignore_index=True)


def merged(old, new):
    """Return the shipped table with its rows of the same code and year replaced and new ones added.

    A row that the source no longer gives stays: nothing is lost by refreshing.
    """
    kept = old[~old.set_index(["code", "year"]).index.isin(new.set_index(["code", "year"]).index)]
    return pd.concat([kept, new]).sort_values(["code", "year"], ignore_index=True)
