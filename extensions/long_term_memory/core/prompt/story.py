"""Render summaries for a prompt: the story so far.

Owns: how summaries are written down and read again, which of their lines a prompt has
room for, how they are dated, and the marks where nothing is told.
Knows nothing of: how they are made, stores, hosts, tokenizers.

    [4 March 2026]                      the day, where a host told it
    Ilvara: "I swear it on the Ember."  one line for what is told together
    The lantern breaks.

A prompt tells the lines that weigh most, whichever summaries they stand in, so that its
room is used. Where nothing of a summary is told a mark says so: "(from 3 to 9 May:
nothing told)" if that leaves whole days out, else "…".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from ..knowledge.outdated import NOTHING_OUTDATED, Outdated
from ..summaries.notes import noted
from ..summaries.promises import State, ends_of, promises_in
from ..summaries.telling import Passage, joined, shortened, split
from ..summaries.turning_points import Weighed
from ..text.sanitise import one_line, sanitise
from ..types import Block, MemoryItem, Recalled, ScoreParts, TokenCounter
from .blocks import MONTHS, BlockStyle, framed
from .budget import shorten

_DAY: Final = re.compile(rf"\[(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{1,4}})\]\s*")
_SPOKEN: Final = re.compile(r"([^\n:]{1,80}): (?=\S)")
LEFT_OUT: Final = "\u2026"
NOTHING_TOLD: Final = "nothing told"

LONG_GAP: Final = timedelta(days=6)
"""Of a shorter one between two days that are told nobody needs to read the days."""

ROUNDS: Final = 10
"""Tries to use the room; each costs a count of the whole story."""

LINES_KEPT: Final = 4_096
"""Lines of stories that were taken apart; a chat has some hundred."""

MIN_CUT: Final = 20
"""Characters; less of a line is not worth telling."""

CUTS: Final = 4
"""Tries to cut what a person wrote, each shorter by so great a share of the room; days
and marks beside it cost more than is reckoned."""

DATED_TOKENS: Final = 8
"""What a day before a line costs."""

SLACK: Final = 20
"""A twentieth of the room may stay empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A line of a summary.

    Attributes:
        day: When it was said; None where no host told it.
        name: Whose words it is; empty for narration.
        by_hand: A person wrote it; it is told before anything else.
        whole: A model wrote it for this room; it is told whole, before passages.
    """

    text: str
    name: str = ""
    day: date | None = None
    by_hand: bool = False
    whole: bool = False


def written(entries: Sequence[StoryLine]) -> str:
    """Return entries as the text of a summary."""
    lines: list[str] = []
    last: date | None = None
    for entry in entries:
        if entry.day and entry.day != last:
            lines.append(f"[{_long(entry.day)}]")
        last = entry.day or last
        lines.append(f"{entry.name}: {entry.text}" if entry.name else entry.text)
    return "\n".join(lines)


def entries_of(
    text: str,
    names: Collection[str] = (),
    *,
    day: date | None = None,
    by_hand: bool = False,
) -> list[StoryLine]:
    """Read the text of a summary.

    Args:
        text: As it was written, by rules, a model or a person.
        names: Who may be named before a colon; without any, whoever is.
        day: What holds until the text names another.
        by_hand: Whether a person wrote it.
    """
    found: list[StoryLine] = []
    for line in text.splitlines():
        if (dated := _DAY.fullmatch(line.strip())) is not None:
            day = _read_day(dated) or day
            continue
        said = line.strip()
        if not said:
            continue
        spoken = _SPOKEN.match(said)
        name = spoken[1] if spoken and (not names or spoken[1] in names) else ""
        rest = said[spoken.end() :] if spoken and name else said
        found.append(StoryLine(text=rest, name=name, day=day, by_hand=by_hand))
    return found


def as_passages(entries: Sequence[StoryLine], user: str) -> list[Passage]:
    """Return the sentences of entries, which can be weighed; `place` is the entry's.

    What a person wrote stays whole.
    """
    return [
        Passage(
            place=at,
            name=entry.name,
            text=text,
            own=bool(entry.name) and not text.startswith('"'),
            user=entry.name == user,
        )
        for at, entry in enumerate(entries)
        for text in (
            [entry.text]
            if entry.by_hand or entry.whole
            else _sentences(
                entry.text, bool(entry.name) and not entry.text.startswith('"')
            )
        )
    ]


@lru_cache(maxsize=LINES_KEPT)
def _sentences(text: str, talk: bool) -> tuple[str, ...]:
    """Take a line apart; of a story nearly all are again whenever one is new."""
    return tuple(split(text, talk=talk))


class Chooser:
    """Entries of which some are told."""

    def __init__(
        self,
        entries: Sequence[StoryLine],
        user: str,
        count: TokenCounter | None = None,
        *,
        outdated: Outdated = NOTHING_OUTDATED,
    ) -> None:
        """Weigh entries.

        Args:
            entries: In story order.
            user: What the user is called.
            count: Tokens of a text; without it they are reckoned by length, for a
                host's counter may be another process.
            outdated: What holds no more, and tells less.
        """
        self._entries = entries
        self.said = as_passages(entries, user)
        self.outdated = {
            one.text: mark
            for one in self.said
            if not entries[one.place].by_hand
            and (mark := outdated.mark(one.text, name=one.name, user=one.user))
        }
        self._weighed = Weighed(
            self.said, count or _rough_tokens, faded=self.outdated.keys()
        )
        places = list(enumerate(self.said))
        self._always = [at for at, one in places if entries[one.place].by_hand]
        whole = [at for at, one in places if entries[one.place].whole]
        # After what a person wrote comes the newest that a model did.
        self._kept = [at for at in reversed(whole) if at not in self._always]

    def chosen(
        self, target_tokens: int, *, with_ends: bool = False
    ) -> dict[int, StoryLine]:
        """Return what of the entries tells most, by their places.

        Args:
            target_tokens: Most tokens for all of it; what a person wrote is there
                even if it needs more.
            with_ends: Beside a promise stands what became of it; who reads a summary
                again could not know.
        """
        found: dict[int, StoryLine] = {}
        last = -1
        places = self._weighed.choose(target_tokens, self._kept, always=self._always)
        if with_ends and (ends := ends_of(self.said, places)):
            kept = [*self._kept, *ends]
            places = self._weighed.choose(target_tokens, kept, always=self._always)
        for at in places:
            one = self.said[at]
            entry, text = self._entries[one.place], one.text
            if one.place in found:
                before = found[one.place].text
                follows = at == last + 1
                told = [before] if follows else [shortened([before]), LEFT_OUT]
                text = joined([*told, text])
            found[one.place] = replace(entry, text=text)
            last = at
        return {
            at: one
            if one.by_hand or one.whole
            else replace(one, text=shortened([one.text]))
            for at, one in found.items()
        }


def _rough_tokens(text: str) -> int:
    """Reckon tokens: four ASCII letters are one, of other scripts every two signs."""
    if text.isascii():
        return len(text) // 4 + 1
    foreign = sum(not sign.isascii() for sign in text)
    return (len(text) - foreign) // 4 + foreign // 2 + 1


def render_story(
    memories: Sequence[MemoryItem],
    style: BlockStyle,
    *,
    limit_tokens: int,
    count: TokenCounter,
    zone: tzinfo | None,
    by_hand: Collection[str] = (),
    whole: Collection[str] = (),
    ends: Mapping[str, datetime] = MappingProxyType({}),
    outdated: Outdated = NOTHING_OUTDATED,
) -> Block:
    """Write summaries in story order; the same ones give the same bytes.

    Args:
        memories: In story order; an empty one is a stretch that nothing tells.
        style: How blocks are written.
        limit_tokens: Most tokens, the frame included.
        count: Tokens of a text.
        zone: Whose days are written; days are left out where no host told them.
        by_hand: Lines that a person wrote; they are told before any other.
        whole: Ids of summaries whose lines are told whole, as a model wrote them.
        ends: When the last message of a summary was said, by its id.
        outdated: What holds no more; it is told as past.
    """
    if not memories:
        return Block()
    told = [_entries(memory, style, zone, by_hand, whole) for memory in memories]
    flat = [entry for entries in told for entry in entries]
    frame = count(framed(style.prompt.story_template, LEFT_OUT, style))
    page = _Page(
        memories=memories,
        owner=[at for at, entries in enumerate(told) for _ in entries],
        days=[_days_of(memory, zone, ends) for memory in memories],
        style=style,
        count=count,
        outdated=outdated,
    )
    rooms = [(limit_tokens - frame) * part // CUTS for part in range(CUTS, 0, -1)]
    for room in rooms if any(entry.by_hand for entry in flat) else rooms[:1]:
        entries = _shortened(flat, room, count)
        block = _largest(_Draft(page, entries).tried, limit_tokens)
        if block.text:
            return block
    return Block()


class _Days(NamedTuple):
    """The days of a stretch; None where no host told them."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What a story is written on.

    Attributes:
        owner: The place of the summary that each entry comes from.
        days: Of each summary.
        outdated: What holds no more.
    """

    memories: Sequence[MemoryItem]
    owner: Sequence[int]
    days: Sequence[_Days]
    style: BlockStyle
    count: TokenCounter
    outdated: Outdated


class _Draft:
    """Entries that are written down in one room after another."""

    def __init__(self, page: _Page, entries: Sequence[StoryLine]) -> None:
        """Weigh entries."""
        self._page = page
        self._chooser = Chooser(entries, page.style.user_name, outdated=page.outdated)
        self._marks = {**self._chooser.outdated, **_ended(self._chooser.said)}

    def tried(self, room: int) -> Block:
        """Return the block for a room, which it may exceed."""
        page = self._page
        kept = self._chooser.chosen(room)
        marked = _marked(kept, self._marks)
        lines = "\n".join(_lines(marked, page.owner, page.days))
        if lines == LEFT_OUT:
            return Block()
        text = framed(page.style.prompt.story_template, lines, page.style)
        items = tuple(_items(kept, page.owner, page.memories))
        return Block(text=text, tokens=page.count(text), items=items)


def _largest(tried: Callable[[int], Block], limit: int) -> Block:
    """Return a block that uses the room, or nearly.

    Days and marks cost more than is reckoned when lines are chosen, names that are not
    repeated less, so the room for lines is sought between what fits and what does not.
    """
    best, fits, too_much = Block(), 0, 2 * limit + 1
    room, back = limit, max(1, limit // 128)
    for _ in range(ROUNDS):
        block = tried(room)
        if block.tokens <= limit:
            fits = room
            best = max(best, block, key=lambda one: one.tokens)
            if best.tokens > limit - limit // SLACK:
                break
            room += limit - block.tokens
        else:
            too_much = room
            # A little less room may tell the very same: the steps back grow.
            room -= max(block.tokens - limit, back)
            back *= 2
        if not fits < room < too_much:
            room = (fits + too_much) // 2
        if room == fits:
            break
    return best


def _items(
    kept: Mapping[int, StoryLine], owner: Sequence[int], memories: Sequence[MemoryItem]
) -> Iterator[Recalled]:
    """Yield the summaries of which something is told, each with just that."""
    for at in sorted({owner[one] for one in kept}):
        told = [entry for one, entry in kept.items() if owner[one] == at]
        memory = memories[at]._replace(content=written(told))
        yield Recalled(memory=memory, score=0.0, parts=ScoreParts())


def _shortened(
    entries: Sequence[StoryLine], room: int, count: TokenCounter
) -> list[StoryLine]:
    """Cut what a person wrote at its end, the longest lines first, until all fits."""
    found = list(entries)
    costs = {
        at: _cost(one, one.text, count) for at, one in enumerate(found) if one.by_hand
    }
    while sum(costs.values()) > room:
        long = [at for at in costs if len(found[at].text) > MIN_CUT]
        if not long:
            break
        at = max(long, key=lambda one: costs[one])
        text = shorten(found[at].text, len(found[at].text) * 7 // 8)
        found[at] = replace(found[at], text=text)
        costs[at] = _cost(found[at], text, count)
    return found


def _cost(entry: StoryLine, text: str, count: TokenCounter) -> int:
    return count(f"{entry.name}: {text}" if entry.name else text) + DATED_TOKENS


def _ended(said: Sequence[Passage]) -> dict[str, str]:
    """Return what became of the promises in passages, by what was promised."""
    return {
        said[one.at].text: one.state
        for one in promises_in(said)
        if one.state is not State.OPEN
    }


def _marked(
    kept: Mapping[int, StoryLine], marks: Mapping[str, str]
) -> dict[int, StoryLine]:
    """Write entries as notes, and beside what is over that it is: "(kept)".

    Args:
        kept: The entries that are told.
        marks: What stands beside a text, by it.
    """
    marked = dict(kept)
    for at, entry in kept.items():
        if entry.by_hand:
            continue
        told = entry.text
        for text, mark in marks.items():
            told = _beside(told, text, mark)
        if not entry.whole:
            told = noted(entry.name, told)
        marked[at] = replace(entry, text=told)
    return marked


def _beside(told: str, text: str, mark: str) -> str:
    """Write a mark beside a text; quotes that stand together are one."""
    inner = text.strip('"')
    if text not in told and told.endswith(f'{inner}"'):
        return f"{told} ({mark})"
    part = text if text in told else inner
    return told.replace(part, f"{part} ({mark})", 1)


def _entries(
    memory: MemoryItem,
    style: BlockStyle,
    zone: tzinfo | None,
    by_hand: Collection[str],
    whole: Collection[str],
) -> list[StoryLine]:
    """Return a summary's lines as they may stand in a prompt."""
    safe = "\n".join(
        one_line(sanitise(line, style.special_tokens))
        for line in memory.content.splitlines()
    )
    happened = memory.happened_at
    day = happened.astimezone(zone).date() if happened else None
    return [
        replace(
            one,
            by_hand=memory.edited or one.text in by_hand,
            whole=memory.id in whole,
        )
        for one in entries_of(safe, day=day)
    ]


