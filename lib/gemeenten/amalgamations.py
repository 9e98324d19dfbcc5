"""The amalgamation graph: which municipality became which, and which existed on a given 1 January.

An amalgamation (*herindeling*) ends a municipality on a date and names its successor or successors. An
event after 1 January of a year counts for the next year; one on 1 January counts for that same year.
"""

from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

import numpy as np

from gemeenten import registry, tables
from gemeenten.errors import DataError

ABROAD = "GM0000"  # the register's successor of Elten and Tudderen, given back to Germany in 1963
INCOMPLETE = "successors_incomplete"  # in the column `quality`: the register names too few successors
FOUNDING = ("merger_into_new", "renamed_or_recoded")  # types of event with which the new code begins
_TABLES = ("amalgamations", "municipalities", "municipalities_historical_names")


@dataclass(frozen=True, eq=False)
class Graph:
    """Municipalities as nodes, amalgamations as arrows from old to new code.

    Attributes
    ----------
    heirs : dict of str to tuple of str
        Successor codes of every code that ended.
    ended, founded : dict of str to str
        ISO date on which a code ended, and on which an event is known to have made it begin.
    spells : dict of str to (int, int)
        First and last 1 January since `first_year` on which the code existed.
    names : dict of str to str
        Last name of every code.
    unallocable : frozenset of str
        Codes that count as split, whatever the number of their successors: the register names too few of
        them, or the municipality went abroad.
    order : tuple of str
        All codes, successors before predecessors.
    first_year, last_year : int
        The years between which `spells` knows all municipalities.
    """

    heirs: dict
    ended: dict
    founded: dict
    spells: dict
    names: dict
    unallocable: frozenset
    order: tuple
    first_year: int
    last_year: int

    def ended_by(self, code, year):
        """Return whether `code` had ended on 1 January of `year`."""
        return code in self.ended and self.ended[code] <= first_of(year)

    def existed(self, code, year):
        """Return whether `code` existed on 1 January of `year`.

        Before `first_year` no list of municipalities is shipped: a known code then counts as existing
        unless it had ended or is known to be younger than `first_year`.
        """
        if year >= self.first_year:
            first, last = self.spells.get(code, (1, 0))
            return first <= year <= last
        young = code in self.spells and self.spells[code][0] > self.first_year
        return code in self.names and code != ABROAD and not young and not self.ended_by(code, year)

    def codes(self, year):
        """Return the codes that existed on 1 January of `year`, sorted.

        Before `first_year` a code known to have been founded later is left out, although `existed` lets it
        pass: historical series give some municipalities the code of a later year.
        """
        codes = [code for code in sorted(self.names) if self.existed(code, year)]
        if year >= self.first_year:
            return codes
        return [code for code in codes if self.founded.get(code, "") <= first_of(year)]

    def last_year_of(self, code):
        """Return the last year on whose 1 January an ended `code` existed."""
        year = int(self.ended[code][:4])
        return year - 1 if self.ended[code] == first_of(year) else year

    def ancestors(self, code):
        """Return the set of all codes that became `code` or a part of it, at any time."""
        found = {code}
        for old in self.order:  # successors first, so that one pass finds whole chains
            if found.intersection(self.heirs.get(old, ())):
                found.add(old)
        return found - {code}

    def told(self, code):
        """Return code and name, for messages."""
        return f"{code} {self.names[code]}" if code in self.names else code


def first_of(year):
    """Return 1 January of `year` as an ISO date."""
    return f"{year:04d}-01-01"


def graph():
    """Return the Graph of the shipped tables.

    Raises
    ------
    DataError
        If a table is missing or altered, or its events cannot be followed (see `build`).
    """
    return _graph(tuple(registry.entry(name).sha256 for name in _TABLES))


@lru_cache(maxsize=4)
def _graph(digests):
    """Return the Graph of the tables with these hashes, so that changed tables give another graph."""
    return build(*(tables.load(name) for name in _TABLES))


