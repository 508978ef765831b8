"""`ltm forget`: take memories out for good.

Owns: telling what goes, and asking before it does.
Knows nothing of: how it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer

from ..core.forgetting.planner import ForgetPlan
from ..core.forgetting.target import ForgetTarget
from ..core.records import StoredChat
from ..core.text.dates import nearest_tellable
from ..core.text.names import is_same_name
from ..core.types import Scope
from ..engine.engine import Engine
from ..engine.forgetting.across_banks import CrossBankForgetting, OtherBank
from ..engine.maintenance.backups import remembering
from ..errors import InvalidInput, NotFound
from ..importers.report import counted
from . import sentences
from .dates import Since, Until, moment_or_none
from .options import (
    Character,
    DataDir,
    Json,
    User,
    all_of,
    looking,
    meant,
    nothing_of,
    opened,
    scope_of,
    tell,
    tell_json,
)

_EXAMPLE_CHARACTERS = 70

Planned = Sequence[tuple[Scope, ForgetPlan]]


def forget(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Messages, notes and summaries (ltm search --json tells ids).",
            metavar="ID",
        ),
    ] = None,
    chats: Annotated[
        list[str] | None,
        typer.Option("--chat", help="A whole chat, by name.", metavar="CHAT"),
    ] = None,
    people: Annotated[
        list[str] | None,
        typer.Option(
            "--person",
            help="What somebody said, as in a group; with --chat, --since or --until, "
            "only there and then.",
            metavar="NAME",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Everything of the character.")
    ] = False,
    everybody: Annotated[
        bool,
        typer.Option("--all-characters", help="Everything of all of the user's."),
    ] = False,
    everywhere: Annotated[
        bool,
        typer.Option(
            "--everywhere",
            help="In the memories of the user's other characters too, as in groups.",
        ),
    ] = False,
    collections: Annotated[
        list[str] | None,
        typer.Option(
            "--collection",
            help="What a client keeps under this name through the Extras API, as Smart "
            "Context does; with --since or --until, only of that time.",
            metavar="NAME",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would go.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Forget for good: gone from every file, and it stays away.

    What rests on it goes along: corrections, summaries, automatic backups. It cannot
    be undone. Chats that still show it do not bring it back; nor does an import.
    """
    first, last = moment_or_none(since), moment_or_none(until)
    if collections:
        if ids or chats or people or everything or everybody or everywhere:
            raise InvalidInput(sentences.COLLECTION_ALONE)
        asked = _Collections(user, collections, first, last, dry_run, yes, as_json)
        _forget_collections(data_dir, asked)
        return
    wanted = _Wanted(ids or [], chats or [], people or [], first, last)
    if wanted.named + everything + everybody != 1:
        raise InvalidInput(sentences.SAY_WHAT)
    if as_json and not (yes or dry_run):
        raise InvalidInput(sentences.SAY_YES)
    session = looking if dry_run else opened
    with session(data_dir) as engine:
        kept = _count_of(engine, user) if everybody else 0
        scopes = (
            _all_of(engine, user, kept)
            if everybody
            else [scope_of(engine, user, character)]
        )
        targets = [(scope, wanted.target(engine, scope)) for scope in scopes]
        others = [] if everybody else CrossBankForgetting(engine, *targets[0]).others()
        if everywhere:
            targets = [*((one.scope, one.target) for one in others), *targets]
        planned = [(scope, _plan(engine, scope, target)) for scope, target in targets]
        if not as_json:
            _show(engine, planned)
            _show_others([] if everywhere else others)
            if kept:
                tell(sentences.CLIENTS_KEEP_TOO.format(texts=counted(kept, "text")))
            if everything:
                _show_unowned(engine, user)
        going = (kept or any(plan for _, plan in planned)) and not dry_run
        if going and not yes:
            _ask(user if everybody else wanted.name_of(scopes[0]))
        if going:
            planned = [(scope, _forget(engine, scope, one)) for scope, one in targets]
            if everybody:
                engine.client_texts.drop([user])
        left = _remembering(engine, planned)
    if as_json:
        plans = [asdict(scope) | asdict(plan) for scope, plan in planned]
        also = [] if everywhere else sorted(one.scope.character for one in others)
        tell_json(
            {
                "forgotten": bool(going),
                "plans": plans,
                "client_texts": kept,
                "backups": left,
                "also_kept_by": also,
            }
        )
    elif going:
        tell(sentences.FORGOTTEN)


