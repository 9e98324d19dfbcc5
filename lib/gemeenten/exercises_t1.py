"""The exercises of tutorial T1: choosing rows, counting, grouping and joining tables."""

from functools import cache

from gemeenten import exercises, tables
from gemeenten.inhabitants import LARGE

NOW = 2026
#: The seats of a council up to 100,000 inhabitants, at most (Gemeentewet art. 8).
SEATS_BELOW = 37
ACCOUNTS, NOT_FILED = 2024, 2022


@cache
def _official():
    return tables.load("population").query("quality == 'official'")


@cache
def _now():
    return _official().query("year == @NOW")


@cache
def _statements():
    return tables.load("accounts")


@cache
def _accounts():
    return _statements().query("stage == 'account' and year == @ACCOUNTS and filed")


def _large():
    return int((_now()["population"] > LARGE).sum())


def _share_living_large():
    return _now().loc[_now()["population"] > LARGE, "population"].sum() / _now()["population"].sum()


def _seats():
    return tables.load("register_2026")["council_seats"]


def _per_inhabitant(rows):
    return 1000 * rows["overhead"] / rows["population"]


def _of_other_rows(query):
    return _per_inhabitant(_statements().query(query)).median()


def _missing(query):
    return set(_statements().query(f"{query} and not filed")["code"])


def _names(codes, year):
    listed = tables.load("municipalities").query("first_year <= @year <= last_year")
    return set(listed.loc[listed["code"].isin(codes), "name"])


exercises.number(
    "T1.1",
    _large,
    ask="How many municipalities had more than 100,000 inhabitants on 1 January 2026?",
    hint="Keep the rows of one year, compare the column population with 100_000, and sum the True values.",
    mistakes=[
        (
            lambda: int((_official()["population"] > LARGE).sum()),
            "That counts every year of the table. Keep the rows of 2026 first.",
        ),
        (
            lambda: int((_now()["population"] <= LARGE).sum()),
            "Those are the others: turn the comparison round.",
        ),
        (lambda: len(_now()), "Those are all municipalities of 2026: compare population with 100_000."),
        (
            lambda: (_now()["population"] > LARGE).mean(),
            "That is a share: .mean() of True and False. A count is asked.",
        ),
    ],
    right="Few against many: keep this number in mind whenever two sides of 100,000 are compared.",
)

exercises.number(
    "T1.2",
    _share_living_large,
    tolerance=0.0005,
    ask="Which share of all inhabitants lived in a municipality above 100,000 on 1 January 2026?",
    hint="Add up the inhabitants of the large municipalities and divide by the inhabitants of all.",
    mistakes=[
        (
            lambda: (_now()["population"] > LARGE).mean(),
            "That is the share of municipalities. Asked is the share of inhabitants: sum them, not the rows.",
        ),
        (lambda: 1 - _share_living_large(), "That is the share in the other municipalities."),
        (
            lambda: (
                _official().query("population > @LARGE")["population"].sum() / _official()["population"].sum()
            ),
            "That mixes all years. Keep the rows of 2026 first.",
        ),
    ],
    right="A small share of the municipalities, a large share of the people: the unit you count decides.",
)

exercises.number(
    "T1.3",
    lambda: int((_seats() > SEATS_BELOW).sum()),
    ask="How many councils have more than 37 seats in the register of 2026?",
    hint="Load register_2026 and compare its column council_seats with 37.",
    mistakes=[
        (
            lambda: int((_seats() >= SEATS_BELOW).sum()),
            "You counted 'at least' (>=), asked is 'more than' (>): councils of exactly 37 do not count.",
        ),
        (
            lambda: int((_seats() == SEATS_BELOW).sum()),
            "Those have exactly 37 seats; asked are those with more.",
        ),
        (lambda: int((_seats() <= SEATS_BELOW).sum()), "Those are the others: turn the comparison round."),
        (
            lambda: int(_seats()[_seats() > SEATS_BELOW].sum()),
            "Those are seats added up. Count the councils.",
        ),
    ],
    right="Not the same number as in T1.1: the law goes by an earlier year, and the register has oddities.",
)

exercises.number(
    "T1.4",
    lambda: _per_inhabitant(_accounts()).median(),
    tolerance=0.5,
    ask="What was the median overhead in euros per inhabitant in the annual accounts of 2024?",
    hint="Keep stage 'account' and year 2024, compute overhead per inhabitant in euros, take the median.",
    mistakes=[
        (lambda: _per_inhabitant(_accounts()).mean(), "That is the mean; a few high values pull it up."),
        (
            lambda: 1000 * _accounts()["overhead"].sum() / _accounts()["population"].sum(),
            "That is the overhead of all divided by the inhabitants of all, in which the large cities weigh "
            "most. Divide row by row, then take the median.",
        ),
        (
            lambda: _of_other_rows("year == @ACCOUNTS"),
            "Budgets and accounts are mixed: keep the rows with stage 'account'.",
        ),
        (
            lambda: _of_other_rows("year == @ACCOUNTS and stage == 'budget'"),
            "Those are the budgets (begroting); asked are the annual accounts (jaarrekening).",
        ),
        (
            lambda: _of_other_rows("stage == 'account'"),
            "That mixes all years. Keep the rows of 2024 first.",
        ),
    ],
    right="Half of the municipalities spend more, half less.",
)

exercises.names(
    "T1.5",
    lambda: _names(_missing("stage == 'account' and year == @NOT_FILED"), NOT_FILED),
    ask="Which municipalities delivered no annual account for 2022? Give their names.",
    hint="Keep stage 'account', year 2022 and the rows where filed is False; then join the names.",
    mistakes=[
        (
            lambda: _missing("stage == 'account' and year == @NOT_FILED"),
            "The right rows, but these are codes. Join the names from the table municipalities.",
        ),
        (
            lambda: _names(_missing("stage == 'account'"), NOT_FILED),
            "That holds other years as well. Keep the rows of 2022.",
        ),
        (
            lambda: set(_statements().query("stage == 'account' and year == @NOT_FILED and filed")["code"]),
            "Those did deliver one: ~ turns True into False. And join the names.",
        ),
    ],
    right="Their costs are not known. Counting them as zero would pull every mean down.",
)
