"""The service that one would first write: FastAPI, pydantic, an asyncpg pool, insert on conflict do nothing.

Run by the peers' python, never by ours: `python plain_service.py POSTGRES-URI`. Prints its port.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import asyncpg
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field

KEY: Final = "cr_bench"
TABLE: Final = """
CREATE TABLE IF NOT EXISTS casino_events (
    activity_id text, type text, user_id text NOT NULL, round_id text NOT NULL, game_id text, currency text NOT NULL,
    amount numeric NOT NULL, happened_at timestamptz NOT NULL, body jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (activity_id, type)
)
"""
INSERT: Final = """
INSERT INTO casino_events (activity_id, type, user_id, round_id, game_id, currency, amount, happened_at, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
"""


class Casino(BaseModel):
    """One casino message."""

    activity_id: str = Field(min_length=1)
    amount: Decimal = Field(ge=0)
    wager_amount: Decimal
    bonus_wager_amount: Decimal = Decimal(0)
    locked_wager_amount: Decimal = Decimal(0)
    balance_before: Decimal | None = None
    balance_after: Decimal | None = None
    currency: str = Field(pattern="^[A-Z]{3}$")
    exchange_rate: Decimal
    game_id: str
    game_name: str
    game_type: str
    is_round_end: bool
    origin: str
    round_id: str
    status: Literal["Approved", "Rollback"] = "Approved"
    timestamp: datetime
    type: Literal["Bet", "Win", "Loss", "Refund"]
    user_bonus_id: str
    user_id: str
    vendor_id: str
    vendor_name: str


@asynccontextmanager
async def _lifespan(service: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(sys.argv[1], min_size=10, max_size=10) as pool:
        await pool.execute(TABLE)
        service.state.pool = pool
        yield


service = FastAPI(lifespan=_lifespan)


@service.post("/v1/integration/casino")
async def casino(request: Request, event: Casino, x_api_key: Annotated[str, Header()]) -> dict[str, str]:
    """Keep one message."""
    if x_api_key != KEY:
        raise HTTPException(401)
    await request.app.state.pool.execute(
        INSERT,
        event.activity_id,
        event.type,
        event.user_id,
        event.round_id,
        event.game_id,
        event.currency,
        event.amount,
        event.timestamp,
        event.model_dump_json(),
    )
    return {"status": "ok"}


class Server(uvicorn.Server):
    """uvicorn as it comes, but for saying its port."""

    async def startup(self, sockets: Any = None) -> None:
        """Start, and say the port."""
        await super().startup(sockets=sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


if __name__ == "__main__":
    Server(uvicorn.Config(service, port=0, log_level="warning", access_log=False)).run()