class _Wanted(NamedTuple):
    """What was named."""

    ids: list[str]
    chats: list[str]
    people: list[str]
    since: datetime | None
    until: datetime | None

    @property
    def named(self) -> bool:
        """Whether anything was; else everything is meant."""
        told = self.ids or self.chats or self.people or self.since or self.until
        return bool(told)

    def target(self, engine: Engine, scope: Scope) -> ForgetTarget:
        """Say it in the engine's words."""
        if not self.named:
            return ForgetTarget(everything=True)
        stored = engine.bank(scope).all_chats()
        return ForgetTarget(
            memories=tuple(self.ids),
            chats=tuple(_chat_id(stored, chat) for chat in self.chats),
            names=tuple(_said_by(engine, scope, one) for one in self.people),
            # Times are typed as the clock on the wall shows them.
            since=self.since and _local(self.since),
            until=self.until and _local(self.until),
        )

    def name_of(self, scope: Scope) -> str:
        """Return the name to type; nothing for single memories."""
        if not self.named or self.since or self.until:
            return scope.character
        return " ".join(self.people or self.chats)


def _local(typed: datetime) -> datetime:
    """Return a typed time in this machine's zone; one far away means the utmost."""
    near = nearest_tellable(typed.replace(tzinfo=UTC))
    return near.replace(tzinfo=None).astimezone()


def _plan(engine: Engine, scope: Scope, target: ForgetTarget) -> ForgetPlan:
    return engine.forgetting(scope).plan(target)


def _forget(engine: Engine, scope: Scope, target: ForgetTarget) -> ForgetPlan:
    return engine.forgetting(scope).forget(target)


def _all_of(engine: Engine, user: str, kept: int) -> list[Scope]:
    scopes = all_of(engine, user)
    if not scopes and not kept:
        raise NotFound(nothing_of(engine, user))
    return scopes


def _chat_id(stored: Sequence[StoredChat], wanted: str) -> str:
    """Find a chat, an emptied one too: its messages are in the log."""
    for chat in stored:
        if wanted in (chat.id, chat.title, *(name for _, name in chat.names)):
            return chat.id
    near = meant(wanted, [chat.title for chat in stored])
    raise NotFound(sentences.NO_CHAT.format(chat=wanted, near=near))


def _said_by(engine: Engine, scope: Scope, wanted: str) -> str:
    """Find somebody who said anything, however the name is written."""
    known = [name for _, name in engine.bank(scope).speakers()]
    for name in known:
        if is_same_name(name, wanted):
            return name
    raise NotFound(sentences.NOBODY_SAID.format(name=wanted, near=meant(wanted, known)))


def _show(engine: Engine, planned: Planned) -> None:
    """Tell people what goes, and what still remembers."""
    for scope, plan in planned:
        if not plan:
            tell(sentences.NOTHING_TO_FORGET.format(character=scope.character))
            continue
        tell(
            sentences.GOES.format(
                character=scope.character, counted=", ".join(_counts(plan))
            )
        )
        for title in plan.chats:
            tell(sentences.WHOLE_CHAT.format(title=title))
        for title in plan.touched:
            tell(sentences.SOME_OF_CHAT.format(title=title))
        for text in plan.examples:
            line = " ".join(text.split())
            short = line[:_EXAMPLE_CHARACTERS]
            tell(f"  “{short}{'…' * (len(short) < len(line))}”")
    for path in _remembering(engine, planned):
        tell(sentences.STILL_IN_BACKUP.format(path=path))


