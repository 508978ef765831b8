"""Server-sent events of a model: read in passing, and written.

Owns: what a stream says, gathered as cheaply as can be; the events of our own.
Knows nothing of: sockets, memory.

A model sends a reply as hundreds of events that differ in a few letters. What stands
around these letters is learned from the first event; the others are only compared,
which takes a tenth of the time of reading them as JSON.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

DONE: Final = b"data: [DONE]\n\n"
# No event of a model is so long; what is, is no stream of events.
LONGEST_EVENT: Final = 8_000_000
# Frames that are learned before a stream counts as one without; each costs a reading.
MOST_FRAMES: Final = 16
_PROBE: Final = "\u2603 probe"


class ReplyReader:
    """Gathers the text of a reply from the bytes of its stream.

    Attributes:
        done: The stream said that it is complete; these words are held back, for to
            many a client they are the end, before which the reply must be kept.
        finished: The reply's end was told, with a reason or by the stream's end.
        broken: What is wrong with the stream; empty while all is well.
        failed: The model itself sent an error.
        usage: The tokens that the model counted, empty if it told none.
        model: How the model calls itself, empty if it did not say.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.done = False
        self.finished = False
        self.broken = ""
        self.failed = False
        self.usage: dict[str, Any] = {}
        self.model = ""
        self._rest = b""
        # The inside of JSON strings, put together and read once.
        self._letters: list[bytes] = []
        self._head = b""
        self._tail = b""
        self._ending = b""
        self._frames = 0

    @property
    def text(self) -> str:
        """The reply's text so far: of its first choice, where there are several."""
        letters = b"".join(self._letters).decode("utf-8", "replace")
        text: str = json.loads(f'"{letters}"', strict=False)
        return text

    @property
    def any_text(self) -> bool:
        """Whether anything of the reply's text has come."""
        return bool(self._letters)

    def feed(self, data: bytes) -> bytes:
        """Read what has arrived and return what may be passed on: whole, sound events.

        What is held back is the beginning of an event, or broken, or the last word.
        """
        if self._rest:
            data = self._rest + data
        elif self._is_known(data):
            return data
        if b"\r" in data:
            data = data.replace(b"\r", b"")
        *events, self._rest = data.split(b"\n\n")
        passed = 0
        for event in events:
            self._event(event)
            if self.broken or self.done:
                return data[:passed]
            passed += len(event) + 2
        if len(self._rest) > LONGEST_EVENT:
            self.broken = "an event of it has no end"
        return data[:passed]

    def end(self) -> bytes:
        """Read what has come without the empty line behind it, as `feed` does."""
        return self.feed(b"\n\n") if self._rest.strip() else b""

    def _is_known(self, data: bytes) -> bool:
        """Read what is one event in the frame; most are, one by one."""
        head, tail = self._head, self._ending
        if not (head and data.startswith(head) and data.endswith(tail)):
            return False
        letters = data[len(head) : -len(tail)]
        # Two events would have quotes between them.
        if b'"' in letters or b"\\" in letters or b"\n" in letters:
            return False
        if len(data) < len(head) + len(tail):
            return False
        self._letters.append(letters)
        return True

    def _event(self, event: bytes) -> None:
        head, tail = self._head, self._tail
        if (
            head
            and event.startswith(head)
            and event.endswith(tail)
            and len(event) >= len(head) + len(tail)
        ):
            letters = event[len(head) : -len(tail)]
            if _is_inside(letters):
                self._letters.append(letters)
                return
        payload = _payload(event)
        if payload == b"[DONE]":
            self.done = self.finished = True
        elif payload:
            self._read(event, payload)

    def _read(self, event: bytes, payload: bytes) -> None:
        """Read an event as JSON."""
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            self.broken = "an event of it is no JSON object"
            return
        if told.get("error"):
            self.failed = True
        if isinstance(told.get("usage"), dict):
            self.usage = told["usage"]
        self.model = self.model or name_of(told)
        choice = _first_choice(told)
        if choice.get("finish_reason"):
            self.finished = True
        text = text_of(choice)
        if text:
            self._letters.append(_inside(text))
            self._learn(event, text)

    def _learn(self, event: bytes, text: str) -> None:
        """Find out what stands around the text, if it can be told beyond doubt."""
        inside = text.encode("utf-8", "replace")
        at = event.find(b'"' + inside + b'"')
        if self._frames >= MOST_FRAMES or not _is_inside(inside) or at < 0:
            return
        self._frames += 1
        head, tail = event[: at + 1], event[at + 1 + len(inside) :]
        try:
            probed = json.loads(_payload(head + _inside(_PROBE) + tail))
            plain = json.loads(_payload(event))
        except (ValueError, RecursionError):
            return
        if text_of(_first_choice(probed)) != _PROBE or _others(probed) != _others(
            plain
        ):
            return
        if not _first_choice(plain).get("finish_reason") and not plain.get("usage"):
            self._head, self._tail, self._ending = head, tail, tail + b"\n\n"


