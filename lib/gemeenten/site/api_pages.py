"""The API reference: one page a module of the library, from its docstrings."""

import ast
from pathlib import Path

import gemeenten

HEAD = """# API reference

The library as its docstrings describe it. Data flow one way and no module imports one to its right: sources →
tables → municipalities → designs → claims → exhibits → notebooks. Modules that users call by hand: `tables`,
`municipalities`, `designs`, `claims`, `simulate`, `exhibits`.

See also the {ref}`index of all names <genindex>`.
"""
LIBRARY = Path(gemeenten.__file__).parent
#: Read by Sphinx, of no use to a caller.
LEFT_OUT = {"gemeenten.site.conf"}


def pages():
    """Return the reference as text by page: ``api/index.md`` and one reStructuredText page a module."""
    public = modules()
    index = {"api/index.md": _index(public)}
    return index | {f"api/{name}.rst": _module(name, text) for name, text in public.items()}


def modules():
    """Return the source text of every public module of the library, by its full name."""
    found = {_name(path): path for path in sorted(LIBRARY.rglob("*.py"))}
    return {
        name: found[name].read_text(encoding="utf-8")
        for name in sorted(found)
        if name not in LEFT_OUT and not any(part.startswith("_") for part in name.split("."))
    }


def _name(path):
    parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _index(public):
    """Return the list of modules: a part for the package itself and one for every subpackage."""
    groups = {}
    packages = {name for name in public if (LIBRARY.parent.joinpath(*name.split("."))).is_dir()}
    for name in sorted(public):
        group = name if name in packages else name.rpartition(".")[0]
        groups.setdefault(group, []).append(name)
    parts = [HEAD]
    for group, names in groups.items():
        rows = "\n".join(f"| [{name}]({name}.rst) | {_summary(public[name])} |" for name in names)
        parts.append(f"## {group}\n\n| module | what it is |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _summary(text):
    """Return the first sentence of a module's docstring, safe in a Markdown table."""
    first = (ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")
    return first.replace("|", "\\|")


def _module(name, text):
    """Return a module's page: what it says of itself, its own public names, what it passes on."""
    tree = ast.parse(text)
    own = _own(tree, text.splitlines())
    constants = [item for item in own if item.isupper()]
    members = ", ".join(item for item in own if item not in constants)
    members = f"   :members: {members}\n" if members else ""
    # What a constant is for stands in its comment; its value may be a long table, or noise.
    data = "".join(f"\n.. autodata:: {name}.{item}\n   :no-value:\n" for item in constants)
    title = f"{name}\n{'=' * len(name)}\n"
    passed = [f"* :py:obj:`~{source}.{item}`" for source, item in _passed_on(tree)]
    also = "\n**Also under this name:**\n\n" + "\n".join(passed) + "\n" if passed else ""
    # An orphan: all modules in the side bar of every page would bury the notebooks and slow the build.
    head = f":orphan:\n\n{title}\nOne of the :doc:`modules of the library <index>`.\n"
    return f"{head}\n.. automodule:: {name}\n{members}{data}{also}"


def _own(tree, lines):
    """Return the public names a module defines itself; assigned ones when a ``#:`` line explains them."""
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and lines[node.lineno - 2].startswith("#:"):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def _passed_on(tree):
    """Return (module, name) of the public names that a module only passes on from another one."""
    exported = {
        name
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets)
        for name in ast.literal_eval(node.value)
    }
    return [
        (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gemeenten")
        for alias in node.names
        if alias.name in exported
    ]
