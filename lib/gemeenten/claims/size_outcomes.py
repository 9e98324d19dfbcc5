"""The outcomes that could change with the size of a municipality, each with why it might or might not."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """One column of `size_data.panel`.

    `name` is the column, `label` what it is called in prose, `unit` its unit, `table` the shipped table it
    is from, `tier` its evidence tier, `year` the 1 January at whose boundaries a single cross-section is
    taken, `affected` whether size is a plausible cause of it at all (False: a comparison that organisation
    can hardly explain), `why` the reason.
    """

    name: str
    label: str
    unit: str
    table: str
    tier: str
    year: int
    affected: bool
    why: str


OUTCOMES = (
    Outcome(
        "overhead_share",
        "overhead as a share of costs",
        "% of costs",
        "accounts",
        "census",
        2023,
        True,
        "Fixed costs of steering and support are spread over more inhabitants, while layers and staff units "
        "are added; the closest that the accounts come to the organisation itself.",
    ),
    Outcome(
        "overhead_per_inhabitant",
        "overhead per inhabitant",
        "EUR",
        "accounts",
        "census",
        2023,
        True,
        "As the share; but large municipalities do more per inhabitant, which raises it without any change "
        "of organisation.",
    ),
    Outcome(
        "civil_affairs_per_inhabitant",
        "costs of civil affairs per inhabitant",
        "EUR",
        "accounts",
        "census",
        2023,
        True,
        "The counter: passports, registers, elections. The same legal products everywhere, so scale is the "
        "plausible difference.",
    ),
    Outcome(
        "salaries_per_inhabitant",
        "salaries per inhabitant",
        "EUR",
        "accounts",
        "census",
        2023,
        True,
        "Own staff. It falls where work is left to joint arrangements or contractors, which is itself "
        "related to size.",
    ),
    Outcome(
        "joint_transfers_per_inhabitant",
        "transfers to joint arrangements per inhabitant",
        "EUR",
        "accounts",
        "census",
        2023,
        True,
        "Small municipalities need partners for what large ones do themselves; central cities also carry "
        "regional tasks.",
    ),
    Outcome(
        "joint_arrangements",
        "joint arrangements taken part in",
        "arrangements",
        "register_2026",
        "register",
        2026,
        True,
        "As the transfers; but the number depends on how a region happens to be organised.",
    ),
    Outcome(
        "polling_places_per_10000_ps2023",
        "polling places per 10,000 inhabitants, March 2023",
        "per 10,000",
        "polling_places",
        "census",
        2023,
        True,
        "A service with a fixed cost a place; the number a village needs does not fall with its size.",
    ),
    Outcome(
        "polling_places_per_10000_tk2023",
        "polling places per 10,000 inhabitants, November 2023",
        "per 10,000",
        "polling_places",
        "census",
        2023,
        True,
        "As in March; a second election of the same year.",
    ),
    Outcome(
        "accessible_share_ps2023",
        "accessible polling places, March 2023",
        "% of places with known accessibility",
        "polling_places",
        "census",
        2023,
        True,
        "A service quality that has to be organised; almost all places are accessible, so little is left to "
        "differ.",
    ),
    Outcome(
        "accessible_share_tk2023",
        "accessible polling places, November 2023",
        "% of places with known accessibility",
        "polling_places",
        "census",
        2023,
        True,
        "As in March; a second election of the same year.",
    ),
    Outcome(
        "turnout_gr2010",
        "turnout at the municipal elections of 2010",
        "% of the electorate",
        "turnout",
        "census",
        2012,
        True,
        "Distance between citizen and town hall is said to grow with size; who lives in cities matters more.",
    ),
    Outcome(
        "turnout_ps2019",
        "turnout at the provincial elections of 2019",
        "% of the electorate",
        "turnout",
        "census",
        2019,
        False,
        "A province is elected: the organisation of the municipality can hardly matter, so a difference by "
        "size shows who lives where.",
    ),
    Outcome(
        "turnout_ps2023",
        "turnout at the provincial elections of 2023",
        "% of the electorate",
        "turnout",
        "census",
        2023,
        False,
        "As in 2019.",
    ),
    Outcome(
        "staff_2014_per_1000",
        "civil servants per 1,000 inhabitants, 2014",
        "fte per 1,000",
        "staff_2014",
        "census",
        2014,
        True,
        "More tasks and more own staff in larger municipalities; merged civil services are left out.",
    ),
    Outcome(
        "service_mark",
        "citizens' survey mark for service",
        "points (1-10)",
        "service_scores",
        "survey",
        2019,
        True,
        "The outcome the chapter is about; only the marks that could be found, none above 100,000 "
        "inhabitants, so no step can be looked for.",
    ),
)

BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}


def registry():
    """Return the outcomes as a table, a row an outcome, columns as the fields of `Outcome`."""
    return pd.DataFrame([vars(outcome) for outcome in OUTCOMES])
