"""The files that are made from other files, and the check that they are up to date."""

import re

from gemeenten import badges, codebook, environment, exhibit_index, paths, registry
from gemeenten.claims import ledger
from gemeenten.claims.rules import VERDICTS


def wanted():
    """Return path -> text that each generated file, or file with a generated part, should hold."""
    gallery = {paths.figures() / name: text.decode() for name, text in exhibit_index.generated().items()}
    return (
        gallery
        | badges.files()
        | {
            paths.root() / "environment.yml": environment.render(),
            paths.data() / "README.md": codebook.render(),
            paths.root() / "README.md": readme(),
        }
    )


def stale():
    """Return the names of the files that do not hold what they should, relative to the root."""
    return [
        path.relative_to(paths.root()).as_posix()
        for path, text in wanted().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def write():
    """Write every generated file, each in one step."""
    for path, text in wanted().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        registry.replace(path, text.encode())


def readme():
    """Return the README with its generated parts renewed: they stand between marker comments."""
    text = (paths.root() / "README.md").read_text(encoding="utf-8")
    parts = {"badges": badges.markdown(), "found": found_part()}
    parts |= {"tables": tables_part(), "claims": claims_part()}
    for name, part in parts.items():
        text = fill(text, name, part)
    return text


def fill(text, name, part):
    """Return `text` with what stands between the markers of `name` replaced by `part`."""
    pattern = rf"(<!-- {name}: generated -->\n).*?(<!-- {name}: end -->)"
    return re.sub(pattern, lambda match: match[1] + part + match[2], text, flags=re.DOTALL)


def tables_part():
    """Return the README's list of tables."""
    lines = ["| table | rows | tier | official source |", "|---|---:|---|---|"]
    for entry in registry.entries().values():
        link = f"[{entry.name}](data/README.md#{entry.name})"
        lines.append(f"| {link} | {entry.rows:,} | {entry.tier} | {entry.source} |")
    return "\n".join(lines) + "\n"


def found_part():
    """Return what was found: the picture of the board, the counts, and the claims that are decided."""
    claims = ledger()
    counts = claims["verdict"].value_counts()
    told = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
    decided = claims[claims["verdict"].isin(VERDICTS[:3])]
    lines = [
        "[![The verdict board: a row a claim, with its verdict and tier](figures/14_verdict_board.png)]"
        "(notebooks/analysis/14_verdicts.ipynb)",
        "",
        f"Of {len(claims)} claims: {told}. Decided are:",
        "",
        *(f"- **{row.id}**: {row.statement} *{row.verdict.capitalize()}.*" for row in decided.itertuples()),
    ]
    return "\n".join(lines) + "\n"


def claims_part():
    """Return the README's map: claim, verdict, notebook, exhibits."""
    shown = exhibit_index.index()
    lines = ["| claim | verdict | notebook | exhibits |", "|---|---|---|---|"]
    for row in ledger().itertuples():
        path = f"notebooks/{row.notebook}.ipynb"
        exists = (paths.root() / path).is_file()
        notebook = f"[{row.notebook}]({path})" if exists else row.notebook
        own = shown[shown["notebook"] == path]
        links = " ".join(map(_exhibit_link, own["name"], own["kind"]))
        claim = f"**{row.id}** {row.statement.replace('|', chr(92) + '|')}"
        lines.append(f"| {claim} | {row.verdict} | {notebook} | {links} |")
    return "\n".join(lines) + "\n"


def _exhibit_link(name, kind):
    """Return the link to an exhibit: a figure is to be seen, a table to be read."""
    ending = "png" if kind == "figure" else "csv"
    short = name.split("_", 1)[1].replace("_", " ")
    return f"[{short}](figures/{name}.{ending})"
