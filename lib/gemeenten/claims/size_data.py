"""One panel of municipal outcomes and sizes: a row a municipality and year, on that year's boundaries."""

import numpy as np

from gemeenten import tables
from gemeenten.claims.size_outcomes import BY_NAME, OUTCOMES
from gemeenten.crosswalk import harmonise
from gemeenten.errors import DataError
from gemeenten.inhabitants import LARGE

KEY = ["code", "year"]
FIRST = 2012  # first 1 January with the inhabitants of all municipalities
EUR = 1_000  # the accounts are in 1,000 EUR
ELECTIONS = {"PS2019": 2019, "PS2023": 2023}
PER_INHABITANT = {
    "overhead_per_inhabitant": "overhead",
    "civil_affairs_per_inhabitant": "civil_affairs",
    "salaries_per_inhabitant": "salaries",
    "joint_transfers_per_inhabitant": "transfers_joint_arrangements",
}


def panel():
    """Return sizes and outcomes of all municipalities, 2012 to the last year of the table `population`.

    Returns
    -------
    pandas.DataFrame, a row a municipality and year, sorted by code and year
        `code`, `year`; `inhabitants` (1 January), `log_inhabitants` (natural), `large` (1.0 with more than
        100,000, else 0.0), `density` (inhabitants per km2 of land; that of 2023 from 2024 on, no
        municipality having ended since), `log_density`, `urbanity_class` (1 to 5, of 2021), and the columns
        of `size_outcomes.OUTCOMES`. Missing is not known: not filed, marked as doubtful in its table, no
        election held, or another year.

    Notes
    -----
    Inhabitants of all municipalities are known from 2012 on; the votes of the municipal elections of 2010
    are carried to the boundaries of 2012 and stand there. Rotterdam lacks them: Rozenburg, which joined it
    on 18 March 2010, has no row of its own, and whether Rotterdam's row holds its votes is not stated.
    """
    frame = _sizes()
    for part in (_accounts(), _polling_places(), _turnout(), _staff(), _arrangements(), _marks()):
        frame = frame.merge(part, on=KEY, how="left", validate="one_to_one")
    for name, column in PER_INHABITANT.items():
        frame[name] = EUR * frame.pop(column) / frame["inhabitants"]
    for election in ("ps2023", "tk2023"):
        places = frame.pop(f"places_{election}")
        frame[f"polling_places_per_10000_{election}"] = 10_000 * places / frame["inhabitants"]
    frame["staff_2014_per_1000"] = 1_000 * frame.pop("fte") / frame["inhabitants"]
    sizes = ["inhabitants", "log_inhabitants", "large", "density", "log_density", "urbanity_class"]
    return frame[[*KEY, *sizes, *BY_NAME]].sort_values(KEY, ignore_index=True)


def cross_section(name, frame=None, year=None):
    """Return the municipalities with a known outcome in one year.

    Parameters
    ----------
    name : str
        An outcome of `size_outcomes.OUTCOMES`.
    frame : DataFrame, optional
        The panel, when it is at hand.
    year : int, optional
        The outcome's own year by default.

    Returns
    -------
    pandas.DataFrame
        The panel's rows with the outcome as column `y` too.

    Raises
    ------
    DataError
        If there is no such outcome.
    """
    rows = observed(name, frame)
    return rows[rows["year"] == (BY_NAME[name].year if year is None else year)].reset_index(drop=True)


def observed(name, frame=None):
    """Return all rows of the panel with a known outcome, the outcome as column `y` too."""
    if name not in BY_NAME:
        raise DataError(f"outcome: {name!r} is not one of {', '.join(o.name for o in OUTCOMES)}")
    frame = panel() if frame is None else frame
    return frame[frame[name].notna()].assign(y=frame[name]).reset_index(drop=True)


def _sizes():
    population = tables.load("population")
    frame = population.loc[population["quality"] == "official", [*KEY, "population"]]
    frame = frame.rename(columns={"population": "inhabitants"}).astype({"inhabitants": "float64"})
    frame["log_inhabitants"] = np.log(frame["inhabitants"])
    frame["large"] = (frame["inhabitants"] > LARGE).astype("float64")
    density = tables.load("density").rename(columns={"density_per_km2_land": "density"})
    last = int(density["year"].max())
    frame["density_year"] = frame["year"].clip(upper=last)
    density = density.rename(columns={"year": "density_year"}).astype({"density": "float64"})
    frame = frame.merge(density, on=["code", "density_year"], how="left").drop(columns="density_year")
    frame["log_density"] = np.log(frame["density"])
    urbanity = tables.load("attributes")[["code", "urbanity_class"]]
    return frame.merge(urbanity, on="code", how="left")


def _accounts():
    """Return the annual accounts that were filed, overhead missing where it is marked as doubtful."""
    accounts = tables.load("accounts")
    rows = accounts[(accounts["stage"] == "account") & accounts["filed"]].copy()
    rows["overhead"] = rows["overhead"].where(~rows["quality"].isin(["overhead_doubtful"]))
    rows["overhead_share"] = 100 * rows["overhead"] / rows["costs"]
    return rows[[*KEY, "overhead_share", *PER_INHABITANT.values()]]


def _polling_places():
    """Return polling places and the share that is accessible, a column an election, both of 2023."""
    places = tables.load("polling_places")
    places = places[places["quality"].isna()]  # the municipalities, not the Caribbean public bodies
    places["election"] = places["election"].str.lower()
    known = (places["accessible"] + places["not_accessible"]).astype("float64")
    places["accessible_share"] = 100 * places["accessible"] / known.where(known > 0)
    places["places"] = places["polling_places"].astype("float64")
    wide = places.pivot(index="code", columns="election", values=["places", "accessible_share"])
    wide.columns = [f"{measure}_{election}" for measure, election in wide.columns]
    return wide.reset_index().assign(year=2023)


def _turnout():
    """Return turnout in % by election, that of 2010 on the boundaries of 2012."""
    votes = tables.load("turnout")
    votes["year"] = votes["election"].map({"GR2010": 2010, **ELECTIONS})
    early = harmonise(votes[votes["election"] == "GR2010"], FIRST, sum=["electorate", "counted_votes"])
    early = early[early["complete"] & early["split_into"].isna()]
    found = _percent(early.assign(year=FIRST), "turnout_gr2010")
    for election in ELECTIONS:
        rows = _percent(votes[votes["election"] == election], f"turnout_{election.lower()}")
        found = found.merge(rows, on=KEY, how="outer")
    return found


def _percent(rows, name):
    rows = rows[[*KEY]].assign(**{name: 100 * rows["counted_votes"] / rows["electorate"]})
    return rows.dropna(subset=[name])


def _staff():
    """Return the staff of 2014 where the table does not mark it as merged elsewhere or doubtful."""
    staff = tables.load("staff_2014")
    staff = staff.loc[staff["quality"].isna(), ["code", "fte"]]
    return staff.astype({"fte": "float64"}).assign(year=2014)


def _arrangements():
    rows = tables.load("register_2026")[["code", "joint_arrangements"]]
    return rows.astype({"joint_arrangements": "float64"}).assign(year=2026)


def _marks():
    """Return the citizens' survey marks for service with a known year, less those marked to be verified."""
    marks = tables.load("service_scores")
    own = (marks["instrument"] == "burgerpeiling") & (marks["role"] == "dienstverlening")
    marks = marks[own & marks["quality"].isna()].dropna(subset=["year_from"])
    marks = marks.rename(columns={"year_from": "year", "score": "service_mark"})
    return marks.astype({"year": "int64"})[[*KEY, "service_mark"]]
