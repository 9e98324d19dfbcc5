"""The verdicts that a notebook stands for, as a table of its own: the ledger's rows, nothing added."""


def verdicts(sheet, ledger):
    """Return the ledger's rows of a notebook as an exhibit named ``verdicts``.

    Parameters
    ----------
    sheet : gemeenten.exhibits.Sheet
        The notebook's sheet; the rows are those whose `notebook` is its own.
    ledger : pandas.DataFrame
        `gemeenten.claims.ledger()`.

    Returns
    -------
    gemeenten.exhibit_record.Exhibit
    """
    own = ledger[ledger["notebook"] == f"analysis/{sheet.notebook}"]
    return sheet.table(
        own[["id", "statement", "verdict", "tier", "n", "sentence"]].set_index("id"),
        "verdicts",
        caption="The claims this notebook bears on: the verdict of the registered rule and what it rests on. "
        "Each row names the tier of its own evidence; n counts what its sentence says.",
        tier="register",
        n=len(own),
        unit="claims",
        years="claims of 2009",
        sources=["sources"],
    )
