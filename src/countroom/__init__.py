"""Countroom: the one integration between an operator's players and the partners who serve them."""

__version__ = "0.1.0"
