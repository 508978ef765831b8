"""What the form of a block costs: tokens of the same lines, written in several ways.

    PYTHONPATH=extensions:. python -m benchmarks.forms TOKENIZER.json [FILE ...]

TOKENIZER.json is that of the model that will read the block; without files, the half of
`benchmarks/data/live_chat` that is there to build on is asked. Prints Markdown.
Owns: the forms, the table.
Knows nothing of: how lines are chosen, the data's format.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from .live_chat import DATA, load, mean
from .referee_adapter import LongTermMemory

BUDGET: Final = 350
_DAY: Final = re.compile(r"\[(\d{1,2} \w+) (\d{4})\]")


def grouped(lines: Sequence[str]) -> list[str]:
    """Write a day above its lines, as it is shipped."""
    return list(lines)


def dated(lines: Sequence[str]) -> list[str]:
    """Write the day in front of each line."""
    day, found = "", []
    for line in lines:
        if match := _DAY.fullmatch(line):
            day = f"{match[1]} {match[2]}, "
        else:
            found.append(day + line)
    return found


def year_once(lines: Sequence[str]) -> list[str]:
    """Write a day above its lines, and the year where it is another one."""
    year, found = "", []
    for line in lines:
        match = _DAY.fullmatch(line)
        found.append(f"[{match[1]}]" if match and match[2] == year else line)
        year = match[2] if match else year
    return found


def undated(lines: Sequence[str]) -> list[str]:
    """Write no day at all."""
    return [line for line in lines if not _DAY.fullmatch(line)]


FORMS: Final[dict[str, Callable[[Sequence[str]], list[str]]]] = {
    "a day above its lines (shipped)": grouped,
    "the day in front of each line": dated,
    "a day above its lines, the year once": year_once,
    "no day": undated,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args()
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    blocks = _blocks(options.files or sorted(DATA.glob("*.json")))
    lines = mean(sum(map(bool, undated(block))) for block in blocks)
    print(f"{len(blocks)} blocks of {lines:.1f} lines\n\n| form | tokens |\n|---|---|")
    for name, form in FORMS.items():
        texts = ["\n".join(form(block)) for block in blocks]
        tokens = mean(len(tokenizer.encode(text).ids) for text in texts)
        print(f"| {name} | {tokens:.1f} |")


def _blocks(files: Sequence[Path]) -> list[list[str]]:
    """Return the lines of all blocks, without what stands around them."""
    found = []
    for bank in load(files, "build"):
        memory = LongTermMemory()
        try:
            memory.reset(bank.id, [bank.user, bank.character])
            memory.add(bank.turns)
            memory.finish()
            memory._now = bank.now
            texts = [memory.pack(probe.text, BUDGET)["text"] for probe in bank.probes]
        finally:
            memory.close()
        found += [text.split("\n")[1:-1] for text in texts if text]
    return found


if __name__ == "__main__":
    main()
