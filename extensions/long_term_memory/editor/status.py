"""The status: what is stored, what runs, and what went wrong.

Owns: what the status tells.
Knows nothing of: Gradio, HTML (`markup`), the words of the page (`texts`), hosts.
"""

from __future__ import annotations

from ..core.types import Scope
from ..engine.embedding.status import EmbeddingState, ModelPhase
from ..engine.engine import Engine
from ..engine.faults import guard
from . import markup
from .host import Host
from .texts import day, say, say_if_known, say_time

# While one of these holds, it is told whose vectors answer, and how far others are.
UNUSUAL = (ModelPhase.CHANGING, ModelPhase.PAUSED, ModelPhase.FORMER)


def status(engine: Engine, host: Host, scope: Scope | None) -> str:
    """Show what is stored, what runs, and what went wrong."""
    return guard(
        engine.faults,
        "reading the status",
        lambda: _status(engine, host, scope),
        lambda: markup.status_strip("", [last_fault(engine)], ""),
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
            pairs.append((say("status.meanings"), embedded(stats.embedding)))
    model = say_if_known(f"status.{now.embedder_state}", now.embedder_state)
    pairs += [
        (say("status.model"), f"{now.embedder}{say('common.comma')}{model}"),
        (say("status.folder"), str(now.data_dir.absolute())),
    ]
    why_not = host.not_storing()
    stops = say("status.not_storing", why=why_not) if why_not else ""
    notices = [
        markup.notice(stops, kind="bad"),
        last_fault(engine),
        *(_warned(say("status.mended", words=words)) for words in now.mended),
        *map(_warned, now.notices),
        _lexical_only(now.embedder_note),
    ]
    again = bool(pending) or now.embedder_state == "loading"
    return markup.status_strip(line, notices, markup.facts(pairs), again=again)


def _warned(words: str) -> str:
    return markup.notice(words, kind="warn")


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


def embedded(state: EmbeddingState) -> str:
    """Say whose vectors answer, and which others are being made."""
    told = say(
        f"status.phase_{state.phase.name.lower()}",
        model=state.serving.name if state.serving else say("status.no_model"),
        wanted=state.wanted,
        done=state.done,
        total=state.total,
    )
    more = [say("status.differs", what="; ".join(state.differences))]
    return " ".join([told, *(more if state.differences else ()), state.note]).strip()


def last_fault(engine: Engine) -> str:
    """Return what went wrong last, as it is shown; nothing if nothing did."""
    fault = engine.faults.last
    if fault is None:
        return ""
    words = say(
        "status.last_error", when=day(fault.at), what=fault.what, words=fault.words
    )
    return markup.notice(words, kind="bad")
