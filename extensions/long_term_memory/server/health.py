"""How the server is doing: at once, and with reasons.

Owns: what /health and its parts say, and how often the model is asked.
Knows nothing of: how the model is reached, how memory works.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from time import monotonic, perf_counter
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from .. import __version__
from ..engine.engine import Engine
from ..engine.records import EngineStatus
from ..errors import LtmError
from ..models.embedder import Embedder
from ..web.errors import answer
from ..web.responses import PlainJSON
from .usage import NOTHING, Usage, UsageTotals

NAME: Final = "long-term-memory"
# The model's answer counts for so long, and is waited for so long.
FRESH_SECONDS: Final = 15.0
GLANCE_SECONDS: Final = 0.5
PATIENT_SECONDS: Final = 5.0
SHOWN_CHATS: Final = 20
NO_ANSWER: Final = "It does not answer as it should."
UNSET: Final = (
    "No model is set: start the server with --llm-base-url, such as "
    "--llm-base-url http://127.0.0.1:5000/v1, or with a key."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What came of asking the model.

    Attributes:
        ok: Whether it answered; None if that is not known yet.
        reason: Why not, else empty.
        seconds: How long it took.
    """

    ok: bool | None
    reason: str = ""
    seconds: float = 0.0


class Probe:
    """Asks the model whether it is there, never twice at once and not too often."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[None]],
        *,
        now: Callable[[], float] = monotonic,
        patient_seconds: float = PATIENT_SECONDS,
    ) -> None:
        """Prepare; nobody is asked yet.

        Args:
            ask: Asks the model, and raises LtmError with the reason if it fails.
            now: A clock.
            patient_seconds: How long an answer is waited for at most.
        """
        self._ask = ask
        self._now = now
        self._patient_seconds = patient_seconds
        self._task: asyncio.Task[None] | None = None
        self._known = Reached(ok=None, reason="It has not answered yet.")
        self._fresh_until = -1.0

    async def look(self, wait_seconds: float) -> Reached:
        """Return what is known; wait so long if that is old."""
        if self._now() < self._fresh_until:
            return self._known
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._learn())
        await asyncio.wait({self._task}, timeout=wait_seconds)
        return self._known

    async def close(self) -> None:
        """Ask no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _learn(self) -> None:
        began = self._now()
        ok, reason = True, ""
        try:
            async with asyncio.timeout(self._patient_seconds):
                await self._ask()
        except TimeoutError:
            ok, reason = False, f"It was silent for {self._patient_seconds:g} seconds."
        except LtmError as error:
            ok, reason = False, error.for_the_owner
        seconds = round(self._now() - began, 3)
        self._known = Reached(ok=ok, reason=reason, seconds=seconds)
        self._fresh_until = self._now() + FRESH_SECONDS


