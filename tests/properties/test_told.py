"""What is told of rounds, sessions and grants is what the player document shows; telling it changes nothing."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countroom.core.events import Event, LinkBegun, Linked, Unlinked
from countroom.core.instants import DAY, Instant, iso
from countroom.core.money import POCKETS, plain
from countroom.core.signals import Signal
from countroom.fold.memory import Folded, fold_all
from countroom.fold.pages import Head
from countroom.fold.settings import BrandSettings, FoldSettings
from tests.properties.histories import BONUS, CASINO, EVERYTHING, SPORTS, histories
from tests.properties.test_link_facts import ALWAYS, PLAYER, linked

SETTINGS = FoldSettings(brands={"lucky": BrandSettings()})
PLAYS = histories(CASINO) | histories(EVERYTHING)


def unlinked(history: list[Event]) -> list[Event]:
    return [event for event in history if not isinstance(event, LinkBegun | Linked | Unlinked)]


def told(history: list[Event]) -> tuple[Folded, list[Signal]]:
    """The history of a player who is linked from the start, and the signals of him."""
    folded = fold_all([linked(ALWAYS, DAY), *unlinked(history)], SETTINGS)
    return folded, [s for s in folded.signals if s.player == PLAYER and s.partner is None]


def shown(amounts: dict[str, tuple[Decimal, ...]]) -> dict[str, dict[str, str]]:
    """Pockets per currency as the document has them: nothing is left out."""
    named = {c: {n: plain(p) for n, p in zip(POCKETS, pockets, strict=False) if p} for c, pockets in amounts.items()}
    return {currency: pockets for currency, pockets in sorted(named.items()) if pockets}


@given(PLAYS)
def test_what_was_told_of_a_round_last_is_what_the_document_shows(history: list[Event]) -> None:
    folded, signals = told(history)
    latest: dict[tuple[str, str], Any] = {}
    for signal in signals:
        if signal.kind in ("round_closed", "round_corrected"):
            content: Any = signal.content
            latest[content.get("studio", ""), content["round_id"]] = content
    document: Any = folded.documents["lucky", PLAYER]
    rounds = [r for r in document.get("rounds", []) if not r.get("free_money")]
    for round_ in rounds:
        name = round_["studio"], round_["round_id"]
        if sum((r["studio"], r["round_id"]) == name for r in rounds) > 1 or name not in latest:
            assert round_["state"] != "closed" or name in latest
            continue
        content = latest[name]
        assert (content["state"], content.get("closed_by")) == (round_["state"], round_.get("closed_by"))
        at = content.get("closed_at")
        assert (iso(Instant(at)) if at else None) == round_.get("closed_at")
        assert shown(content.get("staked", {})) == round_.get("staked", {})
        assert shown(content.get("won", {})) == round_.get("won", {})
        counts = ("bets", "wins", "free")
        assert [content[name] for name in counts] == [round_.get(name, 0) for name in counts]


@given(PLAYS)
def test_what_was_told_of_an_ended_session_last_is_what_the_document_shows(history: list[Event]) -> None:
    folded, signals = told(history)
    latest: dict[str, Any] = {}
    for signal in signals:
        content: Any = signal.content
        if signal.kind == "session_merged":
            latest.pop(content["withdrawn"], None)
            latest.pop(content["kept"], None)
        elif signal.kind.startswith("session_"):
            latest.pop(content.get("was", {}).get("id"), None)
            latest[content["id"]] = content
    document: Any = folded.documents["lucky", PLAYER]
    sessions = {s["id"]: s for s in document.get("sessions", []) if not s.get("free_money")}
    for own_id, content in latest.items():
        session = sessions[own_id]
        assert iso(Instant(content["started_at"])) == session["started_at"]
        assert iso(Instant(content["ended_at"])) == session["ended_at"]
        for name in ("rounds", "free_rounds", "bets"):
            assert content[name] == session.get(name, 0)
        for name in ("stake", "payout"):
            assert shown(content.get(name, {})) == session.get(name, {})
        assert {c: plain(ggr) for c, ggr in content.get("ggr", {}).items() if ggr} == session.get("ggr", {})
        assert content.get("top_game", "") == session.get("top_game", "")
        base = {name: plain(content["base"][name]) for name in ("stake", "payout")}
        assert base == {name: session.get("base", {}).get(name, "0") for name in ("stake", "payout")}
        for currency, amount in content.get("biggest_payout", {}).items():
            assert plain(amount) == session["biggest_payout"][currency]


@given(histories(BONUS) | histories((*BONUS, *SPORTS)))
def test_what_was_told_of_an_ended_grant_last_is_what_the_document_shows(history: list[Event]) -> None:
    folded, signals = told(history)
    document: Any = folded.documents["lucky", PLAYER]
    for grant in document.get("bonuses", []):
        own = [s for s in signals if s.kind.startswith("bonus_") and s.subject.split("/")[0] == grant["user_bonus_id"]]
        contents: list[Any] = [s.content for s in own if s.kind in ("bonus_state_changed", "bonus_corrected")]
        if contents and contents[-1].get("ended_at") and grant["state"] != "reversed":
            shown_now = [contents[-1]["state"], *(plain(contents[-1][name]) for name in ("wagered", "converted"))]
            assert shown_now == [grant["state"], grant.get("wagered", "0"), grant.get("converted", "0")]
        reached = [s for s in own if s.kind == "bonus_wagering_reached"]
        assert grant.get("progress") != "1" or reached
        assert len({s.subject for s in reached}) == len(reached)


@given(histories())
def test_what_a_correction_says_it_was_had_been_told_before(history: list[Event]) -> None:
    _, signals = told(history)
    known: dict[tuple[str, ...], Any] = {}
    for signal in signals:
        content: Any = signal.content
        if signal.kind in ("round_closed", "round_corrected"):
            *name, _, _ = signal.subject.split("/")
            if signal.kind == "round_corrected" and content["generation"] == content["was"]["generation"]:
                assert ("round", *name) in known
            known["round", *name] = True
        if signal.kind == "session_corrected":
            assert content["was"] != {}


@given(histories(), st.integers(0, 20))
def test_what_is_told_changes_nothing(history: list[Event], place: int) -> None:
    plain_history = unlinked(history)
    early = [*plain_history[:place], *plain_history[place:]]

    one = fold_all([linked(ALWAYS, DAY), *early], SETTINGS)
    other = fold_all(early, SETTINGS)

    assert [(s.kind, s.subject, s.at, s.quiet) for s in one.signals if s.partner is None] == [
        (s.kind, s.subject, s.at, s.quiet) for s in other.signals
    ]
    assert pages_of(one) == pages_of(other)


def pages_of(folded: Folded) -> dict[bytes, object]:
    """All pages but what the link itself leaves behind."""
    found: dict[bytes, object] = {}
    for key, page in folded.pages.pages.items():
        if isinstance(page, Head):
            page.links.clear()
            page.latest_received = max(page.latest_received, DAY)
        if b"linked:always" not in key and page != EMPTY:
            found[key] = page
    return found


EMPTY = Head(latest_received=DAY)
