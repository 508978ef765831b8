"""A file of our own brings back nothing that was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.exporters.export_job import write
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import

MIKU = Scope(user="default", character="Miku")
SECRET = "The locker by the stairs opens with heliotrope."


def a_window(*texts: str) -> Window:
    return Window(
        messages=tuple(WindowMessage(role="user", content=text) for text in texts),
        complete=True,
    )


def test_an_export_from_before_brings_back_only_what_was_not_forgotten(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    engine = open_engine(str(tmp_path / "here"))
    bank = engine.bank(MIKU)
    one = bank.chat("one", host="test")
    one.observe(a_window("Hello there, whoever you are.", SECRET, "Oh.", "Well."))
    bank.chat("two", host="test").observe(a_window(f"{SECRET} All of it."))
    note = bank.memories.add("A note about the heliotrope locker.")
    kept = bank.memories.add("Another note.")
    [secret] = [p.message.id for p in one.path() if p.message.content == SECRET]
    bank.memories.update(secret, content="Corrected heliotrope.")
    file = write(bank, "jsonl", tmp_path / "miku.jsonl").path
    two = next(chat.id for chat in bank.chats() if chat.title == "two")

    engine.forgetting(MIKU).forget(ForgetTarget(memories=(secret, note.id)))
    engine.forgetting(MIKU).forget(ForgetTarget(chats=(two,)))
    plan = Import(engine, ImportOptions()).plan([file])
    report = Import(engine, ImportOptions()).run([file])

    assert plan.messages == report.messages == 0
    assert [place.message.content for place in one.path()] == [
        "Hello there, whoever you are.",
        "Oh.",
        "Well.",
    ]
    assert [chat.title for chat in bank.chats()] == ["one"]
    assert [memory.id for memory in bank.memories.list(kind=None)][:1] == [kept.id]
    assert bank.memories.search("heliotrope") == []
    held = (file for file in (tmp_path / "here").rglob("*") if file.is_file())
    assert not any(b"heliotrope" in one.read_bytes() for one in held)
