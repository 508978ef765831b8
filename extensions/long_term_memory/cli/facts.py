"""`ltm facts` and `ltm due`: what is held to be true, and what is to come.

Owns: what their options mean, and how it is told.
Knows nothing of: how facts are read, when something is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, TypeVar

import typer

from ..core.knowledge.facts import Category
from ..engine.bank import Bank
from ..engine.knowledge.chat_knowledge import ChatKnowledge
from ..engine.knowledge.coming import DueItem
from ..engine.knowledge.facts import FactItem
from ..engine.knowledge.model_facts import ModelFactsStatus
from ..errors import InvalidInput, NotFound
from . import sentences
from .options import (
    Character,
    DataDir,
    Json,
    User,
    bank_of,
    looking,
    opened,
    tell,
    tell_json,
)
from .search import find_chat

LEAST_OF_ID = 4
Listed = TypeVar("Listed")

InChat = Annotated[
    str,
    typer.Option(
        "--chat",
        help="Only what is known in this chat; none means in any.",
        metavar="CHAT",
    ),
]


def facts(
    fact_id: Annotated[
        str,
        typer.Argument(
            help="Of a fact that is to be changed, or how it begins.", metavar="ID"
        ),
    ] = "",
    edit: Annotated[
        str | None, typer.Option(help="How it reads from now on.", metavar="TEXT")
    ] = None,
    lock: Annotated[
        bool | None, typer.Option(help="Keep it as it reads, or let it follow again.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Tell it no more.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Tell it again.")] = False,
    merge: Annotated[
        list[str] | None,
        typer.Option(
            help="Another fact that becomes one with it; --edit says how they read.",
            metavar="ID",
        ),
    ] = None,
    person: Annotated[str, typer.Option(help="Only of this one.", metavar="NAME")] = "",
    category: Annotated[
        Category | None, typer.Option(help="Only of this kind.")
    ] = None,
    past: Annotated[
        bool, typer.Option("--past", help="Also what holds no more.")
    ] = False,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="The deleted ones.")
    ] = False,
    chat: InChat = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List facts by person, with how sure they are; or change one.

    To be rid of a fact for good, forget the messages that tell it: ltm forget.
    """
    wanted = (edit, lock, delete or None, restore or None, merge or None)
    changes = any(one is not None for one in wanted)
    if changes != bool(fact_id):
        raise InvalidInput(sentences.NAME_A_FACT)
    session = opened if changes else looking
    with session(data_dir) as engine:
        bank = bank_of(engine, user, character)
        known, chat_id = bank.knowledge, _chat_id(bank, chat)
        viewer = known.viewer_of(chat_id)
        if changes:
            found = [
                _changed(known, chat_id, fact_id, edit, lock, delete, restore, merge)
            ]
        else:
            found = known.facts.all(
                viewer, person=person, category=category, past=past, deleted=deleted
            )
        drawn = known.by_model.status()
    if as_json:
        tell_json([_fact_json(one) for one in found])
        return
    for one in found:
        tell(_fact_line(one))
    if not found:
        tell(sentences.NO_FACTS)
    if not changes:
        for line in _by_model(drawn):
            tell(line)


