"""The crosswalk: carry additive series to the municipal boundaries of one year through the amalgamations."""

import numpy as np
import pandas as pd

from gemeenten.amalgamations import first_of, graph, known_year, standing, why_absent
from gemeenten.crosswalk_input import ADDED, columns_to_sum, rows_to_carry
from gemeenten.errors import DataError


def harmonise(frame, to_year, sum):
    """Return additive columns carried to the boundaries of 1 January of `to_year`, inhabitants conserved.

    Every row is carried from the boundaries of 1 January of its own year through all amalgamations
    (*herindelingen*) after that day up to and including 1 January of `to_year`. Renames and chains are
    followed; municipalities that became one are added. Nothing is allocated by guess:

    - A municipality divided over several successors that are still apart in `to_year` stays a row under
      its old code, with the successors in `split_into`, so that totals are conserved exactly. The rows of
      those successors keep the sum of the parts that are known and have `complete` False.
    - Where the register is known to name too few successors (Boarnsterhim, ended 2014; Littenseradiel,
      ended 2018: rows with quality `successors_incomplete`) the old municipality is treated as split, and
      `split_into` lists the successors it does name. The others cannot be marked: their rows read
      `complete` although a part is lacking.
    - Missing plus anything is missing. So is the sum for a municipality of which a predecessor has no row
      in that year (`complete` is then False): adding up what happens to be there would be too low.

    Boundary corrections in which no municipality ended are not in the register and stay where they are.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a municipality and year: `code` (``GMnnnn``), `year`, and the columns of `sum`. Other
        columns are dropped. A column `boundaries` (year), as this function returns it, says on which
        1 January's boundaries a row stands when that is not its own year; so a result can be carried on.
    to_year : int
        The year of the boundaries; not before any row's own.
    sum : list of str
        Additive columns: counts or amounts, never rates, densities or marks.

    Returns
    -------
    pandas.DataFrame
        Sorted by year and code; columns `code`, `year`, those of `sum` (units as given), `complete` (bool:
        the row holds all of the municipality's territory), `split_into` (codes joined by ``;`` on the row
        of a municipality that was split, else missing; ``GM0000`` is abroad) and `boundaries` (year).

    Raises
    ------
    DataError
        If a column lacks, a code did not exist on 1 January of its year, a key occurs twice, a value is
        not a number, inhabitants are negative, or `to_year` lies before a row's year.
    """
    return carry(graph(), frame, to_year, sum)


def carry(graph, frame, to_year, columns):
    """Return what `harmonise` returns, along any amalgamation Graph."""
    to_year = known_year(graph, to_year)
    columns = columns_to_sum(frame, columns)
    rows = rows_to_carry(graph, frame, to_year, columns)
    stands, reach = standing(graph, to_year)
    lacking, partial = _gaps(graph, rows, to_year)
    rows["part"], rows["code"] = rows["code"], rows["code"].map(stands).astype(str)
    rows = rows.sort_values(["year", "code", "part"])  # a fixed order of addition, whatever the rows' order
    grouped = rows.groupby(["year", "code"])
    summed = grouped[columns].sum(skipna=False).join(grouped["complete"].all())
    without = summed.index.isin(lacking)
    for column in columns:
        summed[column] = summed[column].mask(without)
    summed["complete"] &= ~(without | summed.index.isin(partial))
    summed = summed.reset_index()
    ended = {code for code in summed["code"].unique() if graph.ended_by(code, to_year)}
    split_into = {code: ";".join(sorted(reach[code])) for code in ended}
    last_year = {code: graph.last_year_of(code) for code in ended}
    summed["split_into"] = summed["code"].map(split_into).astype("str")
    summed["boundaries"] = summed["code"].map(last_year).fillna(to_year).astype("int64")
    return summed[["code", "year", *columns, *ADDED]]


