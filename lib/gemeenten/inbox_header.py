"""The header of a table of municipalities: where it stands, and what its one or two rows name."""

from dataclasses import dataclass

from gemeenten.inbox_marks import heading
from gemeenten.inbox_words import INDICATOR, VALUE, YEAR, places, plain, position

WITHIN = 20  # exports put a title and a description above the header
UNDATED, BY_YEAR, DATED = 1, 2, 3


@dataclass(frozen=True)
class Header:
    """What names the columns of a table.

    `number` is the row number of its last row, `names` a text a column (`dv01 2019` where one row names the
    indicator and the next the year), `above` the texts over it. `kind` is DATED for a municipality and a
    year column, BY_YEAR for years as columns, UNDATED for marks without a year.
    """

    number: int
    names: tuple
    above: tuple
    kind: int


def find(rows):
    """Return the `Header` among the first rows of a grid, None when no row names a municipality column.

    Parameters
    ----------
    rows : list of (row number, cells)
        As an `inbox_file.Grid` holds them. The first header of the best kind counts: a header with a year
        column before one with years as columns, that before marks without a year.
    """
    found = [header for at in range(len(rows[:WITHIN])) if (header := _header(rows, at))]
    return max(found, key=lambda header: header.kind, default=None)


def _header(rows, at):
    number, cells = rows[at]
    if not places(cells):
        return None
    above = tuple(cell for _, row in rows[:at] for cell in row if cell)
    if position(cells, YEAR) is not None:
        return Header(number, _clean(cells), above, DATED)
    names, number, lower = _banded(rows, at)
    if any(heading(name)[1] for name in [*names, *lower]):
        return Header(number, _clean(names), above, BY_YEAR)
    long = position(names, INDICATOR) is not None and position(names, VALUE) is not None
    marked = long or any(any(heading(name)) for name in names)
    return Header(number, _clean(names), above, UNDATED) if marked else None


def _clean(names):
    return tuple(" ".join(name.split()) for name in names)


def _banded(rows, at):
    """Return the names of the columns from a header row and the one above or below it, and the lower row."""
    number, cells = rows[at]
    spots = places(cells)
    around = dict(rows[max(at - 1, 0) : at + 2])
    below, above = around.get(number + 1, []), around.get(number - 1, [])
    placed = any("".join(below[spot : spot + 1]) for spot in spots)
    if any(below) and not placed and all(any(heading(cell)) for cell in below if cell):
        return _joined(cells, below, spots), number + 1, below
    return _joined(above, cells, spots), number, cells


def _joined(top, bottom, spots):
    """Return the names of two header rows; a name of the top row counts for the empty cells to its right."""
    width = max(len(top), len(bottom))
    names, over = [], ""
    for at, (high, low) in enumerate(
        zip(top + [""] * (width - len(top)), bottom + [""] * (width - len(bottom)), strict=True)
    ):
        over = "" if at in spots else high or over
        names.append(_name(high, over, low))
    return names


def _name(high, over, low):
    """Return the name of a column, from its own cell of the top row, the one that spans it, and the lower."""
    indicator, year = heading(low)
    if year and not indicator:
        return low if plain(over) in YEAR else f"{over} {low}".strip()
    spans = heading(over)
    if indicator and not year and spans[1] and not spans[0]:
        return f"{low} {over}"
    return low or high
