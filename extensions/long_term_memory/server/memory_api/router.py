"""All routes of the memory API under one address.

Owns: `/api/ltm/v1`, and what all its routes have in common.
Knows nothing of: what they do.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from ...core.types import TokenCounter
from ...engine.engine import Engine
from ...web.bodies import bounded_route
from ..last_request import LastUses
from .access import Owner, ServedBanks
from .changes import ChangeRoutes
from .chats import ChatRoutes
from .editing import EditRoutes
from .facts import FactRoutes
from .forgetting import ForgetRoutes
from .memories import MemoryRoutes
from .recalling import RecallRoutes
from .records import RecordRoutes
from .schemas.answers import ErrorAnswer
from .stories import StoryRoutes
from .summaries import SummaryRoutes
from .turns import TurnRoutes

PREFIX: Final = "/api/ltm/v1"


def memory_api(
    engine: Engine, *, owner: Owner, last: LastUses, count: TokenCounter
) -> APIRouter:
    """Return the routes.

    Args:
        engine: Does the remembering.
        owner: Tells whose memory a request means.
        last: Keeps what was composed, for people.
        count: Counts a text's tokens as the model does.
    """
    banks = ServedBanks(engine, owner)
    router = APIRouter(
        prefix=PREFIX,
        tags=["memory"],
        route_class=bounded_route(engine.settings.server.most_body_mb),
        responses={"4XX": {"model": ErrorAnswer, "description": "What is wrong."}},
    )
    for routes in (
        TurnRoutes(banks, last, count),
        RecallRoutes(banks),
        EditRoutes(banks),
        MemoryRoutes(banks),
        SummaryRoutes(banks),
        StoryRoutes(banks),
        FactRoutes(banks),
        RecordRoutes(banks),
        ChatRoutes(banks),
        ForgetRoutes(banks),
        ChangeRoutes(banks),
    ):
        routes.add_to(router)
    return router
