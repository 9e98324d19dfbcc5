"""An answer of the explorer as HTML: the sentence with two pictures, and the numbers with their notes."""

import base64
from html import escape

from gemeenten.claims.size_outcomes import BY_NAME
from gemeenten.designs.wording import interval, number
from gemeenten.exhibit_files import picture_bytes
from gemeenten.plots import cutoffs

#: Of the size of the text around the explorer, in JupyterLab and stand-alone.
READABLE = "font-size:var(--jp-content-font-size1,14px);line-height:1.45"


def html(answer):
    """Return the sentence of an `explorer.Answer` and its pictures as HTML, pictures embedded.

    Parameters
    ----------
    answer : gemeenten.explorer.Answer
    """
    said = f'<p role="status" data-explorer="sentence">{escape(answer.sentence)}</p>'
    return f'<div style="max-width:60em;{READABLE}">{said}{_pictures(answer)}</div>'


def numbers(answer):
    """Return the numbers of an `explorer.Answer` as an HTML table with a header a row, its notes below.

    Parameters
    ----------
    answer : gemeenten.explorer.Answer
    """
    notes = "".join(f'<li style="margin:0 0 0.4em">{escape(note)}</li>' for note in answer.notes)
    listed = f'<ul style="padding-left:1.2em">{notes}</ul>' if notes else ""
    return f'<div style="{READABLE}">{_table(answer)}{listed}</div>'


def _table(answer):
    """Return the table; nothing where there are no numbers."""
    if answer.estimate is None:
        return ""
    rows = {
        "estimate": ("Estimated jump", f"{number(answer.estimate)} {answer.unit}"),
        "interval": ("Robust interval", interval(*answer.ci)),
        "bandwidth": ("Bandwidth", _bandwidth(answer)),
        "effective": ("Effective n", f"{answer.effective_left} left, {answer.effective_right} right"),
        "span": ("Within the bandwidth", f"{_inhabitants(answer.span)} inhabitants"),
        "rank": ("Among placebo cutoffs", f"number {answer.rank} of {answer.cutoffs} by size"),
    }
    cells = "".join(
        f'<tr><th scope="row" style="text-align:left;padding-right:1.5em">{name}</th>'
        f'<td data-explorer="{key}" style="text-align:left">{escape(told)}</td></tr>'
        for key, (name, told) in rows.items()
    )
    return f"<table>{cells}</table>"


def _bandwidth(answer):
    source = "from the data" if answer.choice.bandwidth is None else "as chosen"
    return f"{answer.bandwidth:.2f} ln units, {source}"


def _inhabitants(span):
    return " to ".join(f"{edge:,.0f}" for edge in span)


def _pictures(answer):
    """Return the scatter and the placebo cutoffs as HTML figures."""
    if answer.points.empty:
        return ""
    outcome = BY_NAME[answer.choice.outcome]
    label = f"{outcome.label[0].upper()}{outcome.label[1:]}\n({outcome.unit})"
    shown = _figure(_scatter(answer, label), answer.alt, "Each dot is a municipality.")
    estimated = answer.jumps[answer.jumps["reason"] == ""] if len(answer.jumps) else answer.jumps
    if len(estimated) > 1:
        fig = cutoffs.placebos(
            estimated,
            f"Estimated jump ({answer.unit})",
            answer.tier,
            answer.n,
            at=float(answer.choice.cutoff),
        )
        shown += _figure(fig, answer.alt_jumps, "The jump at the chosen cutoff and at placebo cutoffs.")
    return shown


def _scatter(answer, label):
    if answer.estimate is None:
        none = answer.points.iloc[:0].assign(fitted=[], side=[])
        return cutoffs.discontinuity(answer.points, none, label, answer.tier, at=_drawable(answer))
    size = answer.points["population"]
    band = max(answer.span[0], 0.9 * size.min()), min(answer.span[1], 1.1 * size.max())
    return cutoffs.discontinuity(
        answer.points, answer.lines, label, answer.tier, bandwidth=band, at=float(answer.choice.cutoff)
    )


def _drawable(answer):
    """Return the cutoff, held to what a log axis of municipalities can show."""
    size = answer.points["population"]
    try:
        return min(max(float(answer.choice.cutoff), size.min() / 2), 2 * size.max())
    except (TypeError, ValueError):
        return float(size.max())


def _figure(fig, alt, caption):
    png = base64.b64encode(picture_bytes(fig, "png", caption, alt, trim=False)).decode()
    image = f'<img alt="{escape(alt)}" src="data:image/png;base64,{png}" style="max-width:100%;height:auto">'
    return f'<figure style="margin:0.6em 0">{image}<figcaption>{caption}</figcaption></figure>'
