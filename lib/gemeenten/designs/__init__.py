"""Statistical designs, one file each; they know nothing of municipalities or claims."""

from importlib import import_module

_DESIGNS = (
    "agreement",
    "diffusion",
    "discontinuity",
    "equivalence",
    "multiverse",
    "power",
    "shares",
    "spatial",
    "switching",
    "threshold",
)


def __getattr__(name):
    if name in _DESIGNS:
        return import_module(f"gemeenten.designs.{name}")
    raise AttributeError(f"module 'gemeenten.designs' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_DESIGNS])
