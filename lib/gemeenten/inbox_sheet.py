"""The cells of a user's file that may hold marks, each with its indicator and year, in whatever layout."""

import re
from collections import namedtuple
from dataclasses import dataclass
from pathlib import Path

from gemeenten import inbox_file, inbox_header
from gemeenten.errors import DataError
from gemeenten.inbox_columns import Incomplete, NoMarks, dated_by_name, lacking, named, refuse_second
from gemeenten.inbox_marks import HIGHEST, LOWEST, as_number, indicator, is_missing
from gemeenten.inbox_places import is_known
from gemeenten.inbox_words import INDICATOR, VALUE, YEAR, places, plain, position

SIMULATED = re.compile(r"simulat|simuleer|^sim\d+$", re.IGNORECASE)  # gemeenten.simulate codes are SIM0001

#: A cell that may hold a mark: row number, cells of the row, its column, indicator, year as written, and
#: the column that a wrong year is reported in.
Cell = namedtuple("Cell", "number row column indicator year year_column")


@dataclass(frozen=True)
class Sheet:
    """A table of municipalities.

    `where` names file and sheet in messages, `name` the sheet; `header` names the columns, `places` are
    the positions of those that name the municipality, `cells` the cells that may hold marks, `left_out` the
    columns or indicators that are no marks.
    """

    where: str
    name: str
    header: tuple
    places: tuple
    cells: tuple
    left_out: tuple


def read(path):
    """Return the sheets of an export that hold marks, and the names of those that hold none.

    Lines above the header are skipped. Read are, each with one or more columns for the municipality: a year
    column and a column a mark; a year, an indicator and a value column; years as columns, under one header
    row or two. A sheet whose columns name no year is of the year in its name.

    Parameters
    ----------
    path : str or path
        A CSV, or an XLSX of which all sheets are read.

    Returns
    -------
    tuple of Sheet
        At least one.
    tuple of str
        The names of the sheets of a workbook that were not read.

    Raises
    ------
    DataError
        If the file is no table, is marked as simulated, or holds no marks; or if a sheet does not tell
        which marks it holds or of which year.
    """
    file = Path(path).name
    grids, workbook = inbox_file.grids(path)
    grids = sorted(grids, key=_promise, reverse=True) if not workbook else grids
    for grid in grids:
        _refuse_simulated(grid)
    sheets, unread, incomplete = [], [], []
    for grid in grids if workbook else grids[:1]:
        try:
            sheets.append(_sheet(grid, file))
        except NoMarks as why:
            unread.append((grid, why))
        except Incomplete as why:
            (incomplete if _may_hold_marks(grid) else unread).append((grid, why))
    if incomplete:
        raise _told(file, incomplete)
    if not sheets:
        raise max(unread, key=lambda found: _promise(found[0]))[1]
    return tuple(sheets), tuple(grid.name for grid, _ in unread)


def _promise(grid):
    """Return how much a grid looks like a table of marks: its header's kind, without one its width."""
    header = inbox_header.find(grid.rows)
    width = max((len(cells) for _, cells in grid.rows[: inbox_header.WITHIN]), default=0)
    return (header.kind, 0) if header else (0, width)


def _may_hold_marks(grid):
    """Return whether a row of a grid with a header names a municipality and holds what could be a mark."""
    header = inbox_header.find(grid.rows)
    spots = places(header.names)
    return any(
        any(is_known(cells[at]) for at in spots if at < len(cells))
        and any(
            LOWEST <= (as_number(cell) or 0) <= HIGHEST for at, cell in enumerate(cells) if at not in spots
        )
        for row, cells in grid.rows
        if row > header.number
    )


def _refuse_simulated(grid):
    for row, cells in grid.rows:
        for column, cell in enumerate(cells, 1):
            if SIMULATED.search(cell):
                raise DataError(
                    f"{grid.where} row {row}, column {column}: {cell[:40]!r} marks the file as simulated; "
                    "simulated data can give no verdict, import measured marks only"
                )


def _told(file, incomplete):
    """Return the refusal of the sheets that do not tell enough, those with the same fault together."""
    first = incomplete[0][1]
    same = [grid for grid, why in incomplete if (why.number, why.why) == (first.number, first.why)]
    names = [repr(grid.name) for grid in same]
    return Incomplete(f"{file} sheets {', '.join(names)}", first.number, first.why) if names[1:] else first


def _sheet(grid, file):
    """Return the `Sheet` in a grid."""
    header = inbox_header.find(grid.rows)
    if header is None:
        raise NoMarks(_no_header(grid))
    spots, which = tuple(places(header.names)), position(header.names, INDICATOR)
    dated, value = position(header.names, YEAR), position(header.names, VALUE)
    spare = [at for at in range(len(header.names)) if at not in {*spots, dated}]
    if which is not None and value is not None and header.kind != inbox_header.BY_YEAR:
        columns, left_out = {value: ("", "")}, []
    else:
        columns = named(header, spare, grid, file)
        left_out = [header.names[at] for at in spare if at not in {*columns, which} and header.names[at]]
    if dated is None:
        columns = dated_by_name(columns, header, grid)
    rows = _body(header, grid)
    refuse_second(columns, header, grid)
    cells, others = _cells(rows, columns, which, dated)
    if not cells:
        raise NoMarks(
            f"{grid.where}, column {header.names[which]!r}: names no known mark, only "
            f"{', '.join(map(repr, others[:5]))}; export dv01 or the citizen roles"
        )
    return Sheet(grid.where, grid.name, header.names, spots, tuple(cells), (*left_out, *others))


def _body(header, grid):
    """Return the rows under a header, each as wide as it."""
    width, last = len(header.names), header.number
    rows = [(at, cells) for at, cells in grid.rows if at > last]
    if not rows:
        raise NoMarks(f"{grid.where} row {last}: no rows under the header; export the marks with it")
    for at, cells in rows:
        if any(cells[width:]):
            raise DataError(
                f"{grid.where} row {at}, column {width + 1}: {len(cells)} cells under {width} headers; "
                "separate with semicolons when marks have decimal commas, or put quotes around them"
            )
    told = [plain(name) for name in header.names]
    twice = [name for name in header.names if name and told.count(plain(name)) > 1]
    if twice:
        raise DataError(f"{grid.where} row {last}, column {twice[0]!r}: occurs twice; keep one")
    return [(at, (cells + [""] * width)[:width]) for at, cells in rows]


def _cells(rows, columns, which, dated):
    """Return the cells that may hold marks, and the indicators in the rows that are no marks."""
    cells, others = [], {}
    for number, row in rows:
        for at, (name, year) in columns.items():
            mark = name or indicator(row[which])
            if mark:
                told = (year, at) if year else (row[dated], dated)
                cells.append(Cell(number, row, at, mark, *told))
            elif row[which] or not is_missing(row[at]):
                others[row[which] or "(no indicator)"] = None
    return cells, list(others)


def _no_header(grid):
    """Return the line that says which of the two needed columns was not found, and what was."""
    near = [row for row in grid.rows[: inbox_header.WITHIN] if _names_some(row[1])]
    at, found = (near or grid.rows)[0]
    what = "year (jaar, periode)" if places(found) else "municipality (gemeente, gemeentecode)"
    return f"{grid.where} row {at}: {lacking(what, found)}"


def _names_some(row):
    return bool(places(row)) or position(row, YEAR) is not None
