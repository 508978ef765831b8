"""Kill a process in the middle of what it does, and see what is left.

A round forks a child that does one operation over and over, kills it at a random
instant, and opens what it left: everything that it had acknowledged must be there, and
nothing that it had not begun; nothing may be torn, and the vectors must come by
themselves. POSIX only, for it forks.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import NoReturn

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.maintenance import Level
from long_term_memory.core.records import CollectionEntry
from long_term_memory.core.types import MemoryKind, Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.browsing import MemoryFilter
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up, find_archive, restore
from long_term_memory.engine.replacing import Replacing, replace_all
from long_term_memory.engine.revising import Revision, revise_many
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import
from long_term_memory.storage.sqlite.archive import check_archive
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import bank_folder, make_bank_folder
from long_term_memory.storage.sqlite.schema import MIGRATIONS
from long_term_memory.storage.sqlite.wal import complaint
from long_term_memory.testing import HashEmbedder

from .builders import window

SCOPE = Scope(user="anon", character="Miku")
SETTLE_SECONDS = 120.0
# A loop is killed somewhere in its first so many seconds.
LOOP_SECONDS = 0.4

State = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one kill left.

    Attributes:
        finished: Whether the child was done before the kill came.
        opened_seconds: How long opening took that repairs.
        mended: What it said that it repaired.
    """

    operation: str
    finished: bool
    opened_seconds: float
    mended: tuple[str, ...]


class Report:
    """The child's side: says what it begins, and what it was told is safe."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def ready(self) -> None:
        """From here on it may be killed."""
        os.write(self._pipe, b"R\n")

    def begin(self, state: State) -> None:
        """Say what will hold if this is acknowledged, or just before."""
        os.write(self._pipe, b"B" + digest(state).encode() + b"\n")

    def done(self) -> None:
        """Say that what was begun last was acknowledged."""
        os.write(self._pipe, b"D\n")

    def gone(self, text: str) -> None:
        """Say that no file of the bank has this text any more."""
        os.write(self._pipe, b"F" + text.encode() + b"\n")


# -- banks ---------------------------------------------------------------------------


@contextmanager
def opened(data: Path, *, dimension: int = 64) -> Iterator[Engine]:
    """Open an engine whose model is told apart by its dimension."""
    engine = build_engine(
        Settings(), data, load=lambda: HashEmbedder(dimension=dimension)
    )
    try:
        yield engine
    finally:
        engine.close()


def line(number: int, chance: random.Random) -> str:
    words = " ".join(f"word{chance.randrange(400)}" for _ in range(12))
    return f"{'> ' if number % 2 == 0 else ''}Message {number}: {words}."


def prepare(data: Path, messages: int) -> None:
    """Make a bank with a chat of so many messages, embedded, and a backup of it."""
    chance = random.Random(7)
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        lines = [line(number, chance) for number in range(messages)]
        bank.chat("one", host="test").observe(window(*lines))
        bank.memories.add("Miso is a cat.")
        assert bank.settle(SETTLE_SECONDS)
        back_up(engine)


def prepare_old(data: Path, messages: int) -> None:
    """Make the same bank as the first version of all left it."""
    prepare(data, messages)
    folder = bank_folder(data, SCOPE)
    with opened(data) as engine:
        store = engine.bank(SCOPE).state.store
        rows = [place.message for place in store.chats.path(1)]
        contents = [message.content for message in store.messages.get(rows).values()]
    shutil.rmtree(folder)
    old = open_bank(make_bank_folder(data, SCOPE), migrations=MIGRATIONS[:1])
    old.close()
    from ..storage.builders import a_chat, say

    old = open_bank(folder, migrations=MIGRATIONS[:1])
    say(old, a_chat(old, "one").row, *contents)
    old.close()


def keep_as_client(engine: Engine, contents: list[str]) -> None:
    """Keep a chat's messages as a client does, with vectors."""
    assert engine.embedder.ready(SETTLE_SECONDS) is not None
    entries = [
        CollectionEntry(f"m{n}", "", 0, "", one) for n, one in enumerate(contents)
    ]
    engine.collections.add(SCOPE.user, "one", entries)


