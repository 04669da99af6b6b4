"""The player document: everything computed for one player, as one JSON object (docs/reference/player-document.md)."""

from countroom.core.ids import PlayerKey
from countroom.core.instants import Instant, iso
from countroom.fold import keys
from countroom.fold.calendar import day_text, hour_text
from countroom.fold.figures import Json
from countroom.fold.pages import Bucket, DayPage
from countroom.fold.reader import Reader
from countroom.fold.scopes import scope, shown_pockets
from countroom.fold.settings import BrandSettings
from countroom.fold.shown_counters import counters
from countroom.fold.shown_money import bonuses, payments
from countroom.fold.shown_others import carts, catalogue, lists, lottery, poker
from countroom.fold.shown_play import latest_rounds, rollbacks, sessions
from countroom.fold.shown_profile import shown_profile
from countroom.fold.shown_sports import sports_bets
from countroom.fold.sums import together
from countroom.fold.turn import Pages


def document(pages: Pages, key: PlayerKey, brand: BrandSettings) -> Json:
    """Everything computed for a player, as JSON values."""
    r = Reader(pages, key, brand)
    head = r.head
    days = r.all(keys.DAY, DayPage)
    free_days = r.all(keys.FREE_DAY, DayPage)
    life, free = together([head.life]), together([head.free] if head.free else [])
    result: Json = {
        "brand": key.brand,
        "player": key.player,
        "totals": _totals(life, r.all(keys.HOUR, Bucket), brand),
        "counters": counters(r),
    }
    if free.casino or free.others is not None:
        result["free_totals"] = _totals(free, r.all(keys.FREE_HOUR, Bucket), brand, base=False)
    optional: Json = {
        **latest_rounds(r),
        "sessions": sessions(r, days, free_days),
        "outside": {c: p for c, pockets in sorted(head.outside.items()) if (p := shown_pockets(pockets))},
        "payments": payments(r),
        "bonuses": bonuses(r),
        "profile": shown_profile(r),
        "links": [
            {name: v for name, v in entry.items() if v}
            for n, k in sorted(head.links.items())
            for entry in (
                {
                    "link": n,
                    "partner": k.partner,
                    "account": k.account,
                    "state": k.state,
                    "since": iso(Instant(k.since)),
                },
            )
        ],
        "rollbacks": rollbacks(r),
        "sports_bets": sports_bets(r),
        "lottery": lottery(r),
        "poker": poker(r),
        "carts": carts(r),
        **lists(r),
        "catalogue": catalogue(r),
    }
    result |= {name: value for name, value in optional.items() if value}
    result["handling"] = {
        "duplicates": head.duplicates,
        "conflicts": head.conflicts,
        "withdrawn": head.withdrawn,
        "clock": iso(Instant(head.clock)) if head.clock else None,
    }
    return result


def _totals(life: Bucket, buckets: list[tuple[bytes, Bucket]], brand: BrandSettings, *, base: bool = True) -> Json:
    def one(bucket: Bucket, *, with_figures: bool) -> Json:
        shown = scope(bucket, brand, with_figures=with_figures and base)
        if not base:
            shown.pop("base", None)
        return shown

    days: dict[int, list[Bucket]] = {}
    hours: dict[int, list[Bucket]] = {}
    for key, bucket in buckets:
        day, hour = keys.hour_of(key)
        days.setdefault(day, []).append(bucket)
        hours.setdefault(hour, []).append(bucket)
    per_day = {day_text(d): one(together(b), with_figures=True) for d, b in sorted(days.items())}
    per_hour = {hour_text(h): one(together(b), with_figures=False) for h, b in sorted(hours.items())}
    found: Json = {
        "life": one(life, with_figures=True),
        "days": {d: s for d, s in per_day.items() if s},
        "hours": {h: s for h, s in per_hour.items() if s},
    }
    return {name: scopes for name, scopes in found.items() if scopes}
