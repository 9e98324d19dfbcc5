"""The answers of the explorer in words: the sentence, the notes and the alt texts."""

from gemeenten.designs.wording import evidence, number, p_value


def sentence(choice, outcome, fit, unit, rank, cutoffs):
    """Return the answer in one sentence."""
    beside = " with density as a covariate," if choice.density else ""
    zero = "includes zero, which leaves both a jump and none open" if _has_zero(fit) else "excludes zero"
    low, high = (number(edge) for edge in fit.ci_robust)
    effective = f"effective n {fit.effective_left} left and {fit.effective_right} right"
    return (
        f"At the cutoff of {_whole(fit.cutoff)} inhabitants, in the municipalities of {choice.year},{beside} "
        f"{outcome.label} differs by an estimated {number(fit.estimate)} {unit}; the robust 95% interval of "
        f"{low} to {high} ({p_value(fit.p_robust)}, {effective}) {'is wide and ' if fit.wide else ''}{zero}; "
        f"{_place(rank, cutoffs)} {evidence(fit.n, outcome.tier)}."
    )


def _whole(inhabitants):
    return f"{inhabitants:,.0f}"


def _has_zero(fit):
    return fit.ci_robust[0] <= 0 <= fit.ci_robust[1]


def _place(rank, cutoffs):
    """Return where the estimate lies among the placebos, in words."""
    if cutoffs == 1:
        return "no placebo cutoff could be estimated beside it"
    return f"by size it is number {rank} of {cutoffs} jumps, the other {cutoffs - 1} being at placebo cutoffs"


def notes(fit, jumps):
    """Yield what a reader must know beside the sentence."""
    yield f"The robust interval corrects for curved lines: its centre is {number(fit.estimate_corrected)}."
    refused = jumps.loc[jumps["reason"] != "", "cutoff"]
    if len(refused):
        yield f"Placebo cutoffs that could not be estimated: {', '.join(map(_whole, refused))}."
    yield from (f"{note[0].upper()}{note[1:]}." for note in fit.notes)
    yield "Descriptive: a jump holds together everything that changes at the cutoff."


def alt(outcome, fit, drawn):
    """Return what the scatter looks like, for who cannot see it."""
    left, right = drawn["fitted"].iloc[1], drawn["fitted"].iloc[2]
    return (
        f"Scatter of {outcome.label} ({outcome.unit}) against inhabitants on a log scale, {fit.n} "
        f"municipalities. At the dashed cutoff of {_whole(fit.cutoff)} the line fitted on the left ends at "
        f"{number(left)} and the line on the right starts at {number(right)}. The bandwidth, "
        f"{_whole(fit.span[0])} to {_whole(fit.span[1])} inhabitants, is shaded."
    )


def alt_jumps(fit, unit, sizes, rank):
    """Return what the picture of the placebo cutoffs looks like."""
    return (
        f"Estimated jumps with robust 95% intervals at {len(sizes)} cutoffs, in {unit}, around a line at "
        f"zero; the one at {_whole(fit.cutoff)} is set off by colour and marker and ranks {rank} by size."
    )
