"""A reply as the language model writes it, piece by piece.

Owns: what a model is asked for a conversation, and reading what it streams.
Knows nothing of: where the prompt comes from, who is shown the pieces.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from ..config import Settings, upstream_key
from ..llm import sse
from ..llm.speech import first_choice, speech_of
from ..llm.upstream import Upstream
from ..web.refusal import ProxyError

CHAT: Final = "/chat/completions"
PLAIN: Final = b"data: {"
MOST_CHARACTERS: Final = 200_000
"""Of a reply; a model that writes on and on is stopped there."""

MANY: Final = 8
"""Replies that are streamed at once, each word as it comes; of more the words of a
moment come together, for to tell each would take longer than the model does."""

MOMENT_SECONDS: Final = 0.1


@dataclass(slots=True)
class WrittenReply:
    """What a model has written so far.

    Attributes:
        text: All of it.
        model: How the model calls itself; empty if it does not say.
        tokens: How many tokens it wrote, as it says; None if it does not.
        finished: Whether it said that the reply is whole.
        cut: Whether it ended for having as many tokens as it may have.
    """

    text: str = ""
    model: str = ""
    tokens: int | None = None
    finished: bool = False
    cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it ended by itself."""
        return self.finished and not self.cut


class ReplyModel:
    """The language model, as conversations ask it."""

    def __init__(self, upstream: Upstream, settings: Callable[[], Settings]) -> None:
        """Ask over a connection that others may share.

        Args:
            upstream: The connection.
            settings: The settings in force.
        """
        self._upstream = upstream
        self._settings = settings
        self._at_once = 0

    async def write(
        self,
        messages: Sequence[Mapping[str, str]],
        reply: WrittenReply,
        *,
        stop: Sequence[str] = (),
    ) -> AsyncGenerator[str, None]:
        """Yield the pieces of a reply; `reply` holds all of it at any time.

        What came at once is one piece. A call is tried again while nothing has come.

        Args:
            messages: The prompt, each with `role` and `content`.
            reply: Is filled.
            stop: Texts at which the model ends.

        Raises:
            UpstreamError: The model cannot be reached, refuses, breaks off or hangs.
        """
        self._upstream.check()
        settings = self._settings()
        body = json.dumps(asked(settings, messages, stop)).encode("ascii")
        answer = await self._upstream.ask(
            "POST", CHAT, body=body, headers=_headers(settings)
        )
        self._at_once += 1
        try:
            async with aclosing(self._pieces(answer, reply)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            self._at_once -= 1
            answer.close()

    async def _pieces(
        self, answer: Any, reply: WrittenReply
    ) -> AsyncGenerator[str, None]:
        first = await self._upstream.read_first(answer)
        if not sse.is_stream(first, answer.content_type):
            rest = await self._upstream.read(answer)
            yield self._whole(first + rest, reply)
            return
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        answer.content.on_eof(partial(_end, ended))
        events = EventReader()
        part = first
        while part:
            if piece := self._all_told(events.feed(part), reply):
                yield piece
            if events.done or len(reply.text) > MOST_CHARACTERS:
                return
            if self._at_once > MANY:
                await asyncio.wait([ended], timeout=MOMENT_SECONDS)
            part = await self._upstream.read_on(answer)
        if piece := self._all_told(events.end(), reply):
            yield piece
        if not (reply.finished or events.done):
            raise self._upstream.broke_off()

    def _all_told(
        self, events: Iterable[Mapping[str, Any]], reply: WrittenReply
    ) -> str:
        return "".join([self._told(told, reply) for told in events])

    def _told(self, told: Mapping[str, Any], reply: WrittenReply) -> str:
        """Return what an event says of the reply's text."""
        speech = speech_of(told)
        if speech.fails:
            raise ProxyError(f"{self._upstream.named} broke off with an error.")
        reply.model = reply.model or sse.name_of(told)
        reply.finished = reply.finished or speech.ends
        reply.cut = reply.cut or first_choice(told).get("finish_reason") == "length"
        usage = told.get("usage")
        if isinstance(usage, Mapping) and isinstance(
            usage.get("completion_tokens"), int
        ):
            reply.tokens = usage["completion_tokens"]
        reply.text += speech.text
        return speech.text

    def _whole(self, raw: bytes, reply: WrittenReply) -> str:
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            told = None
        text = sse.reply_of(told) if isinstance(told, dict) else None
        if not text:
            raise ProxyError(
                f"{self._upstream.named} sent something that is no reply. See whether "
                "llm_base_url is right."
            )
        assert isinstance(told, dict)
        self._told({"model": told.get("model"), "usage": told.get("usage")}, reply)
        reply.text, reply.finished = text, True
        return text


def _end(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)


class EventReader:
    """Puts a stream's bytes together to events, and reads these.

    Attributes:
        done: The stream said that it is complete.
    """

    def __init__(self) -> None:
        """Begin a stream."""
        self.done = False
        self._rest = b""

    def feed(self, data: bytes) -> list[Mapping[str, Any]]:
        """Return the events that are whole now."""
        if not self._rest and data.startswith(PLAIN) and data.endswith(b"}\n\n"):
            lines = data[:-2].split(b"\n\n")
            with suppress(ValueError, RecursionError):
                return [_in_line(line) for line in lines]
        text = (self._rest + data).replace(b"\r\n", b"\n")
        whole, gap, self._rest = text.rpartition(b"\n\n")
        if len(self._rest) > sse.LONGEST_EVENT:
            raise ProxyError("The language model sent an event that has no end.")
        # A line of its own: what a reply says of it stands inside of JSON.
        self.done = self.done or sse.DONE.strip() in whole.split(b"\n")
        return [*sse.events_of(whole + gap)] if gap else []

    def end(self) -> list[Mapping[str, Any]]:
        """Return what came without the empty line behind it."""
        return self.feed(b"\n\n") if self._rest.strip() else []


def _in_line(line: bytes) -> dict[str, Any]:
    """Return the object of an event that is one line; raises ValueError if not."""
    if not line.startswith(PLAIN) or b"\n" in line or b"\r" in line:
        raise ValueError
    told: dict[str, Any] = json.loads(line[len(PLAIN) - 1 :])
    return told


def asked(
    settings: Settings, messages: Sequence[Mapping[str, str]], stop: Sequence[str]
) -> dict[str, Any]:
    """Return what a model is asked for a reply."""
    companion = settings.companion
    body: dict[str, Any] = {
        "messages": [dict(one) for one in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": companion.reply_max_tokens,
        "top_p": companion.reply_top_p,
        "frequency_penalty": companion.reply_frequency_penalty,
        "presence_penalty": companion.reply_presence_penalty,
    }
    if companion.reply_temperature >= 0:
        body["temperature"] = companion.reply_temperature
    if settings.upstream.llm_model:
        body["model"] = settings.upstream.llm_model
    if stop:
        body["stop"] = [*stop]
    return body


def _headers(settings: Settings) -> dict[str, str]:
    headers = {"Content-Type": "application/json"}
    if key := upstream_key(settings.upstream.llm_base_url, os.environ):
        headers["Authorization"] = f"Bearer {key}"
    return headers
