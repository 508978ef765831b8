"""How well it is known what a user tells memory in the midst of a chat.

    PYTHONPATH=extensions:. python -m benchmarks.said [--report] [--show]

Owns: the lines in `data/facts/said.jsonl`, what counts as right, the figures.
Knows nothing of: banks, notes.

A command is right if the label has the same wish and half of the words are the same.
Odd lines are to build on, even ones (`--report`) only report.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from long_term_memory.core.knowledge.commands import Command, commands_in
from long_term_memory.core.text.tokenizer import tokenize

DATA: Final = Path(__file__).parent / "data" / "facts" / "said.jsonl"


def lines(*, report: bool) -> Iterator[dict[str, Any]]:
    """Yield the labels of one half."""
    for text in DATA.read_text("utf-8").splitlines():
        label = json.loads(text)
        if (label["id"] % 2 == 0) == report:
            yield label


def found(label: dict[str, Any]) -> tuple[Command, ...]:
    """Return what is read in a line."""
    return commands_in(
        label["text"], "user" if label["role"] == "user" else "assistant"
    )


def is_right(label: dict[str, Any], command: Command) -> bool:
    """Say whether a command is the one that the label tells."""
    if label["act"] != command.wish.value:
        return False
    wanted, told = set(tokenize(label["what"])), set(tokenize(command.text))
    shared = len(wanted & told)
    return 2 * shared >= max(1, min(len(wanted), len(told)))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="the half to report on")
    parser.add_argument("--show", action="store_true", help="show what went wrong")
    asked = parser.parse_args()
    labels = list(lines(report=asked.report))
    told = right = hit = 0
    for label in labels:
        commands = found(label)
        good = [one for one in commands if is_right(label, one)]
        told, right, hit = told + len(commands), right + len(good), hit + bool(good)
        if asked.show and (len(good) < len(commands) or (label["what"] and not good)):
            print(label["id"], label["text"], label["act"], commands)
    wanted = sum(label["act"] != "none" for label in labels)
    print(f"precision: {right} of {told}; found: {hit} of {wanted}")


if __name__ == "__main__":
    main()
