"""What a mark of the citizens' survey is: the indicators by name, and the values that mean missing."""

import re

from gemeenten.inbox_words import plain, year_and_rest

ROLES = ("kiezer", "klant", "onderdaan", "partner", "wijkbewoner", "belastingbetaler")
LOWEST, HIGHEST = 1, 10
MISSING = re.compile(
    r"|[?.x–—-]|nan|na|n/a|nb|n\.b\.|nvt|n\.v\.t\.?|none|null|-9999[789](?:[.,]0+)?", re.IGNORECASE
)
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
SCORES = re.compile(r"dv\d{2}|sc02|bo06", re.ASCII)
CODES = re.compile(r"(?<![a-z0-9])(?:dv\d{2}|sc02|bo06)(?:_(?:pin|rv|\d))*(?![a-z0-9])", re.ASCII)
NO_MARK = re.compile(r"%|procent|percentage|aandeel|aantal|respons|ontevreden", re.IGNORECASE)


def indicator(name):
    """Return the indicator that a column or cell names, or None when it is no mark known here.

    Known are the service marks of the citizens' survey (`dv01`, `dv06`, `dv10`, other `dvNN`, `sc02`,
    `bo06`: VNG Realisatie, Burgerpeiling, metadata of the indicators) and the six citizen roles. Shares
    such as `dv01_pin` are none.
    """
    if NO_MARK.search(name) or ("_" in name and SCORES.match(name.casefold())):
        return None
    text = plain(name)
    if SCORES.fullmatch(text):
        return text
    if text in ("dienstverlening", "directedienstverlening") or "rapportcijferdienstverlening" in text:
        return "dv01"
    role = re.sub(r"^(deburger|burger|inwoner|cijfer|score|mark)*als|^(cijfer|score|mark)", "", text)
    return role if role in ROLES else None


def mentioned(text):
    """Return the set of indicators that a title, sheet name or file name speaks of, marks or not.

    A code within the text counts (`burgerpeiling_dv01_2019`), a share with its ending (`dv01_pin`), so that
    it is not taken for the mark; a text on a percentage or number counts whole. `Dienstverlening` alone is
    the name of a theme too, and tells nothing.
    """
    codes = {match[0] for match in CODES.finditer(text.casefold())}
    if codes and NO_MARK.search(text):
        return {text[:40]}
    named = None if plain(text) == "dienstverlening" else indicator(text)
    return codes or ({named} if named else set())


def heading(text):
    """Return the indicator and the year that a header such as `2019` or `dv01 2019` names.

    Either is "" when it is not named; both are when the header says something else.
    """
    year, rest = year_and_rest(text)
    if not rest:
        return "", year
    said = mentioned(rest)
    named = indicator(rest) or (indicator(next(iter(said))) if year and len(said) == 1 else None)
    return (named, year) if named else ("", "")


def is_missing(cell):
    """Return whether a cell holds no mark: empty, a sign such as `?`, or a code such as -99998."""
    return bool(MISSING.fullmatch(cell))


def as_number(cell):
    """Return the number in a cell, with a decimal comma or point; None when it holds something else."""
    return float(cell.replace(",", ".")) if NUMBER.fullmatch(cell) else None