def state_of(bank: Bank) -> State:
    """Return every chat's texts, and the notes."""
    store = bank.state.store
    found: State = {}
    for chat in store.chats.all():
        rows = [place.message for place in store.chats.path(chat.row)]
        texts = store.messages.get(rows)
        found[chat.names[0][1]] = [texts[row].content for row in rows]
    found["notes"] = sorted(
        hand.content or ""
        for hand in store.annotations.all()
        if hand.deleted_at is None
    )
    return {name: texts for name, texts in found.items() if texts}


def digest(state: State) -> str:
    content = json.dumps(state, sort_keys=True).encode()
    return blake2b(content, digest_size=12).hexdigest()


# -- what is killed ------------------------------------------------------------------


def observing(data: Path, chance: random.Random, report: Report) -> None:
    """Show a chat that goes on, is swiped, edited and cut."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        chat = bank.chat("two", host="test")
        lines: list[str] = []
        report.ready()
        for number in count():
            act = chance.random()
            if len(lines) > 6 and act < 0.2:
                lines[-1] = line(2 * number + 1, chance)
            elif len(lines) > 6 and act < 0.4:
                lines[chance.randrange(len(lines) - 4) // 2 * 2] = line(0, chance)
            elif len(lines) > 6 and act < 0.5:
                del lines[-2:]
            else:
                lines += [line(2 * number, chance), line(2 * number + 1, chance)]
            report.begin({**state, "two": [one.lstrip("> ") for one in lines]})
            chat.observe(window(*lines))
            report.done()


def flushing(data: Path, chance: random.Random, report: Report) -> None:
    """Embed messages and move their vectors to the bulk store."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        lines: list[str] = []
        report.ready()
        for number in count():
            lines += [line(100 * number + one, chance) for one in range(80)]
            state["bulk"] = [one.lstrip("> ") for one in lines]
            report.begin(state)
            bank.chat("bulk", host="test").observe(window(*lines))
            report.done()
            bank.settle(SETTLE_SECONDS)


def editing(data: Path, chance: random.Random, report: Report) -> None:
    """Add, change, delete and restore notes."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        notes = {one.id: one.content for one in bank.memories.list(limit=10_000)}
        notes = {key: notes[key] for key in notes if notes[key] in state["notes"]}
        report.ready()
        for number in count():
            mine = chance.choice([*notes, ""])
            text = f"Note {number} {chance.random()}"
            after = [text for key, text in notes.items() if key != mine]
            state["notes"] = sorted([*after, text])
            report.begin(state)
            if mine:
                bank.memories.update(mine, content=text)
            else:
                mine = bank.memories.add(text).id
            report.done()
            notes[mine] = text


def changing_many(data: Path, chance: random.Random, report: Report) -> None:
    """Delete, bring back and reword thirty notes at once, and undo it."""
    only = MemoryFilter(kinds=frozenset({MemoryKind.NOTE}))
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        report.ready()
        for number in range(len(bank.memories.notes()), 30):
            text = f"Many {number}."
            state["notes"] = sorted([*state.get("notes", ()), text])
            report.begin(state)
            bank.memories.add(text)
            report.done()
        ids = [one.id for one in bank.memories.notes()]
        while True:
            report.begin({name: state[name] for name in state if name != "notes"})
            revise_many(bank, ids, Revision(deleted=True))
            report.done()
            report.begin(state)
            bank.edit_history.undo()
            report.done()
            texts = (one.replace(".", ".!") for one in state["notes"])
            state["notes"] = sorted(texts)
            report.begin(state)
            replace_all(bank, Replacing(find=".", put=".!"), only)
            report.done()


def migrating(data: Path, chance: random.Random, report: Report) -> None:
    """Open a bank of the first version."""
    del chance
    report.ready()
    with opened(data) as engine:
        engine.bank(SCOPE)


def re_embedding(data: Path, chance: random.Random, report: Report) -> None:
    """Change to another model."""
    del chance
    report.ready()
    with opened(data, dimension=32) as engine:
        bank = engine.bank(SCOPE)
        bank.chat("", host="test").recall(Query(text="Miso?"))
        bank.settle(SETTLE_SECONDS)


def importing(data: Path, chance: random.Random, report: Report) -> None:
    """Bring in chats of the webui, one file after the other."""
    wishes = ImportOptions(user=SCOPE.user, character=SCOPE.character)
    inbox = data.parent / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    with opened(data) as engine:
        state = state_of(engine.bank(SCOPE))
        report.ready()
        for number in count():
            rows = [
                (line(2 * one, chance).lstrip("> "), line(2 * one + 1, chance))
                for one in range(20)
            ]
            file = inbox / f"in{number}-{chance.random()}.json"
            history = [list(row) for row in rows]
            file.write_text(json.dumps({"internal": history, "visible": history}))
            state[file.stem] = [text for row in rows for text in row]
            report.begin(state)
            told = Import(engine, wishes).run([file], learn=False)
            assert told.chats == 1, told
            report.done()


def forgetting(data: Path, chance: random.Random, report: Report) -> None:
    """Forget messages for good, one after the other."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        state = state_of(bank)
        keep_as_client(engine, state["one"])
        forget = engine.forgetting(SCOPE).forget
        report.ready()
        while len(state["one"]) > 20:
            places = bank.chat("one", host="test").path()
            message = chance.choice(places).message
            state["one"].remove(message.content)
            report.begin(state)
            forget(ForgetTarget(memories=(message.id,)))
            report.done()
            report.gone(message.content)


