"""What a character knows of a user, over REST.

Owns: these routes.
Knows nothing of: how anything is remembered.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from ..errors import NotFound
from ..web.responses import PlainJSON
from .answering import CharacterId, User, sent
from .bodies import LONGEST_ID, MemoryBody
from .lazy_platform import LazyPlatform
from .records import LongTermMemory, UserMemory

UserId = Annotated[str, Path(alias="user_id", max_length=300)]
MemoryId = Annotated[str, Path(alias="memory_id", max_length=LONGEST_ID)]


class MemoryOfUserRoutes:
    """Answers what is asked of the memory of a user; nobody sees another one's."""

    def __init__(self, platform: LazyPlatform) -> None:
        """Serve a platform."""
        self._platform = platform

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        whole = "/characters/{character_id}/memory/{user_id}"
        router.get(whole, response_model=UserMemory)(self.read)
        router.post(whole, response_model=LongTermMemory, status_code=201)(self.add)
        router.delete(f"{whole}/{{memory_id}}", status_code=204)(self.delete)
        router.get(
            "/characters/{character_id}/relationship/{user_id}", response_model=None
        )(self.relationship)

    def read(self, user: User, character_id: CharacterId, user_id: UserId) -> PlainJSON:
        """Read what a character knows of you: summaries, facts and notes."""
        _check_own(user, user_id)
        return sent(self._platform().knowledge.of(user, character_id))

    def add(
        self,
        user: User,
        character_id: CharacterId,
        user_id: UserId,
        body: MemoryBody,
    ) -> PlainJSON:
        """Write down what a character is to know; pinned, it stands in every prompt."""
        _check_own(user, user_id)
        added = self._platform().knowledge.add(
            user, character_id, body.content, pinned=body.pinned
        )
        return sent(added, status=201)

    def delete(
        self,
        user: User,
        character_id: CharacterId,
        user_id: UserId,
        memory_id: MemoryId,
    ) -> Response:
        """Have a character know something no longer; what was said stays."""
        _check_own(user, user_id)
        self._platform().knowledge.delete(user, character_id, memory_id)
        return Response(status_code=204)

    def relationship(
        self, user: User, character_id: CharacterId, user_id: UserId
    ) -> PlainJSON:
        """Read how a character and you stand to each other: null, for none is kept."""
        _check_own(user, user_id)
        self._platform().characters.get(user, character_id)
        return PlainJSON(None)


def _check_own(user: str, user_id: str) -> None:
    if user_id != user:
        raise NotFound(f"There is no user with the id {user_id!r}.")
