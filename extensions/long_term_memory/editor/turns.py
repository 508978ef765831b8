"""A turn with its reasons: what memory put into a prompt, line by line, and why.

Owns: the view of one composed turn, and what a click in it does.
Knows nothing of: Gradio, HTML (`turn_markup`), which turns there are, hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..core.policy import EVERYONE, Rooms, within_budget
from ..core.types import (
    Candidate,
    Context,
    Explanation,
    MemoryKind,
    Recalled,
    Scope,
    ScoreParts,
)
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.records import ChatName, never
from . import markup, turn_markup
from .chances import judged
from .clicks import read_click
from .connecting import connect
from .forgetting import holds_forgotten
from .markup import NO_DRAFT, OpenEdit
from .memory_actions import SILENCE, ClickResult, as_they_are, change
from .status import last_fault
from .templates import joined
from .texts import day, say
from .turn_markup import Opened
from .why import nearly, read_as

OF_HEAD: Final = ("pinned", "facts", "before", "story")
"""What stands in the head block, in its order."""
MADE_UP: Final = re.compile("[0-9a-f]{32}")
"""What a chat is called that its client did not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """A turn that a person looks at, and what he is doing with it.

    Attributes:
        turn: The turn; None while there is none.
        editing: The memory whose text he is changing.
        opened: The memory whose reasons stay unfolded.
        said: What became of his last click.
        tried: It was only tried, and nothing of it was sent.
    """

    turn: LastTurn | None = None
    editing: OpenEdit = NO_DRAFT
    opened: str = ""
    said: ClickResult = SILENCE
    tried: bool = False


def press_turn(engine: Engine, view: TurnView, payload: object) -> TurnView:
    """Do what was clicked in a line."""
    if view.turn is None:
        return view
    click = read_click(payload)
    scope = _owner(engine, view.turn.scope, click.memory_id)
    said, editing = change(engine, scope, click)
    return replace(view, said=said, editing=editing, opened=click.memory_id)


def turn(
    engine: Engine, view: TurnView, to: str, nothing: str, base_url: str = ""
) -> str:
    """Show what memory put into a prompt, and why.

    Args:
        engine: Where the memories are.
        view: The turn.
        to: The id of the hidden button that hears clicks.
        nothing: What to say while there is no turn.
        base_url: What is pasted into a client, where there is such an address.
    """
    if view.turn is None:
        return markup.fragment(to, view.said.html, connect(nothing, base_url))
    shown = view.turn
    return guard(
        engine.faults,
        "showing a turn",
        lambda: _turn(engine, shown, view, to),
        lambda: markup.fragment(to, view.said.html, last_fault(engine)),
    )


def blocks(engine: Engine, shown: LastTurn) -> str:
    """Return both blocks of a turn as sent, each with how full its room is."""
    context, rooms = shown.context, rooms_of(engine, shown)
    return joined(
        turn_markup.sent(
            say("why.for_this"), context.recall, _why_empty(context), rooms.recall
        ),
        turn_markup.sent(
            say("why.in_every"),
            context.head,
            say("why.nothing_in_every"),
            rooms.head + rooms.summary,
        ),
    )


def rooms_of(engine: Engine, shown: LastTurn) -> Rooms:
    """Return how many tokens memory may have in the prompts of a turn's chat."""
    settings = engine.settings
    rooms = Rooms(
        head=settings.prompt.head_tokens,
        summary=settings.summaries.summary_tokens,
        recall=settings.prompt.recall_tokens,
    )
    name = ChatName(host=shown.host, name=shown.chat, gone=never)
    rules = engine.bank(shown.scope).policies.in_force_named(name)
    return within_budget(rooms, rules.budget)


def _owner(engine: Engine, scope: Scope, memory_id: str) -> Scope:
    """Return whose memory it is: that of all characters, or of one."""
    if any(one.id == memory_id for one in engine.shared_notes(scope)):
        return Scope(user=scope.user, character=EVERYONE)
    return scope


def place_of(shown: LastTurn) -> str:
    """Say whose turn it was, in which chat, and when; an id made up is no name."""
    chat = "" if MADE_UP.fullmatch(shown.chat) else shown.chat
    parts = (shown.scope.character, chat, day(shown.at))
    return say("common.comma").join(one for one in parts if one)


