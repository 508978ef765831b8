"""The third act of a turn: turn what is remembered into blocks for the prompt.

Owns: what goes into the head block and the recall block.
Knows nothing of: where the blocks go, hosts, stores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from ..config import Settings
from ..core.knowledge.mood import Mood
from ..core.knowledge.outdated import Outdated
from ..core.policy import Rooms, within_budget
from ..core.prompt.blocks import BlockStyle, clean_name, render_head, render_recall
from ..core.prompt.knowledge import render_due, render_facts
from ..core.prompt.mood_line import mood_line, with_line
from ..core.prompt.story import StoryLine, entries_of, render_story, written
from ..core.retrieval.intent import QUESTION
from ..core.retrieval.questions import essence
from ..core.retrieval.repeats import distinct
from ..core.text.dates import time_ago
from ..core.text.sanitise import one_line
from ..core.text.tokenizer import MAX_CHARACTERS, tokenize
from ..core.types import Block, Context, MemoryItem, Query, Scope, TokenCounter
from ..lru import Lru
from .knowledge.chat_knowledge import NOTHING_KNOWN, KnownItems
from .records import RecallResult
from .summarization.tales import NO_TALE, Tale

# So many of the left-out are shown to a person; the rest is further off still.
MAX_LEFT_OUT = 10


DRAWN_KEPT = 16
"""Tales of a bank that are known as they were written; a chat has two."""

NO_MOODS: Mapping[str, Mood] = MappingProxyType({})

NOTHING_TOLD = "[Nothing was said about this in earlier chats.]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a host wants composed.

    Attributes:
        query: What to recall for.
        user_name: What the user is called in templates ({name1}).
        character_name: What the character is called ({name2}).
        head_tokens: Most tokens for the head block, its frame included.
        recall_tokens: The same for the recall block.
        summary_tokens: Most tokens for summaries, which stand in the head block, too.
        count: The host's own token counter.
        shown: Texts that the host sends anyway; what was said elsewhere in the same
            words, such as a greeting, says nothing new.
        alone: Only the two are there; a group is told nothing of other chats.
    """

    query: Query
    user_name: str
    character_name: str
    head_tokens: int
    recall_tokens: int
    count: TokenCounter
    summary_tokens: int = 0
    shown: frozenset[str] = frozenset()
    alone: bool = True

    def within(self, budget: int | None) -> Request:
        """Return the request with no more room than a budget leaves."""
        rooms = Rooms(self.head_tokens, self.summary_tokens, self.recall_tokens)
        kept = within_budget(rooms, budget)
        if kept == rooms:
            return self
        return replace(
            self,
            head_tokens=kept.head,
            summary_tokens=kept.summary,
            recall_tokens=kept.recall,
        )


class _Order(NamedTuple):
    """How a tale is to be written."""

    style: BlockStyle
    limit_tokens: int
    zone: tzinfo | None
    counter: object
    pinned: tuple[str, ...]
    outdated: Outdated


class Drawn:
    """Writes tales down, each but once while it stays the same.

    Choosing what a story tells takes a tenth of a second, and most turns change nothing
    in it.
    """

    def __init__(self) -> None:
        """Know no tale yet."""
        # By identity, so the tale is kept: another one may not take its place.
        self._known: Lru[int, tuple[Tale, _Order, Block]] = Lru(DRAWN_KEPT)

    def story(
        self,
        tale: Tale,
        style: BlockStyle,
        limit_tokens: int,
        count: TokenCounter,
        now: datetime,
        outdated: Outdated,
        pinned: tuple[str, ...],
    ) -> Block:
        """Write a tale down; a tale that changed is another object.

        Args:
            tale: What tells all that was.
            style: How blocks are written.
            limit_tokens: Most tokens, the frame included.
            count: Tokens of a text.
            now: Whose zone counts.
            outdated: What holds no more.
            pinned: What stands before it and need not be told again.
        """
        if not tale.memories:
            return Block()
        by = (count.func, count.args) if isinstance(count, partial) else count
        zone = now.astimezone().tzinfo
        order = _Order(style, limit_tokens, zone, by, pinned, outdated)
        known = self._known.get(id(tale))
        if known is not None and known[0] is tale and known[1] == order:
            return known[2]
        told = _unpinned(tale, pinned) if pinned else tale
        block = _story(told, style, limit_tokens, count, now, outdated)
        if known is not None and known[0] is tale and known[2] == block:
            block = known[2]
        self._known.put(id(tale), (tale, order, block))
        return block


