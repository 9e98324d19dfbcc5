"""The claims ledger: one function a claim, tables in, evidence out, and the rules that give a verdict."""

from gemeenten.claims.ledger import ledger
from gemeenten.claims.registered import registered, titles

__all__ = ["ledger", "registered", "titles"]
