"""What a notebook must be before it is committed: its skeleton, its code, its outputs."""

import ast
import io
import re
import tokenize
from collections import Counter, defaultdict

import gemeenten.notebook_lint_text  # noqa: F401  its rules join the register
from gemeenten.notebook_book import RULES, read, rule

SECTIONS = (
    "Question",
    "What you will learn",
    "Inputs and outputs",
    "What this cannot show",
    "Takeaways",
    "Next",
)
TIME = re.compile(r"\btime\b\W{0,6}(about )?\d+( ?(-|–|to) ?\d+)? minutes", re.IGNORECASE)
MOST_CODE_CELLS = 20
MOST_LINES = 25
MOST_BYTES = 1_000_000
MOST_CODE_IN_A_ROW = 2
SILENCED = re.compile(
    r"filterwarnings|simplefilter|catch_warnings|seterr|errstate|PYTHONWARNINGS|logging\.disable"
    r"|redirect_std|capture_output|%%capture|-W\s?ignore"
)
UNCHECKED = re.compile(r"NBVAL_|PYTEST_VALIDATE")
UNCHECKED_TAGS = re.compile(r"nbval-|raises-exception|skip-execution", re.IGNORECASE)


def lint(path):
    """Return the problems of one notebook, one line each; nothing when it is as it should be.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    NotebookError
        If it is missing or not a notebook.
    """
    return _problems(read(path))


def lint_all(paths=None):
    """Return the problems of several notebooks, those between them included; by default of all.

    Parameters
    ----------
    paths : list of path-like, optional
    """
    from gemeenten import notebooks

    books = [read(path) for path in (notebooks.find() if paths is None else paths)]
    return [problem for book in books for problem in _problems(book)] + shared_functions(books)


def _problems(book):
    return [f"{book.path.name}: {problem}" for check in RULES for problem in check(book)]


def shared_functions(books):
    """Return a line for every function that two notebooks define: it belongs in the library.

    Parameters
    ----------
    books : list of Book
    """
    where = defaultdict(set)
    for book in books:
        for cell in book.code:
            for node in ast.walk(cell.tree or ast.Module([], [])):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    where[node.name].add(book.path.name)
    twice = {name: sorted(files) for name, files in sorted(where.items()) if len(files) > 1}
    return [
        f"{', '.join(files)}: all define {name}; move it to lib/gemeenten" for name, files in twice.items()
    ]


@rule
def format_and_ids(book):
    """Nbformat 4.5, every cell with an id of its own."""
    if book.format != (4, 5):
        yield "not nbformat 4.5; run it once more with `gemeenten reproduce`"
    counts = Counter(cell.id for cell in book.cells)
    yield from (f"{cell.name}: no id of its own" for cell in book.cells if not cell.id or counts[cell.id] > 1)


@rule
def one_title(book):
    """One H1, in the first cell."""
    titles = [cell for level, _, cell in book.headings if level == 1]
    if len(titles) != 1:
        yield f"{len(titles)} level-one headings; have exactly one"
    elif titles[0] is not book.cells[0]:
        yield f"the title stands in {titles[0].name}; put it in the first cell"


@rule
def sections(book):
    """Check the sections of the skeleton, and the time."""
    titles = [title.lower() for level, title, _ in book.headings if level > 1]
    for wanted in SECTIONS:
        if not any(title.startswith(wanted.lower()) for title in titles):
            yield f"no section '{wanted}'"
    if not any(TIME.search(cell.source) for cell in book.text):
        yield "does not state its time, like 'Time: 10 minutes'"


@rule
def plain_python(book):
    """No magics, no shell lines, nothing that does not parse."""
    for cell in book.code:
        if cell.tree is None:
            yield f"{cell.name}: not plain Python; remove magics and shell lines, correct the syntax"


@rule
def imports_once(book):
    """One cell of imports."""
    found = [
        cell
        for cell in book.code
        if cell.tree and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(cell.tree))
    ]
    for cell in found[1:]:
        yield f"{cell.name}: imports belong in {found[0].name}"
    if book.code and not found:
        yield "no imports cell"


@rule
def text_before_code(book):
    """Words before results."""
    row = MOST_CODE_IN_A_ROW if book.cells and book.cells[0].kind == "code" else 0
    for cell in book.cells:
        row = 0 if cell.kind == "markdown" else row + (cell.kind == "code")
        if row > MOST_CODE_IN_A_ROW:
            yield f"{cell.name}: no text before it; at most {MOST_CODE_IN_A_ROW} code cells in a row"


@rule
def short(book):
    """Few, short code cells and a small file."""
    if len(book.code) > MOST_CODE_CELLS:
        yield f"{len(book.code)} code cells; at most {MOST_CODE_CELLS}"
    for cell in book.code:
        lines = len(cell.source.splitlines())
        if lines > MOST_LINES:
            yield f"{cell.name}: {lines} lines; at most {MOST_LINES}, move logic to lib/gemeenten"
    if book.size > MOST_BYTES:
        yield f"{book.size:,} bytes; at most {MOST_BYTES:,}, show smaller or fewer figures"


@rule
def executed_in_order(book):
    """Check that counts go from 1 to n: stripped outputs would be compared with nothing."""
    for place, cell in enumerate(book.code, start=1):
        if not cell.source.strip():
            yield f"{cell.name}: empty; delete it"
        elif cell.count != place:
            yield f"{cell.name}: execution count {cell.count}, not {place}; run the notebook from the top"
    if not book.code:
        yield "no code cell"
    elif not any(cell.outputs for cell in book.code):
        yield "no cell has an output; run the notebook"


@rule
def clean_outputs(book):
    """No error and no warning among the outputs."""
    for cell in book.code:
        kinds = {output.get("output_type") for output in cell.outputs}
        if "error" in kinds:
            yield f"{cell.name}: ends in an error"
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield f"{cell.name}: writes to stderr; mend the cause of the warning"


@rule
def kernel(book):
    """Check that the kernel has a name that exists on every machine."""
    name = book.metadata.get("kernelspec", {}).get("name")
    if name != "python3":
        yield f"kernel {name!r}; use 'python3'"


@rule
def nothing_silenced(book):
    """No warning silenced, no output hidden or excused from comparison."""
    for cell in book.code:
        for pattern, remedy in ((SILENCED, "mend the cause"), (UNCHECKED, "outputs are always compared")):
            found = pattern.search(cell.source)
            if found:
                yield f"{cell.name}: {found[0]!r}; {remedy}"
        if any(UNCHECKED_TAGS.match(tag) for tag in cell.tags):
            yield f"{cell.name}: tag {', '.join(cell.tags)}; outputs are always compared"
        if _ends_in_semicolon(cell.source):
            yield f"{cell.name}: a ';' that hides output; assign the value instead"


def _ends_in_semicolon(source):
    """Tell whether a statement ends in ';'."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source.rstrip().endswith(";")
    real = [token for token in tokens if token.type != tokenize.COMMENT]
    ends = (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)
    return any(a.string == ";" and b.type in ends for a, b in zip(real, real[1:], strict=False))
