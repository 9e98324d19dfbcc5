"""The `gemeenten` command."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gemeenten.errors import GemeentenError

app = typer.Typer(
    help="Does 100,000 matter? Verify the tables, run the notebooks, read the verdicts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)
MARKS = {
    "supported": "[green]supported[/]",
    "weakly supported": "[green]weakly supported[/]",
    "contradicted": "[red]contradicted[/]",
    "inconclusive": "[yellow]inconclusive[/]",
    "untested": "[dim]untested[/]",
}


def main():
    """Run the command; an expected error ends in one line and exit code 1."""
    try:
        app()
    except (GemeentenError, KeyError, OSError) as error:
        told = error.args[0] if isinstance(error, KeyError) else error  # a KeyError quotes its own message
        print(f"gemeenten: {told}", file=sys.stderr)
        sys.exit(1)


@app.command()
def tables():
    """List the shipped tables with rows, tier and source."""
    from gemeenten import registry

    board = Table("table", "rows", "tier", "what it is", "official source")
    for entry in registry.entries().values():
        board.add_row(
            entry.name, f"{entry.rows:,}", entry.tier, entry.title, f"{entry.source}: {entry.table_id}"
        )
    console.print(board)


@app.command()
def verify():
    """Check every table's hash, schema and key, and the facts that span tables."""
    from gemeenten import verify as checks

    failed = 0
    for check in checks.verify():
        failed += not check.ok
        told = check.name if check.ok else f"{check.name}: {check.problem}"
        mark = "[green]ok[/]    " if check.ok else "[red]FAIL[/]  "
        console.print(mark + escape(told), soft_wrap=True)
    if failed:
        raise GemeentenError(f"{failed} check(s) failed; see the lines above")


@app.command()
def stamp(table: str):
    """Renew sha256 and number of rows of a TABLE that was changed on purpose."""
    from gemeenten import registry

    console.print(f"{table}: {registry.stamp(table):,} rows registered; now run `make generate`")


@app.command()
def refresh(table: str, compare: Annotated[bool, typer.Option(help="Only show the difference.")] = False):
    """Fetch TABLE anew from its official source, show what changed, and swap it in (reaches the network).

    Only the table population has a source module so far; for another one the command says how to replace it
    by hand.
    """
    from gemeenten import refresh as fresh

    console.print(fresh.refresh(table, write=not compare).sentence(), markup=False, soft_wrap=True)


@app.command()
def generate(check: Annotated[bool, typer.Option(help="Only compare; fail when one is stale.")] = False):
    """Make the generated files anew: codebook, environment.yml, exhibit index, parts of the README."""
    from gemeenten import generated

    stale = generated.stale()
    if check and stale:
        raise GemeentenError(f"stale: {', '.join(stale)}; run `make generate` and commit the result")
    generated.write()
    console.print(f"written: {', '.join(stale)}" if stale else "all generated files are up to date")


@app.command()
def claims(full: Annotated[bool, typer.Option(help="Say of each claim what its verdict rests on.")] = False):
    """Print the verdict board: every claim, its verdict, tier and n."""
    from gemeenten.claims import ledger, titles

    claimed = ledger().merge(titles(), on="id", how="left")
    if full:
        for row in claimed.itertuples():
            console.print(f"{row.id}  {MARKS[row.verdict]}\n{escape(row.statement)}", soft_wrap=True)
            console.print(f"{escape(row.sentence)}\n", soft_wrap=True)
    else:
        board = Table("claim", "verdict", "tier", "n", "about", box=box.SIMPLE_HEAD)
        for row in claimed.itertuples():
            number = f"{row.n:,}" if row.n else ""
            board.add_row(row.id, MARKS[row.verdict], row.tier, number, escape(str(row.title)))
        console.print(board)
    counts = claimed["verdict"].value_counts()
    told = ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in MARKS)
    console.print(
        told if full else f"{told}; `gemeenten claims --full` says what each rests on", soft_wrap=True
    )


@app.command("import-scores")
def import_scores(file: Path):
    """Check FILE, an export of the citizens' survey (CSV or XLSX), and keep its marks in data/inbox/."""
    from gemeenten import inbox

    console.print(inbox.import_scores(file).sentence(), markup=False, soft_wrap=True)
    console.print("`gemeenten claims` now computes the verdicts that need marks.", markup=False)


@app.command()
def execute(paths: Annotated[list[str] | None, typer.Argument()] = None, jobs: int = 2):
    """Run the notebooks PATHS, all of them by default, and write their outputs."""
    from gemeenten import notebooks

    notebooks.execute(paths or notebooks.find(), jobs=jobs)


@app.command()
def site(out: Annotated[Path | None, typer.Option(help="Folder of the site; build/site by default.")] = None):
    """Build the book as a static site from the stored outputs: no notebook runs, nothing is fetched."""
    from gemeenten.site import build

    console.print(build(out).sentence(), markup=False)


@app.command()
def lint():
    """Check every notebook and exhibit against the house rules."""
    from gemeenten import exhibits, notebooks

    problems = notebooks.lint_all() + exhibits.check()
    for line in problems:
        console.print(line, markup=False, soft_wrap=True)
    if problems:
        raise GemeentenError(f"{len(problems)} problem(s); see the lines above")
    console.print("notebooks and exhibits are in order")


@app.command()
def reproduce(jobs: int = 2):
    """Verify the tables, run every notebook, write the exhibits, and print the verdict board."""
    verify()
    execute(None, jobs=jobs)
    generate(check=False)
    lint()
    claims(full=False)


if __name__ == "__main__":
    main()