def rebuilding(data: Path, chance: random.Random, report: Report) -> None:
    """Derive everything anew."""
    del chance
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        report.ready()
        for _ in count():
            bank.rebuild().run()


def backing_up(data: Path, chance: random.Random, report: Report) -> None:
    """Make backups, by hand and automatic ones."""
    with opened(data) as engine:
        bank = engine.bank(SCOPE)
        report.ready()
        for _ in count():
            if chance.random() < 0.5:
                back_up(engine)
            else:
                bank.state.store.back_up("test")


def restoring(data: Path, chance: random.Random, report: Report) -> None:
    """Change something, and put the backup back."""
    del chance
    with opened(data) as engine:
        archive = find_archive(engine, data.parent / "kept")
        former = state_of(engine.bank(SCOPE))
    former.pop("two", None)
    report.ready()
    for number in count():
        with opened(data) as engine:
            report.begin({**former, "two": [f"Said {number}.", "Yes."]})
            chat = engine.bank(SCOPE).chat("two", host="test")
            chat.observe(window(f"> Said {number}.", "Yes."))
            report.done()
        with opened(data) as engine:
            report.begin(former)
            restore(engine, archive)
            report.done()


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that can be killed.

    Attributes:
        dimension: The model's that is in force afterwards.
    """

    do: Callable[[Path, random.Random, Report], None]
    prepare: Callable[[Path, int], None] = prepare
    dimension: int = 64
    seconds: float = LOOP_SECONDS


OPERATIONS = {
    "observe": Operation(observing),
    "flush": Operation(flushing),
    "edit": Operation(editing),
    "many": Operation(changing_many),
    "migration": Operation(migrating, prepare=prepare_old, seconds=0.06),
    "re-embedding": Operation(re_embedding, dimension=32),
    "import": Operation(importing),
    "forget": Operation(forgetting),
    "rebuild": Operation(rebuilding),
    "backup": Operation(backing_up),
    "restore": Operation(restoring),
}


# -- killing -------------------------------------------------------------------------


class Crashes:
    """Rounds of kills, each operation on a data directory of its own."""

    def __init__(self, folder: Path, *, messages: int, seed: int) -> None:
        """Prepare nothing yet.

        Args:
            folder: Everything is made below it.
            messages: How many messages a bank has before the first kill.
            seed: Decides what is done and when it is killed.
        """
        self._folder = folder
        self._messages = messages
        self._chance = random.Random(seed)

    def round(self, name: str, *, afresh: bool) -> Round:
        """Kill an operation once and check what it left.

        Args:
            name: Of the operation.
            afresh: Begin with a bank that was never killed; else with what the last
                round left.
        """
        operation = OPERATIONS[name]
        data = self._folder / name / "data"
        self._lay_out(operation, name, data, afresh=afresh)
        with opened(data, dimension=operation.dimension) as engine:
            if name not in ("migration", "re-embedding"):
                before = digest(state_of(engine.bank(SCOPE)))
            else:
                before = ""
        return self._killed(name, data, before)

    def _lay_out(
        self, operation: Operation, name: str, data: Path, *, afresh: bool
    ) -> None:
        model = self._folder / operation.prepare.__name__
        if not model.exists():
            operation.prepare(model / "data", self._messages)
            back = model / "data" / "backups"
            shutil.copytree(back, model / "kept")
        if afresh or not data.exists() or name in ("migration", "re-embedding"):
            shutil.rmtree(self._folder / name, ignore_errors=True)
            shutil.copytree(model, self._folder / name)

    def _killed(self, name: str, data: Path, before: str) -> Round:
        operation = OPERATIONS[name]
        if not before:
            before = self._state_of_model(operation)
        seed = self._chance.random()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _be_killed(operation, data, random.Random(seed), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            first = told.readline()
            time.sleep(self._chance.random() * operation.seconds)
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            lines = [first, *told.read().splitlines(keepends=True)]
        finished = not os.WIFSIGNALED(status)
        checked = self._checked(name, data, _allowed(before, lines), finished=finished)
        _check_gone(bank_folder(data, SCOPE), lines)
        _check_clients_texts(data, lines)
        return checked

    def _state_of_model(self, operation: Operation) -> str:
        """Return the state of a bank that must not be opened before the kill."""
        model = self._folder / operation.prepare.__name__
        twin = self._folder / "twin"
        shutil.rmtree(twin, ignore_errors=True)
        shutil.copytree(model / "data", twin)
        with opened(twin) as engine:
            return digest(state_of(engine.bank(SCOPE)))

    def _checked(
        self, name: str, data: Path, allowed: set[str], *, finished: bool
    ) -> Round:
        """Open what was left, and see that it is whole."""
        folder = bank_folder(data, SCOPE)
        assert complaint(folder / "memory.sqlite3") == ""
        with opened(data, dimension=OPERATIONS[name].dimension) as engine:
            started = time.perf_counter()
            bank = engine.bank(SCOPE)
            seconds = time.perf_counter() - started
            assert digest(state_of(bank)) in allowed, f"{name}: lost or torn"
            # What is due is learned in the background of the first turn.
            bank.chat("", host="test").recall(Query(text="Miso?"))
            assert bank.settle(SETTLE_SECONDS)
            counts = bank.stats()
            assert counts.due == 0
            assert counts.embedded == counts.messages
            # Nothing is left of a model that was changed from.
            assert len(bank.state.store.vectors.models()) == 1
            mended = engine.status().mended
            now = engine.now()
        faults = [one for one in examine(folder, now) if one.level is Level.FAULT]
        assert not faults, faults
        for backup in data.rglob("backups/*.zip"):
            check_archive(backup, self._folder / "scratch")
        return Round(
            operation=name,
            finished=finished,
            opened_seconds=seconds,
            mended=mended,
        )


def _be_killed(
    operation: Operation, data: Path, chance: random.Random, pipe: int
) -> NoReturn:
    """Be the child: do it, and never return to the parent's code."""
    try:
        operation.do(data, chance, Report(pipe))
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing may reach the parent's code
        os.write(pipe, b"E" + traceback.format_exc().encode() + b"\n")
        os._exit(1)