def due(
    due_id: Annotated[
        str,
        typer.Argument(
            help="Of what is to be called off, or how it begins.", metavar="ID"
        ),
    ] = "",
    off: Annotated[
        bool | None, typer.Option(help="Speak of it no more, or again.")
    ] = None,
    chat: InChat = "",
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List what is to come, such as exams and promises, and what became of it."""
    if (off is not None) != bool(due_id):
        raise InvalidInput(sentences.NAME_WHAT_IS_DUE)
    session = opened if due_id else looking
    with session(data_dir) as engine:
        bank = bank_of(engine, user, character)
        known, chat_id = bank.knowledge, _chat_id(bank, chat)
        viewer = known.viewer_of(chat_id)
        if off is not None:
            [item] = _beginning(
                known.coming.all(viewer), due_id, lambda one: one.thread.id
            )
            known.coming.call_off(item.thread.id, viewer, off=off)
        found = known.coming.all(viewer)
    if as_json:
        tell_json([_due_json(one) for one in found])
        return
    for one in found:
        tell(_due_line(one))
    if not found:
        tell(sentences.NOTHING_DUE)


def _by_model(drawn: ModelFactsStatus) -> Iterator[str]:
    """Yield how it stands with the facts of a language model, if it ever was asked."""
    if drawn.asked:
        yield sentences.FACTS_BY_MODEL.format(asked=drawn.asked, kept=drawn.kept)
    if drawn.refused:
        reasons = sorted(drawn.refused.items(), key=lambda one: -one[1])
        why = ", ".join(
            sentences.FACTS_REFUSED_FOR.format(why=reason.value, count=count)
            for reason, count in reasons
        )
        count = sum(drawn.refused.values())
        yield sentences.FACTS_REFUSED.format(count=count, why=why)
    if drawn.failures:
        yield sentences.FACTS_FAILED.format(
            count=drawn.failures, why=drawn.last_failure
        )


def _chat_id(bank: Bank, chat: str) -> str:
    bank.knowledge.read_all()
    return find_chat(bank, chat).id if chat else ""


def _changed(
    known: ChatKnowledge,
    chat_id: str,
    typed: str,
    edit: str | None,
    lock: bool | None,
    delete: bool,
    restore: bool,
    merge: list[str] | None,
) -> FactItem:
    """Change the fact that is meant."""
    book, viewer = known.facts, known.viewer_of(chat_id)
    everything = book.all(viewer, past=True) + book.all(viewer, past=True, deleted=True)

    def meant(one: str) -> str:
        [found] = _beginning(everything, one, lambda item: item.id)
        return found.id

    fact_id = meant(typed)
    if merge:
        others = [meant(one) for one in merge]
        text = edit if edit is not None else book.get(fact_id, viewer).text
        return book.merge(fact_id, others, text, viewer)
    if delete:
        book.delete(fact_id, viewer)
    if restore:
        book.restore(fact_id, viewer)
    if edit is not None:
        book.edit(fact_id, edit, viewer)
    if lock is not None:
        book.lock(fact_id, viewer, locked=lock)
    return book.get(fact_id, viewer)


def _beginning(
    items: Sequence[Listed], typed: str, id_of: Callable[[Listed], str]
) -> list[Listed]:
    """Return the one whose id begins as typed.

    Raises:
        NotFound: There is none.
        InvalidInput: There are several.
    """
    found = [one for one in items if id_of(one).startswith(typed)]
    if not found or len(typed) < LEAST_OF_ID:
        raise NotFound(sentences.NO_SUCH_FACT.format(typed=typed))
    if len(found) > 1:
        raise InvalidInput(
            sentences.SEVERAL_MEMORIES.format(count=len(found), typed=typed)
        )
    return found


def _fact_line(one: FactItem) -> str:
    known = one.known
    notes: list[str] = [one.category.value if one.category else sentences.BY_HAND]
    if known is not None:
        notes.append(f"{known.fact.confidence:.0%}")
        if known.reinforcement_count:
            notes.append(
                sentences.HEARD_TIMES.format(count=known.reinforcement_count + 1)
            )
        if not known.valid:
            notes.append(sentences.FACT_PAST)
        notes += [
            sentences.FACT_BEFORE.format(text=old.fact.text) for old in known.history
        ]
    notes += [
        word
        for word, holds in (
            (sentences.FACT_IN_PROMPTS, one.promoted),
            (sentences.FACT_LOCKED, one.locked),
            (sentences.FACT_DELETED, one.deleted),
        )
        if holds
    ]
    return f"{one.id}  {one.text}  ({', '.join(notes)})"


def _fact_json(one: FactItem) -> dict[str, Any]:
    known = one.known
    return {
        "id": one.id,
        "content": one.text,
        "person": one.person,
        "category": one.category and one.category.value,
        "confidence": known and known.fact.confidence,
        "first_mentioned": known and known.first_mentioned.isoformat(),
        "last_reinforced": known and known.last_reinforced.isoformat(),
        "reinforcement_count": 0 if known is None else known.reinforcement_count,
        "valid": known is None or known.valid,
        "promoted": one.promoted,
        "locked": one.locked,
        "deleted": one.deleted,
        "sources": list(one.sources),
        "history": [] if known is None else [old.fact.text for old in known.history],
    }


def _due_line(one: DueItem) -> str:
    thread = one.thread
    day: str = sentences.NEXT_TALK if thread.first is None else thread.first.isoformat()
    if thread.story:
        day = sentences.IN_THE_STORY
    name = thread.said.name or thread.said.role
    return f"{thread.id}  {day}  {name}: {thread.text}  ({one.state.value})"


def _due_json(one: DueItem) -> dict[str, Any]:
    thread = one.thread
    return {
        "id": thread.id,
        "content": thread.text,
        "first": thread.first and thread.first.isoformat(),
        "last": thread.last and thread.last.isoformat(),
        "story": thread.story,
        "said_by": thread.said.name or thread.said.role,
        "state": one.state.value,
        "sources": list(thread.sources),
        "closed_by": one.closed_by,
    }
