"""The exercises of tutorial T2: shares, their intervals, differences and bounds."""

from functools import cache
from math import sqrt

from gemeenten import exercises, tables
from gemeenten.designs import shares
from gemeenten.inhabitants import LARGE

Z95 = 1.959964


@cache
def _surveyed():
    """Return (k, n, invited) of the survey of 2007: 'half' had the directiemodel."""
    printed = tables.load("organisation_surveys").query("source_key == 'leeuwendaal2007'")
    value = printed.set_index("variable")["value"]
    invited = int(value["population_size"])
    n = round(invited * value["response_rate"] / 100)
    return round(n * value["model=directiemodel"] / 100), n, invited


@cache
def _coded():
    """Return the coded records from 2005 on with `large`, by inhabitants of 2012 where these are known."""
    sizes = tables.load("population").query("year == 2012 and quality == 'official'")[["code", "population"]]
    coded = tables.load("organisation_models").query("year_from >= 2005").merge(sizes, on="code")
    return coded.assign(large=coded["population"] > LARGE)


def _counts(model, by=None):
    """Return (k, n) of large and of small municipalities: with a record of `model`, and all."""
    count = by or (lambda rows: rows["code"].nunique())
    sides = (_coded()[_coded()["large"]], _coded()[~_coded()["large"]])
    return [(count(side[side["model"] == model]), count(side)) for side in sides]


def _difference(by=None):
    (k1, n1), (k2, n2) = _counts("sectoren", by)
    return k1 / n1 - k2 / n2


def _upper(method="wilson"):
    (k, n), _ = _counts("secretarie")
    return shares.interval(k, n, method=method).high


@cache
def _bounds():
    printed = tables.load("organisation_surveys").query("source_key == 'aardema2012'")
    row = (
        printed[printed["variable"] == "model=sectoren_of_dienstenmodel"]
        .query("year_observed == '2010'")
        .iloc[0]
    )
    large = tables.load("population").query("year == 2010 and population > @LARGE")
    return shares.bounds(row["value"] / 100, int(row["n"]), len(large))


def _wald(k, n):
    reach = Z95 * sqrt(k / n * (1 - k / n) / n)
    return k / n - reach, k / n + reach


exercises.interval(
    "T2.1",
    lambda: shares.interval(*_surveyed()[:2]),
    tolerance=0.001,
    ask="Wilson's 95% interval of the share with the directiemodel among those who answered in 2007.",
    hint="n is the number that answered (invited times response rate, rounded), k is half of n. "
    "Use gm.designs.shares.interval(k, n).",
    mistakes=[
        (
            lambda: shares.interval(round(_surveyed()[2] / 2), _surveyed()[2]),
            "You took all who were invited as n. Only those who answered tell you anything.",
        ),
        (
            lambda: _wald(*_surveyed()[:2]),
            "That is the textbook interval, share plus or minus two standard errors. Use Wilson's.",
        ),
        (
            lambda: shares.interval(*_surveyed()[:2], method="beta"),
            "That is the interval of Clopper and Pearson. Use Wilson's, the default.",
        ),
        (
            lambda: shares.interval(*_surveyed()[:2], level=0.9),
            "That is an interval at another level than 95%.",
        ),
    ],
    right="And the interval knows nothing of who did not answer: it covers chance, not selection.",
)

exercises.number(
    "T2.2",
    _difference,
    tolerance=0.001,
    ask="Share of large less share of small municipalities with a record of the sectorenmodel, from 2005 on.",
    hint="For each side: the number of different codes with model 'sectoren', divided by the number of "
    "different codes.",
    mistakes=[
        (
            lambda: _difference(by=len),
            "You counted records. Some municipalities have several: count different codes, .nunique().",
        ),
        (
            lambda: _counts("sectoren")[0][0] / _counts("sectoren")[1][0],
            "That is a ratio of counts. Divide each count by its own n, then subtract.",
        ),
        (
            lambda: (
                (_counts("sectoren")[0][0] - _counts("sectoren")[1][0])
                / sum(n for _, n in _counts("sectoren"))
            ),
            "Both counts were divided by the same total. Each side has its own n.",
        ),
        (
            lambda: (
                _counts("directie")[0][0] / _counts("directie")[0][1]
                - _counts("directie")[1][0] / _counts("directie")[1][1]
            ),
            "That is the directiemodel. Asked is the model 'sectoren'.",
        ),
    ],
    right="In percentage points, not per cent. Before you believe it, look at the interval.",
)

exercises.number(
    "T2.3",
    _upper,
    tolerance=0.001,
    ask="Upper end of Wilson's 95% interval of the share of large municipalities with the secretariemodel.",
    hint="k is the number with the model (count it), n that of large municipalities coded from 2005 on.",
    mistakes=[
        (
            lambda: 0,
            "None was seen, but that does not make none certain: the textbook interval has no width here. "
            "Use Wilson's.",
        ),
        (
            lambda: 3 / _counts("secretarie")[0][1],
            "That is the rule of three, a good guess without a computer. Use Wilson's interval.",
        ),
        (lambda: _upper("beta"), "That is the interval of Clopper and Pearson. Use Wilson's, the default."),
        (
            lambda: shares.interval(*_counts("secretarie")[1]).high,
            "That is of the small municipalities. Asked are the large ones.",
        ),
    ],
    right="None seen still leaves room, and the fewer you looked at, the more.",
)

exercises.number(
    "T2.4",
    lambda: _bounds().rest_low,
    tolerance=0.0015,  # 95 whole municipalities or 22% as printed
    ask="Lowest share with the older models that municipalities up to 100,000 can have had in 2010.",
    hint="In the extreme case every large municipality had an older model. How many are left for the small "
    "ones, and out of how many?",
    mistakes=[
        (lambda: _bounds().rest_high, "That is the highest share; asked is the lowest."),
        (lambda: _bounds().group_low, "Those are the limits of the large ones. Asked are the others."),
        (lambda: _bounds().group_high, "Those are the limits of the large ones. Asked are the others."),
        (
            lambda: _bounds().total_low / _bounds().n_total,
            "That is the share of all together. Take the large ones out, above and below the line.",
        ),
        (
            lambda: _bounds().rest_low * (_bounds().n_total - _bounds().n_group) / _bounds().n_total,
            "The count is right; divide it by the number of small municipalities, not by all.",
        ),
    ],
    right="The total says much of the many and almost nothing of the few.",
)

exercises.choice(
    "T2.5",
    lambda: "c",
    options={
        "a": "In 95 of every hundred municipalities the share lies in the interval.",
        "b": "The probability that this interval holds the true share is 95%.",
        "c": "If the study were repeated, about 95 in a hundred such intervals would hold the true share.",
        "d": "95% of the coders agree on the share.",
    },
    ask="What does a 95% confidence interval say?",
    hint="Think of the figure with the simulated samples: what was it that came out right that often?",
    mistakes=[
        (lambda: "a", "A share belongs to the whole group; a single municipality has no share."),
        (
            lambda: "b",
            "Tempting, but the true share does not move and this interval does not either: it is hit or "
            "missed. What has a probability is the procedure.",
        ),
    ],
    right="The 95% belongs to the procedure. And it reckons with chance only.",
)