def _days_of(
    memory: MemoryItem, zone: tzinfo | None, ends: Mapping[str, datetime]
) -> _Days:
    began, ended = memory.happened_at, ends.get(memory.id, memory.happened_at)
    return _Days(
        began.astimezone(zone).date() if began else None,
        ended.astimezone(zone).date() if ended else None,
    )


def _lines(
    kept: Mapping[int, StoryLine], owner: Sequence[int], days: Sequence[_Days]
) -> Iterator[str]:
    """Yield what is told, with its days, and a mark wherever a whole summary is not."""
    # Beside lines of the scene a line without a name would be taken for one.
    all_named = all(entry.name for entry in kept.values())
    last: date | None = None
    reached, name = -1, ""
    for at, entry in kept.items():
        if owner[at] > reached + 1:
            yield _left_out(days, reached, owner[at], last)
            name = ""
        reached = owner[at]
        dated = (
            f"[{_short(entry.day, last)}] " if entry.day and entry.day != last else ""
        )
        # "Tess throws the rope" needs nobody who says so, nor does '"Ay," says Tess'.
        again = all_named and entry.name == name
        bare = again or _names_its_speaker(entry)
        named = f"{entry.name}: " if entry.name and not bare else ""
        last, name = entry.day or last, entry.name
        yield f"{dated}{named}{entry.text}"
    # What came after the last summary leads up to the messages that are shown.
    yield _left_out(days, reached, len(days), last)


