"""Which municipality a code or name in a user's file means, in the year of the mark."""

import re
from functools import lru_cache

from gemeenten import registry, tables
from gemeenten.inbox_words import plain

CODE = re.compile(r"(?:gm|gemeente[_ ]?)?0*(\d{1,4})(?:\.0)?", re.IGNORECASE)
ALIASES = {"denhaag": "sgravenhage", "thehague": "sgravenhage", "denbosch": "shertogenbosch"}
NATIONAL = {"nederland", "nl", "nl00", "nl01", "totaal", "total", "gemiddelde", "gemiddeldnederland", "land"}


class Unknown(Exception):
    """A place that cannot be taken as one municipality; the text says why and what to do."""


def resolve(cell, year):
    """Return the CBS code of the municipality that `cell` (code, number or name) means on 1 January `year`.

    Raises
    ------
    Unknown
        If there is none, more than one, or it did not exist on that date; a merged municipality is told
        with its successor.
    """
    book = _current()
    match = CODE.fullmatch(cell.strip())
    if match:
        code = f"GM{int(match[1]):04d}"
        if code not in book.spells:
            raise Unknown(f"{cell[:40]!r} is no municipality code; use a CBS code such as GM0363")
        return _existing([code], cell, year, book)
    name = _name(cell)
    codes = book.names.get(ALIASES.get(name, name))
    if not codes:
        raise Unknown(f"{cell[:40]!r} is no municipality from 1990 on; use the CBS name or code")
    return _existing(sorted(codes), cell, year, book)


def is_known(cell):
    """Return whether `cell` is the code, number or name of a municipality in any year."""
    book = _current()
    match, name = CODE.fullmatch(cell.strip()), _name(cell)
    return f"GM{int(match[1]):04d}" in book.spells if match else ALIASES.get(name, name) in book.names


def years():
    """Return the first and last year for which the municipalities are known."""
    return _current().years


def is_national(cell):
    """Return whether a cell names the whole country or a total instead of a municipality."""
    return plain(cell) in NATIONAL


class _Book:
    """The municipalities by code and by name: spells {code: [(name, first, last)]}, names {name: codes}."""

    def __init__(self, frame):
        self.spells, self.names = {}, {}
        self.years = int(frame["first_year"].min()), int(frame["last_year"].max())
        for code, name, first, last in frame[["code", "name", "first_year", "last_year"]].itertuples(
            index=False
        ):
            self.spells.setdefault(code, []).append((name, int(first), int(last)))
            for known in (plain(name), plain(re.sub(r"\(.*\)", "", name))):
                self.names.setdefault(known, set()).add(code)

    def exists(self, code, year):
        return any(first <= year <= last for _, first, last in self.spells[code])

    def told(self, code):
        return f"{code} {self.spells[code][-1][0]}" if code in self.spells else code


def _current():
    """Return the municipalities of the table that is shipped now, read once."""
    return _book(registry.content()["table"]["municipalities"]["sha256"])


@lru_cache(maxsize=2)
def _book(_digest):
    return _Book(tables.load("municipalities"))


def _name(cell):
    return plain(re.sub(r"^gemeente\s+|\(gemeente\)", "", cell.strip(), flags=re.IGNORECASE))


def _existing(codes, cell, year, book):
    there = [code for code in codes if book.exists(code, year)]
    if len(there) == 1:
        return there[0]
    if there:
        listed = " or ".join(book.told(code) for code in there)
        raise Unknown(f"{cell!r} is {listed}; give the code")
    code = codes[-1]
    first = min(start for _, start, _ in book.spells[code])
    if year < first:
        raise Unknown(f"{book.told(code)} exists from {first}, not in {year}; give its predecessors' marks")
    successors = [book.told(new) for new in _successors(code, year, book)]
    into = f", it merged into {' and '.join(successors)}" if successors else ""
    remedy = "give the mark under its successor's code" if successors else "leave the row out"
    raise Unknown(f"{book.told(code)} no longer existed on 1 January {year}{into}; {remedy}")


def _successors(code, year, book):
    """Return the codes in existence in `year` that took over from `code`, through later mergers too."""
    table = tables.load("amalgamations")
    onward = table.groupby("old_code")["new_code"].agg(list).to_dict()
    found, waiting, seen = [], [code], set()
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        if current != code and current in book.spells and book.exists(current, year):
            found.append(current)
        else:
            waiting += onward.get(current, [])
    return found
