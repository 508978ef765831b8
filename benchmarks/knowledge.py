"""What facts and what is due cost a turn, a bank that is opened, and a chat that grows.

    PYTHONPATH=extensions:. python -m benchmarks.knowledge [--messages N …]

A made-up chat of N messages, of which about a third tell something, is read, closed and
opened again; each figure is processor time of one process, with facts and without.
Nothing is embedded. Prints Markdown.

On two busy cores, of 10,000 messages of which 4,179 state facts: what is kept is taken
over in 34 ms, the first turn then folds for 0.2 s at most, all is there in the third or
after a moment in the background; a turn folds for 1 ms, and facts for the prompt and
what is due take 1 ms each. Reading a message takes 0.8 ms, and about 500 turns a second
are stored and read; with the bank open the process takes 81 MiB.

Of 100,000 messages, 41,606 of which state facts: taken over in 0.3 s, a few lots at a
time; the first turn folds for 0.16 s and goes without facts, the background needs 5.6 s
in 196 steps, mostly of 28 ms and 176 ms at most; from then on a turn folds for 4 ms,
and takes 1 ms each for facts and for what is due. The process takes 242 MiB.
Owns: the chat, the clock.
Knows nothing of: how knowledge is kept.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.compose import Request
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.storage.sqlite.bank import open_bank

BEGIN: Final = datetime(2024, 3, 4, 9, tzinfo=UTC)
LOT: Final = 400
OVERLAP: Final = 12
TURNS: Final = 20
NAMES: Final = "Ana Ben Cleo Dana Emil Fay Gus Hana Ivo Jade Kai Lena Milo Nora".split()
TOWNS: Final = "Oslo Rome Bergen Lisbon Turin Ghent Malmo Porto Graz Lyon".split()
THINGS: Final = (
    "coffee tea rain violins chess mushrooms trains honey olives jazz wool swimming"
).split()
TOLD: Final = (
    "My sister is called {name}.",
    "I moved to {town} last spring, and I still miss the old harbour.",
    "I really love {thing}.",
    "I'm allergic to {thing}, so please never cook it for me.",
    "My friend {name} works as a nurse in {town}.",
    "I have an exam in {town} on Friday.",
    "We should visit {name} tomorrow, I promised it.",
    "I'll bring you the map of {town} next time.",
    "I hate {thing}.",
)
PLAIN: Final = (
    "The rain went on all morning, and nobody came by the shop.",
    "Mm, that sounds nice. What did you do then?",
    "She looks out of the window for a while, then pours another cup and smiles.",
    "Did you sleep well? The storm kept the whole street awake, they say.",
    '*He leans against the door and laughs quietly.* "You always say that."',
    "We walked along the river until the lamps were lit, and talked about nothing.",
)


def said(messages: int, seed: int = 7) -> Iterator[WindowMessage]:
    """Yield a made-up chat."""
    pick, at = random.Random(seed), BEGIN
    for number in range(messages):
        at += timedelta(minutes=pick.randint(1, 9) if number % 30 else 900)
        line = pick.choice(TOLD if pick.random() < 0.33 else PLAIN).format(
            name=pick.choice(NAMES) + pick.choice(NAMES).lower(),
            town=pick.choice(TOWNS) + pick.choice(NAMES).lower(),
            thing=pick.choice(THINGS),
        )
        user = number % 2 == 0
        yield WindowMessage(
            role="user" if user else "assistant",
            name="Anon" if user else "Miku",
            # No two are the same, or a window could stand at several places.
            content=f"{line} {pick.choice(PLAIN)} ({number:x})",
            said_at=at,
        )


class Chat:
    """A chat that grows in a bank on disk."""

    def __init__(self, path: Path, settings: Settings) -> None:
        """Open a bank."""
        self._now = BEGIN
        self.bank = Bank(
            Scope(user="anon", character="Miku"),
            open_bank(path),
            settings=lambda: settings,
            clock=lambda: self._now,
        )
        self._chat = self.bank.chat("one", host="benchmark")

    def show(self, lines: list[WindowMessage]) -> None:
        """Show the end of the chat."""
        self._now = lines[-1].said_at or self._now
        self._chat.observe(Window(messages=tuple(lines), complete=False))

    def know(self, text: str) -> float:
        """Look up what is known for a prompt; return how long it took, in ms."""
        start = process_time()
        self.bank.knowledge.follow()
        with self.bank.state.lock:
            viewer = Viewer(self.bank.state.chats.row_called("benchmark", "one"))
            self.bank.knowledge.items(viewer, Query(text=text))
        return 1_000 * (process_time() - start)

    def compose(self, text: str) -> float:
        """Compose a prompt; return how long it took, in ms."""
        request = Request(
            query=Query(text=text),
            user_name="Anon",
            character_name="Miku",
            head_tokens=800,
            recall_tokens=1_000,
            count=lambda text: len(text) // 4,
        )
        start = process_time()
        self._chat.compose(request)
        return 1_000 * (process_time() - start)


def grown(chat: Chat, lines: list[WindowMessage]) -> None:
    """Let a chat grow in lots."""
    for start in range(0, len(lines), LOT):
        chat.show(lines[max(0, start - OVERLAP) : start + LOT])


def turns(chat: Chat, before: list[WindowMessage], new: list[WindowMessage]) -> str:
    """Say what turns cost, the first by itself: what is known, the rest of a prompt."""
    lines = before[-OVERLAP:]
    knew, made = [], []
    for at in range(0, len(new), 2):
        lines = [*lines[-OVERLAP:], new[at]]
        chat.show(lines)
        knew.append(chat.know(new[at].content))
        made.append(chat.compose(new[at].content))
        lines.append(new[at + 1])
    return (
        f"{knew[0]:.0f} | {median(knew[1:]):.2f} | {max(knew[1:]):.1f} | "
        f"{made[0]:.0f} | {median(made[1:]):.1f}"
    )


def measured(messages: int, *, facts: bool) -> str:
    """Return a line of the table."""
    on = Settings()
    known = replace(on.facts, facts=facts, due=facts, chat_commands=facts)
    settings = replace(on, facts=known)
    lines = list(said(messages + 2 * TURNS))
    old, new = lines[:messages], lines[messages:]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "bank"
        start = process_time()
        chat = Chat(path, settings)
        grown(chat, old)
        stored = process_time() - start
        start = process_time()
        while chat.bank.read():
            pass
        read = process_time() - start
        chat.bank.close()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
        start = process_time()
        chat = Chat(path, settings)
        opened = process_time() - start
        figures = turns(chat, old, new)
        chat.bank.close()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    rate = messages / (stored + read) / 2
    return (
        f"| {messages:,} | {'on' if facts else 'off'} | {rate:.0f} | "
        f"{1_000 * read / messages:.2f} | {1_000 * opened:.0f} | {figures} | "
        f"{before:.0f} | {peak:.0f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, nargs="+", default=[4_000, 10_000])
    print(
        "| messages | facts | turns/s stored and read | ms to read one | open ms "
        "| known first ms | known ms | slowest | prompt first ms | prompt ms "
        "| MiB | peak |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for messages in parser.parse_args().messages:
        for facts in (False, True):
            print(measured(messages, facts=facts), flush=True)


if __name__ == "__main__":
    main()