class Health:
    """What is said of the server's health."""

    def __init__(
        self,
        engine: Engine,
        probe: Probe,
        ledger: UsageTotals,
        *,
        model_host: Callable[[], str],
        embedder: Callable[[], Embedder],
        allowed: Callable[[Request], bool],
    ) -> None:
        """Prepare.

        Args:
            engine: The memory.
            probe: Asks the model.
            ledger: Tokens and money.
            model_host: Where the model is, without keys; empty if none is set.
            embedder: Returns the embedder, loaded; raises EmbeddingError.
            allowed: Whether a request may read which chats there are.
        """
        self._engine = engine
        self._probe = probe
        self._ledger = ledger
        self._model_host = model_host
        self._embedder = embedder
        self._allowed = allowed
        self._began = monotonic()

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(tags=["health"])
        router.add_api_route("/health", self.health)
        router.add_api_route("/health/llm", self.llm)
        router.add_api_route("/health/embed", self.embed, response_class=PlainJSON)
        return router

    async def health(self, request: Request) -> PlainJSON:
        """Say how everything is; answered at once, whatever the model does."""
        return PlainJSON(await self.all(request))

    async def all(self, request: Request) -> dict[str, Any]:
        """Gather how everything is."""
        now = await asyncio.to_thread(self._engine.status)
        database = await asyncio.to_thread(database_of, now)
        llm = await self._llm(GLANCE_SECONDS)
        embedder = embedder_of(now)
        owner = self._allowed(request)
        well = llm["reachable"] is not False and database["ok"]
        well = well and now.embedder_state != "failed"
        return {
            "status": "ok" if well else "degraded",
            "name": NAME,
            "version": __version__,
            "uptime_seconds": round(monotonic() - self._began, 1),
            "banks": now.banks,
            "llm": llm if owner else llm_for_others(llm),
            "database": database if owner else database_for_others(database),
            "embedder": embedder if owner else embedder_for_others(embedder),
            "sessions": {
                "chats": self._ledger.count(),
                "open_banks": now.open_banks,
                "waiting_texts": now.due,
            },
            "usage": {
                "total": shown(self._ledger.total),
                "chats": await self._chats() if owner else {},
            },
            "last_error": last_error_of(now, owner=owner),
        }

    async def llm(self, request: Request) -> PlainJSON:
        """Say whether the model behind the proxy can be reached, and if not, why."""
        llm = await self._llm(PATIENT_SECONDS + GLANCE_SECONDS)
        told = llm if self._allowed(request) else llm_for_others(llm)
        return PlainJSON(told, status_code=200 if llm["reachable"] else 503)

    async def embed(self, request: Request, probe: bool = False) -> Response:
        """Say how the embedding model is; with `probe` it is loaded and tried."""
        owner = self._allowed(request)
        if probe and not owner:
            return answer(403, "Refused", "Only the owner's key may try the model.")
        now = await asyncio.to_thread(self._engine.status)
        told = embedder_of(now)
        if probe:
            told |= await asyncio.to_thread(self._tried)
        well = told["state"] != "failed"
        shown = told if owner else embedder_for_others(told)
        return PlainJSON(shown, status_code=200 if well else 503)

    async def _chats(self) -> dict[str, Any]:
        newest = await asyncio.to_thread(self._ledger.chats, SHOWN_CHATS)
        return {chat: shown(usage) for chat, usage in newest.items()}

    async def _llm(self, wait_seconds: float) -> dict[str, Any]:
        host = self._model_host()
        if not host:
            return {"host": "", "reachable": None, "reason": UNSET, "seconds": 0.0}
        found = await self._probe.look(wait_seconds)
        return {
            "host": host,
            "reachable": found.ok,
            "reason": found.reason,
            "seconds": found.seconds,
        }

    def _tried(self) -> dict[str, Any]:
        """Embed a word; say how long it took, or why it failed."""
        began = perf_counter()
        try:
            embedder = self._embedder()
            embedder.embed(["probe"])
        except LtmError as error:
            return {"state": "failed", "reason": error.for_the_owner}
        seconds = round(perf_counter() - began, 3)
        return {
            "state": "ready",
            "reason": "",
            "dimension": embedder.dimension,
            "seconds": seconds,
        }


def shown(usage: Usage) -> dict[str, Any]:
    """Return sums as they are shown; fractions of a cent are kept."""
    return {**asdict(NOTHING.plus(usage)), "dollars": round(usage.dollars, 6)}


def embedder_of(now: EngineStatus) -> dict[str, Any]:
    """Say how the embedding model is."""
    reason = now.embedder_note
    if not reason and now.embedder_state != "ready":
        reason = "It is loaded with the first message; until then words are compared."
    return {"name": now.embedder, "state": now.embedder_state, "reason": reason}


def database_of(now: EngineStatus) -> dict[str, Any]:
    """Say whether memories are kept where they lie."""
    return {"ok": not now.unkept, "folder": str(now.data_dir), "reason": now.unkept}


# -- what is told without the owner's key ----------------------------------------------
#
# Names of users and characters stand in paths, and a service may repeat what it was
# sent: others than the owner get our own words, which say what kind of thing it is.


def llm_for_others(llm: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the model is, neither where it is nor what it said."""
    reason = llm["reason"]
    if reason and reason != UNSET:
        silent = llm["reachable"] is None
        reason = "It has not answered yet." if silent else NO_ANSWER
    return {**llm, "host": "", "reason": reason}


def database_for_others(database: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the memories' folder is, not where."""
    reason = database["reason"] and "The memories cannot be written."
    return {**database, "folder": "", "reason": reason}


def embedder_for_others(embedder: Mapping[str, Any]) -> dict[str, Any]:
    """Say how the embedding model is, not which; its name may be a folder's."""
    failed = embedder["state"] == "failed"
    reason = "It cannot be used, so words are compared." if failed else ""
    return {**embedder, "name": "", "reason": reason}


def last_error_of(now: EngineStatus, *, owner: bool) -> str | None:
    """Say what went wrong last: to the owner in full, to others while doing what."""
    if now.fault is None:
        return None
    if owner:
        return now.fault.for_the_owner
    return f"Something failed while {now.fault.what}; the owner can see what."
