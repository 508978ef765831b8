"""What changed since somebody looked, so that a list need not be read again.

Owns: this route.
Knows nothing of: how changes are found.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ...engine.change_feed import ChangeFeed
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .schemas import answers
from .telling import sent


class ChangeRoutes:
    """Answers what changed."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks
        self._feed = ChangeFeed()

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/changes", response_model=answers.ChangesAnswer)(self.changes)

    def changes(
        self,
        named: ForCharacter,
        since: Annotated[
            str, Query(max_length=100, description="`cursor` of the last answer.")
        ] = "",
    ) -> PlainJSON:
        """Tell which chats and memories changed since a cursor, in their order."""
        found = self._feed.since(self._banks.known(named), since)
        told = answers.ChangesAnswer(
            changes=[
                answers.ChangeAnswer(kind=one.key.kind, id=one.key.id, gone=one.gone)
                for one in found.changed
            ],
            cursor=found.cursor,
            reset=found.reset,
        )
        return sent(told)