def _allowed(before: str, lines: list[bytes]) -> set[str]:
    """Return the states that may be found: the acknowledged one, and the begun one."""
    assert lines[0] == b"R\n", b"".join(lines).decode()
    failed = [one for one in lines if one.startswith(b"E")]
    assert not failed, b"".join(lines).decode()
    acknowledged, begun = before, before
    for one in lines:
        if not one.endswith(b"\n"):
            break
        if one.startswith(b"B"):
            begun = one[1:].strip().decode()
        elif one == b"D\n":
            acknowledged = begun
    return {acknowledged, begun}


def _check_clients_texts(data: Path, lines: list[bytes]) -> None:
    """See that what clients keep was finished when the bank was opened."""
    with opened(data) as engine:
        held = engine.collections.entries(SCOPE.user, "one") or []
        assert not engine.client_texts.finish()
    texts = {one.content.encode() for one in held}
    for path in data.glob("collections.sqlite3*"):
        content = path.read_bytes()
        here = set(re.findall(rb"Message \d+: [^.]*\.", content))
        assert here <= texts, path
    gone = {one[1:].strip() for one in lines if one[:1] == b"F" and one[-1:] == b"\n"}
    assert not gone & texts


def _check_gone(folder: Path, lines: list[bytes]) -> None:
    """See that no file has a text that was said to be forgotten."""
    texts = [
        one[1:].strip() for one in lines if one.startswith(b"F") and one[-1:] == b"\n"
    ]
    for path in folder.rglob("*"):
        if texts and path.is_file():
            content = path.read_bytes()
            assert not [text for text in texts if text in content], path