def _story(
    tale: Tale,
    style: BlockStyle,
    limit_tokens: int,
    count: TokenCounter,
    now: datetime,
    outdated: Outdated,
) -> Block:
    return render_story(
        tale.memories,
        style,
        limit_tokens=limit_tokens,
        count=count,
        zone=now.astimezone().tzinfo,
        by_hand=tale.by_hand,
        whole=tale.whole,
        ends=tale.ends,
        outdated=outdated,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTurn:
    """What memory did in a turn, for people.

    `host` is that of the chat's name; without it, the turn cannot be explained.
    `number` is that of its record; 0 for one that is not recorded. `whole` says that
    it is known word for word, and not put together from the record.
    """

    at: datetime
    scope: Scope
    chat: str
    query: Query
    context: Context
    host: str = ""
    number: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tales:
    """What is told of what was.

    Attributes:
        before: The character's other chats.
        story: What of this chat left the window.
        retold: All of it in more words, if the message asks for that.
    """

    before: Tale = NO_TALE
    story: Tale = NO_TALE
    retold: Tale = NO_TALE


def before_tokens(request: Request, settings: Settings) -> int:
    """Return the most tokens that may tell a chat of the character's other ones."""
    told = settings.summaries
    if not (told.before_this_chat and request.alone):
        return 0
    return min(told.before_tokens, request.summary_tokens // 2)


def story_tokens(request: Request, settings: Settings, before: Tale) -> int:
    """Return the most tokens for the chat's own story beside that."""
    told = any(memory.content for memory in before.memories)
    taken = before_tokens(request, settings) if told else 0
    return request.summary_tokens - taken


def compose(
    request: Request,
    recall: RecallResult,
    pinned: Sequence[MemoryItem],
    tales: Tales,
    settings: Settings,
    now: datetime,
    drawn: Drawn,
    *,
    moods: Mapping[str, Mood] = NO_MOODS,
    known: KnownItems = NOTHING_KNOWN,
) -> Context:
    """Write the blocks for a prompt.

    Args:
        request: What the host wants.
        recall: What the message brought to mind.
        pinned: What is always kept in mind.
        tales: What is told of what was.
        settings: Templates and limits.
        now: The present, in the zone whose days are written.
        drawn: Writes tales down.
        moods: Of those who speak, if they are to be told.
        known: What is known besides words.
    """
    style = BlockStyle.of(settings, request.user_name, request.character_name)
    request, line = _with_moods(request, moods, style)
    head = _head(request, pinned, tales, style, now, settings, drawn, known)
    due = render_due(
        known.due,
        style,
        limit_tokens=request.recall_tokens,
        count=request.count,
        now=now.astimezone(),
    )
    room = request.recall_tokens - _taken(due, request)
    held = {item.memory.id for item in head.items}
    found = distinct(
        item
        for item in recall.found
        if item.memory.id not in held
        and item.memory.content not in request.shown
        # What the story tells word for word need not be recalled as well.
        and (
            item.memory.id in recall.scene
            or one_line(item.memory.content[:MAX_CHARACTERS]) not in head.text
        )
    )
    new = {item.memory.id for item in found}
    block = render_recall(
        found,
        replace(
            style,
            wanted=frozenset(tokenize(essence(request.query.text))),
            one_line=settings.summaries.one_line_memories,
        ),
        limit_tokens=room,
        count=request.count,
        now=now.astimezone(),
        time_ago=time_ago,
        places=recall.places,
        before=recall.before,
    )
    if tales.retold.memories:
        more = _unsaid(tales.retold, head)
        story = _story(more, style, room, request.count, now, known.outdated)
        block = story if story.text else block
    elif not block.text and _nothing_told(recall, settings):
        block = _said_so(request, room)
    block = with_line(_both(block, due, request), line, request.count)
    put_in = {item.memory.id for item in block.items}
    left_out = [item for item in found if item.memory.id not in put_in]
    return Context(
        head=head,
        recall=block,
        left_out=tuple(left_out[:MAX_LEFT_OUT]),
        repeats=frozenset(
            item.memory.id for item in recall.found if item.memory.id not in new
        ),
        kind=recall.kind,
        needed=recall.needed,
        lexical_only=recall.lexical_only,
        note=recall.note,
    )


def _with_moods(
    request: Request, moods: Mapping[str, Mood], style: BlockStyle
) -> tuple[Request, str]:
    """Return the request with the room that the line of moods leaves, and the line."""
    line = mood_line(
        {clean_name(name, style.special_tokens): one for name, one in moods.items()}
    )
    taken = request.count(f"\n{line}") if line else 0
    if taken > request.recall_tokens:
        return request, ""
    return replace(request, recall_tokens=request.recall_tokens - taken), line


def _nothing_told(recall: RecallResult, settings: Settings) -> bool:
    """Say whether a question is told that nothing was said of its matter."""
    told = settings.prompt.tell_nothing_told and recall.silent
    return told and recall.intent == QUESTION


def _taken(block: Block, request: Request) -> int:
    """Return the tokens of a block and of the line break that parts it from another."""
    return block.tokens + request.count("\n") if block.text else 0


def _both(recalled: Block, due: Block, request: Request) -> Block:
    """Return one block of what was recalled and what is due, which stands last."""
    if not (recalled.text and due.text):
        return recalled if recalled.text else due
    text = f"{recalled.text}\n{due.text}"
    told = {item.memory.id for item in recalled.items}
    more = (item for item in due.items if item.memory.id not in told)
    return Block(text=text, tokens=request.count(text), items=(*recalled.items, *more))


def _said_so(request: Request, room: int) -> Block:
    """Return the one line for it, if there is room."""
    tokens = request.count(NOTHING_TOLD)
    if tokens > room:
        return Block()
    return Block(text=NOTHING_TOLD, tokens=tokens)


def _head(
    request: Request,
    pinned: Sequence[MemoryItem],
    tales: Tales,
    style: BlockStyle,
    now: datetime,
    settings: Settings,
    drawn: Drawn,
    known: KnownItems,
) -> Block:
    """Write what is pinned, facts, what was before this chat, and the story so far.

    Each keeps to its own tokens, what changes least stands first, and nothing is told
    twice.
    """
    before = replace(
        style,
        prompt=replace(style.prompt, story_template=settings.prompt.before_template),
    )
    told = before_tokens(request, settings)
    own = story_tokens(request, settings, tales.before)
    kept = render_head(
        pinned, style, limit_tokens=request.head_tokens, count=request.count
    )
    kept_texts = tuple(item.memory.content for item in kept.items)
    beside = (request.count, now, known.outdated, kept_texts)
    earlier = drawn.story(tales.before, before, told, *beside)
    parts = {
        "pinned": kept,
        "facts": render_facts(
            _unpinned_facts(known.facts, kept_texts),
            style,
            limit_tokens=min(
                settings.facts.fact_tokens,
                request.head_tokens - _taken(kept, request),
            ),
            count=request.count,
        ),
        # On which days nothing was told of another chat nobody needs to know.
        "before": earlier if earlier.items else Block(),
        "story": drawn.story(tales.story, style, own, *beside),
    }
    filled = {name: block for name, block in parts.items() if block.text}
    if not filled:
        return Block()
    text = "\n".join(block.text for block in filled.values())
    return Block(
        text=text,
        tokens=request.count(text),
        items=tuple(item for block in filled.values() for item in block.items),
        parts=tuple((name, block.tokens) for name, block in filled.items()),
    )


def _unpinned_facts(
    facts: Sequence[MemoryItem], pinned: Sequence[str]
) -> list[MemoryItem]:
    """Return the facts of which one that is pinned does not say every word."""
    told = [set(tokenize(text)) for text in pinned]
    return [
        fact
        for fact in facts
        if not any(words.issuperset(tokenize(fact.content)) for words in told)
    ]


def _unpinned(tale: Tale, pinned: Sequence[str]) -> Tale:
    """Return a tale without the lines that are part of what is pinned.

    A summary of which nothing is left stays, as a stretch that nothing tells.
    """
    memories = [
        memory._replace(
            content=written(
                [
                    line
                    for line in entries_of(memory.content)
                    if not any(line.text.strip('"') in text for text in pinned)
                ]
            )
        )
        for memory in tale.memories
    ]
    return tale._replace(memories=memories)


def _unsaid(tale: Tale, head: Block) -> Tale:
    """Return a tale without the lines that the head block tells already."""
    told = [line for item in head.items for line in entries_of(item.memory.content)]

    def is_new(line: StoryLine) -> bool:
        return not any(line.name == one.name and line.text in one.text for one in told)

    left = [
        memory._replace(
            content=written(
                [line for line in entries_of(memory.content) if is_new(line)]
            )
        )
        for memory in tale.memories
    ]
    return tale._replace(memories=[memory for memory in left if memory.content])
