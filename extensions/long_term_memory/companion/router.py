"""The companion's REST calls under one address.

Owns: `/api/v1`, and what all its routes have in common.
Knows nothing of: what they do, sockets.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends

from ..web.bodies import bounded_route
from .answering import check_query
from .character_routes import CharacterRoutes
from .conversation_routes import ConversationRoutes
from .exchange import Exchange
from .lazy_platform import LazyPlatform
from .memory_routes import MemoryOfUserRoutes
from .message_routes import MessageRoutes
from .reply_routes import ReplyRoutes

PREFIX: Final = "/api/v1"


def companion_api(
    platform: LazyPlatform, exchange: Exchange, *, most_body_mb: int
) -> APIRouter:
    """Return the routes.

    Args:
        platform: What they serve.
        exchange: Has messages answered.
        most_body_mb: Megabytes of a body of JSON, at the most.
    """
    router = APIRouter(
        prefix=PREFIX,
        tags=["conversations"],
        dependencies=[Depends(check_query)],
        route_class=bounded_route(most_body_mb),
    )
    CharacterRoutes(platform).add_to(router)
    ConversationRoutes(platform).add_to(router)
    MessageRoutes(platform, exchange).add_to(router)
    ReplyRoutes(platform, exchange).add_to(router)
    MemoryOfUserRoutes(platform).add_to(router)
    return router
