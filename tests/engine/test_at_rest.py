"""Whatever another program does to a bank that rests, the next turn goes on with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from long_term_memory.build import build_engine
from long_term_memory.config import DurabilitySettings, Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.maintenance.backups import back_up, find_archive, restore
from long_term_memory.engine.rebuild import What
from long_term_memory.storage.sqlite.layout import bank_folder
from long_term_memory.storage.sqlite.reencryption import decrypt, encrypt
from long_term_memory.testing import HashEmbedder

MIKU, LEN = (Scope(user="anon", character=name) for name in ("Miku", "Len"))
KEY = bytes(range(32))
LINES = [f"My cat {number} is called Miso{number} and sleeps." for number in range(20)]

Act = Callable[[Path], None]


def engine_of(data: Path) -> Engine:
    kept = DurabilitySettings(most_open_banks=1)
    return build_engine(Settings(durability=kept), data, load=HashEmbedder)


def say(bank: Bank, *lines: str) -> list[str]:
    """Say more in the only chat, which the host shows as the memory has it."""
    chat = bank.chat("one", host="test")
    shown = [place.message.content for place in chat.path()] + list(lines)
    told = (WindowMessage(role="user", name="Anon", content=line) for line in shown)
    chat.observe(Window(messages=tuple(told), complete=True))
    assert bank.settle(20)
    return shown


def view(bank: Bank) -> object:
    """Return all that a bank tells."""
    assert bank.settle(20)
    query = Query(text="What is Miso7 called?", limit=8, gated=False)
    found = bank.chat("", host="test").recall(query)
    counts = bank.stats()
    return (
        # Scores rest on a sample, and so on the order in which vectors came.
        [one.memory.content for one in found],
        sorted(one.content for one in bank.memories.search("Miso7")),
        sorted(one.content for one in bank.memories.list()),
        [place.message.content for place in bank.chat("one", host="test").path()],
        (counts.messages, counts.chats, counts.notes, counts.embedded),
    )


def within(act: Callable[[Engine, Bank], object]) -> Act:
    def do(data: Path) -> None:
        with closing(engine_of(data)) as engine:
            act(engine, engine.bank(MIKU))

    return do


def forgetting(which: slice) -> Act:
    def act(engine: Engine, bank: Bank) -> None:
        path = bank.chat("one", host="test").path()
        gone = tuple(place.message.id for place in path[which])
        engine.forgetting(MIKU).forget(ForgetTarget(memories=gone))

    return within(act)


def on_files(act: Callable[[Path], object]) -> Act:
    def do(data: Path) -> None:
        act(bank_folder(data, MIKU))

    return do


def put_back(data: Path) -> None:
    with closing(engine_of(data)) as engine:
        restore(engine, find_archive(engine, data / "backups"), [MIKU])


IN_CLEAR: dict[str, Act] = {
    "encrypted": on_files(lambda folder: encrypt(folder, lambda: KEY)),
    "encrypted without vectors": on_files(
        lambda folder: encrypt(folder, lambda: KEY, vectors=False)
    ),
}
ENCRYPTED: dict[str, Act] = {
    "put in clear": on_files(lambda folder: decrypt(folder, lambda: KEY)),
}
BOTH: dict[str, Act] = {
    "an old message forgotten": forgetting(slice(3, 4)),
    "the newest messages forgotten": forgetting(slice(-2, None)),
    "all forgotten": within(
        lambda engine, bank: engine.forgetting(MIKU).forget(
            ForgetTarget(everything=True)
        )
    ),
    "rebuilt": within(lambda engine, bank: bank.rebuild().run(set(What))),
    "a note added": within(lambda engine, bank: bank.memories.add("Miso7 likes fish.")),
    "chatted on": within(lambda engine, bank: say(bank, "Miso7 snores.", "So?")),
    "restored": put_back,
}
CASES = [
    *((name, act, False) for name, act in (IN_CLEAR | BOTH).items()),
    *((name, act, True) for name, act in (ENCRYPTED | BOTH).items()),
]


@pytest.mark.parametrize(
    ("act", "secret"),
    [one[1:] for one in CASES],
    ids=[f"{name}{', encrypted' * secret}" for name, _, secret in CASES],
)
def test_a_turn_after_a_rest_goes_on_with_what_is_there(
    act: Act,
    secret: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the newest message was forgotten it was "moved", and a turn was lost."""
    data = tmp_path / "data"
    if secret:
        monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY.hex())
    with closing(engine_of(data)) as engine:
        say(engine.bank(MIKU), *LINES)
        back_up(engine, scopes=[MIKU])
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY.hex())
    with closing(engine_of(data)) as engine:
        bank = engine.bank(MIKU)
        view(bank)
        say(engine.bank(LEN), "Hello.")  # The other rests, and is still in memory.

        act(data)

        shown = say(engine.bank(MIKU), "Miso7 is back.", "Welcome.")
        here = view(engine.bank(MIKU))
        assert engine.status().unkept == ""
        del bank
    with closing(engine_of(data)) as engine:
        bank = engine.bank(MIKU)
        path = bank.chat("one", host="test").path()
        assert [place.message.content for place in path] == shown
        assert view(bank) == here
