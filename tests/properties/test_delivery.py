"""Whatever happens, in whatever order: each linked account is told everything, in order; others nothing."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from countroom.core.instants import SECOND
from countroom.core.signals import Reply
from tests.unit.flow.delivering import OK, Got, Life, Partner, Rig, fact, refused
from tests.unit.flow.simulated import simulated

PLAYERS = ("ann", "bob", "cid")
PARTNERS = ("crm", "ads")
STATUS = "account_status_changed"


class Step(msgspec.Struct, frozen=True):
    """One thing that happens, and how long nothing does afterwards."""

    act: str
    player: str
    partner: str
    pause_s: float = 0.0


ACTS = st.sampled_from(
    (
        *("tell", "tell", "tell", "link", "relink", "unlink", "shut", "open", "retell"),
        *("down", "up", "sick", "well", "pause", "resume", "kill", "stop"),
    )
)
PAUSES = st.sampled_from((0.0, 0.0, 0.0, 0.005, 0.05, 0.3, 2.0, 30.0, 300.0))
STEPS = st.lists(
    st.builds(Step, ACTS, st.sampled_from(PLAYERS), st.sampled_from(PARTNERS), PAUSES), min_size=1, max_size=60
)


class Account:
    """What one account must be told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.expected: list[str] = []
        self.is_linked = True

    def tell(self, kind: str, subject: str) -> None:
        event_id = f"{self.name}/{kind}/{subject}"
        if event_id not in self.expected:
            self.expected.append(event_id)


class World:
    """The rig, and beside it what is right."""

    def __init__(self, folder: Path, settle_s: float) -> None:
        self.sick: set[tuple[str, str]] = set()
        self.partners = {name: self._partner(name) for name in PARTNERS}
        self.rig = Rig(folder, self.partners, rate=50, settle=int(settle_s * SECOND), gates=("blocked",))
        self.life: Life = self.rig.start()
        self.accounts: dict[tuple[str, str], list[Account]] = {}
        self.facts: dict[str, list[tuple[str, str]]] = {player: [] for player in PLAYERS}
        self.told = 0

    def _partner(self, name: str) -> Partner:
        def answer(got: Got) -> Reply:
            return refused() if (name, got.player) in self.sick else OK

        return Partner(answer)

    async def do(self, step: Step) -> None:
        """Let it happen."""
        match step.act:
            case "down" | "up":
                self.partners[step.partner].is_up = step.act == "up"
            case "sick":
                self.sick.add((step.partner, step.player))
            case "well":
                self.sick.discard((step.partner, step.player))
            case "kill":
                await self.life.kill()
                self.life = self.rig.start()
            case "stop":
                await self.life.stop()
                self.life = self.rig.start()
            case "pause" | "resume":
                desk = self.life.desk(step.partner)
                desk.state.paused_by = "me" if step.act == "pause" else ""
                desk.pump()
            case _:
                self._say(step)

    def _say(self, step: Step) -> None:
        """What comes by the outbox."""
        match step.act:
            case "tell":
                self.tell(step.player, "bet")
            case "retell" if self.facts[step.player]:
                # A fact that was told is told again, as after a loud repeat of a quiet one.
                kind, subject = self.facts[step.player][-1]
                self.rig.tell(step.player, kind, subject)
                self._expect(step.player, kind, subject)
            case "shut" | "open":
                self.told += 1
                content = {"kind": "blocked", "active": step.act == "shut"}
                self.rig.tell(step.player, STATUS, str(self.told), content)
                self._expect(step.player, STATUS, str(self.told))
            case "link" if self._account(step) is None:
                self.link(step)
            case "relink":
                self.link(step)
            case "unlink" if (account := self._account(step)) is not None:
                account.is_linked = False
                self.rig.unlink(step.player, step.partner, link_id=f"l-{step.partner}-{account.name}")
            case _:
                pass

    def _account(self, step: Step) -> Account | None:
        last = self.accounts.get((step.partner, step.player), [])
        return last[-1] if last and last[-1].is_linked else None

    def tell(self, player: str, kind: str) -> None:
        """Something happens to a player."""
        self.told += 1
        self.facts[player].append((kind, str(self.told)))
        self.rig.tell(player, kind, str(self.told))
        self._expect(player, kind, str(self.told))

    def _expect(self, player: str, kind: str, subject: str) -> None:
        for (_, who), accounts in self.accounts.items():
            if who == player and accounts[-1].is_linked:
                accounts[-1].tell(kind, subject)

    def link(self, step: Step) -> None:
        """Link a player to an account of his own, with what is true of him."""
        before = self._account(step)
        if before is not None:
            before.is_linked = False
        accounts = self.accounts.setdefault((step.partner, step.player), [])
        account = Account(f"{step.player}.{len(accounts)}")
        accounts.append(account)
        last = self.facts[step.player][-2:]
        for kind, subject in last:
            account.tell(kind, subject)
        link_id = f"l-{step.partner}-{account.name}"
        facts = [fact(*each) for each in last]
        self.rig.link(step.player, step.partner, link_id=link_id, account=account.name, facts=facts)

    async def end_well(self) -> None:
        """Everyone is well, every gate open, and nothing waits."""
        self.sick.clear()
        for name, partner in self.partners.items():
            partner.is_up = True
            self.life.desk(name).state.paused_by = ""
        for player in PLAYERS:
            self._say(Step("open", player, PARTNERS[0]))
        await self.life.quiet(within_s=4_000)
        await self.life.stop()

    def judge(self) -> None:
        """Each account got what it must, in order; one that is linked no more got the first of it."""
        for name, partner in self.partners.items():
            first: dict[str, list[str]] = {}
            for event_id in dict.fromkeys(partner.accepted):
                first.setdefault(event_id.partition("/")[0], []).append(event_id)
            for accounts in (every for (who, _), every in self.accounts.items() if who == name):
                for account in accounts:
                    got = first.pop(account.name, [])
                    assert got == account.expected[: len(got)], account.name
                    assert not account.is_linked or got == account.expected, account.name
            assert not first, "somebody was told of who never was linked"


@given(STEPS, st.sampled_from((0.0, 0.4, 10.0)))
@settings(max_examples=60, deadline=None)
def test_every_linked_account_is_told_everything_in_order_under_any_schedule(
    steps: list[Step], settle_s: float
) -> None:
    async def story(folder: Path) -> None:
        world = World(folder, settle_s)
        for step in steps:
            await world.do(step)
            await asyncio.sleep(step.pause_s)
        await world.end_well()
        world.judge()

    with tempfile.TemporaryDirectory() as name:
        simulated(story(Path(name)))
