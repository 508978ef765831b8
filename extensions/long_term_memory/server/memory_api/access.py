"""Whose memory a request means.

Owns: reading the character and the user that are named, and finding the bank.
Knows nothing of: keys (`identity` decides who asks), what is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from ...core.policy import EVERYONE
from ...core.text.names import is_same_name
from ...core.types import Scope
from ...engine.bank import Bank
from ...engine.engine import Engine
from ...errors import InvalidInput, NotFound
from .schemas.base import LONGEST_NAME

Owner = Callable[[Request, str], str]
"""Tells whose memory is meant: by the key, and the user that is named."""


@dataclass(frozen=True, slots=True)
class NamedUser:
    """Who asks, and which user is named; empty if none is."""

    request: Request
    user: str


@dataclass(frozen=True, slots=True)
class NamedScope(NamedUser):
    """The same, and which character."""

    character: str


UserName = Annotated[
    str,
    Query(
        max_length=LONGEST_NAME,
        description="Whose memory, where several share a server: the owner may name "
        "anyone, a key with a name speaks for itself.",
    ),
]
CharacterName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_NAME,
        description=f"Who remembers; {EVERYONE!r} are the user's notes for all of his "
        "characters.",
        examples=["Miku"],
    ),
]


async def user_named(request: Request, user: UserName = "") -> NamedUser:
    """Read which user is named; raises InvalidInput if several are."""
    # It waits for nothing, and as a coroutine it takes no thread of its own.
    _named_once(request, "user")
    return NamedUser(request, user)


async def scope_named(
    request: Request, character: CharacterName, user: UserName = ""
) -> NamedScope:
    """Read which character is named, and which user; raises InvalidInput."""
    for field in ("character", "user"):
        _named_once(request, field)
    if not character.strip():
        raise InvalidInput("Name a character.", field="character")
    return NamedScope(request, user, character)


def _named_once(request: Request, field: str) -> None:
    if len(request.query_params.getlist(field)) > 1:
        raise InvalidInput(f"{field} is named twice.", field=field)


ForUser = Annotated[NamedUser, Depends(user_named)]
ForCharacter = Annotated[NamedScope, Depends(scope_named)]


class ServedBanks:
    """The banks of an engine, by what requests name."""

    def __init__(self, engine: Engine, owner: Owner) -> None:
        """Serve one engine; `owner` tells whose memory is meant."""
        self.engine = engine
        self._owner = owner

    def user(self, named: NamedUser) -> str:
        """Return whose memories are meant."""
        return self._owner(named.request, named.user)

    def scope(self, named: NamedScope) -> Scope:
        """Return the scope that is meant, as it was spelled first."""
        asked = Scope(user=self.user(named), character=named.character)
        return self.engine.named(asked)

    def scopes(self, named: NamedUser) -> list[Scope]:
        """Return all scopes of the user that is meant."""
        user = self.user(named)
        return [one for one in self.engine.scopes() if is_same_name(one.user, user)]

    def known(self, named: NamedScope) -> Bank:
        """Return the bank that is meant.

        Raises:
            NotFound: That character remembers nothing yet.
        """
        scope = self.scope(named)
        if self.engine.opened(scope) is None and not self.engine.storage.holds(scope):
            raise NotFound(f"The character {named.character!r} remembers nothing yet.")
        return self.engine.bank(scope)

    def made(self, named: NamedScope) -> Bank:
        """Return the bank that is meant, which is made if there is none."""
        return self.engine.bank(self.scope(named))