def _show_others(others: Sequence[OtherBank]) -> None:
    """Tell who else heard it and keeps it."""
    if others:
        who = [
            f"{one.scope.character} ({counted(one.plan.messages, 'message')})"
            for one in others
        ]
        tell(sentences.ALSO_KEPT_BY.format(who=", ".join(who)))


def _show_unowned(engine: Engine, user: str) -> None:
    """Tell of texts that may be this character's, though nothing says so."""
    for name in engine.client_texts.unowned([user]):
        tell(sentences.UNOWNED_TEXTS.format(name=name))


def _counts(plan: ForgetPlan) -> Iterator[str]:
    yield counted(plan.messages, "message")
    if plan.copies:
        yield sentences.COPIES.format(count=plan.copies)
    for count, what in (
        (plan.notes, "note"),
        (plan.corrections, sentences.CORRECTION),
    ):
        if count:
            yield counted(count, what)
    if plan.summaries:
        words = "summary" if plan.summaries == 1 else "summaries"
        yield sentences.SUMMARIES_GO.format(
            summaries=plan.summaries, noun=words, locked=plan.locked
        )
    if plan.client_texts:
        yield sentences.TEXTS_OF_CLIENT.format(texts=counted(plan.client_texts, "text"))


def _remembering(engine: Engine, planned: Planned) -> list[str]:
    """Return the backups by hand that hold what goes."""
    found = {
        path for scope, plan in planned if plan for path in remembering(engine, scope)
    }
    return sorted(found)


# -- what clients keep ----------------------------------------------------------------


class _Collections(NamedTuple):
    """What was typed."""

    user: str
    names: list[str]
    since: datetime | None
    until: datetime | None
    dry_run: bool
    yes: bool
    as_json: bool


def _forget_collections(data_dir: str | None, asked: _Collections) -> None:
    """Take out a user's collections, or what of them was said in a span of time.

    Raises:
        NotFound: There is no such collection.
        InvalidInput: Nobody can be asked, or another name was typed.
        StoreError: Another program stands in the way.
    """
    if asked.as_json and not (asked.yes or asked.dry_run):
        raise InvalidInput(sentences.SAY_YES)
    # Times are typed as the clock on the wall shows them.
    since = asked.since and asked.since.astimezone()
    until = asked.until and asked.until.astimezone()
    with opened(data_dir) as engine:
        texts = engine.client_texts
        known = texts.names(asked.user)
        for name in asked.names:
            if name not in known:
                listed = ", ".join(map(repr, known)) or "none"
                raise NotFound(
                    sentences.NO_COLLECTION.format(
                        name=name, meant=meant(name, known), listed=listed
                    )
                )
        count = sum(
            texts.count_named([asked.user], name, since, until) for name in asked.names
        )
        going = bool(count) and not asked.dry_run
        if not asked.as_json:
            tell(sentences.CLIENT_TEXTS_GO.format(texts=counted(count, "text")))
        if going and not asked.yes:
            _ask(" ".join(asked.names))
        for name in asked.names if going else ():
            texts.drop([asked.user], name=name, since=since, until=until)
    if asked.as_json:
        tell_json({"forgotten": going, "client_texts": count})
    elif going:
        tell(sentences.FORGOTTEN)


def _count_of(engine: Engine, user: str) -> int:
    """Count all that clients keep of a user."""
    return engine.client_texts.count_named([user], None, None, None)


def _ask(name: str) -> None:
    """Ask; for something big its name has to be typed."""
    if not name:
        typer.confirm(sentences.ASK_FORGET, abort=True)
        return
    typed = typer.prompt(sentences.TYPE_TO_FORGET.format(name=name))
    if typed.strip() != name:
        raise InvalidInput(sentences.OTHER_NAME)
