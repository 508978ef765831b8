"""`ltm search`, `ltm history`, `ltm stats`: look, and change nothing.

Owns: how memories, chats and counts are printed.
Knows nothing of: how they are found.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from ..core.types import MemoryItem, Scope
from ..editor.chances import percent
from ..engine.bank import Bank
from ..engine.browsing import MemoryFilter
from ..engine.engine import Engine
from ..engine.finding import LEAST_CHANCE, Hit, find
from ..engine.knowledge.emotions import labels_meant
from ..engine.records import ChatInfo
from ..errors import NotFound
from ..exporters import transcript
from ..importers.report import counted
from . import sentences
from .options import (
    Character,
    DataDir,
    Json,
    User,
    all_of,
    bank_of,
    each,
    looking,
    meant,
    nothing_of,
    scope_of,
    tell,
    tell_fault,
    tell_json,
)

DIGITS = 3

Emotion = Annotated[
    str,
    typer.Option(
        "--emotion",
        help="Only messages that show it: one of the 28 labels, such as grief, or of "
        "the seven groups: anger, disgust, fear, joy, sadness, surprise, neutral.",
    ),
]


def search(
    words: Annotated[str, typer.Argument(help="What to look for.", metavar="TEXT")],
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, help="How many at most.")
    ] = 10,
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold",
            "-t",
            min=0,
            max=1,
            help="Least chance to answer the text, if anything does, 0 to 1; what "
            "holds all of its words is shown whatever its chance.",
        ),
    ] = LEAST_CHANCE,
    exact: Annotated[
        bool,
        typer.Option(
            "--words",
            help="Only memories with words that begin as all of these.",
        ),
    ] = False,
    emotion: Emotion = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find memories: by meaning and words, as a chat would recall them."""
    with looking(data_dir) as engine:
        bank = bank_of(engine, user, character)
        looked = find(
            bank,
            words,
            limit=limit,
            least=threshold,
            meaning=not exact,
            wanted=MemoryFilter(emotions=labels_meant(emotion)),
        )
        shown = bank.emotions.felt([one.memory for one in looked.hits])
    if looked.note:
        tell_fault(looked.note)
    found = looked.hits
    if as_json:
        tell_json(
            [
                {
                    **as_json_of(one.memory),
                    "emotion": felt.emotion.label,
                    "intensity": round(felt.emotion.intensity, DIGITS),
                    "importance": round(felt.importance, DIGITS),
                    "chance": one.chance,
                    "words": one.words,
                }
                for one, felt in zip(found, shown, strict=True)
            ]
        )
        return
    for one in found:
        tell(f"{line_of(one.memory)}  [{_why(one)}{one.memory.id}]")
    if not found:
        tell(sentences.NOTHING_FOUND)


def _why(hit: Hit) -> str:
    """Say why something was found."""
    words = sentences.HOLDS_THE_WORDS if hit.words else ""
    sure = f"{percent(hit.chance)}, " if hit.chance is not None else ""
    return f"{words}{sure}"


def history(
    chat: Annotated[
        str,
        typer.Argument(help="A chat's name or id; none lists them.", metavar="CHAT"),
    ] = "",
    last: Annotated[
        int, typer.Option("--last", "-n", min=0, help="Only so many; 0 for all.")
    ] = 0,
    emotion: Emotion = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """View a chat as it is remembered, or list the chats."""
    with looking(data_dir) as engine:
        bank = bank_of(engine, user, character)
        if not chat:
            _tell_chats(bank, as_json=as_json)
            return
        lines = list(transcript.lines(bank, find_chat(bank, chat)))
        if wanted := labels_meant(emotion):
            shown_of = bank.emotions.of([one.memory for one in lines])
            lines = [
                one
                for one, felt in zip(lines, shown_of, strict=True)
                if felt.label in wanted
            ]
    shown = lines[-last:] if last else lines
    if as_json:
        tell_json(
            [
                {
                    "position": one.position,
                    "hidden": one.hidden,
                    **as_json_of(one.memory),
                }
                for one in shown
            ]
        )
        return
    for one in shown:
        tell(line_of(one.memory) + ("  [hidden]" if one.hidden else ""))


def stats(
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Count what is remembered, for one character or all."""
    with looking(data_dir) as engine:
        scopes = [scope_of(engine, user, character)] if character else None
        scopes = scopes or all_of(engine, user)
        if not scopes:
            raise NotFound(nothing_of(engine, user))
        counts = {
            scope.character: found
            for scope, found in each(scopes, lambda scope: _counted(engine, scope))
        }
    if as_json:
        tell_json(
            [
                {"character": one, **found, "embedded": embedded}
                for one, (found, embedded) in counts.items()
            ]
        )
        return
    for one, (found, embedded) in counts.items():
        by = ", ".join(f"{count:,} by {model}" for model, count in embedded.items())
        tell(
            sentences.STATS.format(
                character=one, counts=in_words(found), embedded=by or "none"
            )
        )


def _counted(engine: Engine, scope: Scope) -> tuple[dict[str, int], dict[str, int]]:
    bank = engine.bank(scope)
    return counts_of(bank), texts_by(bank)


def counts_of(bank: Bank) -> dict[str, int]:
    """Count what a bank holds."""
    found = bank.stats()
    return {"chats": found.chats, "messages": found.messages, "notes": found.notes}


def texts_by(bank: Bank) -> dict[str, int]:
    """Count the texts that each model embedded; of two, one is on its way."""
    models = bank.embedding_state().models
    return {one.model.name: one.links for one in models if one.links}


def in_words(counts: dict[str, int]) -> str:
    """Return "1 chat, 4 messages, 0 notes"."""
    return ", ".join(counted(count, key[:-1]) for key, count in counts.items())


def find_chat(bank: Bank, wanted: str) -> ChatInfo:
    """Return a chat by its id, its title or a host's name of it.

    Raises:
        NotFound: There is none.
    """
    for chat in bank.chats():
        if wanted in (chat.id, chat.title, *(name for _, name in chat.names)):
            return chat
    near = meant(wanted, [chat.title for chat in bank.chats()])
    raise NotFound(
        sentences.HAS_NO_CHAT.format(
            character=bank.scope.character, chat=wanted, near=near
        )
    )


def _tell_chats(bank: Bank, *, as_json: bool) -> None:
    chats = bank.chats()
    if as_json:
        tell_json(
            [
                {
                    "id": chat.id,
                    "title": chat.title,
                    "names": chat.names,
                    "messages": chat.messages,
                    "created_at": chat.created_at.isoformat(),
                    "seen_at": chat.seen_at.isoformat(),
                }
                for chat in chats
            ]
        )
        return
    for chat in chats:
        tell(f"{_day(chat.seen_at)}  {chat.messages:>6,} messages  {chat.title}")


def as_json_of(memory: MemoryItem) -> dict[str, Any]:
    """Return a memory as programs read it."""
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "role": memory.role,
        "name": memory.name,
        "content": memory.content,
        "happened_at": memory.happened_at and memory.happened_at.isoformat(),
        "pinned": memory.pinned,
        "edited": memory.edited,
        "hidden": memory.hidden,
        "tags": list(memory.tags),
    }


def line_of(memory: MemoryItem) -> str:
    """Return a memory as a line for people."""
    at = _day(memory.happened_at or memory.created_at) if memory.role else "note"
    speaker = memory.name or memory.role
    who = f"{speaker}: " if speaker else ""
    return f"{at:>16}  {who}{memory.content}"


def _day(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at is not None else ""