def _turn(engine: Engine, shown: LastTurn, view: TurnView, to: str) -> str:
    if holds_forgotten(engine, shown):
        return markup.fragment(to, view.said.html, markup.empty(say("why.gone")))
    told = _explained(engine, shown)
    return markup.fragment(
        to,
        view.said.html,
        turn_markup.asked(
            shown.query.text or say("why.unknown_message"),
            place_of(shown),
            "" if told is None else read_as(told, shown.context),
        ),
        _amiss(shown),
        # The answer stands before its reasons, also where one is below the other.
        turn_markup.beside(blocks(engine, shown), _reasons(engine, shown, told, view)),
    )


def _why_empty(context: Context) -> str:
    parts = (say("why.nothing_fitted"), judged(context.intent, context.needed))
    return " ".join(part for part in parts if part)


def _amiss(shown: LastTurn) -> str:
    context = shown.context
    words = context.note if shown.whole else say("why.from_record")
    if context.lexical_only and not words:
        words = say("why.words_only")
    return markup.notice(words, kind="warn")


def _of_head(engine: Engine, shown: LastTurn) -> dict[str, list[Recalled]]:
    """Return what of the head block is pinned, a fact, of other chats, of this one."""
    chats = engine.bank(shown.scope).chats()
    here = {one.id for one in chats if (shown.host, shown.chat) in one.names}
    found: dict[str, list[Recalled]] = {name: [] for name in OF_HEAD}
    for item in shown.context.head.items:
        kind = item.memory.kind
        if kind is MemoryKind.FACT:
            found["facts"].append(item)
        elif kind is not MemoryKind.SUMMARY:
            found["pinned"].append(item)
        elif here and item.memory.chat not in here:
            found["before"].append(item)
        else:
            found["story"].append(item)
    return found


def _explained(engine: Engine, shown: LastTurn) -> Explanation | None:
    """Explain a turn as of now; None if it asked for nothing."""
    if not shown.host or not shown.query.text.strip() or shown.query.limit == 0:
        return None
    chat = engine.bank(shown.scope).chat(shown.chat, host=shown.host)
    # What did not fit then is not in the record.
    return chat.explain(shown.query, shown.context if shown.whole else None)


def _reasons(
    engine: Engine, shown: LastTurn, told: Explanation | None, view: TurnView
) -> str:
    context = shown.context
    opened = Opened(view.editing, view.opened, shown.query.text)
    candidates = () if told is None else told.candidates
    # What helps most stands first; the prompt beside it has them by day.
    recalled = sorted(
        with_signals(context.recall.items, candidates),
        key=lambda item: item.chance or 0.0,
        reverse=True,
    )
    lists: tuple[tuple[str, Sequence[Recalled]], ...] = (
        ("brought", recalled),
        *_of_head(engine, shown).items(),
        *((("left_out", context.left_out),) if told is None else ()),
    )
    parts = []
    for name, items in lists:
        if items:
            # What other chats told is changed there, and so are facts.
            fixed = name in ("facts", "before")
            now = items if fixed else as_they_are(engine, shown.scope, items)
            parts.append(
                turn_markup.listed(
                    say(f"why.{name}"), _hint(name), now, opened, fixed=fixed
                )
            )
    if not parts:
        parts.append(markup.empty(say("why.nothing_brought")))
    if told is not None:
        held = {item.memory.id for _, items in lists for item in items}
        parts.append(nearly(told, opened, until=shown.at, held=held))
    return joined(*parts)


def with_signals(
    items: Iterable[Recalled], candidates: Iterable[Candidate]
) -> list[Recalled]:
    """Return what a record tells with the signals that it would have now."""
    known: Mapping[str, Candidate] = {one.memory.id: one for one in candidates}

    def told(item: Recalled) -> Recalled:
        one = known.get(item.memory.id)
        if item.parts.values or one is None:
            return item
        counted = {signal.name: signal.part for signal in one.signals}
        return item._replace(parts=ScoreParts(counted, one.distance))

    return [told(item) for item in items]


def _hint(name: str) -> str:
    return "" if name == "brought" else say(f"why.{name}_hint")
