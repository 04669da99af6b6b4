"""Short forms for the ledger's scenarios: `story.bet("10:00", "a1", "r1", 2)` is one message of one player."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from countroom.simulator.fact import BONUS, CASINO, GAME_ROUND, LOGIN, PAYMENT, REGISTRATION, ROUTES, SPORTS
from countroom.simulator.ledger import Ledger
from countroom.simulator.sending import ACCEPTED, Sending
from countroom.simulator.settings import SimulatorSettings

ORIGIN = "lucky.example"


def at(clock: str) -> int:
    """`10:00` on 2026-03-04, `04-13 10:00` in 2026, seconds where stated; microseconds UTC."""
    day, _, time = clock.rpartition(" ")
    moment = datetime.fromisoformat(f"2026-{day or '03-04'}T{time}").replace(tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


def settings(**changes: Any) -> SimulatorSettings:
    """A quiet week; `changes` on top."""
    plain: dict[str, Any] = {
        "starts_at": at("03-01 00:00"),
        "ends_at": at("03-08 00:00"),
        "events": 1000,
        "time_zone": "UTC",
    }
    return SimulatorSettings(**{**plain, **changes})


class Story:
    """Messages as they are told, in the order of their sending."""

    def __init__(self, time_zone: str = "UTC") -> None:
        self.settings = settings(time_zone=time_zone)
        self.sendings: list[Sending] = []

    def tell(self, kind: str, clock: str, body: dict[str, Any], *, player: str = "p1", expect: str = ACCEPTED) -> None:
        """Any message."""
        moment = at(clock)
        stamp = datetime.fromtimestamp(moment // 1_000_000, UTC).isoformat()
        method, path = ROUTES[kind]
        number = len(self.sendings) + 1
        whole = {"user_id": player, "origin": ORIGIN, "timestamp": stamp, **body}
        self.sendings.append(
            Sending(
                number=number,
                at=moment,
                method=method,
                path=path,
                body=json.dumps(whole).encode(),
                player=player,
                expect=expect,
                fact=number if expect == ACCEPTED else None,
            )
        )

    def again(self, clock: str, **changes: Any) -> None:
        """The last message once more, the same fact with other words."""
        last = self.sendings[-1]
        body = {**json.loads(last.body), **changes}
        self.tell(CASINO, clock, body, player=last.player)
        repeat = self.sendings.pop()
        self.sendings.append(Sending(**{**as_dict(repeat), "fact": last.fact}))

    def play(self, clock: str, what: str, ids: tuple[str, str], *, amount: Any = 0, **more: Any) -> None:
        """A casino message; `ids` are the activity's and the round's."""
        how = {name: more.pop(name) for name in ("player", "expect") if name in more}
        activity_id, round_id = ids
        body = {
            "activity_id": activity_id,
            "amount": amount,
            "currency": "EUR",
            "exchange_rate": 1,
            "game_id": "g1",
            "game_name": "Game",
            "is_round_end": False,
            "round_id": round_id,
            "status": "Approved",
            "type": what,
            "user_bonus_id": "0",
            "vendor_id": "41",
        }
        self.tell(CASINO, clock, {**body, **more}, **how)

    def bet(self, clock: str, activity_id: str, round_id: str, amount: Any, **more: Any) -> None:
        """`B a1 r1 2`."""
        self.play(clock, "Bet", (activity_id, round_id), amount=amount, **more)

    def win(self, clock: str, activity_id: str, round_id: str, amount: Any, **more: Any) -> None:
        """`W a2 r1 5`."""
        self.play(clock, "Win", (activity_id, round_id), amount=amount, **more)

    def end_win(self, clock: str, activity_id: str, round_id: str, amount: Any, **more: Any) -> None:
        """`W a2 r1 5 end`."""
        self.win(clock, activity_id, round_id, amount, is_round_end=True, **more)

    def loss(self, clock: str, activity_id: str, round_id: str, **more: Any) -> None:
        """`L a2 r1`."""
        self.play(clock, "Loss", (activity_id, round_id), **more)

    def roll_back(self, clock: str, activity_id: str, **more: Any) -> None:
        """`RB a1`: the message of the activity once more, with the other status."""
        self.play(clock, more.pop("type", "Bet"), (activity_id, "any"), **{"amount": 2, "status": "Rollback", **more})

    def whole(self, clock: str, round_id: str, *, bet: tuple[Any, Any], win: tuple[Any, Any] = (0, 0)) -> None:
        """`GR r1`, with (real, bonus) of bet and win; EUR."""
        body = {
            "round_id": round_id,
            "game_id": "g1",
            "vendor_id": "41",
            "user_currency": "EUR",
            **{f"real_bet_{of}": bet[0] for of in ("user", "base")},
            **{f"bonus_bet_{of}": bet[1] for of in ("user", "base")},
            **{f"real_win_{of}": win[0] for of in ("user", "base")},
            **{f"bonus_win_{of}": win[1] for of in ("user", "base")},
        }
        self.tell(GAME_ROUND, clock, body)

    def sports_bet(self, clock: str, activity_id: str, amount: Any, **more: Any) -> None:
        """A sports bet of one leg at 3.1, in real money."""
        self._sports(clock, "Bet", activity_id, amount=amount, **{"activity_id_reference": "", **more})

    def settlement(self, clock: str, activity_id: str, bet_id: str, amount: Any, **more: Any) -> None:
        """A settlement of a sports bet of 10, of the whole unless said otherwise."""
        usual = {"is_cashout": False, "reference_bet_amount": 10, "settlement_type": ""}
        body = {"activity_id_reference": bet_id, **usual, **more}
        self._sports(clock, "Settlement", activity_id, amount=amount, **body)

    def sports_rollback(self, clock: str, activity_id: str, amount: Any = 10) -> None:
        """A bet or settlement of that id is taken back."""
        self._sports(clock, "Bet", activity_id, amount=amount, status="Rollback", activity_id_reference="")

    def _sports(self, clock: str, what: str, activity_id: str, **more: Any) -> None:
        leg = {
            "event_name": "North vs South",
            "match_start": "2026-03-04T21:00:00Z",
            "odds": 3.1,
            "market": "1X2",
            "sports_name": "Football",
            "tournament_name": "Cup",
            "is_live": False,
            "is_free_bet": more.pop("free", False),
            "outcomes": [{"criterion_name": "1X2", "outcome_label": "2"}],
        }
        body = {
            "activity_id": activity_id,
            "type": what,
            "bet_type": "Single",
            "status": "Approved",
            "odds": 3.1,
            "currency": "EUR",
            "exchange_rate": 1,
            "user_bonus_id": "0",
            "bets": [leg],
        }
        self.tell(SPORTS, clock, {**body, **more})

    def payment(self, clock: str, payment_id: str, status: str, amount: Any, **more: Any) -> None:
        """One status of a payment, a deposit unless `type` says otherwise."""
        body = {
            "payment_id": payment_id,
            "amount": amount,
            "currency": "EUR",
            "exchange_rate": 1,
            "fee_amount": 0,
            "status": status,
            "type": "Credit",
            "vendor_id": "12",
        }
        self.tell(PAYMENT, clock, {**body, **more})

    def bonus(self, clock: str, user_bonus_id: str, status: str, amount: Any = 50, **more: Any) -> None:
        """One status of a bonus."""
        body = {
            "user_bonus_id": user_bonus_id,
            "bonus_id": "b",
            "bonus_code": "B",
            "amount": amount,
            "required_wagering_amount": 200,
            "currency": "EUR",
            "exchange_rate": 1,
            "product": "Casino",
            "status": status,
            "type": "ReloadBonus",
        }
        self.tell(BONUS, clock, {**body, **more})

    def login(self, clock: str) -> None:
        """A login."""
        self.tell(LOGIN, clock, {})

    def registration(self, clock: str, **fields: Any) -> None:
        """A registration, thin without fields."""
        self.tell(REGISTRATION, clock, fields)

    def document(self, clock: str | None = None, *, player: str = "p1", arrivals: Iterable[Sending] = ()) -> Any:
        """The player's document at the tick `clock`; with `arrivals`, when they had been sent in that order."""
        sent = [Sending(**{**as_dict(it), "number": number}) for number, it in enumerate(arrivals, start=1)]
        ledger = Ledger(self.settings, sent or self.sendings)
        return ledger.document(player, None if clock is None else at(clock))


def as_dict(sending: Sending) -> dict[str, Any]:
    """The fields of a sending."""
    return {name: getattr(sending, name) for name in sending.__struct_fields__}


def life(document: Any, product: str = "casino", currency: str = "EUR") -> Any:
    """A cell for life; {} when there is none."""
    return document["totals"].get("life", {}).get(product, {}).get(currency, {})


def figures(document: Any, currency: str = "EUR") -> Any:
    """The figures for life."""
    return document["totals"].get("life", {}).get("figures", {}).get(currency, {})


def t_p_g(document: Any, currency: str = "EUR") -> tuple[float, float, float]:
    """Turnover, payout and GGR for life; the examples are short enough for numbers."""
    found = figures(document, currency)
    turnover, payout, ggr = (float(found.get(name, "0")) for name in ("turnover", "payout", "ggr"))
    return turnover, payout, ggr
