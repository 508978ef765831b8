"""What a real language model makes of what it is given: its notes, its prompt cache.

    PYTHONPATH=extensions:. python -m benchmarks.real_llm notes http://127.0.0.1:8080
        [--chunks N] [--show]
    PYTHONPATH=extensions:. python -m benchmarks.real_llm turns http://127.0.0.1:8080
        [--turns N]

The address is that of a llama.cpp server. `notes`: stretches of ten messages of the
chats in `benchmarks/data/long_chats` are given to it as summaries are; how many answers
keep to the schema, how many notes survive the check and why others do not is counted,
with and without the schema, and what of each prompt came from the server's cache.
`turns`: a chat in which later messages ask for earlier ones is told to the model
straight, and through our server with memory on; each reply tells how many tokens of its
prompt came from the cache and how many were read. Prints Markdown.
Owns: the stretches, the counts.
Knows nothing of: how a note is checked, where memory puts what it adds.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any, Final
from urllib.request import urlopen

from long_term_memory.core.prompt.story import StoryLine
from long_term_memory.core.summaries.events import SCHEMA, check, read_notes
from long_term_memory.core.summaries.tiers import Tier
from long_term_memory.engine.summarization.writing import (
    MOST_ANSWER_TOKENS,
    asked_of_model,
)
from long_term_memory.models.llm import Answer, OpenAIWriter, send

from .prompt_cache import a_chat

DATA: Final = Path(__file__).parent / "data" / "long_chats"
EVERY: Final = 10
TARGET: Final = 120
ANSWER: Final = min(540, MOST_ANSWER_TOKENS)
PATIENT: Final = 900.0
PERSONA: Final = "You are Maren, who keeps the lighthouse above the old harbour."


class Told:
    """Sends a request as it is and keeps what each answer tells of itself."""

    def __init__(self) -> None:
        self.timings: list[dict[str, Any]] = []

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        answer = send(url, body, headers, PATIENT)
        self.timings.append(json.loads(answer.body).get("timings", {}))
        return answer


def stretches() -> Iterator[list[StoryLine]]:
    """Yield the beginnings of all chats in turn, then what follows."""
    chats = []
    for path in sorted(DATA.glob("*.json")):
        chat = json.loads(path.read_text("utf-8"))
        if "sessions" in chat:
            said = (one for session in chat["sessions"] for one in session["messages"])
            chats.append([StoryLine(name=chat[m["who"]], text=m["text"]) for m in said])
    for at in range(0, max(map(len, chats)), EVERY):
        yield from (some for chat in chats if (some := chat[at : at + EVERY]))


def is_valid(answer: str) -> bool:
    """Say whether an answer is whole JSON of the form that was asked for."""
    try:
        told = json.loads(answer)
        form = set(SCHEMA["properties"]["notes"]["items"]["required"])
        return set(told) == {"notes"} and all(set(one) == form for one in told["notes"])
    except (ValueError, TypeError, AttributeError, KeyError):
        return False


def measure(address: str, count: int, tokens: int, *, held: bool, show: bool) -> None:
    """Have stretches written down and print one row."""
    told = Told()
    writer = OpenAIWriter(f"{address}/v1", post=told)
    refused: Counter[str] = Counter()
    valid = notes = kept = usable = 0
    began = time.monotonic()
    for lines, _ in zip(stretches(), range(count), strict=False):
        names = {one.name for one in lines}
        draft = asked_of_model(Tier.CHUNK, lines, TARGET, names)
        answer = writer.write(
            draft.instruction,
            draft.text,
            max_tokens=tokens,
            schema=SCHEMA if held else None,
        )
        found = read_notes(answer)
        checked = check(found, lines, names)
        valid += is_valid(answer)
        notes += len(found)
        kept += len(checked.kept)
        usable += bool(checked.kept)
        refused.update({str(why): many for why, many in checked.refused.items()})
        if show:
            print(answer, *(one.entry for one in checked.kept), "", sep="\n")
    asked = len(told.timings)
    cached = [one.get("cache_n", 0) for one in told.timings[1:]]
    read = [one.get("prompt_n", 0) for one in told.timings]
    why = "; ".join(f"{many}: {reason}" for reason, many in refused.most_common())
    print(
        f"| {'by schema' if held else 'in plain words'} | {valid} of {asked} | "
        f"{usable} of {asked} | {kept} of {notes} | {mean(cached or [0]):.0f} | "
        f"{mean(read or [0]):.0f} | {(time.monotonic() - began) / asked:.0f} s | "
        f"{why} |",
        flush=True,
    )


def turns(address: str, count: int) -> None:
    """Tell a chat straight and through our server, and print a row for each."""
    print("| chat | from the cache, mean | read, mean | read, most | until a reply |")
    print("|---|---:|---:|---:|---:|")
    _tell("straight", address, count)
    with tempfile.TemporaryDirectory() as folder, _serving(address, folder) as ours:
        _tell("with memory", ours, count)


def _tell(name: str, address: str, count: int) -> None:
    said: list[dict[str, str]] = [{"role": "system", "content": PERSONA}]
    kept, read, took = [], [], []
    for turn in a_chat(count, seed=1):
        said.append({"role": "user", "content": turn.user})
        asked = {"messages": said, "max_tokens": 8, "temperature": 0, "stream": False}
        began = time.monotonic()
        answer = send(
            f"{address}/v1/chat/completions",
            json.dumps(asked).encode(),
            {"Content-Type": "application/json"},
            PATIENT,
        )
        took.append(time.monotonic() - began)
        timings = json.loads(answer.body)["timings"]
        kept.append(timings["cache_n"])
        read.append(timings["prompt_n"])
        # What the model says means little: a written reply keeps both chats alike.
        said.append({"role": "assistant", "content": turn.reply})
    print(
        f"| {name} | {mean(kept[1:]):.0f} | {mean(read[1:]):.0f} | {max(read[1:])} | "
        f"{mean(took[1:]):.1f} s |",
        flush=True,
    )


@contextmanager
def _serving(address: str, folder: str) -> Iterator[str]:
    """Run our server before the model."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    command = [sys.executable, "-m", "long_term_memory", "serve", "--port", str(port)]
    command += ["--data-dir", folder, "--llm-base-url", f"{address}/v1"]
    server = subprocess.Popen(
        [*command, "--set", "memory_seconds=60"], stdout=subprocess.DEVNULL
    )
    ours = f"http://127.0.0.1:{port}"
    try:
        while not _answers(ours):
            time.sleep(0.2)
        yield ours
    finally:
        server.terminate()
        server.wait(30)


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/health", timeout=5):
            return True
    except OSError:
        return False


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["notes", "turns"])
    parser.add_argument("address")
    parser.add_argument("--chunks", type=int, default=12)
    parser.add_argument("--tokens", type=int, default=ANSWER, help="of an answer")
    parser.add_argument("--only-schema", action="store_true")
    parser.add_argument("--turns", type=int, default=16)
    parser.add_argument("--show", action="store_true", help="print the notes")
    asked = parser.parse_args()
    address = asked.address.rstrip("/")
    if asked.what == "turns":
        turns(address, asked.turns)
        return
    print(
        "| asked | valid answers | with a note that holds | notes that hold | "
        "tokens from the cache | read | takes | why others do not |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for held in (True,) if asked.only_schema else (True, False):
        measure(address, asked.chunks, asked.tokens, held=held, show=asked.show)


if __name__ == "__main__":
    main()
