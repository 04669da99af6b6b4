"""What must come of the messages: recounted from all of them at once, naively, by semantics.md sections 1-5 and 8.

The switches stand at their defaults. Nothing here is incremental: every question is answered from the whole history of
one player.
"""

from countroom.simulator.ledger.books import Ledger

__all__ = ["Ledger"]
