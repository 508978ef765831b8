"""Rebuild, derive, change the model, forget and rest, all at once and in any order."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.rebuild import What
from long_term_memory.errors import EmbeddingMismatch, LtmError

from .histories import Life

SECONDS = float(os.environ.get("LTM_RACE_SECONDS", "4"))


class Race:
    """Threads that each do one thing over and over, and what they stumbled over."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.until = time.monotonic() + SECONDS
        self.found: list[BaseException] = []

    def run(self, *acts: Callable[[random.Random], object]) -> None:
        threads = [
            Thread(target=self._repeat, args=(act, random.Random(seed)))
            for seed, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _repeat(
        self, act: Callable[[random.Random], object], chance: random.Random
    ) -> None:
        while time.monotonic() < self.until and not self.found:
            try:
                act(chance)
            except (EmbeddingMismatch, LtmError):
                # Told to who did it; the others go on.
                time.sleep(0.001)
            except BaseException as error:
                self.found.append(error)
                raise
            time.sleep(chance.random() * 0.01)


def test_whatever_is_done_at_once_nothing_but_an_error_of_ours_is_raised(
    tmp_path: Path,
) -> None:
    """A rebuild beside the worker's batch raised AssertionError: serving is None."""
    life = Life(tmp_path)
    for number in range(30):
        life.do(("say", 0, f"{number} My cat is called Miso and she sleeps.", "I see."))
    race = Race(life)
    bank = life.bank

    def say(chance: random.Random) -> None:
        life.do(("say", 1, f"{chance.random()} The harbour was quiet.", "So"))

    def rebuild(chance: random.Random) -> None:
        bank.rebuild().run({chance.choice(list(What))})

    def derive(chance: random.Random) -> None:
        del chance
        bank.derive(bank.indexer.embedder(), 8)

    def change(chance: random.Random) -> None:
        life.change(chance.choice(("small", "large")))

    def forget(chance: random.Random) -> None:
        path = bank.chat(life.chat(1), host="test").path()
        gone = [place.message.id for place in path[:1]]
        del chance
        if len(path) > 40:
            Forgetting(bank.state).forget(ForgetTarget(memories=tuple(gone)))

    def rest(chance: random.Random) -> None:
        del chance
        bank.rest()

    def recall(chance: random.Random) -> None:
        bank.chat("", host="test").recall(Query(text=f"Miso? {chance.random()}"))
        bank.stats()

    race.run(say, rebuild, derive, change, forget, rest, recall, derive)

    assert not race.found, race.found
    faults = life.engine.faults.last
    assert faults is None or "Error" not in faults.words, faults
    life.stop()
