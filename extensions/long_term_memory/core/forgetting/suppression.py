"""What was forgotten stays forgotten: knowing it again without keeping it.

Owns: keyed marks of forgotten texts, and leaving out of a window what bears one.
Knows nothing of: stores, where the key lies, how anything is removed.

A host goes on showing a message that was forgotten. It is taken out of the window
before this is aligned, so a path without it stays in line, and its text gets no
further. Nothing is kept but hashes under a key of the bank's own.

- A telling text (`TELLING_BYTES`) is known by itself, whoever says it and when: all
  copies of it are forgotten with it, and stay away.
- A short one ("Yes.") is said a hundred times and means another thing each time: it is
  known by what stands before or after it.
- A message that travels with our id, in a file of our own or in the other banks of a
  group, is known by that.
- A host that keeps its chat nowhere but here does not go on showing what was forgotten.
  What it shows is known by our id alone: equal words were said again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Final, NamedTuple
from unicodedata import normalize

from ..types import Window, WindowMessage

TELLING_BYTES: Final = 24
"""In UTF-8, blanks squeezed; "How are you today?" is no more than small talk."""


def plain(text: str) -> str:
    """Return a text without what hosts change: case, width of letters, blanks."""
    return " ".join(normalize("NFKC", text).casefold().split())


def is_telling(text: str) -> bool:
    """Say whether a text is known by itself."""
    return len(_bytes(plain(text))) >= TELLING_BYTES


class _Known(NamedTuple):
    """What a text comes to; kept, so that a long window is not hashed every turn."""

    mark: bytes
    telling: bool


@dataclass(frozen=True, kw_only=True)
class SuppressionList:
    """The marks of one bank.

    Attributes:
        key: The bank's own; without it nobody can try whether a text was forgotten.
        marks: Of everything that was forgotten.
        room: So many texts of windows are not hashed again each turn.
    """

    key: bytes = b""
    marks: frozenset[bytes] = frozenset()
    room: int = 50_000

    def __bool__(self) -> bool:
        """Whether anything was ever forgotten."""
        return bool(self.marks)

    def marks_of(
        self, message_id: str, text: str, before: str | None, after: str | None
    ) -> frozenset[bytes]:
        """Return the marks by which a message is known from now on.

        Args:
            message_id: Ours.
            text: What it says.
            before: What stands before it on a path, "" if it is the first; None if it
                stands on no path.
            after: What stands after it; None if nothing does.
        """
        marks = {self._mark("id", message_id)}
        if is_telling(text):
            marks.add(self._of(text).mark)
        elif beside := self._beside(text, before, after):
            marks |= beside | {self._short}
        return frozenset(marks)

    def has_id(self, message_id: str) -> bool:
        """Say whether a message of this id was forgotten."""
        return bool(self.marks) and self._mark("id", message_id) in self.marks

    def has_text(self, text: str) -> bool:
        """Say whether a telling text was forgotten."""
        if not self.marks:
            return False
        known = self._of(text)
        return known.telling and known.mark in self.marks

    def which(self, texts: Sequence[str], *, from_start: bool) -> list[bool]:
        """Say which of texts that follow each other were forgotten.

        Args:
            texts: In order.
            from_start: Whether the first one has nothing before it.
        """
        gone = [self.has_text(text) for text in texts]
        if self._short in self.marks:
            for at in self._short_ones(texts, gone, "" if from_start else None):
                gone[at] = True
        return gone

    def without(self, window: Window) -> Window:
        """Leave out of a window what was forgotten, as if it had never been said."""
        if not self.marks:
            return window
        shown = window.messages
        gone = [bool(one.message_id) and self.has_id(one.message_id) for one in shown]
        if not window.kept_here:
            starts = window.complete or (bool(shown) and shown[0].position == 0)
            texts = self.which([one.content for one in shown], from_start=starts)
            gone = [either or other for either, other in zip(gone, texts, strict=True)]
        if not any(gone):
            return window
        return replace(
            window,
            messages=tuple(_closed_up(shown, gone)),
            open_ended=window.open_ended and not gone[-1],
            just_said=window.just_said and not gone[-1],
        )

    # -- inside ------------------------------------------------------------------

    def _short_ones(
        self, texts: Sequence[str], gone: Sequence[bool], first: str | None
    ) -> Iterator[int]:
        """Yield where a short text is known by its neighbours.

        These are the ones that are shown, and the ones that stay: those in between
        may have been forgotten before it or with it.
        """
        stays_after: list[str | None] = [None] * len(texts)
        for at in range(len(texts) - 2, -1, -1):
            stays_after[at] = stays_after[at + 1] if gone[at + 1] else texts[at + 1]
        kept = first
        for at, text in enumerate(texts):
            if gone[at]:
                continue
            before = texts[at - 1] if at else first
            after = texts[at + 1] if at + 1 < len(texts) else None
            if not self._of(text).telling and not self.marks.isdisjoint(
                self._beside(text, before, after)
                | self._beside(text, kept, stays_after[at])
            ):
                yield at
            else:
                kept = text

    def _beside(self, text: str, before: str | None, after: str | None) -> set[bytes]:
        """Return the marks of a short text by its neighbours."""
        marks = set()
        if before is not None:
            marks.add(self._mark("after", plain(before), plain(text)))
        if after is not None:
            marks.add(self._mark("before", plain(text), plain(after)))
        return marks

    @cached_property
    def _short(self) -> bytes:
        """The mark that says that there are marks of short texts."""
        return self._mark("short")

    @cached_property
    def _texts(self) -> dict[str, _Known]:
        return {}

    def _of(self, text: str) -> _Known:
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= self.room:
                self._texts.clear()
            known = _Known(self._mark("text", plain(text)), is_telling(text))
            self._texts[text] = known
        return known

    def _mark(self, *parts: str) -> bytes:
        text = _bytes("\0".join(parts))
        return blake2b(text, key=self.key, digest_size=16).digest()


def _closed_up(
    shown: Sequence[WindowMessage], gone: Sequence[bool]
) -> Iterator[WindowMessage]:
    """Yield what stays, at the positions it would have if the rest were not there."""
    missing = 0
    for one, is_gone in zip(shown, gone, strict=True):
        if is_gone:
            missing += 1
        elif missing and one.position is not None:
            yield one._replace(position=one.position - missing)
        else:
            yield one


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
