"""Whatever happens in whatever order: each linked account is told everything, once in effect, in order; the others nothing."""

import asyncio
import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.flow.delivering import OK, Got, Partner, Rig, fact, refused
from tests.unit.flow.simulated import simulated

PLAYERS = ("ann", "bob", "cid")
PARTNERS = ("crm", "ads")


class Step(msgspec.Struct, frozen=True):
    """One thing that happens, and how long nothing does afterwards."""

    act: str
    player: str = ""
    partner: str = ""
    pause_s: float = 0.0


PAUSES = st.sampled_from((0.0, 0.0, 0.0, 0.005, 0.05, 0.3, 2.0, 30.0, 300.0))
STEPS = st.lists(
    st.one_of(
        st.builds(Step, st.sampled_from(("tell", "tell", "tell", "link", "relink", "unlink", "shut", "open", "quiet_fact")),
                  st.sampled_from(PLAYERS), st.sampled_from(PARTNERS), PAUSES),
        st.builds(Step, st.sampled_from(("down", "up", "sick", "well", "pause", "resume")),
                  st.sampled_from(PLAYERS), st.sampled_from(PARTNERS), PAUSES),
        st.builds(Step, st.sampled_from(("kill", "stop")), pause_s=PAUSES),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


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
        self.partners = {name: Partner(lambda got, name=name: self._answer(name, got)) for name in PARTNERS}  # type: ignore[misc]
        self.rig = Rig(folder, self.partners, rate=50, settle=int(settle_s * 1e6), gates=("blocked",))
        self.accounts: dict[tuple[str, str], list[Account]] = {}
        self.facts: dict[str, list[tuple[str, str]]] = {player: [] for player in PLAYERS}
        self.told = 0

    def _answer(self, partner: str, got: Got) -> object:
        return refused() if (partner, got.player) in self.sick else OK

    def account(self, step: Step) -> Account | None:
        last = self.accounts.get((step.partner, step.player), [])
        return last[-1] if last and last[-1].is_linked else None

    def tell(self, player: str, kind: str) -> None:
        self.told += 1
        subject = str(self.told)
        self.facts[player].append((kind, subject))
        self.rig.tell(player, kind, subject)
        for (_, who), accounts in self.accounts.items():
            if who == player and accounts[-1].is_linked:
                accounts[-1].tell(kind, subject)

    def retell(self, player: str) -> None:
        """A fact that was told is told again, as after a loud repeat of a quiet one."""
        if self.facts[player]:
            kind, subject = self.facts[player][-1]
            self.rig.tell(player, kind, subject)
            for (_, who), accounts in self.accounts.items():
                if who == player and accounts[-1].is_linked:
                    accounts[-1].tell(kind, subject)

    def link(self, step: Step) -> None:
        before = self.account(step)
        if before is not None:
            before.is_linked = False
        accounts = self.accounts.setdefault((step.partner, step.player), [])
        name = f"{step.player}.{len(accounts)}"
        account = Account(name)
        accounts.append(account)
        last = self.facts[step.player][-2:]
        for kind, subject in last:
            account.tell(kind, subject)
        blocked = any(kind == "account_status_changed" for kind, _ in self.facts[step.player][-2:])
        del blocked
        self.rig.link(
            step.player, step.partner, link_id=f"l-{step.partner}-{name}", account=name, facts=[fact(*f) for f in last]
        )

    def unlink(self, step: Step) -> None:
        account = self.account(step)
        if account is not None:
            account.is_linked = False
            self.rig.unlink(step.player, step.partner, link_id=f"l-{step.partner}-{account.name}")


async def happen(world: World, steps: list[Step]) -> None:
    rig = world.rig
    life = rig.start()
    for step in steps:
        match step.act:
            case "tell":
                world.tell(step.player, "bet")
            case "quiet_fact":
                world.retell(step.player)
            case "link" if world.account(step) is None:
                world.link(step)
            case "relink":
                world.link(step)
            case "unlink":
                world.unlink(step)
            case "shut" | "open":
                block(world, step)
            case "down" | "up":
                world.partners[step.partner].is_up = step.act == "up"
            case "sick":
                world.sick.add((step.partner, step.player))
            case "well":
                world.sick.discard((step.partner, step.player))
            case "pause" | "resume":
                desk = life.desk(step.partner)
                desk.state.paused_by = "me" if step.act == "pause" else ""
                desk.pump()
            case "kill":
                await life.kill()
                life = rig.start()
            case "stop":
                await life.stop()
                life = rig.start()
        await asyncio.sleep(step.pause_s)
    world.sick.clear()
    for name, partner in world.partners.items():
        partner.is_up = True
        life.desk(name).state.paused_by = ""
    for player in PLAYERS:
        for partner in PARTNERS:
            block(world, Step("open", player, partner))
    await life.quiet(within_s=4_000)
    await life.stop()
    judge(world)


def block(world: World, step: Step) -> None:
    """Close or open a gate: the signal itself is told too, once the gate is open."""
    world.told += 1
    subject, active = str(world.told), step.act == "shut"
    world.rig.tell(step.player, "account_status_changed", subject, {"kind": "blocked", "active": active})
    for (_, who), accounts in world.accounts.items():
        if who == step.player and accounts[-1].is_linked:
            accounts[-1].tell("account_status_changed", subject)


def judge(world: World) -> None:
    for name, partner in world.partners.items():
        first: dict[str, list[str]] = {}
        for event_id in dict.fromkeys(partner.accepted):
            first.setdefault(event_id.partition("/")[0], []).append(event_id)
        for accounts in (every for (who, _), every in world.accounts.items() if who == name):
            for account in accounts:
                got = first.pop(account.name, [])
                assert got == account.expected[: len(got)], account.name
                assert not account.is_linked or got == account.expected, account.name
        assert not first, "an account was told that never was linked"


@given(STEPS, st.sampled_from((0.0, 0.4, 10.0)))
@settings(max_examples=60, deadline=None)
def test_every_linked_account_is_told_everything_in_order_under_any_schedule(
    steps: list[Step], settle_s: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:

        async def story() -> None:
            await happen(World(Path(folder), settle_s), steps)

        simulated(story())
