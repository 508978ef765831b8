"""Pass a model's answer on to a client, for as long as the client is there.

Owns: the life of one call: asking, passing on, its end, and errors as clients show
    them.
Knows nothing of: routes, what memory does, how the model is reached.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

from fastapi.responses import Response

from ...llm import sse
from ...llm.event_bounds import EventBuffer, is_only_remarks
from ...llm.upstream import MOST_ANSWER_VALUES, Upstream
from ...web.json_bounds import read_json
from ...web.middleware import Receive, Scope, Send
from ...web.openai_errors import error_body, error_words, is_page
from ...web.refusal import ProxyError
from .answers import (
    JSON_HEADERS,
    STREAM_HEADERS,
    dump,
    length_of,
    piece,
    send_refusal,
    send_whole,
    start,
)
from .completion import TEXT, Answered, ClientCall
from .gathering import whole_of
from .memory_threads import MemoryJob, MemoryThreads

if TYPE_CHECKING:
    from aiohttp import ClientResponse

# How long the end of an answer is waited for, so that its connection serves again.
END_SECONDS: Final = 0.25
# Reading or writing this much JSON takes some milliseconds.
LARGE: Final = 250_000
EVENTS: Final = "text/event-stream"

Result = TypeVar("Result")


Failed = Callable[[ProxyError], None]


class Relay(Response):
    """A response that is made while it is sent, and ends when its client leaves."""

    def __init__(self, work: Callable[[Send], Awaitable[None]]) -> None:
        """Remember what answers."""
        self.background = None
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and stop at once when the client is gone."""
        work = asyncio.ensure_future(self._work(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not work.done():
                work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Completion:
    """One call of a client, from what memory made of it to the end of the answer."""

    def __init__(
        self,
        call: ClientCall,
        upstream: Upstream,
        memory: MemoryThreads,
        failed: Failed,
    ) -> None:
        """Prepare; `answer` does it.

        Args:
            call: What is asked.
            upstream: Answers.
            memory: Adds what it knows, and learns the reply.
            failed: Is told that there was no answer, or no whole one.
        """
        self._call = call
        self._upstream = upstream
        self._memory = memory
        self._failed = failed
        self._began = monotonic()
        self._first: float | None = None
        self._kept = False

    async def answer(self, send: Send) -> None:
        """Ask the model and pass its answer on; without a model nothing is done."""
        try:
            self._upstream.check()
        except ProxyError as refusal:
            self._failed(refusal)
            await send_refusal(send, refusal=refusal, call=self._call)
            return
        job = await self._memory.prepare(self._call)
        try:
            answer = await self._upstream.ask(
                "POST",
                self._call.path,
                body=await _aside(length_of(job.body), partial(dump, job.body)),
                headers=self._call.passed,
            )
            await self._pass_on(answer, job, send)
        except ProxyError as refusal:
            self._failed(refusal)
            await self._memory.finish(job, self._keep(job, None))
            await send_refusal(send, refusal=refusal, call=self._call)
        finally:
            if not self._kept:
                # No answer came, or its client left before there was one.
                self._keep(job, None)

    def _keep(
        self,
        job: MemoryJob,
        reply: str | None,
        text: str = "",
        usage: Mapping[str, Any] | None = None,
        model: str = "",
    ) -> asyncio.Task[None]:
        """Begin to tell memory what came, once.

        Args:
            job: What was asked.
            reply: What memory learns; None if there is no whole reply.
            text: The text as far as it came.
            usage: The tokens the model counted; None if it did not answer.
            model: How it calls itself.
        """
        self._kept = True
        first = self._first
        answered = Answered(
            reply=reply,
            body=job.body,
            text=text,
            usage=usage,
            model=str(job.body.get("model") or model),
            seconds=monotonic() - self._began,
            first_seconds=None if first is None else first - self._began,
        )
        return self._memory.begin_to_finish(job, answered)

    async def _pass_on(
        self, answer: ClientResponse, job: MemoryJob, send: Send
    ) -> None:
        first = b""
        try:
            streams = self._call.streams
            if streams and answer.content_type != EVENTS:
                # Many a server calls its events JSON, or does not say what they are.
                first = await self._upstream.read_first(answer)
                streams = sse.is_stream(first, answer.content_type)
            if streams:
                await self._stream(answer, first, job, send)
            else:
                await self._whole(answer, first, job, send)
        finally:
            answer.close()

    async def _whole(
        self, answer: ClientResponse, first: bytes, job: MemoryJob, send: Send
    ) -> None:
        """Pass an answer on that comes in one piece."""
        raw = first + await self._upstream.read(answer)
        told, raw = await _aside(
            len(raw), partial(self._understood, answer.content_type, raw)
        )
        reply = sse.reply_of(told)
        if self._call.streams and reply is None:
            words, _ = error_words(raw)
            raise ProxyError(f"{self._upstream.named} answered: {words}", told=told)
        note = job.note if self._call.shows_notes else ""
        if note and reply is not None:
            raw = json.dumps(sse.with_note(told, note)).encode("ascii")
        headers = JSON_HEADERS
        if self._call.streams and reply is not None:
            raw, headers = (
                sse.whole_as_events(sse.with_note(told, note)),
                STREAM_HEADERS,
            )
        usage = told.get("usage")
        usage = usage if isinstance(usage, Mapping) else {}
        kept = self._keep(job, reply, reply or "", usage, sse.name_of(told))
        await self._memory.finish(job, kept)
        await send_whole(send, 200, raw, headers)

    def _understood(
        self, content_type: str, raw: bytes
    ) -> tuple[dict[str, Any], bytes]:
        """Read a whole answer; return it, and the bytes that tell it.

        Raises:
            Refusal: It makes no sense.
        """
        try:
            # Log probabilities may be infinite.
            told = read_json(raw, MOST_ANSWER_VALUES, odd_number=float)
        except ValueError:
            # Some stream whatever they are asked for.
            told = whole_of(raw, texts=self._call.path == TEXT)
            raw = json.dumps(told).encode("ascii")
        if isinstance(told, dict) and (
            "choices" in told or "error" in told or sse.reply_of(told)
        ):
            return told, raw
        what = "something that is no reply"
        if is_page(content_type, raw):
            what = "a web page"
        raise ProxyError(
            f"{self._upstream.named} sent {what}. See whether llm_base_url is right."
        )

    async def _stream(
        self, answer: ClientResponse, first: bytes, job: MemoryJob, send: Send
    ) -> None:
        """Pass an answer on that comes piece by piece."""
        reader = sse.ReplyReader()
        await send(start(200, STREAM_HEADERS))
        if job.note and self._call.shows_notes:
            model = str(job.body.get("model") or "")
            await send(piece(sse.thought(job.note, model)))
        try:
            fault = await self._pump(answer, first, reader, send)
        except asyncio.CancelledError:
            # What the client has seen is the reply until it says otherwise.
            seen = reader.text
            self._keep(job, seen or None, seen, reader.usage, reader.model)
            raise
        reply = None if fault or reader.failed else reader.text
        if fault or reader.failed:
            self._failed(fault or ProxyError("The stream held an error."))
        kept = self._keep(job, reply, reader.text, reader.usage, reader.model)
        if fault:
            told = error_body(str(fault), status=fault.status, kind=fault.kind)
            await send(piece(sse.event(told) + sse.DONE))
        # The end is the client's receipt: when it comes, the reply is kept.
        await self._memory.finish(job, kept)
        if reader.done and not fault:
            await send(piece(reader.last_word))
            await _read_out(answer)
        await send(piece(b"", more=False))

    async def _pump(
        self, answer: ClientResponse, data: bytes, reader: sse.ReplyReader, send: Send
    ) -> ProxyError | None:
        """Pass on what has come and comes until the end; return what went wrong."""
        from aiohttp import ClientError

        loop = asyncio.get_running_loop()
        silence = self._upstream.settings.llm_silence_seconds
        content, buffer = answer.content, EventBuffer()
        try:
            async with asyncio.timeout(None) as limit:
                watch = Silence(loop, limit, silence)
                try:
                    while data := data or await content.readany():
                        if not is_only_remarks(data):
                            watch.heard = loop.time()
                        ready = buffer.take(data)
                        if ready and (passed := reader.feed(ready)):
                            await send(piece(passed))
                        if self._first is None and reader.any_text:
                            self._first = monotonic()
                        reader.broken = reader.broken or buffer.broken
                        if reader.done or reader.broken:
                            break
                        data = b""
                finally:
                    watch.end()
        except TimeoutError:
            return self._upstream.silent()
        except (ClientError, OSError):
            return self._upstream.broke_off()
        if reader.broken or reader.done:
            return self._fault_of(reader)
        if passed := reader.feed(buffer.rest()) + reader.end():
            await send(piece(passed))
        return self._fault_of(reader)

    def _fault_of(self, reader: sse.ReplyReader) -> ProxyError | None:
        if reader.broken:
            named = self._upstream.named
            return ProxyError(
                f"{named} sent a stream that makes no sense: {reader.broken}."
            )
        # A body that was sent to its end is whole, also where no event says so: one
        # that was cut has not come here.
        if not reader.heard:
            return self._upstream.broke_off()
        return None


class Silence:
    """Ends a wait when nothing was heard for long; hearing costs nothing.

    Attributes:
        heard: The loop's time when something came last.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, limit: asyncio.Timeout, seconds: float
    ) -> None:
        """Begin to watch."""
        self.heard = loop.time()
        self._loop = loop
        self._limit = limit
        self._seconds = seconds
        self._next = loop.call_later(seconds, self._look)

    def end(self) -> None:
        """Watch no longer."""
        self._next.cancel()

    def _look(self) -> None:
        left = self.heard + self._seconds - self._loop.time()
        if left > 0:
            self._next = self._loop.call_later(left, self._look)
        else:
            self._limit.reschedule(self._loop.time())


async def _aside(size: int, work: Callable[[], Result]) -> Result:
    """Do something in a thread if it would hold up the tokens of others.

    Args:
        size: About how many bytes are worked on.
        work: What is done.
    """
    return work() if size <= LARGE else await asyncio.to_thread(work)


async def _read_out(answer: ClientResponse) -> None:
    """Read an answer to its very end, so that its connection can serve again."""
    from aiohttp import ClientError

    with suppress(ClientError, OSError):
        async with asyncio.timeout(END_SECONDS):
            while await answer.content.readany():
                pass
