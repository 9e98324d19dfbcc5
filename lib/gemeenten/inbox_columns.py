"""Which columns of a table hold marks, of which indicator and year, by its header and what surrounds it."""

from pathlib import Path

from gemeenten.errors import DataError
from gemeenten.inbox_header import DATED
from gemeenten.inbox_marks import heading, indicator, mentioned
from gemeenten.inbox_words import INDICATOR, position, year_and_rest

NAME_IT = "put dv01 in the row above the years, in a column Indicator, or in the name of the sheet or file"


class NoMarks(DataError):
    """A sheet that holds something else than marks of municipalities."""


class Incomplete(DataError):
    """A sheet of marks that does not say which, or of which year; `why` is the message without the place."""

    def __init__(self, where, number, why):
        super().__init__(f"{where} row {number}: {why}")
        self.number, self.why = number, why


def named(header, spare, grid, file):
    """Return the columns with marks among those at `spare`, {position: (indicator, year)}.

    Indicator or year is "" where the rows tell it.

    Raises
    ------
    NoMarks
        If no column holds known marks.
    Incomplete
        If the header has years, and nothing says of which indicator.
    """
    if header.kind == DATED:
        heads = {at: (indicator(header.names[at]) or "", "") for at in spare}
    else:
        heads = {at: heading(header.names[at]) for at in spare}
    known = {at: head for at, head in heads.items() if any(head)}
    if not known:
        shown = ", ".join(repr(name) for name in header.names)
        raise NoMarks(
            f"{grid.where}: no column with marks among {shown}; name it dv01, or after a citizen role"
        )
    bare = [at for at, (name, _) in known.items() if not name]
    if not bare or position(header.names, INDICATOR) is not None:
        return known
    if len(bare) < len(known):
        why = f"column {header.names[bare[0]]!r} names no indicator, another does; {NAME_IT}"
        raise Incomplete(grid.where, header.number, why)
    name = _indicator(header, grid, file)
    return {at: (name, year) for at, (_, year) in known.items()}


def _indicator(header, grid, file):
    """Return the indicator of years as columns, from the rows above them, the sheet's or the file's name."""
    sources = (header.above, [grid.name], [Path(file).stem])
    told = [names for texts in sources if (names := set().union(*map(mentioned, texts)))]
    if not told:
        raise Incomplete(grid.where, header.number, f"years as columns without an indicator; {NAME_IT}")
    name = min(told[0])
    if len(told[0]) == 1 and not indicator(name):
        raise NoMarks(
            f"{grid.where} row {header.number}: years as columns of {name!r}, no known mark; "
            "export dv01 or the citizen roles"
        )
    if len(told[0]) > 1 or not all(name in names for names in told):
        both = ", ".join(sorted(set().union(*told)))
        raise Incomplete(
            grid.where,
            header.number,
            f"years as columns and more than one indicator named ({both}); put its own in the row above each",
        )
    return indicator(name)


def dated_by_name(columns, header, grid):
    """Return the columns with the year of the sheet's name where their header names none.

    Raises
    ------
    Incomplete
        If the sheet's name has no year either.
    """
    year = year_and_rest(grid.name)[0]
    if not year and not all(own for _, own in columns.values()):
        why = lacking("year (jaar, periode)", header.names)
        more = ", or the sheet after its year" if grid.name else ""
        raise Incomplete(grid.where, header.number, why + more)
    return {at: (name, own or year) for at, (name, own) in columns.items()}


def refuse_second(columns, header, grid):
    """Raise a DataError when two columns hold the same indicator and year."""
    found = {}
    for at, head in columns.items():
        if head in found:
            what = " ".join(filter(None, head))
            raise DataError(f"{grid.where}, column {header.names[at]!r}: a second column of {what}; keep one")
        found[head] = at


def lacking(what, found):
    """Return the words for a header without the column `what`, given the names it has."""
    shown = ", ".join(repr(cell[:30]) for cell in found[:8])
    return f"no column for the {what}, only {shown}; name the columns gemeente, jaar and dv01"
