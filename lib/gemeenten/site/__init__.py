"""The compendium as a static site: notebooks as committed, verdicts, exhibits, codebook, API.

Nothing is executed and nothing is fetched: `build` copies pages into a staging folder, lets Sphinx render
them, checks every link, picture and asset of the result, and only then replaces the site that was there.
"""

from gemeenten.site.build import Site, build
from gemeenten.site.staging import SiteError

__all__ = ["Site", "SiteError", "build"]