def text_of(choice: Mapping[str, Any]) -> str:
    """Return what a choice says: of a chat, whole or in pieces, or of a text."""
    for part in (choice.get("delta"), choice.get("message")):
        if isinstance(part, Mapping) and isinstance(part.get("content"), str):
            return str(part["content"])
    text = choice.get("text")
    return text if isinstance(text, str) else ""


def reply_of(answer: Mapping[str, Any]) -> str:
    """Return the text of a whole answer: of its first choice."""
    return text_of(_first_choice(answer))


def name_of(answer: Mapping[str, Any]) -> str:
    """Return how the model that answers calls itself; empty if it does not say."""
    name = answer.get("model")
    return name if isinstance(name, str) else ""


def with_note(told: Mapping[str, Any], note: str) -> dict[str, Any]:
    """Return an answer with a note where clients show a model's thoughts."""
    if not note:
        return dict(told)
    choices = list(told["choices"])
    for place, choice in enumerate(choices):
        if isinstance(choice, Mapping) and isinstance(choice.get("message"), Mapping):
            message = choice["message"]
            thoughts = message.get("reasoning_content")
            both = f"{note}\n\n{thoughts}" if isinstance(thoughts, str) else note
            message = {**message, "reasoning_content": both}
            choices[place] = {**choice, "message": message}
            break
    return {**told, "choices": choices}


def event(told: Mapping[str, Any]) -> bytes:
    """Return an event as it is sent."""
    return b"data: " + json.dumps(told).encode("ascii") + b"\n\n"


def whole_as_events(answer: Mapping[str, Any]) -> bytes:
    """Return an answer that came whole as the events that a client waits for."""
    choices = [
        {**choice, "delta": choice["message"], "message": None}
        if isinstance(choice, Mapping) and isinstance(choice.get("message"), Mapping)
        else choice
        for choice in answer["choices"]
    ]
    kind = "chat.completion.chunk"
    if answer.get("object") == "text_completion":
        kind = "text_completion"
    return event({**answer, "object": kind, "choices": choices}) + DONE


def thought(note: str, model: str) -> bytes:
    """Return an event that shows a note where a client shows a model's thoughts."""
    delta = {"role": "assistant", "content": "", "reasoning_content": note}
    return event(
        {
            "id": "chatcmpl-memory",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        }
    )


def _first_choice(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the choice of index 0, empty if there is none."""
    choices = told.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and not choice.get("index"):
            return choice
    return {}


def _others(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what an event says besides the text."""
    choices = told.get("choices")
    kept = [
        {**choice, "delta": {**(choice.get("delta") or {}), "content": ""}, "text": ""}
        for choice in choices or ()
        if isinstance(choice, Mapping)
    ]
    return ({**told, "choices": None}, kept)


def _payload(event: bytes) -> bytes:
    """Return the data of an event; comments and other fields have none for us."""
    lines = [
        line[5:].removeprefix(b" ")
        for line in event.split(b"\n")
        if line.startswith(b"data:")
    ]
    return b"\n".join(lines).strip()


def _inside(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode("ascii")


def _is_inside(letters: bytes) -> bool:
    """Say whether bytes can stand between the quotes of a JSON string."""
    if b"\\" not in letters:
        return b'"' not in letters and b"\n" not in letters
    try:
        return isinstance(json.loads(b'"' + letters + b'"'), str)
    except ValueError:
        return False
