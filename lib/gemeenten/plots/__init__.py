"""Figures: one function each, taking results and returning a matplotlib figure; no estimation."""
