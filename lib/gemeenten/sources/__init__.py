"""Official sources: a module each asks for the original and makes it tidy; only `refresh` calls them."""

from gemeenten.sources import population

#: Table -> the module whose ``fetch(client)`` returns it as it now stands at the source.
SOURCES = {"population": population}
