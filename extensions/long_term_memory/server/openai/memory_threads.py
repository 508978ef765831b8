"""Memory's part in a request to the model: in threads, and never for too long.

Owns: the threads that memory works in, its time limit, what is still being finished.
Knows nothing of: the protocol, the model, what memory does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import monotonic
from typing import Any, Final, TypeVar

from ...engine.faults import Faults, guard
from ...errors import InvalidInput, StoreError
from ...llm.speech import texts_of
from .completion import Answered, ClientCall, CompletionMemory, PreparedRequest

# More would take the interpreter's lock from the thread that passes tokens on: with 200
# chats beginning at once the median token came 7 ms late beside eight, 0.9 beside four.
THREADS: Final = 4
NOTICE_SECONDS: Final = 0.01
# Whoever ends the server waits, too.
LONGEST_END_SECONDS: Final = 5.0
# The longest contexts take a million tokens, some four million letters.
MOST_LETTERS: Final = 5_000_000
MOST_MESSAGES: Final = 20_000
DOING: Final = "recalling for a request"


T = TypeVar("T")


def check_length(body: Mapping[str, Any]) -> None:
    """See whether a request is one that memory reads; each takes a thread and room.

    Raises:
        InvalidInput: It shows more than any model takes.
    """
    prompt, messages = body.get("prompt"), body.get("messages")
    shown = messages if isinstance(messages, list) else []
    told = [one.get("content") for one in shown if isinstance(one, Mapping)]
    letters = sum(len(text) for one in (prompt, *told) for text in texts_of(one))
    if len(shown) > MOST_MESSAGES or letters > MOST_LETTERS:
        raise InvalidInput(
            f"A request shows more than {MOST_MESSAGES} messages or {MOST_LETTERS} "
            "letters, so it went on without memory. Send fewer of the chat's."
        )


class MemoryJob:
    """One request as memory sees it.

    Attributes:
        body: What goes to the model.
        note: What is shown of the memories used, empty if nothing.
        prepared: What memory made of it, or will have made.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        note: str,
        prepared: asyncio.Future[PreparedRequest],
    ) -> None:
        """Remember what memory said, or that it is late."""
        self.body = body
        self.note = note
        self.prepared = prepared


class MemoryThreads:
    """Lets memory prepare requests and learn of their replies."""

    def __init__(
        self,
        memory: CompletionMemory,
        faults: Faults,
        *,
        limit_seconds: Callable[[], float],
    ) -> None:
        """Prepare; the threads start when they are needed.

        Args:
            memory: What remembers.
            faults: Where it is told that memory failed or was late.
            limit_seconds: Returns how long a request waits for memory, which takes
                some hundredths of a second.
        """
        self._memory = memory
        self._faults = faults
        self._limit_seconds = limit_seconds
        self._threads = ThreadPoolExecutor(THREADS, "ltm-proxy")
        self._open: set[MemoryJob] = set()
        self._finishing: set[asyncio.Task[None]] = set()

    async def prepare(self, call: ClientCall) -> MemoryJob:
        """Return what goes to the model; without memory if that fails or is late."""
        passing = PreparedRequest(body=call.body, quiet=True)

        def remember() -> PreparedRequest:
            check_length(call.body)
            return self._memory.prepare(call)

        def work() -> PreparedRequest:
            return guard(self._faults, DOING, remember, lambda: passing)

        prepared = self._in_thread(work)
        limit = self._limit_seconds()
        await asyncio.wait({prepared}, timeout=limit)
        if not prepared.done():
            late = StoreError(f"It took more than {limit:g} seconds.")
            self._faults.report(DOING, late)
        found = prepared.result() if prepared.done() else passing
        job = MemoryJob(found.body, found.note, prepared)
        self._open.add(job)
        return job

    async def finish(self, job: MemoryJob, keeping: asyncio.Task[None]) -> None:
        """Wait until a reply is kept, unless memory is late with the request itself."""
        if job.prepared.done():
            await asyncio.wait({keeping}, timeout=self._limit_seconds())

    def begin_to_finish(self, job: MemoryJob, answered: Answered) -> asyncio.Task[None]:
        """Tell memory what came of a request, without waiting."""
        self._open.discard(job)
        task = asyncio.create_task(self._finish(job, answered))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        return task

    async def close(self) -> None:
        """Wait for what is being finished, but not for long."""
        # The server cancels its requests and closes us before they have noticed.
        longest = min(self._limit_seconds(), LONGEST_END_SECONDS)
        end = monotonic() + longest
        while self._open and monotonic() < end:
            await asyncio.sleep(NOTICE_SECONDS)
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=longest)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _finish(self, job: MemoryJob, answered: Answered) -> None:
        prepared = await job.prepared
        keep = partial(self._memory.finish, prepared, answered)
        await self._in_thread(
            partial(guard, self._faults, "keeping a reply", keep, lambda: None)
        )

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Do something in a thread, as a part of the request under way."""
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, copy_context().run, work)
