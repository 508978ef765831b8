"""Finding a text in all memories, and putting another in its place.

Owns: what would be changed, and changing exactly that as one step.
Knows nothing of: search by words or meaning (`finding`), hosts.

A pattern that a person wrote can take forever on some text, and nothing stops one that
runs in our own process. So patterns work in a process of their own, which is ended
when its time is over.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, NamedTuple

from ..core.types import MemoryItem, MemoryKind
from ..errors import InvalidInput, PreconditionFailed
from .bank import Bank
from .browsing import ALL, MemoryFilter, rows_that
from .memories import MAX_NOTE_CHARS
from .revising import MOST_AT_ONCE, check_unchanged, tag_of

MOST_PATTERN_CHARS: Final = 500
PATTERN_SECONDS: Final = 5.0
_LOT: Final = 2_000
_WORKER: Final = """
import json, re, sys
told = json.load(sys.stdin)
found = re.compile(told["pattern"], re.IGNORECASE if told["fold"] else 0)
json.dump([found.sub(told["with"], one) for one in told["texts"]], sys.stdout)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    r"""What is looked for, and what takes its place.

    Attributes:
        find: A text, or a regular expression.
        put: What takes its place; of an expression it may name groups, as in "\1".
        regex: Whether it is an expression.
        match_case: Whether capitals must be the same.
    """

    find: str
    put: str = ""
    regex: bool = False
    match_case: bool = False


class Rewritten(NamedTuple):
    """A memory, and what it would say."""

    memory: MemoryItem
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacePreview:
    """What would be changed.

    Attributes:
        changes: Each memory that would be another.
        left_out: How many are left out, for they would be empty or too long.
        seen: Stands for all of it; `replace_all` takes it.
    """

    changes: tuple[Rewritten, ...]
    left_out: int
    seen: str


def preview(bank: Bank, asked: Replacing, wanted: MemoryFilter = ALL) -> ReplacePreview:
    """Say what would be changed; nothing is.

    Args:
        bank: In whose notes and messages it is looked for.
        asked: What is to be replaced.
        wanted: In which of them.

    Raises:
        InvalidInput: The text or the expression is none, takes too long, or is found
            in too many memories.
    """
    _check(asked)
    found: list[Rewritten] = []
    left_out = 0
    for lot in _lots(bank, wanted):
        texts = _replaced(asked, [one.content for one in lot])
        for memory, text in zip(lot, texts, strict=True):
            if text.strip() == memory.content.strip():
                continue
            if not 0 < len(text.strip()) <= MAX_NOTE_CHARS:
                left_out += 1
                continue
            found.append(Rewritten(memory, text.strip()))
        if len(found) > MOST_AT_ONCE:
            raise InvalidInput(
                f"That stands in more than {MOST_AT_ONCE:,} memories. Look for more of "
                "the text, or filter by chat or time first.",
                field="find",
            )
    return ReplacePreview(changes=tuple(found), left_out=left_out, seen=_digest(found))


def replace_all(
    bank: Bank, asked: Replacing, wanted: MemoryFilter = ALL, *, seen: str | None = None
) -> int:
    """Replace a text in all memories, each by hand, all as one step to be undone.

    Args:
        bank: In whose notes and messages.
        asked: What is to be replaced.
        wanted: In which of them.
        seen: What the preview said; None for whatever is there.

    Returns:
        How many memories are another now.

    Raises:
        InvalidInput: As `preview`.
        PreconditionFailed: Something else would be changed than was seen.
    """
    told = preview(bank, asked, wanted)
    if seen is not None and seen != told.seen:
        raise PreconditionFailed(
            "Memories were changed or came since the preview, so nothing was replaced. "
            "Look at the preview again."
        )
    if not told.changes:
        return 0
    state = bank.state
    with state.step("replace"):
        memories = bank.memories.get_many([one.memory.id for one in told.changes])
        check_unchanged(
            memories, {one.memory.id: tag_of(one.memory) for one in told.changes}
        )
        now = state.clock()
        state.annotate_all(
            [
                bank.memories.hand_of(one.memory)._replace(
                    content=one.content, updated_at=now
                )
                for one in told.changes
            ]
        )
    return len(told.changes)


def _lots(bank: Bank, wanted: MemoryFilter) -> Iterator[list[MemoryItem]]:
    """Yield the notes and messages that are wanted, so many at a time."""
    notes = bank.memories.apart(MemoryKind.NOTE, deleted=False, pinned=False)
    yield [one for one in notes if wanted.wants(one)]
    rows = rows_that(bank, wanted)[::-1].tolist()
    for start in range(0, len(rows), _LOT):
        with bank.state.lock:
            yield bank.state.memories_of(rows[start : start + _LOT])


def _check(asked: Replacing) -> None:
    if not asked.find or len(asked.find) > MOST_PATTERN_CHARS:
        raise InvalidInput(
            f"Look for 1 to {MOST_PATTERN_CHARS} characters.", field="find"
        )
    if len(asked.put) > MAX_NOTE_CHARS:
        raise InvalidInput(
            f"At most {MAX_NOTE_CHARS:,} characters take its place.", field="put"
        )
    if asked.regex:
        try:
            re.compile(asked.find)
        except (re.error, OverflowError, RecursionError) as error:
            raise InvalidInput(
                f"This is no regular expression: {error}.", field="find"
            ) from None


def _replaced(asked: Replacing, texts: Sequence[str]) -> Sequence[str]:
    if asked.regex:
        return _by_pattern(asked, texts)
    flags = 0 if asked.match_case else re.IGNORECASE
    found = re.compile(re.escape(asked.find), flags)
    return [found.sub(lambda _: asked.put, text) for text in texts]


def _by_pattern(asked: Replacing, texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    told = {
        "pattern": asked.find,
        "with": asked.put,
        "fold": not asked.match_case,
        "texts": texts,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _WORKER],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=PATTERN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput(
            "This expression takes too long on some memory. Write a simpler one.",
            field="find",
        ) from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise InvalidInput(f"This cannot take its place: {' '.join(last)}", field="put")
    found: list[str] = json.loads(done.stdout)
    return found


def _digest(found: Sequence[Rewritten]) -> str:
    told = [[one.memory.id, tag_of(one.memory), one.content] for one in found]
    return blake2b(json.dumps(told).encode(), digest_size=12).hexdigest()
