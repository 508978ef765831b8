"""The wire form of the plain WebSocket: what each frame says.

Owns: the marks, how a text that holds one is told apart, and what a client may send.
Knows nothing of: sockets, conversations, who answers.

Clients test a frame for `[END]`, for its beginning, or look for it in all that came so
far. So a reply never holds a mark: behind the bracket of one stands a word joiner
(U+2060), which nobody sees and no comparison passes over. What may yet become a mark is
held back until the next piece tells, thirteen letters at the most.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from ..errors import InvalidInput

END: Final = "[END]"
EMOTION: Final = "[EMOTION]"
MODE_CHANGED: Final = "[MODE CHANGED]"
VISION: Final = "[VISION]"
MARKS: Final = (END, EMOTION, MODE_CHANGED, VISION)

JOINER: Final = "\u2060"

_MARK: Final = re.compile("|".join(re.escape(mark) for mark in MARKS), re.IGNORECASE)
_BEGINNINGS: Final = frozenset(
    mark[:length] for mark in MARKS for length in range(1, len(mark))
)
_LONGEST: Final = max(map(len, _BEGINNINGS))


def told_apart(text: str) -> str:
    """Return a whole text in which no mark stands, whatever its letters' case."""
    return _MARK.sub(lambda found: f"[{JOINER}{found[0][1:]}", text)


class ReplyFrames:
    """Turns the pieces of a reply into frames in which no mark stands.

    Nor does one stand in what the frames come to, put together.
    """

    def __init__(self) -> None:
        """Begin a reply."""
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what may be sent now; empty if all of it is held back."""
        text = self._held + piece
        kept = _begun(text)
        self._held = text[len(text) - kept :]
        return told_apart(text[: len(text) - kept])

    def end(self) -> str:
        """Return what was held back; the reply is over."""
        text, self._held = self._held, ""
        return text


def _begun(text: str) -> int:
    """Return how many letters at the end may be the beginning of a mark."""
    at = text.rfind("[", max(0, len(text) - _LONGEST))
    if at < 0 or text[at:].upper() not in _BEGINNINGS:
        return 0
    return len(text) - at


def emotion_frame(word: str) -> str:
    """Return the frame that tells the feeling of a reply."""
    return f"{EMOTION}{word}"


def vision_frame(seen: str) -> str:
    """Return the frame that tells what was seen."""
    return f"{VISION}{told_apart(seen)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFrame:
    """What a client sent.

    Attributes:
        message: What a person says; empty if it is of what was seen.
        vision: What was seen; empty if it is of what a person says.
    """

    message: str = ""
    vision: str = ""


def read_frame(told: Any) -> ClientFrame:
    """Return what a frame says.

    Args:
        told: Its JSON, read.

    Raises:
        InvalidInput: It is neither a message nor of something seen.
    """
    match told:
        case {"message": str(message)} if message.strip():
            return ClientFrame(message=message)
        case {"vision": str(vision)} if vision.strip():
            return ClientFrame(vision=vision)
    raise InvalidInput(
        'Send {"message": "…"} with what is said, or {"vision": "…"} with what was '
        "seen; neither may be empty.",
        field="message",
    )
