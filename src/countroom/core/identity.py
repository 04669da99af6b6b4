"""Who is the same fact twice: identities, and what a rollback aims at.

An identity is text in two parts, `anchor` and `mark`, joined by a separator that no id can
contain. The **anchor** is a family and an id (`casino:a1`); the **mark** tells apart what
shares that id (`fasttrack.approved`, `bet`). Identities with one anchor are remembered in
one row, so an event whose source id and business id share their anchor costs one look-up.

semantics.md section 1.1 has the table of identities per kind.
"""

from typing import Final, NewType

Identity = NewType("Identity", str)
Anchor = NewType("Anchor", str)

SEPARATOR: Final = "\x1f"

KEYED: Final = "key"
"""The mark of what is known by a key of its own: nothing else that it says makes it another fact."""


def identity(family: str, own_id: str, mark: str) -> Identity:
    """The identity `mark` of `own_id` in `family`; `mark` holds no separator."""
    return Identity(f"{family}:{own_id}{SEPARATOR}{mark}")


def anchor(of: str) -> Anchor:
    """The part that identities of one id share. A bare anchor is its own anchor."""
    head, separator, _ = of.rpartition(SEPARATOR)
    return Anchor(head if separator else of)


def mark(of: str) -> str:
    """The part that tells apart what shares an anchor; empty for a bare anchor."""
    _, separator, tail = of.rpartition(SEPARATOR)
    return tail if separator else ""


def hits(target: str, *identities: str | None) -> bool:
    """True when a rollback aimed at `target` means the event with these identities.

    A bare anchor aims at every bet and result with that id, but not at a rollback.
    """
    if SEPARATOR in target:
        return target in identities
    return any(i is not None and anchor(i) == target and not mark(i).endswith("rollback") for i in identities)


def casino(role: str, activity_id: str) -> Identity:
    """Business identity of a casino bet (`role` bet) or of a win, loss or zero win (`role` result)."""
    return identity("casino", activity_id, role)


def rollback(own_id: str) -> Identity:
    """Business identity of a rollback that has an id of its own."""
    return identity("casino", own_id, "rollback")


def sport(role: str, activity_id: str) -> Identity:
    """Business identity of a sports bet (`role` bet), of its settlement (settled), or of what voids one (rollback)."""
    return identity("sport", activity_id, role)


def leg(bet_id: str, selection_id: str, *, settled: bool) -> Identity:
    """Business identity of a leg of a sports bet: once while open, once when settled."""
    return identity("sport", bet_id, f"leg.{selection_id}.{'settled' if settled else 'open'}")


def lottery(of: str, state: str) -> Identity:
    """Business identity of a lottery bet or settlement: `of` is lottery/draw/ticket, or a transaction."""
    return identity("lottery", of, state)


def poker(container_id: str, move: str) -> Identity:
    """Business identity of a poker buy-in or cash-out: `move` is kind, status, time and amount, joined by points."""
    return identity("poker", container_id, move)


def custom_key(kind: str, key: str) -> Identity:
    """Business identity of a custom event by the key that its kind is configured to have, whatever else it says."""
    return identity("custom", f"{kind}/{key}", KEYED)


def cart(cart_id: str, status: str) -> Identity:
    """Business identity of a cart that reached `status`."""
    return identity("cart", cart_id, status)
