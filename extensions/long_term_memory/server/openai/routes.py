"""The OpenAI-compatible proxy: its routes.

Owns: which call is answered by whom, and who may call how often.
Knows nothing of: how an answer is passed on, what memory does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import partial
from math import ceil
from time import monotonic
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...config import Settings
from ...engine.engine import Engine
from ...errors import EmbeddingError, InvalidInput, LtmError
from ...llm.addresses import model_path
from ...llm.upstream import Upstream
from ...models.embedder import Embedder
from ...models.tokens import estimate_tokens
from ...web.json_bounds import read_json
from ...web.openai_errors import error_body
from ...web.refusal import ProxyError, bad_request
from ...web.request_body import read_body
from ...web.request_counts import RateLimiter
from ...web.responses import PlainJSON
from ..rate_limit import too_many
from .answers import send_refusal
from .completion import CHAT, TEXT, ClientCall, CompletionMemory
from .leaks import OwnKeys
from .memory_threads import MemoryThreads
from .relay import Completion, Failed, Relay
from .request import as_meant, check_chat, check_text, headers_for
from .schemas import embedding_list, model_list, texts_of

LOADING_SECONDS: Final = 30.0


class Proxy:
    """Answers the calls of OpenAI's clients.

    Attributes:
        upstream: The connection to the language model.
        user_of: Who asks, as far as keys tell.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        upstream: Upstream,
        memory: MemoryThreads,
        *,
        embedder: Callable[[], Embedder],
        ours: OwnKeys,
        user_of: Callable[[Request], str],
        failed: Failed,
    ) -> None:
        """Prepare.

        Args:
            settings: The settings in force.
            upstream: The language model.
            memory: What remembers.
            embedder: Returns our own embedder, or raises EmbeddingError; may be slow.
            ours: Our own keys, which do not go to the model.
            user_of: Who asks, as far as keys tell.
            failed: Is told where there was no answer.
        """
        self._settings = settings
        self.upstream = upstream
        self._memory = memory
        self._embedder = embedder
        self._ours = ours
        self.user_of = user_of
        self._failed = failed
        self._pace = RateLimiter()

    async def close(self) -> None:
        """Let memory learn what is under way, and close the connections."""
        await self._memory.close()
        await self.upstream.close()

    def host(self) -> str:
        """Return the model's host, for people; empty if none is set."""
        return self.upstream.host

    def embedder(self) -> Embedder:
        """Return our own embedder, loaded; raises EmbeddingError."""
        return self._embedder()

    async def reach(self) -> None:
        """Ask the model what models it has; raises Refusal if it does not answer."""
        answer = await self.upstream.ask("GET", "/models", headers=self._headers({}))
        answer.close()

    async def lacking(self) -> str:
        """Return the model that is asked for and not listed; empty if all is well."""
        wanted = self.upstream.settings.llm_model
        if not wanted:
            return ""
        try:
            answer = await self.upstream.ask(
                "GET", "/models", headers=self._headers({})
            )
            listed = read_json(await self.upstream.read(answer))
        except (ProxyError, ValueError):
            return ""
        models = listed.get("data") if isinstance(listed, dict) else None
        names = [one.get("id") for one in models or () if isinstance(one, dict)]
        # Gemini lists its models with their folder, Ollama with their tag.
        meant = {wanted, f"models/{wanted}", f"{wanted}:latest"}
        known = not names or meant & set(map(str, names))
        return "" if known else wanted

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/v1", tags=["OpenAI"])
        router.add_api_route("/chat/completions", self.chat, methods=["POST"])
        router.add_api_route("/completions", self.text, methods=["POST"])
        router.add_api_route("/embeddings", self.embeddings, methods=["POST"])
        router.add_api_route("/models", self.models, methods=["GET"])
        router.add_api_route("/models/{name:path}", self.model, methods=["GET"])
        return router

    async def chat(self, request: Request) -> Response:
        """Answer a chat with memory: OpenAI's chat completions, streamed or whole."""
        return await self._relay(request, CHAT, check_chat)

    async def text(self, request: Request) -> Response:
        """Continue a text with memory: OpenAI's completions, streamed or whole."""
        return await self._relay(request, TEXT, check_text)

    async def _relay(
        self, request: Request, path: str, check: Callable[[Mapping[str, Any]], None]
    ) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = ClientCall(path=path, headers=headers, passed=self._headers(headers))
        try:
            settings = self._settings()
            body = await read_body(request, settings.server.most_body_mb)
            call = replace(call, body=body, user=self.user_of(request))
            check(body)
            call = await asyncio.to_thread(
                as_meant, call, settings.upstream, self._ours.without
            )
            if not call.user:  # a person is held to it by his key, at the door
                most = settings.proxy.requests_per_minute
                self._keep_pace(call.hints.owner, most)
        except ProxyError as refusal:
            return Relay(partial(send_refusal, refusal=refusal, call=call))
        completion = Completion(call, self.upstream, self._memory, self._failed)
        return Relay(completion.answer)

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        base_url = self.upstream.settings.llm_base_url
        return headers_for(headers, base_url, os.environ, holds_ours=self._ours.held_by)

    def _keep_pace(self, user: Hashable, most: int) -> None:
        wait = self._pace.wait_seconds(user, most, monotonic())
        if wait:
            refusal = bad_request(too_many(most, ceil(wait)), status=429)
            refusal.retry_after = str(ceil(wait))
            raise refusal

    async def models(self, request: Request) -> Response:
        """List the model's models; the configured one if it cannot be asked."""
        try:
            return PlainJSON(await self._get(request, "/models"))
        except ProxyError as refusal:
            configured = self.upstream.settings.llm_model
            if not configured:
                return _refused(refusal)
            return PlainJSON(model_list([configured], str(refusal)))

    async def model(self, request: Request, name: str) -> Response:
        """Tell of one model, as the service behind the proxy does."""
        try:
            return PlainJSON(await self._get(request, self._model_path(name)))
        except ProxyError as refusal:
            return _refused(refusal)

    def _model_path(self, name: str) -> str:
        try:
            path = model_path(name)
        except ValueError as error:
            raise bad_request(str(error), status=404) from None
        if self._ours.held_by(name):
            raise bad_request("A key of this server is no name of a model.", status=404)
        return path

    async def _get(self, request: Request, path: str) -> dict[str, Any]:
        """Ask the model something; raises Refusal."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await self.upstream.ask("GET", path, headers=self._headers(headers))
        raw = await self.upstream.read(answer)
        try:
            told = await asyncio.to_thread(read_json, raw)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise ProxyError(
                f"{self.upstream.named} sent something that is no list of models. See "
                "whether llm_base_url is right."
            )
        return told

    async def embeddings(self, request: Request) -> Response:
        """Embed texts with the model that memory itself uses."""
        try:
            body = await read_body(request, self._settings().server.most_body_mb)
            told = await asyncio.to_thread(self._embedded, body)
        except ProxyError as refusal:
            status, error = refusal.status, refusal.kind
            words, param = str(refusal), ""
        except LtmError as fault:
            status, error, words = fault.status_hint, "", str(fault)
            param = fault.field if isinstance(fault, InvalidInput) else ""
        else:
            return PlainJSON(told)
        told = error_body(words, status=status, kind=error, param=param)
        return PlainJSON(told, status_code=status)

    def _embedded(self, body: Mapping[str, Any]) -> dict[str, Any]:
        embedder = self._embedder()
        texts = texts_of(body, embedder.dimension)
        return embedding_list(
            embedder.embed(texts),
            model=embedder.name,
            encoding=body.get("encoding_format") or "float",
            tokens=sum(map(estimate_tokens, texts)),
        )


def proxy_of(
    engine: Engine,
    memory: CompletionMemory,
    *,
    ours: OwnKeys,
    user_of: Callable[[Request], str],
    failed: Failed,
) -> Proxy:
    """Return the proxy before an engine; see `Proxy` for the rest."""

    def embedder() -> Embedder:
        found = engine.embedder.ready(LOADING_SECONDS)
        if found is None:
            raise EmbeddingError("The embedding model is still loading; ask again.")
        return found

    return Proxy(
        lambda: engine.settings,
        Upstream(lambda: engine.settings.upstream),
        MemoryThreads(
            memory,
            engine.faults,
            limit_seconds=lambda: engine.settings.proxy.memory_seconds,
        ),
        embedder=embedder,
        ours=ours,
        user_of=user_of,
        failed=failed,
    )


def _refused(refusal: ProxyError) -> PlainJSON:
    told = refusal.told or error_body(
        str(refusal), status=refusal.status, kind=refusal.kind
    )
    return PlainJSON(told, status_code=refusal.status)
