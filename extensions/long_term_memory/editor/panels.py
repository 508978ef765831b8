"""The panels around the list: what is stored and runs, and a turn with its reasons.

Owns: what the status strip says, and the view of one composed turn.
Knows nothing of: Gradio, HTML tags (`markup` has them), hosts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..core.types import Context, MemoryKind, Query, Recalled, Scope
from ..engine.compose import LastTurn, Request
from ..engine.embedding.status import ModelPhase
from ..engine.engine import Engine
from ..engine.faults import guard
from ..importers.report import counted
from ..models.tokens import estimate_tokens
from . import markup
from .chances import judged
from .clicks import read_click
from .connecting import connect
from .forgetting import GONE, holds_forgotten
from .host import Host
from .markup import NO_DRAFT, OpenEdit
from .memory_actions import SILENCE, ClickResult, as_they_are, change, faulty
from .sample import HOST, is_told, sample, tell
from .why import why

TRIAL_CHAT = "Try it"
FOR_THIS = "Put in for this message"
IN_EVERY = "Put into every prompt"
TRIAL_HOST = "trial"
# A chat without a name is never stored, so that trying leaves no trace.
UNSTORED = ""
SETTLE_SECONDS = 30.0
# Who only presses an example sees at once what words alone bring to mind.
FIRST_SECONDS = 2.0
BEFORE = "Lived through before"


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
        lambda: _strip(_last_fault(engine)),
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
        words = f"{sample().length} messages of {len(sample().chats)} chats are loaded."
        late = " Found by words already; their meanings are still being worked out."
        return ClickResult(words=words if settled else words + late)

    return guard(engine.faults, "loading the sample chat", told, lambda: faulty(engine))


def ask(engine: Engine, text: str, scope: Scope) -> TurnView:
    """Compose what would be put into the prompt for a message; nothing is stored.

    The sample is loaded if it is the one that is asked and is not there.
    """
    if not text.strip():
        return TurnView(said=ClickResult(words="Type a message first.", failed=True))
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
        at=now, scope=scope, chat=TRIAL_CHAT, query=query, context=context, host=host
    )


def _status(engine: Engine, host: Host, scope: Scope | None) -> str:
    now = engine.status()
    pairs = [("Characters", f"{now.banks:,}")]
    pending = 0
    if scope is not None:
        stats = engine.bank(scope).stats()
        pending = stats.due
        if now.banks > 1:
            pairs.append(("Shown here", scope.character))
        pairs += [
            ("Messages", f"{stats.messages:,} in {counted(stats.chats, 'chat')}"),
            ("Notes", f"{stats.notes:,}"),
            (
                "Found by meaning",
                f"{stats.embedded:,}" + still(pending, stats.embedding.rate),
            ),
        ]
        if stats.embedding.phase in UNUSUAL:
            pairs.append(("Meanings", stats.embedding.words))
    pairs += [
        ("Compared by", f"{now.embedder}, {now.embedder_state}"),
        ("Folder", str(now.data_dir.absolute())),
    ]
    why_not = host.not_storing()
    mended = [markup.notice(f"Mended. {words}", kind="warn") for words in now.mended]
    aged = [markup.notice(words, kind="warn") for words in now.notices]
    noted = [_last_fault(engine), *mended, *aged, _lexical_only(now.embedder_note)]
    parts = [*noted, markup.facts(pairs)]
    if why_not:
        parts.insert(
            0, markup.notice(f"Nothing is being stored: {why_not}", kind="bad")
        )
    again = bool(pending) or now.embedder_state == "loading"
    return _strip(*parts, again=again)


# What a chat is called that its client did not name.
MADE_UP = re.compile("[0-9a-f]{32}")
# While one of these holds, it is told whose vectors answer, and how far others are.
UNUSUAL = (ModelPhase.CHANGING, ModelPhase.PAUSED, ModelPhase.FORMER)


def _place(shown: LastTurn) -> str:
    """Say whose turn it was, in which chat, and when; an id made up is no name."""
    chat = "" if MADE_UP.fullmatch(shown.chat) else shown.chat
    parts = (shown.scope.character, chat, markup.day(shown.at))
    return ", ".join(one for one in parts if one)


def _strip(*parts: str, again: bool = False) -> str:
    return markup.status_strip(parts, again=again)


def still(pending: int, pace: float) -> str:
    """Say how much is found by words alone so far, and how long that will be so."""
    if not pending:
        return ""
    told = f", {pending:,} more by words so far"
    if not pace:
        return told
    minutes = pending / pace / 60
    about = f"{minutes:,.0f} minutes" if minutes >= 1.5 else "a minute"
    return f"{told}; all of it in about {about}"


def _lexical_only(why: str) -> str:
    words = f"Only words are compared, not meanings: {why}" if why else ""
    return markup.notice(words, kind="warn")


def _last_fault(engine: Engine) -> str:
    fault = engine.faults.last
    if fault is None:
        return ""
    words = f"Last error, {markup.day(fault.at)}, while {fault.what}: {fault.words}"
    return markup.notice(words, kind="bad")


def _turn(engine: Engine, shown: LastTurn, view: TurnView, to: str) -> str:
    context = shown.context
    if holds_forgotten(engine, shown):
        return markup.fragment(to, view.said.html, markup.empty(GONE))
    return markup.fragment(
        to,
        view.said.html,
        markup.asked(shown.query.text, _place(shown)),
        _amiss(context),
        markup.columns(
            # The answer stands before its reasons, also where one is below the other.
            markup.sent(FOR_THIS, context.recall, _why_empty(context))
            + markup.sent(
                IN_EVERY,
                context.head,
                "Empty: nothing is pinned, and the chat fits.",
            ),
            _reasons(engine, shown, view.editing) + _why(engine, shown),
        ),
    )


def _why_empty(context: Context) -> str:
    words = "Empty: nothing fitted this message, so nothing was put in."
    return f"{words} {judged(context.intent, context.needed)}".rstrip()


def _amiss(context: Context) -> str:
    words = context.note
    if context.lexical_only and not words:
        words = "The embedding model was not ready, so only words were compared."
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
    return why(chat.explain(shown.query, shown.context), until=shown.at)


def _reasons(engine: Engine, shown: LastTurn, editing: OpenEdit) -> str:
    context = shown.context
    pinned, before, story = _of_head(engine, shown)
    lists = (
        ("Brought to mind", "", context.recall.items),
        ("Pinned", "in every prompt", pinned),
        (BEFORE, "from other chats", before),
        ("The story so far", "summaries", story),
        ("Left out", "recalled, but over the token limit", context.left_out),
    )
    parts = []
    for title, hint, items in lists:
        if items:
            # What other chats told is changed there; here it is but shown.
            fixed = title == BEFORE
            now = items if fixed else as_they_are(engine, shown.scope, items)
            parts.append(markup.heading(f"{title} ({len(now)})", hint))
            parts.append(
                markup.recalled_list(now, editing=editing, label=title, fixed=fixed)
            )
    return "".join(parts) or markup.empty("Nothing was brought to mind.")
