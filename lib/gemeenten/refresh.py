"""Replace a shipped table by the official original of today: fetch, compare, check, swap."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from gemeenten import registry, tables
from gemeenten.errors import DataError
from gemeenten.schemas import SCHEMAS
from gemeenten.sources import SOURCES
from gemeenten.sources.odata import Feed

SHOWN = 10


@dataclass(frozen=True)
class Difference:
    """What changed between the shipped vintage and the one at the source.

    `added` and `changed` are frames with the key of the table; `changed` has the old and the new value of
    every column that differs, one row a cell.
    """

    table: str
    added: pd.DataFrame
    changed: pd.DataFrame
    rows: int

    def sentence(self):
        """Return the difference in plain English, the first changed cells included."""
        counts = f"{len(self.added):,} rows added, {len(self.changed):,} cells changed"
        told = f"{self.table}: {counts} of {self.rows:,} rows."
        cells = [" ".join(map(str, row)) for row in self.changed.head(SHOWN).itertuples(index=False)]
        return "\n".join([told, *(f"  {cell}" for cell in cells)])


def refresh(name, feed=None, write=True):
    """Fetch a table anew from its official source, compare it with the shipped one and swap it in.

    The registry's hash, rows and date of retrieval are renewed with it (`registry.put`). Nothing is written
    unless the whole new table passes its schema.

    Parameters
    ----------
    name : str
        Table; one for which `gemeenten.sources.SOURCES` has a module.
    feed : gemeenten.sources.odata.Feed, optional
        The source; by default CBS itself.
    write : bool
        Swap the table in; else only compare.

    Returns
    -------
    Difference

    Raises
    ------
    DataError
        If no source is built for the table, the source fails, or what it gives is not what the schema says.
    """
    entry = registry.entry(name)
    if name not in SOURCES:
        raise DataError(
            f"{name}: only {', '.join(SOURCES)} can be refreshed; replace data/{entry.file} by hand "
            f"({entry.source}, {entry.table_id}) and run `gemeenten stamp {name}`"
        )
    if write:
        registry.finish(entry)
    old = tables.load(name)
    new = SOURCES[name].merged(old, SOURCES[name].fetch(feed or Feed()))
    raw = new.to_csv(index=False, lineterminator="\n").encode()
    checked = tables.parse(name, raw, entry.file)
    found = difference(name, old, checked)
    if write and (len(found.added) or len(found.changed)):
        registry.put(name, raw, len(checked), datetime.now(UTC).date().isoformat())
    return found


def difference(name, old, new):
    """Return the `Difference` between two vintages of a table, by its key."""
    key = SCHEMAS[name].unique
    old, new = old.set_index(key), new.set_index(key)
    common = new.index.intersection(old.index)
    before, after = old.loc[common], new.loc[common, old.columns]
    differs = (before != after) & ~(before.isna() & after.isna())
    cells = [
        (*(k if isinstance(k, tuple) else (k,)), column, before.at[k, column], after.at[k, column])
        for column in differs
        for k in differs.index[differs[column].astype(bool)]
    ]
    changed = pd.DataFrame(cells, columns=[*key, "column", "old", "new"])
    return Difference(name, new.loc[new.index.difference(old.index)].reset_index(), changed, len(new))
