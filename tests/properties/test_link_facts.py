"""What is told around a link: every fact at linking was told live under the same identity, or would have been."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from countroom.core.events import About, Event, Linked, PlayerLoggedIn, Ticked, Unlinked
from countroom.core.identity import anchor, identity
from countroom.core.ids import BrandId, LinkId, PartnerId, PlayerId, SourceName
from countroom.core.instants import DAY, Instant
from countroom.core.signals import DERIVED, LINK_FACTS, Recipient, Signal
from countroom.dialects.faceit import FaceitDialect, rules_from
from countroom.dialects.faceit.written import KINDS
from countroom.fold.memory import fold_all
from countroom.fold.settings import BrandSettings, FoldSettings
from tests.properties.histories import CASINO, EVERYTHING, MONEY, SPORTS, histories

PLAYER = PlayerId("p1")
SETTINGS = FoldSettings(brands={"lucky": BrandSettings()})
ALWAYS, LATE = PartnerId("always"), PartnerId("late")
THEMES = st.sampled_from([EVERYTHING, ("profile", "consents", "blocks", "login"), MONEY, CASINO, SPORTS])


def of_links(partner: PartnerId, at: int) -> tuple[About, LinkId]:
    about = About(
        BrandId("lucky"), PLAYER, SourceName("admin"), Instant(at), Instant(at),
        business_id=identity("linked", f"{partner}-{at}", "admin"),
    )  # fmt: skip
    return about, LinkId(f"l-{partner}")


def linked(partner: PartnerId, at: int) -> Event:
    about, link_id = of_links(partner, at)
    return Linked(about=about, link_id=link_id, partner=partner, account=f"at-{partner}")


def unlinked(partner: PartnerId, at: int) -> Event:
    about, link_id = of_links(partner, at)
    return Unlinked(about=about, link_id=link_id, partner=partner)


def stories() -> st.SearchStrategy[list[Event]]:
    """Histories without links and ticks of their own."""
    drawn = THEMES.flatmap(lambda names: histories([n for n in names if n not in ("link", "tick")]))
    return drawn.map(lambda events: [event for event in events if not isinstance(event, Ticked)])


def told(events: list[Event]) -> list[Signal]:
    """What is told of the one player, in order."""
    return [signal for signal in fold_all(events, SETTINGS).signals if signal.player == PLAYER]


def facts_in(signal: Signal) -> list[dict[str, Any]]:
    """All facts of link facts."""
    tree: Any = (signal.content or {})["facts"]
    found: list[dict[str, Any]] = []
    for value in tree.values():
        found += [value] if "subject" in value else value.values()
    return found


def lived(signals: list[Signal]) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
    """Time and content of everything that was told live, by identity; profile fields each for itself."""
    found: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for signal in signals:
        content: Any = signal.content or {}
        found[signal.kind, signal.subject] = signal.at, content
        if signal.kind == "profile_changed":
            for name, said in content["fields"].items():
                found[signal.kind, said["subject"]] = signal.at, {"field": name, "value": said["value"]}
    return found


@given(stories())
def test_every_fact_at_linking_was_told_live_under_the_same_identity_and_time(story: list[Event]) -> None:
    signals = told([linked(ALWAYS, DAY), *story, linked(LATE, 2 * DAY)])
    [facts] = [s for s in signals if s.kind == LINK_FACTS and s.partner == LATE]
    live = lived([s for s in signals if s.partner is None])

    for fact in facts_in(facts):
        if fact["kind"] == "ftd_reached":  # Told once, of the deposit that was first then.
            assert ("ftd_reached", fact["subject"]) in live
            continue
        at, content = live[fact["kind"], fact["subject"]]
        if fact["kind"] != "profile_ready":  # An earlier date that was stated later holds from then on.
            assert fact["at"] == at
        if fact["kind"] in ("bet_placed", "sports_bet_placed", "consent_changed", "account_status_changed"):
            assert fact["content"] == content


@given(stories(), st.integers(0, 20), st.booleans())
def test_what_is_sent_at_linking_and_after_has_neither_gap_nor_repeat(
    story: list[Event], cut: int, is_linked_again: bool
) -> None:
    dialect = FaceitDialect(rules_from({"platform": "lucky", "events": [{"slug": "withdrawal", "enabled": True}]}))
    between = [linked(LATE, 2 * DAY)]
    if is_linked_again:
        between += [unlinked(LATE, 2 * DAY + 1), linked(LATE, 2 * DAY + 2)]
    whole = told([linked(ALWAYS, DAY), *story])
    joined = told([linked(ALWAYS, DAY), *story[:cut], *between, *story[cut:]])
    late = Recipient(LATE, LinkId("l"), BrandId("lucky"), PLAYER, "u-1", Instant(0))

    place = next(n for n, s in enumerate(joined) if s.partner == LATE)
    before = [m for s in joined[:place] if s.partner is None for m in dialect.messages(s, late)]
    after = [m for s in joined[place:] if s.partner is None for m in dialect.messages(s, late)]
    initial = [m for s in joined if s.partner == LATE for m in dialect.messages(s, late)]

    # Live, the linking changes nothing: what was told before and after is what is told without it.
    everything = [m.event_id for s in whole if s.partner is None for m in dialect.messages(s, late)]
    assert [m.event_id for m in (*before, *after)] == everything
    # And nothing is initial that was not told before.
    assert {m.event_id for m in initial} <= {m.event_id for m in before}


UNDONE_BY_NOTHING = ("bet", "bet", "result", "loss", "sports_bet", "profile", "profile", "login")
FIELDS = ("country", "language", "wallet_currency")
RULES = rules_from(
    {
        "platform": "lucky",
        "events": [
            {"slug": "login", "name": "login", "on": "player_logged_in", "initial": "last_login"},
            *({"slug": name, "name": name, "field": name, "initial": "field"} for name in FIELDS),
        ],
    }
)


def _is_as_sent(event: Event) -> bool:
    """False for a login under the identity of another instant: it is made of its time, and has no other."""
    about = event.about
    return not isinstance(event, PlayerLoggedIn) or f"login:{about.occurred_at}" == anchor(about.business_id or "")


@given(histories(UNDONE_BY_NOTHING))
def test_of_what_is_told_again_and_again_the_last_is_initial(story: list[Event]) -> None:
    dialect = FaceitDialect(RULES)
    signals = told([linked(ALWAYS, DAY), *filter(_is_as_sent, story), linked(LATE, 2 * DAY)])
    late = Recipient(LATE, LinkId("l"), BrandId("lucky"), PLAYER, "u-1", Instant(0))
    live = [m for s in signals if s.partner is None for m in dialect.messages(s, late)]
    initial = {m.rule: m for s in signals if s.partner == LATE for m in dialect.messages(s, late)}

    for rule in ("bet", "login"):
        latest = max((m.at for m in live if m.rule == rule), default=None)
        candidates = {m.body for m in live if m.rule == rule and m.at == latest}
        assert {initial[rule].body} <= candidates if candidates else rule not in initial
    for field in FIELDS:
        assert [m for m in (initial.get(field),) if m] == [m for m in live if m.rule == field][-1:]


@given(histories())
def test_of_who_is_linked_nowhere_nothing_goes_out(history: list[Event]) -> None:
    states: dict[tuple[str, str], dict[str, str]] = {}
    for signal in fold_all(history, SETTINGS).signals:
        links = states.setdefault((signal.brand, signal.player), {})
        if signal.kind in ("linked", "unlinked"):
            links[str((signal.content or {})["link_id"])] = signal.kind
        if signal.partner is None:
            assert (signal.content is not None) is ("linked" in links.values())


@given(histories())
def test_the_facts_go_before_the_word_that_he_is_linked_and_to_that_partner_alone(history: list[Event]) -> None:
    signals = fold_all(history, SETTINGS).signals
    for n, signal in enumerate(signals):
        if signal.kind == "linked":
            assert (signals[n - 1].kind, signals[n - 1].partner) == (LINK_FACTS, signal.partner)
            assert signal.partner is not None
        assert signal.kind != "link_begun"


@given(histories())
def test_every_kind_that_is_told_can_be_listened_to(history: list[Event]) -> None:
    kinds = {signal.kind for signal in fold_all(history, SETTINGS).signals}

    assert kinds - KINDS <= {LINK_FACTS}
    assert {LINK_FACTS} <= DERIVED
