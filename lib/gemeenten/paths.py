"""Where the folders of the compendium are."""

import os
from pathlib import Path

from gemeenten.errors import DataError


def root():
    """Return the compendium's folder: the one that holds data/, notebooks/ and figures/.

    ``GEMEENTEN_ROOT`` in the environment points elsewhere, for instance at a copy with changed tables.

    Raises
    ------
    DataError
        If that folder has no data/registry.toml.
    """
    folder = Path(os.environ.get("GEMEENTEN_ROOT") or Path(__file__).resolve().parents[2])
    if not (folder / "data" / "registry.toml").is_file():
        raise DataError(
            f"{folder}: no data/registry.toml; run from a clone of the compendium "
            "(installed with `make`) or set GEMEENTEN_ROOT to its folder"
        )
    return folder


def data():
    """Return the folder of the shipped tables."""
    return root() / "data"


def figures():
    """Return the folder of the exhibits."""
    return root() / "figures"


def notebooks():
    """Return the folder of the notebooks."""
    return root() / "notebooks"
