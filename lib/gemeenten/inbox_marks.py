"""The marks in a sheet: each cell checked, and refused with its row, column and remedy."""

import re

import pandas as pd

from gemeenten import inbox_places
from gemeenten.errors import DataError
from gemeenten.inbox_sheet import PLACE, YEAR, plain

ROLES = ("kiezer", "klant", "onderdaan", "partner", "wijkbewoner", "belastingbetaler")
INDICATOR = ["indicator", "indicatorcode", "variabele", "variable", "onderwerp", "rol", "role"]
VALUE = ["waarde", "value", "mark", "score", "cijfer", "rapportcijfer", "valuestring"]
LOWEST, HIGHEST = 1, 10
# fmt: off
MISSING = {
    "", "?", "-", ".", "nan", "na", "nb", "n.b.", "nvt", "n.v.t.", "none", "null", "-99998", "-99998.0",
}
# fmt: on
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
SCORES = re.compile(r"dv\d{2}|sc02|bo06")
COLUMNS = ["code", "year", "indicator", "mark"]


def indicator(name):
    """Return the indicator that a column or cell names, or None when it is no mark known here.

    Known are the service marks of the citizens' survey (`dv01`, `dv06`, `dv10`, other `dvNN`, `sc02`,
    `bo06`: VNG Realisatie, Burgerpeiling, metadata of the indicators) and the six citizen roles. Shares
    such as `dv01_pin` are none.
    """
    if "_" in name and SCORES.match(name.casefold()):
        return None
    text = plain(name)
    if SCORES.fullmatch(text):
        return text
    if text in ("dienstverlening", "directedienstverlening") or "rapportcijferdienstverlening" in text:
        return "dv01"
    role = re.sub(r"^(deburger|burger|inwoner|cijfer|score|mark)*als|^(cijfer|score|mark)", "", text)
    return role if role in ROLES else None


def tidy(sheet):
    """Return the marks of a sheet and the columns or indicators that were left out.

    Parameters
    ----------
    sheet : inbox_sheet.Sheet
        Wide (a row a municipality and year, a column a mark) or long (a row a mark, with an indicator and
        a value column).

    Returns
    -------
    pandas.DataFrame
        Columns code, year, indicator, mark (1-10), sorted; empty marks are left out.
    tuple of str
        What was not read as a mark.

    Raises
    ------
    DataError
        For the first cell that is wrong: one line with file, row, column and remedy.
    """
    names = [plain(name) for name in sheet.header]
    year = _only(names, YEAR)
    places = [at for at, name in enumerate(names) if name in PLACE]
    cells, left_out = _mark_cells(sheet, names, {year, *places})
    records = _records(sheet, cells, places, year)
    if not records:
        raise DataError(
            f"{sheet.file}: every mark is empty; export the marks of the participating municipalities"
        )
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(COLUMNS[:3], ignore_index=True), left_out


def _records(sheet, cells, places, year):
    """Return (code, year, indicator, mark) of every cell with a mark of a municipality."""
    firsts, records = {}, []
    for number, row, column, which in cells:
        mark = _mark(row[column], sheet, number, column)
        if mark is None or _is_national(row, places):
            continue
        when = _year(row[year], sheet, number, year)
        key = (_code(row, places, when, sheet, number), when, which)
        if key in firsts:
            raise _refusal(
                sheet, number, column, f"{key[0]} {when} {which} is in row {firsts[key]} too", "keep one"
            )
        firsts[key] = number
        records.append((*key, mark))
    return records


def _mark_cells(sheet, names, taken):
    """Return the cells that hold marks as (row number, row, column, indicator), and what was left out."""
    which, value = _only(names, INDICATOR), _only(names, VALUE)
    if which is not None and value is not None:
        return _long(sheet, which, value)
    known = {at: indicator(name) for at, name in enumerate(sheet.header) if at not in taken}
    marks = {at: name for at, name in known.items() if name}
    if not marks:
        shown = ", ".join(repr(name) for name in sheet.header)
        raise DataError(
            f"{sheet.file}: no column with marks among {shown}; name it dv01, or after a citizen role"
        )
    twice = [at for at, name in marks.items() if list(marks.values()).count(name) > 1]
    if twice:
        raise DataError(
            f"{sheet.file}, column {sheet.header[twice[1]]!r}: a second column of {marks[twice[0]]}; keep one"
        )
    left_out = tuple(sheet.header[at] for at, name in known.items() if not name and sheet.header[at])
    return [(number, row, at, name) for number, row in sheet.rows for at, name in marks.items()], left_out


def _long(sheet, which, value):
    cells, left_out = [], {}
    for number, row in sheet.rows:
        name = indicator(row[which])
        if name:
            cells.append((number, row, value, name))
        else:
            left_out[row[which]] = None
    if not cells:
        raise DataError(
            f"{sheet.file}, column {sheet.header[which]!r}: names no known mark, only "
            f"{', '.join(map(repr, list(left_out)[:5]))}; export dv01 or the citizen roles"
        )
    return cells, tuple(left_out)


def _only(names, wanted):
    return next((at for at, name in enumerate(names) if name in wanted), None)


def _mark(cell, sheet, number, column):
    """Return the mark in a cell, None when it is empty."""
    if cell.casefold() in MISSING:
        return None
    if not NUMBER.fullmatch(cell):
        raise _refusal(sheet, number, column, f"{cell[:40]!r} is no number", "correct it, or leave it empty")
    mark = float(cell.replace(",", "."))
    if not LOWEST <= mark <= HIGHEST:
        raise _refusal(
            sheet,
            number,
            column,
            f"{cell[:40]!r} is not a mark from {LOWEST} to {HIGHEST}",
            "correct it (is a decimal sign lost, or is it a percentage?), or leave it empty",
        )
    return mark


def _year(cell, sheet, number, column):
    first, last = inbox_places.years()
    text = re.sub(r"(\.0|JJ00)$", "", cell)  # StatLine writes the year 2019 as 2019JJ00
    if not re.fullmatch(r"\d{4}", text, re.ASCII):
        raise _refusal(sheet, number, column, f"{cell[:40]!r} is no year", "give four digits, such as 2019")
    if not first <= int(text) <= last:
        raise _refusal(
            sheet,
            number,
            column,
            f"{cell} is outside {first}-{last}, the years whose municipalities are known",
            "correct the year or leave the row out",
        )
    return int(text)


def _is_national(row, places):
    """Return whether the places a row names are all the whole country; a row without place is not."""
    named = [row[at] for at in places if row[at]]
    return bool(named) and all(map(inbox_places.is_national, named))


def _code(row, places, year, sheet, number):
    """Return the municipality of a row; where the row gives a code and a name, they must agree."""
    given = [at for at in places if row[at]]
    if not given:
        raise _refusal(sheet, number, places[0], "no municipality", "fill in its code or name")
    found = {}
    for at in given:
        try:
            found.setdefault(inbox_places.resolve(row[at], year), at)
        except inbox_places.Unknown as why:
            raise _refusal(sheet, number, at, *str(why).rsplit("; ", 1)) from None
    if len(found) > 1:
        told = " and ".join(found)
        raise _refusal(
            sheet, number, given[-1], f"the row names two municipalities, {told}", "correct one of them"
        )
    return next(iter(found))


def _refusal(sheet, number, column, why, remedy):
    return DataError(f"{sheet.file} row {number}, column {sheet.header[column]!r}: {why}; {remedy}")
