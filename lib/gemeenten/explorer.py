"""The threshold explorer without its controls: a choice goes in, an answer comes out; nothing is drawn.

    frame = explorer.frame()
    explorer.answer(frame, explorer.Choice("overhead_share", 2023)).sentence

`explorer_picture` draws an answer and `explorer_app` puts controls around both.
"""

import re
from dataclasses import dataclass, field

import pandas as pd

from gemeenten import explorer_words
from gemeenten.claims import size_data
from gemeenten.claims.size_outcomes import BY_NAME, OUTCOMES
from gemeenten.designs import discontinuity
from gemeenten.designs.discontinuity_checks import PLACEBO_CUTOFFS
from gemeenten.errors import DesignError, GemeentenError
from gemeenten.explorer_lines import lines
from gemeenten.inhabitants import LARGE

#: Placebo cutoffs as shares of the chosen one; at 100,000 those of the other analyses.
PLACEBOS = tuple(cutoff / LARGE for cutoff in PLACEBO_CUTOFFS)
WIDEST = 5.0  # ln units: from a 150th to 150 times the cutoff holds every municipality there is
FEWEST = 60  # municipalities: an outcome known for fewer has too few above 100,000 to be offered


@dataclass(frozen=True)
class Choice:
    """What a reader chooses.

    `outcome` is a name of `claims.size_outcomes`, `year` the 1 January of the sizes and boundaries, `cutoff`
    is in inhabitants (the right side has strictly more), `bandwidth` in ln units (0.5: from 61 % to 165 % of
    the cutoff; None lets the data choose, as in the other analyses), `density` adds ln(inhabitants per km2)
    as a covariate.
    """

    outcome: str = "overhead_share"
    year: int = 2023
    cutoff: float = LARGE
    bandwidth: float | None = 0.5
    density: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What the data say to a `Choice`.

    `estimate` and `ci` (95 %, robust bias-corrected) are in `unit`; `bandwidth` is in ln units, chosen or
    left to the data; `effective_left` and `effective_right` count the municipalities within it, and `span` is
    its reach in inhabitants. `rank` says as which the estimate ranks by size among the `cutoffs` that could
    be estimated: the chosen one and its placebos. When there is no answer, `problem` says why, the numbers
    are None and `sentence` tells the reader.

    `points`, `lines` and `jumps` are what is drawn; `alt` and `alt_jumps` say what the pictures look like.
    """

    choice: Choice
    sentence: str
    alt: str
    alt_jumps: str = ""
    unit: str = ""
    tier: str = "not stated"
    n: int = 0
    estimate: float | None = None
    ci: tuple | None = None
    bandwidth: float | None = None
    effective_left: int | None = None
    effective_right: int | None = None
    span: tuple | None = None
    rank: int | None = None
    cutoffs: int | None = None
    notes: tuple = ()
    problem: str = ""
    points: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    lines: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    jumps: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)


def frame():
    """Return the panel that the explorer reads: `claims.size_data.panel`, sizes and outcomes by year."""
    return size_data.panel()


def years(frame, outcome):
    """Return the years in which an outcome is known of at least 60 municipalities, as a list, sorted.

    Raises
    ------
    DataError
        If there is no such outcome.
    """
    counts = size_data.observed(outcome, frame).groupby("year").size()
    return counts.index[counts >= FEWEST].tolist()


def outcomes(frame):
    """Return the outcomes that can be explored: those with a year; a list of `size_outcomes.Outcome`."""
    return [outcome for outcome in OUTCOMES if years(frame, outcome.name)]


def answer(frame, choice):
    """Return the `Answer` to a choice, never an error about the choice: it becomes a plain sentence.

    Local linear regression on either side of the cutoff with a triangular kernel in ln(inhabitants), by
    `designs.discontinuity.fit`; the placebos lie at the same distances from any chosen cutoff and use the
    units of their own side of it only.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `frame` returns it.
    choice : Choice
    """
    points = pd.DataFrame(columns=["population", "outcome"])
    try:
        rows = _rows(frame, choice)
        points = rows.rename(columns={"inhabitants": "population", "y": "outcome"})[["population", "outcome"]]
        options = _options(rows, choice)
        fit = discontinuity.fit(rows["y"], rows["inhabitants"], choice.cutoff, **options)
        jumps = _jumps(rows, fit, options)
    except GemeentenError as error:
        return _no_answer(choice, points, _plain(error))
    return _answered(rows, points, choice, fit, jumps)


def _plain(error):
    """Return an error without the name of the argument before it: the reader of the page gave none."""
    return re.sub(r"^\w+: ", "", str(error)).rstrip(".")


def _rows(frame, choice):
    """Return the municipalities with a known outcome in the chosen year; an error when they are too few."""
    known = years(frame, choice.outcome)
    if choice.year not in known:
        when = f"choose one of {', '.join(map(str, known))}" if known else "choose another outcome"
        raise DesignError(f"year: {BY_NAME[choice.outcome].label} is not known for {choice.year!r}; {when}")
    return size_data.cross_section(choice.outcome, frame, choice.year)


def _options(rows, choice):
    """Return the options of the fit; an error for a bandwidth beyond all municipalities."""
    h = choice.bandwidth
    if isinstance(h, int | float) and h > WIDEST:
        raise DesignError(
            f"bandwidth: {h:g} ln units; give at most {WIDEST:g}, which holds all municipalities"
        )
    return {"h": h, "covariates": rows["log_density"] if choice.density else None}


def _jumps(rows, fit, options):
    """Return the jumps at the chosen cutoff and its placebos: cutoff, estimate, low, high, p_value, reason.

    A placebo at 100,000 is left out: something is known to change there.
    """
    cutoffs = [cutoff for share in PLACEBOS if (cutoff := round(share * fit.cutoff)) != LARGE]
    found = discontinuity.placebos(rows["y"], rows["inhabitants"], cutoffs, fit.cutoff, **options).table
    own = {"cutoff": fit.cutoff, "estimate": fit.estimate, "p_value": fit.p_robust, "reason": ""}
    own |= dict(zip(("low", "high"), fit.ci_robust, strict=True))
    table = pd.concat([pd.DataFrame([own]), found[list(own)]], ignore_index=True)
    return table.sort_values("cutoff", ignore_index=True)


def _answered(rows, points, choice, fit, jumps):
    outcome = BY_NAME[choice.outcome]
    covariate = rows["log_density"] if choice.density else None
    drawn = lines(rows["y"], rows["inhabitants"], fit.cutoff, fit.bandwidth, covariate)
    sizes = jumps.loc[jumps["reason"] == "", "estimate"].abs()
    rank = int((sizes > abs(fit.estimate)).sum()) + 1
    unit = "percentage points" if outcome.unit.startswith("%") else outcome.unit
    return Answer(
        choice=choice,
        sentence=explorer_words.sentence(choice, outcome, fit, unit, rank, len(sizes)),
        alt=explorer_words.alt(outcome, fit, drawn),
        alt_jumps=explorer_words.alt_jumps(fit, unit, sizes, rank),
        unit=unit,
        tier=outcome.tier,
        n=fit.n,
        estimate=fit.estimate,
        ci=fit.ci_robust,
        bandwidth=fit.bandwidth,
        effective_left=fit.effective_left,
        effective_right=fit.effective_right,
        span=fit.span,
        rank=rank,
        cutoffs=len(sizes),
        notes=tuple(explorer_words.notes(fit, jumps)),
        points=points,
        lines=drawn,
        jumps=jumps,
    )


def _no_answer(choice, points, problem):
    outcome = BY_NAME.get(choice.outcome)
    label = outcome.label if outcome else "the outcome"
    seen = f"Scatter of {label} against inhabitants on a log scale, {len(points)} municipalities, no lines."
    return Answer(
        choice=choice,
        sentence=f"No jump can be estimated with these choices: {problem}.",
        alt=seen if len(points) else "No picture: there are no municipalities to draw.",
        unit=outcome.unit if outcome else "",
        tier=outcome.tier if outcome else "not stated",
        n=len(points),
        problem=problem,
        points=points,
    )