def _names_its_speaker(entry: StoryLine) -> bool:
    if entry.text.startswith(f"{entry.name} "):
        return True
    return re.search(rf'" \w+ {re.escape(entry.name)}\b', entry.text) is not None


def _left_out(days: Sequence[_Days], before: int, after: int, told: date | None) -> str:
    """Return the mark of what stands between two summaries, with its days.

    A day of which something is told before or after is not named: it is told in part.

    Args:
        days: Of all summaries.
        before: The place of the last that is told; -1 for none.
        after: The place of the next one; their number for none.
        told: The day that was written last.
    """
    gap = days[before + 1 : after]
    first = next((one.first for one in gap if one.first), None)
    last = next((one.last for one in reversed(gap) if one.last), None)
    if first is None or last is None:
        return LEFT_OUT
    known = [one for one in (told, days[before].last if before >= 0 else None) if one]
    first = max([first, *(one + timedelta(days=1) for one in known)])
    if after < len(days) and (follows := days[after].first) is not None:
        last = min(last, follows - timedelta(days=1))
    bounded = told is not None and after < len(days)
    if first > last or (bounded and last - first < LONG_GAP):
        return LEFT_OUT
    until = _short(last, told)
    if first == last:
        return f"({until}: {NOTHING_TOLD})"
    begins = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        begins = _short(first, last)
    return f"(from {begins} to {until}: {NOTHING_TOLD})"


def _long(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _short(day: date, last: date | None) -> str:
    """Return a day in short, with its year where another year was told last."""
    year = f" {day.year}" if last is None or last.year != day.year else ""
    return f"{day.day} {MONTHS[day.month - 1][:3]}{year}"


def _read_day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None