def build(events, spells, early_names=None):
    """Return the Graph of a table of amalgamations and a table of municipalities.

    Parameters
    ----------
    events : pandas.DataFrame
        As the table `amalgamations`: date (ISO), old_code, old_name, new_code, new_name, type, quality.
    spells : pandas.DataFrame
        As the table `municipalities`: code, name, first_year, last_year.
    early_names : pandas.DataFrame, optional
        As `municipalities_historical_names`: code, name.

    Raises
    ------
    DataError
        If a code ends on two dates, or codes succeed one another in a circle.
    """
    heirs = events.groupby("old_code")["new_code"].agg(tuple).to_dict()
    span = spells.groupby("code").agg(first=("first_year", "min"), last=("last_year", "max"))
    names = _names(events, spells, early_names)
    doubtful = events["old_code"][
        events["quality"].fillna("").str.contains(INCOMPLETE) | (events["new_code"] == ABROAD)
    ]
    return Graph(
        heirs=heirs,
        ended=_ended(events),
        founded=events[events["type"].isin(FOUNDING)].groupby("new_code")["date"].min().to_dict(),
        spells={code: (int(first), int(last)) for code, first, last in span.itertuples()},
        names=names,
        unallocable=frozenset(doubtful),
        order=_successors_first(heirs, names),
        first_year=int(spells["first_year"].min()),
        last_year=int(spells["last_year"].max()),
    )


def _names(events, spells, early_names):
    """Return code -> last known name; the list of municipalities counts for more than the register."""
    names = {}
    for side in ("old", "new"):
        names |= dict(zip(events[f"{side}_code"], events[f"{side}_name"].fillna("abroad"), strict=True))
    if early_names is not None:
        names |= dict(zip(early_names["code"], early_names["name"], strict=True))
    last = spells.sort_values("last_year")
    return names | dict(zip(last["code"], last["name"], strict=True))


def _ended(events):
    dates = events.groupby("old_code")["date"].agg(["min", "max"])
    twice = dates.index[dates["min"] != dates["max"]]
    if len(twice):
        raise DataError(
            f"amalgamations: {twice[0]} ends on {dates['min'][twice[0]]} and again on "
            f"{dates['max'][twice[0]]}; a code ends once, correct its dates"
        )
    return dates["max"].to_dict()


def _successors_first(heirs, names):
    try:
        ordered = tuple(TopologicalSorter(heirs).static_order())
    except CycleError as error:
        raise DataError(
            f"amalgamations: codes succeed one another in a circle ({' -> '.join(reversed(error.args[1]))}); "
            "correct new_code in one of those rows"
        ) from None
    return ordered + tuple(sorted(set(names).difference(ordered)))


@lru_cache(maxsize=256)
def standing(graph, to_year):
    """Return where every code stands on the boundaries of 1 January of `to_year`.

    Chains and renames are followed. A municipality divided over successors that are still apart on that
    day stands under its own code: what share went where is not in the register.

    Returns
    -------
    stands : dict of str to str
        Code -> the code under which its inhabitants stand: the one municipality that then holds them all,
        or the municipality, existing no longer, that was split.
    reach : dict of str to frozenset of str
        Code -> all then existing codes to which a part of it went, as far as the register names them.
    """
    stands, reach = {}, {}
    for code in graph.order:
        if not graph.ended_by(code, to_year):
            stands[code], reach[code] = code, frozenset((code,))
            continue
        heirs = graph.heirs[code]
        reach[code] = frozenset().union(*(reach[heir] for heir in heirs))
        together = {stands[heir] for heir in heirs}
        whole = len(together) == 1 and code not in graph.unallocable
        stands[code] = together.pop() if whole else code
    return stands, reach


def known_year(graph, year, argument="to_year"):
    """Return `year` as an int, or raise a DataError naming `argument` if the tables do not reach it."""
    first, last = known_years(graph)
    whole = isinstance(year, (int, np.integer)) and not isinstance(year, bool)
    if not whole or not first <= year <= last:
        raise DataError(f"{argument}: {year!r}; give a whole year from {first} to {last}")
    return int(year)


def known_years(graph):
    """Return the first year with an amalgamation and the last 1 January that the tables reach."""
    first_event = min((int(date[:4]) for date in graph.ended.values()), default=graph.first_year)
    return min(first_event, graph.first_year), graph.last_year


def why_absent(graph, code, year):
    """Return why `code` did not exist on 1 January of `year`, and which code to use; no full stop."""
    if code not in graph.names or code == ABROAD:
        return f"{code} is no municipality of the shipped tables; correct the code or drop the row"
    if graph.ended_by(code, year):
        heirs = ", ".join(graph.told(heir) for heir in graph.heirs[code])
        return (
            f"{graph.told(code)} ended {graph.ended[code]} (into {heirs}), before or on 1 January {year}; "
            "use the code of that day or correct the year"
        )
    first = graph.spells[code][0] if code in graph.spells else None
    since = f"first existed on 1 January {first}" if first else "was no municipality"
    old = [old for old, heirs in graph.heirs.items() if code in heirs and graph.existed(old, year)]
    instead = f"use its predecessor(s) {', '.join(map(graph.told, sorted(old)))}" if old else "drop the row"
    return f"{graph.told(code)} {since}, not yet on 1 January {year}; {instead} or correct the year"
