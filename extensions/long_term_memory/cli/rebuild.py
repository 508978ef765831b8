"""`ltm rebuild` and `ltm embed`: make anew what is derived, and change the model.

Owns: progress on the terminal, what is printed.
Knows nothing of: how things are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.embedding.status import EmbeddingState, ModelPhase
from ..engine.engine import Engine
from ..engine.rebuild import RebuildProgress, What
from ..errors import EmbeddingError, InvalidInput, NotFound
from . import sentences
from .options import (
    WAIT_SECONDS,
    Character,
    DataDir,
    Json,
    User,
    all_of,
    nothing_of,
    opened,
    printable,
    scope_of,
    tell,
    tell_json,
)
from .transfer import Stop

ALL = "all"
NOUNS = {
    What.WORDS.value: sentences.WORDS_OF_MESSAGES,
    What.VECTORS.value: sentences.VECTORS,
    What.EMOTIONS.value: sentences.EMOTIONS_OF_MESSAGES,
    What.FACTS.value: sentences.FACTS_OF_MESSAGES,
    What.SUMMARIES.value: sentences.SUMMARIES,
}
LOOK_SECONDS = 0.2

Show = Callable[[str, int, int], None]


def rebuild(
    what: Annotated[
        str,
        typer.Option(
            "--what",
            metavar="|".join([*What, ALL]),
            help="words: what is searched by words; vectors: what is compared by "
            "meaning; emotions: what messages show of feelings; facts: what they tell "
            "of facts and of what is due; summaries: those that no hand and no model "
            "wrote.",
        ),
    ] = ALL,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make anew what is derived of the messages, for one character or all.

    Nothing that you see changes. Ctrl+C stops; the memory works all the same, and what
    is missing then is made in the background.
    """
    if what not in (*What, ALL):
        names = ", ".join([*What, ALL])
        raise InvalidInput(
            sentences.WHAT_IS_ONE_OF.format(names=names, what=what), field="what"
        )
    wanted = tuple(What) if what == ALL else (What(what),)
    stop = Stop()
    made: dict[str, dict[str, int]] = {}
    with opened(data_dir) as engine, stop.listening(), bars(quiet=as_json) as show:
        for scope in chosen(engine, user, character):

            def step(step: RebuildProgress, name: str = scope.character) -> None:
                show(f"{name}: {step.what}", step.done, step.total)

            found = engine.bank(scope).rebuild(step, stop).run(wanted)
            made[scope.character] = {one.value: found[one] for one in found}
    if as_json:
        tell_json([{"character": name, **counts} for name, counts in made.items()])
    else:
        for name, counts in made.items():
            words = (NOUNS[what].format(f"{n:,}") for what, n in counts.items())
            tell(sentences.MADE_ANEW.format(name=name, made=", ".join(words)))
    if stop.asked:
        raise typer.Exit(130)


def embed(
    pause: Annotated[
        bool,
        typer.Option(
            "--pause", help="Let a change of models wait, also where a chat runs."
        ),
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Let a paused change go on, and wait.")
    ] = False,
    character: Character = "",
    user: User = "default",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Embed what is due, and all of it if the settings name another model.

    Chats do this by themselves in the background. Until all is embedded anew, the
    former model's vectors answer.
    """
    if pause and resume:
        raise InvalidInput(sentences.PAUSE_OR_RESUME, field="pause")
    stop = Stop()
    states: dict[str, EmbeddingState] = {}
    with opened(data_dir) as engine, stop.listening(), bars(quiet=as_json) as show:
        for scope in chosen(engine, user, character):
            bank = engine.bank(scope)
            if pause or resume:
                bank.pause_indexing(pause)
            states[scope.character] = _embedded(bank, show, stop, wait=not pause)
    if as_json:
        tell_json([{"character": name, **facts(s)} for name, s in states.items()])
    else:
        for name, state in states.items():
            tell(f"{name}: {state.words}")
    if stop.asked:
        raise typer.Exit(130)
    if any(state.phase is ModelPhase.WORDS for state in states.values()):
        raise EmbeddingError(sentences.NOTHING_EMBEDDED)


def facts(state: EmbeddingState) -> dict[str, object]:
    """Return what programs want to know of a bank's models."""
    return {
        "phase": state.phase.value,
        "model": state.serving.name if state.serving is not None else None,
        "wanted": state.wanted,
        "done": state.done,
        "total": state.total,
        "note": state.note,
    }


def chosen(engine: Engine, user: str, character: str) -> list[Scope]:
    """Return the memories of one character or all of a user.

    Raises:
        NotFound: There is none.
    """
    found = [scope_of(engine, user, character)] if character else all_of(engine, user)
    if not found:
        raise NotFound(nothing_of(engine, user))
    return found


@contextmanager
def bars(*, quiet: bool) -> Iterator[Show]:
    """Show a bar for each thing, on a terminal; yields what moves it."""
    console = Console(stderr=True, quiet=quiet)
    shown = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    tasks = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = shown.add_task(printable(what), total=total)
        shown.update(tasks[what], completed=done, total=total)

    with shown:
        yield show


def _embedded(bank: Bank, show: Show, stop: Stop, *, wait: bool) -> EmbeddingState:
    """Wait until a bank has all its vectors; return how it stands then."""
    state = bank.embedding_state(WAIT_SECONDS)
    bank.begin_indexing()
    total = 0
    # Without the wanted model there is nothing to wait for.
    hopeless = state.phase in (ModelPhase.WORDS, ModelPhase.FORMER)
    while wait and not hopeless and not stop():
        settled = bank.settle(LOOK_SECONDS)
        due = bank.due()
        total = max(total, due)
        show(bank.scope.character, total - due, total)
        if settled:
            break
    return bank.embedding_state()
