"""Server-sent events of a model: read in passing, and written.

Owns: what a stream says, gathered as cheaply as can be; the events of our own.
Knows nothing of: sockets, memory.

A model sends a reply as hundreds of events that differ in a few letters. What stands
around these letters is learned from the first event; the others are only compared,
which takes a tenth of the time of reading them as JSON.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise, repeat
from typing import Any, Final

from .speech import speech_of

DONE: Final = b"data: [DONE]\n\n"
# No event of a model is so long; what is, is no stream of events.
LONGEST_EVENT: Final = 8_000_000
# Frames that are learned before a stream counts as one without; each costs a reading.
MOST_FRAMES: Final = 16
# So many pieces are needed to see that a service tells everything again.
LEAST_REPEATED: Final = 3
LEAST_LETTERS: Final = 8
BOM: Final = b"\xef\xbb\xbf"
# What lines of events begin with.
FIELDS: Final = (b"data:", b"event:", b"id:", b"retry:", b":")
WHOLE: Final = ("application/json", "text/html")
SAID_DONE: Final = (b"[DONE]", b'"[DONE]"')
SAID_NOTHING: Final = (b"", b"null", b'""')
_GAP: Final = re.compile(rb"(\r?\n\r?\n|\r\r)")
_ERROR_EVENT: Final = re.compile(rb"^event: ?error[ \t]*\r?$", re.MULTILINE)
_PROBE: Final = "\u2603 probe"


class ReplyReader:
    """Gathers the text of a reply from the bytes of its stream.

    Attributes:
        done: The stream said that it is complete; these words are held back, for to
            many a client they are the end, before which the reply must be kept.
        finished: The reply's end was told, with a reason or by the stream's end.
        last_word: The words with which it did, as they came.
        broken: What is wrong with the stream; empty while all is well.
        failed: The model itself sent an error.
        heard: At least one event of it was understood.
        usage: The tokens that the model counted, empty if it told none.
        model: How the model calls itself, empty if it did not say.
    """

    def __init__(self) -> None:
        """Start with nothing read."""
        self.done = False
        self.last_word = b""
        self.finished = False
        self.broken = ""
        self.failed = False
        self.heard = False
        self.usage: dict[str, Any] = {}
        self.model = ""
        self._rest = b""
        # The inside of JSON strings, put together and read once.
        self._letters: list[bytes] = []
        # What was said came as messages, which are whole or pieces, not as pieces.
        self._by_messages = False
        self._head = b""
        self._tail = b""
        self._ending = b""
        self._frames = 0

    @property
    def text(self) -> str:
        """The reply's text so far: of its first choice, where there are several."""
        return _read_letters(b"".join(_told_once(self._letters)))

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
        passed = 0
        events, gaps, rest = _parted(data)
        for event, gap in zip(events, gaps, strict=False):
            self._event(event, gap)
            if self.broken or self.done:
                self._rest = b""
                self.last_word = event + gap if self.done else b""
                return data[:passed]
            passed += len(event) + len(gap)
        self._rest = rest
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

    def _event(self, event: bytes, gap: bytes) -> None:
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
        event = event.removeprefix(BOM)
        for payload in _payloads(event):
            if payload in SAID_DONE:
                self.done = self.finished = True
            elif payload not in SAID_NOTHING:
                self._read(event, payload, gap)
        self.failed = self.failed or _ERROR_EVENT.search(event) is not None

    def _read(self, event: bytes, payload: bytes, gap: bytes) -> None:
        """Read an event as JSON."""
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            self.broken = "an event of it is no JSON object"
            return
        self.heard = True
        if isinstance(told.get("usage"), dict):
            self.usage = told["usage"]
        self.model = self.model or name_of(told)
        speech = speech_of(told)
        self.failed = self.failed or speech.fails
        self.finished = self.finished or speech.ends
        if speech.text and not (speech.ends and self._is_told(speech.text)):
            self._letters.append(_inside(speech.text))
            self._learn(event, speech.text, gap)
        elif speech.whole:
            self._take(speech.whole)

    def _is_told(self, said: str) -> bool:
        """Whether the last event tells but all that was said before it."""
        long = len(said.strip()) >= LEAST_LETTERS
        return long and said.strip() == self.text.strip()

    def _take(self, said: str) -> None:
        """Take a message within a stream: it repeats all that came, or goes on."""
        if not self._letters:
            self._by_messages = True
        elif not self._by_messages:
            return
        elif said.startswith(self.text):
            self._letters.clear()
        self._letters.append(_inside(said))

    def _learn(self, event: bytes, text: str, gap: bytes) -> None:
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
        if speech_of(probed).text != _PROBE or _others(probed) != _others(plain):
            return
        if not speech_of(plain).ends and not plain.get("usage"):
            self._head, self._tail, self._ending = head, tail, tail + gap


