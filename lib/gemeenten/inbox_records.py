"""The marks in the sheets of an export: each cell checked, and refused with its row, column and remedy."""

import re

import pandas as pd

from gemeenten import inbox_places
from gemeenten.errors import DataError
from gemeenten.inbox_marks import HIGHEST, LOWEST, as_number, is_missing

COLUMNS = ["code", "year", "indicator", "mark"]


def tidy(sheets, file):
    """Return the marks of the sheets of an export.

    Parameters
    ----------
    sheets : iterable of inbox_sheet.Sheet
        With the cells that may hold marks.
    file : str
        The name of the export.

    Returns
    -------
    pandas.DataFrame
        Columns code, year, indicator, mark (1-10), sorted; missing marks are left out. A mark that two
        sheets give alike counts once.

    Raises
    ------
    DataError
        For the first cell that is wrong: one line with file, sheet, row, column and remedy.
    """
    found = {}
    for sheet in sheets:
        _collect(sheet, found)
    if not found:
        raise DataError(f"{file}: every mark is empty; export the marks of the participating municipalities")
    records = [(*key, mark) for key, (mark, _, _) in found.items()]
    return pd.DataFrame(records, columns=COLUMNS).sort_values(COLUMNS[:3], ignore_index=True)


def _collect(sheet, found):
    """Add the marks of a sheet to {(code, year, indicator): (mark, sheet, row number)}."""
    for cell in sheet.cells:
        mark = _mark(cell, sheet)
        if mark is None or _is_national(cell.row, sheet.places):
            continue
        year = _year(cell, sheet)
        key = (_code(cell, year, sheet), year, cell.indicator)
        if key not in found:
            found[key] = (mark, sheet, cell.number)
            continue
        told, (before, other, first) = f"{key[0]} {year} {cell.indicator}", found[key]
        if other is sheet:
            raise _refusal(sheet, cell, cell.column, f"{told} is in row {first} too", "keep one")
        if before != mark:
            why = f"{told} is {mark:g} here and {before:g} in sheet {other.name!r} row {first}"
            raise _refusal(sheet, cell, cell.column, why, "correct one")


def _mark(cell, sheet):
    """Return the mark in a cell, None when it is empty."""
    text = cell.row[cell.column]
    if is_missing(text):
        return None
    mark = as_number(text)
    if mark is None:
        why = f"{text[:40]!r} is no number"
        raise _refusal(sheet, cell, cell.column, why, "correct it, or leave it empty")
    if not LOWEST <= mark <= HIGHEST:
        raise _refusal(
            sheet,
            cell,
            cell.column,
            f"{text[:40]!r} is not a mark from {LOWEST} to {HIGHEST}",
            "correct it (is a decimal sign lost, or is it a percentage?), or leave it empty",
        )
    return mark


def _year(cell, sheet):
    """Return the year of a cell with a mark, as its row, the header or the sheet's name tells it."""
    first, last = inbox_places.years()
    text = re.sub(r"(\.0|JJ00)$", "", cell.year)  # StatLine writes the year 2019 as 2019JJ00
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        why = f"{cell.year[:40]!r} is no year"
        raise _refusal(sheet, cell, cell.year_column, why, "give four digits, such as 2019")
    if not first <= int(text) <= last:
        raise _refusal(
            sheet,
            cell,
            cell.year_column,
            f"{cell.year} is outside {first}-{last}, the years whose municipalities are known",
            "correct the year or leave it out",
        )
    return int(text)


def _is_national(row, places):
    """Return whether the places a row names are all the whole country; a row without place is not."""
    named = [row[at] for at in places if row[at]]
    return bool(named) and all(map(inbox_places.is_national, named))


def _code(cell, year, sheet):
    """Return the municipality of a cell's row; where the row gives a code and a name, they must agree."""
    given = [at for at in sheet.places if cell.row[at]]
    if not given:
        raise _refusal(sheet, cell, sheet.places[0], "no municipality", "fill in its code or name")
    found = {}
    for at in given:
        try:
            found.setdefault(inbox_places.resolve(cell.row[at], year), at)
        except inbox_places.Unknown as why:
            raise _refusal(sheet, cell, at, *str(why).rsplit("; ", 1)) from None
    if len(found) > 1:
        told = " and ".join(found)
        raise _refusal(
            sheet, cell, given[-1], f"the row names two municipalities, {told}", "correct one of them"
        )
    return next(iter(found))


def _refusal(sheet, cell, column, why, remedy):
    return DataError(f"{sheet.where} row {cell.number}, column {sheet.header[column]!r}: {why}; {remedy}")
