"""The README's badges: small pictures whose words are computed, so that they stay true."""

import tomllib
from html import escape

from gemeenten import paths, registry
from gemeenten.claims import ledger

FOLDER = ".ci/badges"
CHARACTER = 6.6  # width of a character of 11 pixels, in pixels
BLUE = "#0072B2"


def badges():
    """Return file name -> (label, message) of every badge.

    Returns
    -------
    dict of str to (str, str)
    """
    project = tomllib.loads((paths.root() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    claims = ledger()
    tested = int((claims["verdict"] != "untested").sum())
    python = project["requires-python"].replace(">=", "from ").replace(",<", ", below ")
    return {
        "claims.svg": ("claims", f"{tested} of {len(claims)} tested"),
        "tables.svg": ("tables", f"{len(registry.entries())}, hash-checked"),
        "python.svg": ("python", python),
        "code.svg": ("code", project["license"]),
    }


def svg(label, message):
    """Return a badge as SVG text: a grey half with the label, a blue one with the message."""
    left, right = (CHARACTER * len(part) + 12 for part in (label, message))
    label, message = escape(label), escape(message)
    text = (
        'y="14" fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:.0f}" height="20" role="img" '
        f'aria-label="{label}: {message}"><title>{label}: {message}</title>'
        f'<rect width="{left:.1f}" height="20" fill="#555"/>'
        f'<rect x="{left:.1f}" width="{right:.1f}" height="20" fill="{BLUE}"/>'
        f'<text x="{left / 2:.1f}" {text}>{label}</text>'
        f'<text x="{left + right / 2:.1f}" {text}>{message}</text></svg>\n'
    )


def files():
    """Return path -> text of every badge."""
    return {paths.root() / FOLDER / name: svg(*words) for name, words in badges().items()}


def markdown():
    """Return the line of badges for the README, each with its words as alt text."""
    told = (f"![{label}: {message}]({FOLDER}/{name})" for name, (label, message) in badges().items())
    return " ".join(told) + "\n"