def events_of(raw: bytes) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that the events of a whole stream hold."""
    events, _, rest = _parted(raw)
    for event in (*events, rest):
        for payload in _payloads(event.removeprefix(BOM)):
            with suppress(ValueError, RecursionError):
                told = json.loads(payload)
                if isinstance(told, dict):
                    yield told


def is_stream(beginning: bytes, content_type: str) -> bool:
    """Say whether an answer is one of events, whatever it is called.

    Args:
        beginning: The first bytes that came.
        content_type: What it calls itself.
    """
    text = beginning.removeprefix(BOM).lstrip()
    if text.startswith(FIELDS) or "ndjson" in content_type:
        return True
    return not (text.startswith((b"{", b"[", b"<")) or content_type in WHOLE)


def reply_of(answer: Mapping[str, Any]) -> str | None:
    """Return the text of a whole answer: of its first choice; None if it failed."""
    speech = speech_of(answer)
    if speech.fails and "choices" not in answer:
        return None
    return speech.whole or speech.text


def name_of(answer: Mapping[str, Any]) -> str:
    """Return how the model that answers calls itself; empty if it does not say."""
    name = answer.get("model")
    return name if isinstance(name, str) else ""


def with_note(told: Mapping[str, Any], note: str) -> dict[str, Any]:
    """Return an answer with a note where clients show a model's thoughts."""
    if not note:
        return dict(told)
    choices = list(told.get("choices") or ())
    for place, choice in enumerate(choices):
        if isinstance(choice, Mapping) and isinstance(choice.get("message"), Mapping):
            message = choice["message"]
            thoughts = message.get("reasoning_content")
            both = f"{note}\n\n{thoughts}" if isinstance(thoughts, str) else note
            message = {**message, "reasoning_content": both}
            choices[place] = {**choice, "message": message}
            break
    return {**told, "choices": choices} if choices else dict(told)


def event(told: Mapping[str, Any]) -> bytes:
    """Return an event as it is sent."""
    return b"data: " + json.dumps(told).encode("ascii") + b"\n\n"


def whole_as_events(answer: Mapping[str, Any]) -> bytes:
    """Return an answer that came whole as the events that a client waits for."""
    if "choices" not in answer:
        message = {"role": "assistant", "content": reply_of(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return whole_as_events({"model": name_of(answer), "choices": [choice]})
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


def _others(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what an event says besides the text."""
    choices = told.get("choices")
    kept = [
        {**choice, "delta": {**(choice.get("delta") or {}), "content": ""}, "text": ""}
        for choice in choices or ()
        if isinstance(choice, Mapping)
    ]
    return ({**told, "choices": None}, kept)


def _parted(data: bytes) -> tuple[list[bytes], Iterable[bytes], bytes]:
    """Return whole events, the empty lines behind each, and what is no whole one."""
    if b"\r" not in data:
        *events, rest = data.split(b"\n\n")
        return events, repeat(b"\n\n"), rest
    *parts, rest = _GAP.split(data)
    return parts[::2], parts[1::2], rest


def _payload(event: bytes) -> bytes:
    """Return the data of an event; comments and other fields have none for us."""
    lines = [
        line[5:].removeprefix(b" ")
        for line in event.splitlines()
        if line.startswith(b"data:")
    ]
    return b"\n".join(lines).strip()


def _payloads(event: bytes) -> Iterable[bytes]:
    """Return an event's data; JSON that is no event is read as it stands.

    Where no empty lines part events, each line is one.
    """
    bare = event.strip()
    plain = bare.startswith(b"{")
    data = bare if plain else _payload(event)
    lines = data.splitlines()
    alone = all(line.startswith((b"{", b"[DONE]")) for line in lines)
    return lines if len(lines) > 1 and alone else (data,)


def _told_once(letters: list[bytes]) -> list[bytes]:
    """Return the pieces of a reply without what was told again.

    Some services tell in each event all that has been said so far, some tell all of it
    again in the last one. No client that puts pieces together would show that well,
    but their own do.
    """
    pieces = [piece for piece in letters if piece]
    if len(pieces) < LEAST_REPEATED:
        return pieces
    read = map(_read_letters, pieces)
    if all(later.startswith(before) for before, later in pairwise(read)):
        grows = len(set(pieces)) >= LEAST_REPEATED
        return pieces[-1:] if grows else pieces
    *before, last = pieces
    if len(last) * 8 >= sum(map(len, before)):
        again = _read_letters(last).strip()
        same = again == _read_letters(b"".join(before)).strip()
        return before if same and len(again) >= LEAST_LETTERS else pieces
    return pieces


def _read_letters(letters: bytes) -> str:
    """Return the text that the inside of a JSON string stands for."""
    inside = letters.decode("utf-8", "replace")
    text: str = json.loads(f'"{inside}"', strict=False)
    return text


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
