"""Many characters, few open files: a process of its own, for it lowers its limit.

    python -m tests.engine.crowd FOLDER CHARACTERS TURNS FILES

Two threads chat with characters at random; each turn that was acknowledged is written
to standard output as a line `character <tab> text`. The last line tells how many files
were open at the most, and what went wrong.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from threading import Lock, Thread

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import LtmError
from long_term_memory.testing import HashEmbedder

USER = "anon"
CHAT = "one"


class Crowd:
    """Two threads that chat, and what came of it."""

    def __init__(self, engine: Engine, characters: int, turns: int) -> None:
        self.engine = engine
        self.turns = turns
        self.names = [f"Character {number}" for number in range(characters)]
        self.said: dict[str, list[str]] = {name: [] for name in self.names}
        self.busy = {name: Lock() for name in self.names}
        self.errors: list[str] = []
        self.most_files = 0

    def chat(self, seed: int) -> None:
        """Chat at random, after one turn with every other character."""
        chance = random.Random(seed)
        first = self.names[seed::2]
        others = [chance.choice(self.names) for _ in range(self.turns)]
        for number, name in enumerate([*first, *others]):
            with self.busy[name]:
                self.turn(name, f"Turn {seed}.{number} of a long evening with {name}.")
            files = Path("/proc/self/fd")
            if files.exists():
                self.most_files = max(self.most_files, len([*files.iterdir()]))

    def turn(self, name: str, text: str) -> None:
        """Say one more line to a character."""
        lines = [*self.said[name], text]
        shown = tuple(
            WindowMessage(role="user", name="Anon", content=line) for line in lines
        )
        try:
            bank = self.engine.bank(Scope(user=USER, character=name))
            bank.chat(CHAT, host="test").observe(Window(messages=shown, complete=True))
        except LtmError as error:
            self.errors.append(str(error))
        else:
            self.said[name] = lines


def main() -> None:
    """Run the crowd as the arguments say."""
    folder, characters, turns, files = sys.argv[1:]
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
    engine = build_engine(Settings(), Path(folder), load=HashEmbedder)
    crowd = Crowd(engine, int(characters), int(turns))
    threads = [Thread(target=crowd.chat, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = engine.status()
    told = {
        "said": crowd.said,
        "errors": crowd.errors,
        "faults": engine.faults.counts(),
        "files": crowd.most_files,
        "open_banks": status.open_banks,
        "unkept": status.unkept,
    }
    engine.close()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
