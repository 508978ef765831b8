"""Who asks: decided once, at the door, and carried with the request.

Owns: how a request's credentials are read, what is contradicting, who may go where.
Knows nothing of: where keys are kept, routes, whose memory lies where.

What stands in the scope is the only word on who asks: no route reads a header for it.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from starlette.requests import HTTPConnection

from ..web.answering import answer
from ..web.middleware import OPEN, App, Receive, Scope, Send, is_under
from ..web.origins import is_loopback
from ..web.paths import canonical
from .auth import OWNER, Keys

# Headers that say whose chat a request is of: ours, and those which Open WebUI sends
# with ENABLE_FORWARD_USER_INFO_HEADERS.
HEADER: Final = "x-ltm-"
OPEN_WEBUI: Final = "x-openwebui-"
CALLER: Final = "long_term_memory.caller"
BEARER: Final = "bearer"
BASIC: Final = "basic"
INVALID_KEY: Final = "401: Invalid API key"
TWO_KEYS: Final = "Send one Authorization header with one key: this sent more."
NOT_NEAR: Final = (
    "This server asks for no key, so it answers programs of its own machine alone. "
    "Start it with secure=true to let others in by a key."
)
OWNERS_ALONE: Final = (
    "This shows what is everybody's, so it opens to a key without a name only."
)
# Everything else is the owner's: the editor shows everybody's memories.
_PEOPLES: Final = ("/v1/", "/api/", "/health/", "/docs", "/openapi.json")
_PAGES: Final = re.compile(r"/(?:docs|editor)(?:/.*)?", re.DOTALL)
# One word of what may stand in a header; a comma would join two.
_KEY: Final = re.compile(r"[!-+\--~]+")


class Role(StrEnum):
    """What somebody is to this server."""

    OWNER = "owner"
    PERSON = "person"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks.

    Attributes:
        role: What he is here.
        name: A person's; empty for the owner, and for nobody.
        reason: Why he is nobody, in words for him.
        status: What he is refused with, if he is.
    """

    role: Role
    name: str = ""
    reason: str = ""
    status: int = 401

    @property
    def is_owner(self) -> bool:
        """Whether everything is open to him."""
        return self.role is Role.OWNER


THE_OWNER: Final = Caller(role=Role.OWNER)
NOBODY: Final = Caller(role=Role.NOBODY, reason=INVALID_KEY)


class Access(Enum):
    """For whom a path is."""

    OPEN = "everybody"
    PEOPLE = "who has a key"
    OWNER = "the owner"


def caller_of(request: HTTPConnection) -> Caller:
    """Return who asks; nobody, if no door was passed."""
    found = request.scope.get(CALLER)
    return found if isinstance(found, Caller) else NOBODY


def access_of(path: str) -> Access:
    """Say for whom a path is, whichever way the proxy's are spelled."""
    if path in OPEN:
        return Access.OPEN
    return Access.PEOPLE if canonical(path).startswith(_PEOPLES) else Access.OWNER


def caller_in(
    headers: Sequence[tuple[bytes, bytes]], keys: Keys, *, page: bool, near: bool
) -> Caller:
    """Decide who asks.

    Args:
        headers: All of the request, in their order.
        keys: Whose keys are known, and whether one is asked for.
        page: A browser shows the path, and may have the key as a password.
        near: The request comes from this machine.
    """
    if twice := _twice(headers):
        return _refused(twice)
    shown = _shown(headers, page=page)
    if shown is None:
        return _refused(TWO_KEYS)
    return _by_key(shown, keys, near=near)


def caller_by_token(connection: HTTPConnection, token: str, keys: Keys) -> Caller:
    """Decide who opens a socket, on which a browser can set no header.

    Args:
        connection: As the door let it through.
        token: What stands in its address or its first packet; empty leaves it to the
            door's word.
        keys: Whose keys are known.
    """
    found = caller_of(connection)
    if not token or found.status == 400:
        return found
    if not _KEY.fullmatch(token):
        return NOBODY
    told = _by_key(token, keys, near=_is_near(connection.scope))
    both = found.role is Role.PERSON and told.role is not Role.NOBODY
    return _refused(TWO_KEYS) if both and found != told else told


def _by_key(shown: str, keys: Keys, *, near: bool) -> Caller:
    whose = keys.whose(shown)
    if whose is not None:
        return Caller(role=Role.PERSON, name=whose) if whose != OWNER else THE_OWNER
    if keys.needed:
        return NOBODY
    # A key that is not ours says nothing of who asks: it is the model's.
    if near:
        return THE_OWNER
    return Caller(role=Role.NOBODY, reason=NOT_NEAR, status=403)


def _refused(reason: str) -> Caller:
    return Caller(role=Role.NOBODY, reason=reason, status=400)


def _twice(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """Say what is told twice of who asks or whose chat it is; empty if nothing is."""
    seen: set[str] = set()
    for raw, _ in headers:
        name = raw.decode("latin-1").lower()
        if name != "authorization" and not name.startswith((HEADER, OPEN_WEBUI)):
            continue
        # `x-ltm-user-id` and `x-ltm-user_id` are the same to us.
        name = name.replace("_", "-")
        if name in seen:
            return TWO_KEYS if name == "authorization" else f"{name} was sent twice."
        seen.add(name)
    return ""


def _shown(headers: Sequence[tuple[bytes, bytes]], *, page: bool) -> str | None:
    """Return the key that is shown; empty if none is, None if it is no single one."""
    told = next((value for name, value in headers if _is_of_keys(name)), b"")
    scheme, _, rest = told.decode("latin-1").strip(" \t").partition(" ")
    rest = rest.strip(" \t")
    if not rest or scheme.lower() not in (BEARER, BASIC):
        # SillyTavern sends "Bearer " without a key.
        return None if "," in scheme else ""
    if not _KEY.fullmatch(rest):
        return None
    if scheme.lower() == BEARER:
        return rest
    return _password(rest) if page else ""


def _is_of_keys(name: bytes) -> bool:
    return name.lower() == b"authorization"


def _password(pair: str) -> str:
    try:
        _, _, password = b64decode(pair, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return ""
    return password


class Identify:
    """Decides who asks, and lets nobody go where he may not."""

    def __init__(self, app: App, *, keys: Keys, sockets: tuple[str, ...] = ()) -> None:
        """Stand before an app.

        Args:
            app: What is guarded.
            keys: Whose keys are known.
            sockets: Paths whose handlers ask for a token of their own, for a browser
                can send no header with it.
        """
        self._app = app
        self._keys = keys
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with who asks, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        caller = caller_in(
            scope["headers"],
            self._keys,
            page=_PAGES.fullmatch(scope["path"]) is not None,
            near=_is_near(scope),
        )
        refusal = _refusal(caller, scope, asks_itself=is_under(scope, self._sockets))
        if refusal is None:
            scope[CALLER] = caller
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            asks = caller is NOBODY and _PAGES.fullmatch(scope["path"]) is not None
            await answer(scope, send, *refusal, asks=asks)


def _refusal(
    caller: Caller, scope: Scope, *, asks_itself: bool
) -> tuple[int, str] | None:
    """Return status and words for who may not go on; None for who may."""
    access = access_of(scope["path"]) if scope["type"] == "http" else Access.OWNER
    access = Access.OPEN if asks_itself else access
    if caller.role is Role.NOBODY and (caller.status == 400 or access != Access.OPEN):
        return caller.status, caller.reason
    if caller.role is Role.PERSON and access == Access.OWNER:
        return 403, OWNERS_ALONE
    return None


def _is_near(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and is_loopback(client[0])