def _gaps(graph, rows, to_year):
    """Return which (year, code) lack a predecessor's row, and which lack their part of a split one."""
    stands, reach = standing(graph, to_year)
    lacking, partial = set(), set()
    for year, group in rows.groupby("year"):
        present = {at: set(codes) for at, codes in group.groupby("boundaries")["code"]}
        parts = pd.Series(graph.codes(min(present)), dtype=str)
        held = np.zeros(len(parts), dtype=bool)
        for at, codes in present.items():
            held |= parts.map(standing(graph, at)[0]).isin(codes | _dated_back(graph, codes, at)).to_numpy()
        lacking |= {(year, stands[part]) for part in parts[~held]}
        split = {stands[part] for part in parts if graph.ended_by(stands[part], to_year)}
        partial |= {(year, heir) for code in split for heir in reach[code]}
    return list(lacking), list(partial)


def _dated_back(graph, codes, year):
    """Return the predecessors counted under a code of later date.

    Historical series give some municipalities, for instance Noordoostpolder before 1962, their later code.
    """
    if year >= graph.first_year:
        return set()
    later = [code for code in codes if graph.founded.get(code, "") > first_of(year)]
    return set().union(*(graph.ancestors(code) for code in later))


def splits(from_year, to_year):
    """Return the municipalities of which `harmonise` keeps a row under the old code.

    Parameters
    ----------
    from_year, to_year : int
        The split lies after 1 January of the first and not after 1 January of the second.

    Returns
    -------
    pandas.DataFrame
        Sorted by date and code: `code`, `name`, `date` (ISO, the day it ended), `split_into` (the
        municipalities of `to_year` that hold a part, codes joined by ``;``), `names` (theirs) and
        `successors_complete` (bool: False where the register names too few of them).

    Raises
    ------
    DataError
        If a year lies outside the tables or the second before the first.
    """
    known = graph()
    from_year, to_year = _span(known, from_year, to_year)
    stands, reach = standing(known, to_year)
    rows = [
        (
            code,
            known.names[code],
            date,
            ";".join(sorted(reach[code])),
            "; ".join(known.names[heir] for heir in sorted(reach[code])),
            code not in known.unallocable,
        )
        for code, date in known.ended.items()
        if first_of(from_year) < date <= first_of(to_year) and stands[code] == code
    ]
    names = ["code", "name", "date", "split_into", "names", "successors_complete"]
    return pd.DataFrame(rows, columns=names).sort_values(["date", "code"], ignore_index=True)


def successors(code, from_year, to_year):
    """Return the codes on 1 January of `to_year` that hold `code` of 1 January of `from_year`, or a part.

    Returns
    -------
    list of str
        One code, or several where it was split; as far as the register names them.

    Raises
    ------
    DataError
        If `code` did not exist on 1 January of `from_year`, or the years are out of order or range.
    """
    known = graph()
    from_year, to_year = _span(known, from_year, to_year)
    _must_exist(known, code, from_year)
    return sorted(standing(known, to_year)[1][code])


def predecessors(code, year, to_year):
    """Return the codes on 1 January of `year` of which `code` of 1 January of `to_year` holds all or a part.

    Returns
    -------
    list of str
        Sorted; `code` itself is among them if it existed in `year`.

    Raises
    ------
    DataError
        If `code` did not exist on 1 January of `to_year`, or the years are out of order or range.
    """
    known = graph()
    year, to_year = _span(known, year, to_year)
    _must_exist(known, code, to_year)
    reach = standing(known, to_year)[1]
    return [old for old in known.codes(year) if code in reach[old]]


def _span(graph, first, last):
    first, last = known_year(graph, first, "from_year"), known_year(graph, last)
    if first > last:
        raise DataError(f"to_year: {last} lies before {first}; amalgamations are not undone, swap the years")
    return first, last


def _must_exist(graph, code, year):
    if not graph.existed(code, year):
        raise DataError(f"code: {why_absent(graph, code, year)}")
