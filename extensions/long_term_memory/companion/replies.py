"""The replies of conversations: asked for, streamed, stored, stopped.

Owns: that each conversation has one reply under way at the most, what listeners are
    told of it, and what becomes of one that fails or is stopped.
Knows nothing of: sockets, routes, how a prompt is written.

A message that is sent while a reply comes is answered after it. What a stopped reply
said so far is the reply, for those who listened have it; one that the model broke off
is none.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Final

from ..core.text.reasoning import SpeechReader, without_reasoning
from ..errors import Conflict, InvalidInput, LtmError, NotFound
from ..lru import Lru
from ..web.refusal import ProxyError
from .events import Event
from .hub import RESPONSE, TOKEN, Hub
from .lazy_platform import LazyPlatform
from .marks import Mark, Marks
from .modes import Modes
from .records import MessageRecord, MessageStatus, SenderType
from .reply_acts import Draft, ModelPrompt
from .reply_work import ReplyWork
from .streaming import ReplyModel, WrittenReply
from .thinkers import Thinkers

STARTED: Final = "started"
DONE: Final = "done"
ERROR: Final = "error"
TYPING: Final = "typing:indicator"

KNOWN: Final = 50_000
"""Conversations of which it is known that a reply was asked for since the start."""

END_SECONDS: Final = 3.0
"""For replies under way to be stored as far as they came, when the server ends."""

ANSWERING: Final = "answering in a conversation"
UNEXPECTED: Final = "Something unexpected failed. Send the message again."


@dataclass(slots=True)
class _UnderWay:
    """The reply of one conversation.

    Attributes:
        again: A message came meanwhile, and waits for a reply of its own.
        stopped: Somebody wants no more of it.
        is_written: The model is done, and the reply is being stored.
        character_id: Who answers; empty until that is known.
        client_id: The client's own id of the newest message that is answered.
        window_tokens: See `Prompts.write`.
        written: What the model wrote so far.
        in_thought: It may be yet to say the first word.
    """

    task: asyncio.Task[None] | None = None
    again: bool = False
    stopped: bool = False
    is_written: bool = False
    character_id: str = ""
    client_id: str | None = None
    window_tokens: int | None = None
    written: WrittenReply = field(default_factory=WrittenReply)
    in_thought: bool = False


class Replies:
    """Answers messages; belongs to one event loop."""

    def __init__(
        self,
        lazy: LazyPlatform,
        modes: Modes,
        work: ReplyWork,
        model: ReplyModel,
        hub: Hub,
    ) -> None:
        """Prepare.

        Args:
            lazy: The conversations and their messages.
            modes: Words for feelings.
            work: Does what replies need of the memory.
            model: Answers.
            hub: Tells those who listen.
        """
        self._lazy = lazy
        self._modes = modes
        self._acts = work
        self._model = model
        self._hub = hub
        self._under_way: dict[tuple[str, str], _UnderWay] = {}
        self._thinkers = Thinkers()
        self._marks = Marks(lambda marks: lazy().messages.mark(marks))
        self._tried: Lru[tuple[str, str], bool] = Lru(KNOWN)

    def answer(
        self, user: str, conversation_id: str, *, window_tokens: int | None = None
    ) -> None:
        """Have what waits in a conversation answered; returns at once.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            window_tokens: See `Prompts.write`.
        """
        self._begin(user, conversation_id, window_tokens, None)

    def regenerate(self, user: str, message: MessageRecord) -> None:
        """Have the newest reply of a conversation written again, as another swipe.

        Raises:
            InvalidInput: It is no reply.
            Conflict: A reply is under way.
        """
        if message.sender_type is not SenderType.CHARACTER:
            raise InvalidInput("Only a reply can be written again.", field="messageId")
        if (user, message.conversation_id) in self._under_way:
            raise Conflict("A reply is under way: wait for it, or stop it.")
        self._begin(user, message.conversation_id, None, message)

    def stop(self, user: str, conversation_id: str) -> bool:
        """Stop the reply that comes; returns whether there was one."""
        found = self._under_way.get((user, conversation_id))
        if found is None or found.task is None:
            return False
        found.again = False
        return self._stop(found)

    async def received(self, user: str, message_ids: list[str]) -> None:
        """Note that a client acknowledged messages."""
        await self._marks.note(Mark(user, message_ids, MessageStatus.DELIVERED))

    def was_tried(self, user: str, conversation_id: str) -> bool:
        """Say whether this server asked for a reply there, whatever became of it."""
        return self._tried.get((user, conversation_id)) is not None

    def is_under_way(self, user: str, conversation_id: str) -> bool:
        """Say whether a reply comes."""
        return (user, conversation_id) in self._under_way

    async def made(self, user: str, conversation_id: str) -> None:
        """Wait until no reply comes there any more, whatever became of it."""
        found = self._under_way.get((user, conversation_id))
        if found is not None and found.task is not None:
            await asyncio.wait([found.task])

    async def close(self) -> None:
        """Stop all replies; what was said so far is stored."""
        tasks = []
        for found in [*self._under_way.values()]:
            if found.task is not None:
                found.again = False
                self._stop(found)
                tasks.append(found.task)
        if tasks:
            await asyncio.wait(tasks, timeout=END_SECONDS)
        await self._marks.close()

    # -- inside ------------------------------------------------------------------

    def _stop(self, found: _UnderWay) -> bool:
        # What is whole is stored to its end; a second stop would break into that.
        if found.task is None or found.is_written or found.stopped:
            return False
        found.stopped = True
        found.task.cancel()
        return True

    def _begin(
        self, user: str, place: str, tokens: int | None, anew: MessageRecord | None
    ) -> None:
        key = user, place
        self._tried.put(key, True)
        found = self._under_way.get(key)
        if found is not None:
            found.again, found.window_tokens = True, tokens
            return
        found = self._under_way[key] = _UnderWay(window_tokens=tokens)
        found.task = asyncio.create_task(self._work(key, found, anew))
        found.task.add_done_callback(partial(self._ended, key, found))

    def _ended(
        self, key: tuple[str, str], found: _UnderWay, task: asyncio.Task[None]
    ) -> None:
        """Tell of a fault that nobody expected; nobody waits for the task."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self._report(error)
            self._typing(key, found, False)
            told = {"code": "internal", "message": UNEXPECTED, "conversationId": key[1]}
            self._tell(key, ERROR, told)

    async def _work(
        self, key: tuple[str, str], found: _UnderWay, anew: MessageRecord | None
    ) -> None:
        """Outcome until nothing waits."""
        try:
            while True:
                found.again = False
                await self._reply(key, found, anew)
                anew = None
                if not found.again:
                    return
                found.written = WrittenReply()
                found.is_written = found.stopped = found.in_thought = False
        finally:
            del self._under_way[key]

    async def _reply(
        self, key: tuple[str, str], found: _UnderWay, anew: MessageRecord | None
    ) -> None:
        reply_id = anew.id if anew else self._lazy().messages.new_id()
        began = monotonic()
        try:
            question = await self._question(key, found, anew)
            if question is None:
                return
            found.character_id = question.character_id
            found.client_id = question.client_id
            await self._stream(key, question, found, reply_id)
        except asyncio.CancelledError:
            if not found.stopped:
                raise
            # It was cancelled to stop the stream; what came so far is stored.
        except LtmError as error:
            self._fail(key, found, reply_id, error)
            return
        found.is_written = True
        await self._keep(key, found, reply_id, monotonic() - began, anew)

    async def _question(
        self, key: tuple[str, str], found: _UnderWay, anew: MessageRecord | None
    ) -> ModelPrompt | None:
        question = await self._acts.question(
            *key, found.window_tokens, anew=anew is not None
        )
        if question is not None:
            delivered = Mark(key[0], question.answered, MessageStatus.DELIVERED)
            await self._marks.note(delivered)
        return question

    async def _stream(
        self,
        key: tuple[str, str],
        question: ModelPrompt,
        found: _UnderWay,
        reply_id: str,
    ) -> None:
        self._typing(key, found, True)
        pieces = self._model.write(question.messages, found.written, stop=question.stop)
        speech = SpeechReader()
        async with aclosing(pieces) as coming:
            begun = False
            async for piece in coming:
                if not begun:
                    begun = True
                    thinks = self._thinkers.begins_in_thought(found.written.model)
                    speech = SpeechReader(in_thought=thinks)
                    read = Mark(key[0], question.answered, MessageStatus.READ)
                    await self._marks.note(read)
                    self._respond(key, reply_id, STARTED)
                said = speech.feed(piece)
                found.in_thought = speech.awaits_end
                if said:
                    self._respond(key, reply_id, TOKEN, content=said)
        written = found.written
        self._thinkers.heard(written.model, written.text, whole=written.is_whole)
        found.in_thought = speech.awaits_end and not written.is_whole
        if not found.in_thought and (said := speech.end()):
            self._respond(key, reply_id, TOKEN, content=said)

    async def _keep(
        self,
        key: tuple[str, str],
        found: _UnderWay,
        reply_id: str,
        seconds: float,
        anew: MessageRecord | None,
    ) -> None:
        """Store a reply as far as it was written, and tell that it is whole."""
        text = "" if found.in_thought else without_reasoning(found.written.text)
        if not text and not found.stopped:
            self._fail(key, found, reply_id, _wordless(found))
            return
        draft = Draft(
            user=key[0],
            conversation_id=key[1],
            reply_id=reply_id,
            is_swipe=anew is not None,
            text=text,
            model=found.written.model,
            tokens=found.written.tokens,
            seconds=seconds,
        )
        emotion = self._modes.feelings["neutral"]
        try:
            if text:
                emotion = await self._acts.store(draft)
        except LtmError as error:
            self._fail(key, found, reply_id, error)
            return
        self._typing(key, found, False)
        self._respond(key, reply_id, DONE, emotion=emotion, stored=bool(text))

    def _fail(
        self, key: tuple[str, str], found: _UnderWay, reply_id: str, error: LtmError
    ) -> None:
        """Tell that there is no reply, and that the message may be sent again."""
        # That its conversation went, or may keep nothing, its user decided meanwhile.
        if not isinstance(error, NotFound | Conflict):
            self._report(error)
        self._typing(key, found, False)
        more = {"messageId": reply_id}
        if found.client_id is not None:
            more["clientId"] = found.client_id
        self._tell(key, ERROR, error_payload(error, key[1], **more))

    def _report(self, error: BaseException) -> None:
        self._lazy().engine.faults.report(ANSWERING, error)

    def _respond(
        self, key: tuple[str, str], reply_id: str, kind: str, **more: Any
    ) -> None:
        told = {"conversationId": key[1], "messageId": reply_id, "type": kind, **more}
        self._tell(key, RESPONSE, told)

    def _typing(self, key: tuple[str, str], found: _UnderWay, is_typing: bool) -> None:
        if not found.character_id:
            return
        told = {
            "conversationId": key[1],
            "userId": found.character_id,
            "isTyping": is_typing,
        }
        self._tell(key, TYPING, told)

    def _tell(self, key: tuple[str, str], name: str, payload: dict[str, Any]) -> None:
        user, place = key
        self._hub.tell(
            Event(name=name, user=user, conversation_id=place, payload=payload)
        )


def _wordless(found: _UnderWay) -> LtmError:
    """Return what is told of a reply in which nothing is said."""
    if found.written.cut:
        return ProxyError(
            "The language model thought until reply_max_tokens were used up, and said "
            "nothing. Raise reply_max_tokens (LLM_MAX_TOKENS)."
        )
    return ProxyError(
        "The language model answered without a word. Send the message again."
    )


def error_payload(
    error: LtmError, conversation_id: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return what clients are told of a fault.

    Args:
        error: What is wrong; its class is the code, in small letters.
        conversation_id: Where, if it is of one.
        more: What else helps to tell what it is of.
    """
    told: dict[str, Any] = {"code": code_of(error), "message": str(error), **more}
    if conversation_id is not None:
        told["conversationId"] = conversation_id
    if isinstance(error, InvalidInput) and error.field:
        told["field"] = error.field
    return told


def code_of(error: LtmError) -> str:
    """Return the short name of a fault, such as `not_found`."""
    name = type(error).__name__
    letters = [f"_{one.lower()}" if one.isupper() else one for one in name]
    return "".join(letters).removeprefix("_")
