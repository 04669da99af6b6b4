"""The third leg as partners see it: told once, in order, the linked alone, and never more than they take."""

from pathlib import Path

from tests.unit.flow.delivering import Partner, Rig, fact
from tests.unit.flow.simulated import simulated


def test_a_linked_player_is_told_and_nobody_else(tmp_path: Path) -> None:
    async def story() -> None:
        crm = Partner()
        rig = Rig(tmp_path, {"crm": crm})
        life = rig.start()
        rig.tell("ann", "bet", "1")
        rig.link("ann", "crm", facts=[fact("deposit", "d1"), fact("login", "x")])
        rig.tell("ann", "bet", "2")
        rig.tell("bob", "bet", "3")
        await life.quiet()
        assert crm.accepted == ["ann/deposit/d1", "ann/login/x", "ann/bet/2"]
        await life.stop()

    simulated(story())
