"""Hold the shipped tables against each other and against published facts."""

from dataclasses import dataclass

from gemeenten import registry, tables
from gemeenten import verify_amounts as amounts
from gemeenten import verify_boundaries as boundaries
from gemeenten.errors import GemeentenError


@dataclass(frozen=True)
class Check:
    """One thing that was checked; `problem` is empty when it holds."""

    name: str
    problem: str = ""

    @property
    def ok(self):
        """Whether it holds."""
        return not self.problem


def verify():
    """Yield a Check per table (hash, schema, key, rows) and per fact that spans tables.

    Yields
    ------
    Check
        In a fixed order. Facts across tables are left out while a table itself fails.
    """
    failed = False
    for name in tables.names():
        check = check_table(name)
        failed |= not check.ok
        yield check
    if not failed:
        for fact in FACTS:
            yield _fact(fact)


def _fact(fact):
    """Return the Check of one fact; a registry that lacks its figures is a problem of that fact alone."""
    name = fact.__doc__.splitlines()[0].rstrip(".")
    try:
        return Check(name, fact() or "")
    except GemeentenError as error:
        return Check(name, str(error))


def check_table(name):
    """Return the Check of one table: its hash, schema and key, and the registered number of rows."""
    try:
        frame = tables.load(name)
    except GemeentenError as error:
        return Check(f"table {name}", str(error))
    wanted = registry.entry(name).rows
    problem = (
        ""
        if len(frame) == wanted
        else f"{len(frame)} rows, {wanted} registered; run `gemeenten stamp {name}`"
    )
    return Check(f"table {name}", problem)


FACTS = (
    boundaries.codes_existed,
    boundaries.tables_are_whole,
    amounts.population_is_complete,
    amounts.population_sums,
    amounts.number_of_municipalities,
    amounts.number_above_100000,
    amounts.accounts_use_the_population,
    amounts.task_fields_are_whole,
    amounts.task_fields_add_up,
    amounts.amounts_missing_where_not_filed,
    amounts.overhead_of_amsterdam,
    boundaries.endings_are_in_the_register,
    boundaries.ended_municipalities_existed,
    boundaries.beginnings_are_in_the_register,
    boundaries.successors_existed,
    amounts.parts_add_up,
    amounts.sources_are_listed,
)
