"""Whatever was stored by whatever way: once forgotten, nothing has a byte of it."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from long_term_memory import cli
from long_term_memory.build import build_engine
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.across_banks import CrossBankForgetting
from long_term_memory.server.app import create_app
from long_term_memory.testing import HashEmbedder

from .forgetting_life import Clock, Life, Told, files_with, pieces, settings_for
from .upstreams import serving, stub_upstream

# By hand: LTM_FORGETTINGS=500, and LTM_FORGETTING_SEED to begin elsewhere.
RUNS = int(os.environ.get("LTM_FORGETTINGS", "8"))
FIRST = int(os.environ.get("LTM_FORGETTING_SEED", "0"))
STEPS = 24
KEY = bytes(range(32)).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be forgotten, and by whom.

    Attributes:
        named: Whether a text is meant and has to go.
        spared: Whether it may go along or stay.
        target: In words of the engine, in the scope.
        words: In words of the command line.
    """

    named: Callable[[Told], bool]
    spared: Callable[[Told], bool] = lambda one: False
    scope: Scope
    target: ForgetTarget
    words: tuple[str, ...]
    everywhere: bool = False


@contextmanager
def a_life(folder: Path, seed: int) -> Iterator[Life]:
    clock = Clock()
    with stub_upstream() as stub:
        settings = settings_for(stub)
        engine = build_engine(settings, folder / "data", clock=clock, load=HashEmbedder)
        assert engine.embedder.ready(10) is not None
        with (
            closing(engine),
            serving(create_app(engine, settings)) as url,
            httpx.Client(base_url=url, timeout=30) as client,
        ):
            yield Life(engine, stub, client, folder, random.Random(seed), clock)


def of_message(life: Life) -> Order | None:
    """Name one message, perhaps everywhere it was heard."""
    known = [one for one in life.told if one.message and one.scopes]
    life.chance.shuffle(known)
    for one in known:
        scope = life.chance.choice(sorted(one.scopes, key=str))
        found = id_of(life.engine, scope, one)
        if found:
            return of_one(one, scope, found)
    return None


def of_one(one: Told, scope: Scope, found: str) -> Order:
    everywhere = len(one.scopes) > 1
    more = ("--everywhere",) if everywhere else ()
    return Order(
        named=lambda other: one.words[0] in (other.words[0], other.of),
        scope=scope,
        target=ForgetTarget(memories=(found,)),
        words=(found, "-c", scope.character, "--user", scope.user, *more),
        everywhere=everywhere,
    )


def id_of(engine: Engine, scope: Scope, one: Told) -> str | None:
    store = engine.bank(scope).state.store
    messages = store.messages.get(range(1, store.messages.last_row() + 1))
    ids = [each.id for each in messages.values() if one.words[0] in each.content]
    return ids[0] if ids else None


def of_chat(life: Life) -> Order | None:
    """Name a chat of one character."""
    scope = life.scope()
    if scope not in life.engine.scopes():
        return None
    chats = life.engine.bank(scope).state.store.chats.all()
    own = [one for one in chats if one.title and not one.title.startswith("group")]
    if not own:
        return None
    chat = life.chance.choice(own)
    kin = {chat.title, life.branches.get(chat.title, "")}
    kin |= {name for name, parent in life.branches.items() if parent == chat.title}
    return Order(
        named=lambda one: one.scopes == {scope} and one.chat == chat.title,
        spared=lambda one: one.scopes == {scope} and one.chat in kin,
        scope=scope,
        target=ForgetTarget(chats=(chat.id,)),
        words=("--chat", chat.title, "-c", scope.character, "--user", scope.user),
    )


def of_span(life: Life) -> Order | None:
    """Name a span of time in one character's memory."""
    scope = life.scope()
    if scope not in life.engine.scopes() or len(life.times) < 4:
        return None
    since, until = sorted(life.chance.sample(life.times, 2))
    return Order(
        named=lambda one: (
            one.scopes in (frozenset(), {scope})
            and one.user != "nobody"
            and since <= one.at < until
        ),
        scope=scope,
        target=ForgetTarget(since=since, until=until),
        words=(),
    )


def of_character(life: Life) -> Order | None:
    """Name all of one character."""
    scope = life.scope()
    if scope not in life.engine.scopes():
        return None
    return Order(
        named=lambda one: one.scopes == {scope},
        scope=scope,
        target=ForgetTarget(everything=True),
        words=("--all", "-c", scope.character, "--user", scope.user),
    )


def of_user(life: Life) -> Order | None:
    """Name all of one user."""
    user = life.chance.choice(["default", "anna"])
    scopes = [one for one in life.engine.scopes() if one.user == user]
    if not scopes:
        return None
    return Order(
        named=lambda one: one.user == user,
        scope=scopes[0],
        target=ForgetTarget(),
        words=("--all-characters", "--user", user),
    )


ORDERS = (of_message, of_chat, of_span, of_character, of_user)


def carry_out(life: Life, order: Order) -> None:
    """Forget in this process, or in another one beside it."""
    if order.words and (order.target == ForgetTarget() or life.chance.random() < 0.5):
        data = str(life.folder / "data")
        code = cli.main(["forget", *order.words, "--yes", "--data-dir", data])
        assert code == 0
    elif order.everywhere:
        everywhere = CrossBankForgetting(life.engine, order.scope, order.target)
        everywhere.forget(everywhere.others())
    else:
        life.engine.forgetting(order.scope).forget(order.target)


def telling(words: set[str], answers: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{name}: {word}"
        for name, text in answers
        for word in words
        if any(one in text.lower() for one in pieces(word))
    ]


def held(engine: Engine, one: Told) -> bool:
    return any(id_of(engine, scope, one) for scope in one.scopes)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
def test_no_file_and_no_answer_has_a_byte_of_what_was_forgotten(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """And what was not named is there."""
    if seed % 3 == 2:
        monkeypatch.setenv("LTM_ENCRYPTION_KEY", KEY)
    data = tmp_path / "data"
    with a_life(tmp_path, seed) as life:
        for _ in range(STEPS):
            life.step()
        life.look()
        order = None
        while order is None:
            order = life.chance.choice(ORDERS)(life)
        words = {word for one in life.told if order.named(one) for word in one.words}
        before = [one for one in life.told if one.message and held(life.engine, one)]

        carry_out(life, order)

        assert files_with(data, words) == []
        assert telling(words, life.answers()) == []
        assert telling(words, life.prompts("again")) == []
        assert files_with(data, words) == []
        left = [one for one in before if not order.named(one) and not order.spared(one)]
        assert [one for one in left if not held(life.engine, one)] == []
        assert life.engine.faults.last is None
        capsys.readouterr()
        scope = order.scope
        for command in ("history", "search"):
            asked = ["They say"] if command == "search" else []
            own = ["-c", scope.character, "--user", scope.user]
            cli.main([command, *asked, *own, "--data-dir", str(data), "--json"])
            told = capsys.readouterr().out
            assert telling(words, iter([(command, json.dumps(told))])) == []
    assert files_with(data, words) == []
