"""The words by which the header of an export names its columns, and the years in them."""

import re
import unicodedata

# fmt: off
PLACE = (
    "gemeente", "gemeenten", "gemeentenaam", "gemeentenummer", "naam", "name", "municipality",
    "gemeentecode", "gm",
    "code", "gmcode", "cbscode", "regio", "regiocode", "geo", "geoitem", "geocode", "externalcode", "gebied",
    "gebiedscode", "gebiedsnaam", "statcode", "statnaam",
)
PLACES = ("gebieden", "regios")  # count where no column of PLACE is there
YEAR = ("jaar", "year", "periode", "perioden", "period", "meetjaar", "peiljaar", "onderzoeksjaar")
# fmt: on
INDICATOR = ("indicator", "indicatorcode", "variabele", "variable", "onderwerp", "rol", "role")
VALUE = ("waarde", "value", "mark", "score", "cijfer", "rapportcijfer", "valuestring")
YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\.0|JJ00)?(?!\d)", re.ASCII)  # StatLine: 2019JJ00


def plain(text):
    """Return a header or name in lower case without accents, spaces and punctuation."""
    split = unicodedata.normalize("NFKD", str(text).casefold())
    return re.sub(r"[^a-z0-9]", "", split)


def places(names):
    """Return the positions of the headers that name a municipality."""
    told = [plain(name) for name in names]
    return [at for at, name in enumerate(told) if name in PLACE] or [
        at for at, name in enumerate(told) if name in PLACES
    ]


def position(names, wanted):
    """Return the position of the first header that is one of `wanted`, None without any."""
    return next((at for at, name in enumerate(names) if plain(name) in wanted), None)


def year_and_rest(text):
    """Return the one year that a header or sheet name holds and the text around it.

    The year is "" when there is none, or more than one. Words such as `jaar` are no part of the rest.
    """
    years = set(YEARS.findall(text))
    if len(years) != 1:
        return "", text
    rest = YEARS.sub(" ", text).strip(" _-–|:;,./()[]*'\"")
    return years.pop(), "" if plain(rest) in YEAR else rest
