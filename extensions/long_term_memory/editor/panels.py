"""The panels around the list: what is stored and runs, and a turn with its reasons.

Owns: what the status tells, and the view of one composed turn.
Knows nothing of: Gradio, HTML (`markup`), the words of the page (`texts`), hosts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..core.policy import Rooms, within_budget
from ..core.types import Context, MemoryKind, Query, Recalled, Scope
from ..engine.compose import LastTurn, Request
from ..engine.embedding.status import ModelPhase
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.records import ChatName, never
from ..models.tokens import estimate_tokens
from . import markup, turn_markup
from .chances import judged
from .clicks import read_click
from .connecting import connect
from .forgetting import holds_forgotten
from .host import Host
from .markup import NO_DRAFT, OpenEdit
from .memory_actions import SILENCE, ClickResult, as_they_are, change, faulty
from .sample import HOST, is_told, sample, tell
from .templates import joined
from .texts import day, say, say_if_known, say_time
from .why import why

TRIAL_HOST = "trial"
# A chat without a name is never stored, so that trying leaves no trace.
UNSTORED = ""
SETTLE_SECONDS = 30.0
# Who only presses an example sees at once what words alone bring to mind.
FIRST_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """A turn that a person looks at, and what he is doing with it.

    Attributes:
        turn: The turn; None while there is none.
        editing: The memory whose text he is changing.
        said: What became of his last click.
    """

    turn: LastTurn | None = None
    editing: OpenEdit = NO_DRAFT
    said: ClickResult = SILENCE


def status(engine: Engine, host: Host, scope: Scope | None) -> str:
    """Show what is stored, what runs, and what went wrong."""
    return guard(
        engine.faults,
        "reading the status",
        lambda: _status(engine, host, scope),
        lambda: markup.status_strip("", [_last_fault(engine)], ""),
    )


def press_turn(engine: Engine, view: TurnView, payload: object) -> TurnView:
    """Do what was clicked beside a recalled memory."""
    if view.turn is None:
        return view
    said, editing = change(engine, view.turn.scope, read_click(payload))
    return replace(view, said=said, editing=editing)


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
        lambda: markup.fragment(to, view.said.html, _last_fault(engine)),
    )


def load_sample(engine: Engine) -> ClickResult:
    """Tell the sample chat to its bank."""

    def told() -> ClickResult:
        settled = tell(engine).settle(SETTLE_SECONDS)
        chats = say("common.chats", count=len(sample().chats))
        words = say("trial.loaded", count=sample().length, chats=chats)
        return ClickResult(words=words if settled else words + say("trial.late"))

    return guard(engine.faults, "loading the sample chat", told, lambda: faulty(engine))


def ask(engine: Engine, text: str, scope: Scope) -> TurnView:
    """Compose what would be put into the prompt for a message; nothing is stored.

    The sample is loaded if it is the one that is asked and is not there.
    """
    if not text.strip():
        return TurnView(said=ClickResult(words=say("trial.type_first"), failed=True))
    return guard(
        engine.faults,
        "trying a message",
        lambda: TurnView(turn=_asked(engine, text, scope)),
        lambda: TurnView(said=faulty(engine)),
    )


def _asked(engine: Engine, text: str, scope: Scope) -> LastTurn:
    told = sample()
    is_sample = scope == told.scope
    if is_sample and not is_told(engine):
        tell(engine).settle(FIRST_SECONDS)
    now = told.now if is_sample else engine.now()
    query = Query(text=text, speaker="user", asked_at=now)
    host = HOST if is_sample else TRIAL_HOST
    prompt = engine.settings.prompt
    context = (
        engine.bank(scope)
        .chat(UNSTORED, host=host)
        .compose(
            Request(
                query=query,
                user_name=told.user if is_sample else "User",
                character_name=scope.character,
                head_tokens=prompt.head_tokens,
                recall_tokens=prompt.recall_tokens,
                count=estimate_tokens,
            )
        )
    )
    return LastTurn(
        at=now,
        scope=scope,
        chat=say("trial.title"),
        query=query,
        context=context,
        host=host,
    )


def _status(engine: Engine, host: Host, scope: Scope | None) -> str:
    now = engine.status()
    pairs = [(say("status.characters"), f"{now.banks:,}")]
    line = say("status.nobody")
    pending = 0
    if scope is not None:
        stats = engine.bank(scope).stats()
        pending = stats.due
        held = say(
            "status.held",
            messages=say("common.messages", count=stats.messages),
            chats=say("common.chats", count=stats.chats),
        )
        waits = still(pending, stats.embedding.rate)
        line = held + waits
        pairs += [
            (say("status.messages"), held),
            (say("status.notes"), f"{stats.notes:,}"),
            (say("status.by_meaning"), f"{stats.embedded:,}" + waits),
        ]
        if stats.embedding.phase in UNUSUAL:
            pairs.append((say("status.meanings"), stats.embedding.words))
    model = say_if_known(f"status.{now.embedder_state}", now.embedder_state)
    pairs += [
        (say("status.model"), f"{now.embedder}{say('common.comma')}{model}"),
        (say("status.folder"), str(now.data_dir.absolute())),
    ]
    why_not = host.not_storing()
    stops = say("status.not_storing", why=why_not) if why_not else ""
    notices = [
        markup.notice(stops, kind="bad"),
        _last_fault(engine),
        *(_warned(say("status.mended", words=words)) for words in now.mended),
        *map(_warned, now.notices),
        _lexical_only(now.embedder_note),
    ]
    again = bool(pending) or now.embedder_state == "loading"
    return markup.status_strip(line, notices, markup.facts(pairs), again=again)


def _warned(words: str) -> str:
    return markup.notice(words, kind="warn")


# What a chat is called that its client did not name.
MADE_UP = re.compile("[0-9a-f]{32}")
# While one of these holds, it is told whose vectors answer, and how far others are.
UNUSUAL = (ModelPhase.CHANGING, ModelPhase.PAUSED, ModelPhase.FORMER)


def _place(shown: LastTurn) -> str:
    """Say whose turn it was, in which chat, and when; an id made up is no name."""
    chat = "" if MADE_UP.fullmatch(shown.chat) else shown.chat
    parts = (shown.scope.character, chat, day(shown.at))
    return ", ".join(one for one in parts if one)


def still(pending: int, pace: float) -> str:
    """Say how much is found by words alone so far, and how long that will be so."""
    if not pending:
        return ""
    told = say("status.by_words", count=pending)
    if not pace:
        return told
    return told + say("status.all_in", time=say_time(pending / pace))


def _lexical_only(why: str) -> str:
    return _warned(say("status.words_only", why=why) if why else "")


def _last_fault(engine: Engine) -> str:
    fault = engine.faults.last
    if fault is None:
        return ""
    words = say(
        "status.last_error", when=day(fault.at), what=fault.what, words=fault.words
    )
    return markup.notice(words, kind="bad")


def _turn(engine: Engine, shown: LastTurn, view: TurnView, to: str) -> str:
    context = shown.context
    rooms = _rooms(engine, shown)
    if holds_forgotten(engine, shown):
        return markup.fragment(to, view.said.html, markup.empty(say("turn.gone")))
    return markup.fragment(
        to,
        view.said.html,
        turn_markup.asked(shown.query.text, _place(shown)),
        _amiss(context),
        markup.columns(
            # The answer stands before its reasons, also where one is below the other.
            joined(
                turn_markup.sent(
                    say("turn.for_this"),
                    context.recall,
                    _why_empty(context),
                    rooms.recall,
                ),
                turn_markup.sent(
                    say("turn.in_every"),
                    context.head,
                    say("turn.nothing_in_every"),
                    rooms.head + rooms.summary,
                ),
            ),
            joined(_reasons(engine, shown, view.editing), _why(engine, shown)),
        ),
    )


def _rooms(engine: Engine, shown: LastTurn) -> Rooms:
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


def _why_empty(context: Context) -> str:
    parts = (say("turn.nothing_fitted"), judged(context.intent, context.needed))
    return " ".join(part for part in parts if part)


def _amiss(context: Context) -> str:
    words = context.note
    if context.lexical_only and not words:
        words = say("turn.words_only")
    return markup.notice(words, kind="warn")


def _of_head(
    engine: Engine, shown: LastTurn
) -> tuple[list[Recalled], list[Recalled], list[Recalled]]:
    """Return what of the head block is pinned, of other chats, and of this one."""
    chats = engine.bank(shown.scope).chats()
    here = {one.id for one in chats if (shown.host, shown.chat) in one.names}
    pinned: list[Recalled] = []
    before: list[Recalled] = []
    story: list[Recalled] = []
    for item in shown.context.head.items:
        if item.memory.kind is not MemoryKind.SUMMARY:
            pinned.append(item)
        elif here and item.memory.chat not in here:
            before.append(item)
        else:
            story.append(item)
    return pinned, before, story


def _why(engine: Engine, shown: LastTurn) -> str:
    """Explain a turn as of now; "" if it asked for nothing."""
    if not shown.host or not shown.query.text.strip() or shown.query.limit == 0:
        return ""
    chat = engine.bank(shown.scope).chat(shown.chat, host=shown.host)
    told = chat.explain(shown.query, shown.context)
    return why(told, until=shown.at, asked=shown.query.text)


def _reasons(engine: Engine, shown: LastTurn, editing: OpenEdit) -> str:
    context = shown.context
    pinned, before, story = _of_head(engine, shown)
    lists = (
        ("brought", context.recall.items),
        ("pinned", pinned),
        ("before", before),
        ("story", story),
        ("left_out", context.left_out),
    )
    parts = []
    for name, items in lists:
        if not items:
            continue
        # What other chats told is changed there; here it is but shown.
        fixed = name == "before"
        now = items if fixed else as_they_are(engine, shown.scope, items)
        title = say(f"turn.{name}")
        parts.append(
            markup.heading(
                say("turn.counted", title=title, count=len(now)), _hint(name)
            )
        )
        parts.append(
            markup.recalled_list(
                now,
                editing=editing,
                label=title,
                asked=shown.query.text,
                fixed=fixed,
            )
        )
    return joined(*parts) if parts else markup.empty(say("turn.nothing_brought"))


def _hint(name: str) -> str:
    return "" if name == "brought" else say(f"turn.{name}_hint")
