"""How many facts are found, and how many of those found are facts.

    PYTHONPATH=extensions:. python -m benchmarks.facts [--report] [--show]
    PYTHONPATH=extensions:. python -m benchmarks.facts --locomo DATA.json [--sheet FILE]

Counts on the labels of `data/facts`: the half to build on, or with `--report` the other
one. An extracted fact is right if it holds all words of a label's key, about the right
one, and says no for no; each label takes one fact. What an `optional` label covers, and
what only says again what is listed, counts neither way.

DATA.json is in LoCoMo's format; `--sheet` writes facts beside their turns, to judge.
Owns: matching, the figures.
Knows nothing of: how facts are read.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final

import numpy as np

from long_term_memory.core.knowledge.extraction import Remark, extract
from long_term_memory.core.knowledge.facts import Fact
from long_term_memory.core.summaries.extractive import sentences
from long_term_memory.core.text.recipes import without_names
from long_term_memory.core.text.scripts import is_unspaced
from long_term_memory.core.text.tokenizer import tokenize
from long_term_memory.core.types import Role
from long_term_memory.models.embedder import load_embedder

from .locomo import load

LABELS: Final = Path(__file__).parent / "data" / "facts" / "turns.jsonl"
THRESHOLD: Final = 0.7
MODEL: Final = "all-MiniLM-L6-v2"
STRANGE: Final = 0.05
"""Share of observations that facts of another conversation may cover."""

SHEET: Final = 200
"""Facts to judge by hand, each beside its turn."""

RESTATED: Final = 0.75
"""A fact of whose words this share stands in a listed one only says it again."""

LITTLE: Final = "has is was got have had been once now still"
NUMBERS: Final = {
    str(number): word
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_NOT: Final = re.compile(
    r"n't\b|\b(?:not|never|no|anymore|cannot|dislikes?|hates?|off|quit|nicht|kein\w*|hasst)\b"
    r"|broke up|split up|getrennt|[不没分戒]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What came of one turn."""

    turn: dict[str, Any]
    right: int
    wrong: tuple[Fact, ...]
    missed: tuple[dict[str, Any], ...]
    found: tuple[Fact, ...]


def turns(report: bool) -> Iterator[dict[str, Any]]:
    """Yield the labelled turns of a half."""
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        if turn["id"] % 2 == (0 if report else 1):
            yield turn


def speech(turn: dict[str, Any]) -> Remark:
    """Return a labelled turn as it is read."""
    return Remark(
        content=turn["text"],
        role=turn["role"],
        speaker=turn["name"],
        other=turn["other"],
        before=turn.get("before", ""),
    )


def has_key(fact: Fact, label: dict[str, Any]) -> bool:
    """Say whether a fact holds all words of a key, a digit as good as its word."""
    text = fact.text.casefold()
    return all(
        word in text
        or NUMBERS.get(word, word) in text
        or any(digit in text for digit, one in NUMBERS.items() if one == word)
        for word in label["key"].casefold().split()
    )


def says(fact: Fact, label: dict[str, Any]) -> bool:
    """Say whether a fact says what a label does."""
    users = {"user", "character"}
    other_one = {fact.about, label["about"]} == users
    no = bool(_NOT.search(fact.text)) == bool(_NOT.search(label["fact"]))
    return has_key(fact, label) and not other_one and no


def count(turn: dict[str, Any], found: Sequence[Fact]) -> Counted:
    """Compare what was found in a turn with its labels."""
    left = list(found)
    missed = []
    for label in sorted(turn["facts"], key=lambda one: -len(one["key"])):
        fitting = [one for one in left if says(one, label)]
        if fitting:
            # The shortest says this and no more.
            left.remove(min(fitting, key=lambda one: len(one.text)))
        else:
            missed.append(label)
    listed = [*turn["facts"], *turn.get("optional", ())]
    wrong = [
        one
        for one in left
        if not any(says(one, label) for label in listed) and not _restates(one, listed)
    ]
    return Counted(
        turn=turn,
        right=len(turn["facts"]) - len(missed),
        wrong=tuple(wrong),
        missed=tuple(missed),
        found=tuple(found),
    )


def _restates(fact: Fact, listed: Iterable[dict[str, Any]]) -> bool:
    if is_unspaced(fact.text):
        return set(fact.text) - set("是的。") <= {
            c for one in listed for c in one["fact"]
        }
    words = set(tokenize(fact.text)) - set(tokenize(f"{fact.subject} {LITTLE}"))
    known = {word for one in listed for word in tokenize(one["fact"])}
    return bool(known and words) and len(words & known) >= RESTATED * len(words)


def _language(turn: dict[str, Any]) -> str:
    return "en" if turn["id"] <= 320 else "de" if turn["id"] <= 360 else "zh"


def labels(report: bool, show: bool) -> None:
    """Print precision and recall on a half of the labels."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    started = perf_counter()
    number = 0
    for turn in turns(report):
        number += 1
        kept = [one for one in extract(speech(turn)) if one.confidence >= THRESHOLD]
        one = count(turn, kept)
        for name in ("all", _language(turn)):
            totals[name]["right"] += one.right
            totals[name]["wrong"] += len(one.wrong)
            totals[name]["missed"] += len(one.missed)
        if show and (one.wrong or one.missed):
            print(f"{turn['id']} {turn['name']}: {turn['text']}")
            for fact in one.found:
                mark = "WRONG" if fact in one.wrong else "  ok "
                sure = f"{fact.confidence} {fact.category}"
                print(f"   {mark} {sure} {fact.text} [{fact.slot}]")
            for label in one.missed:
                print(f"   MISSED {label['fact']} ({label['key']})")
    took = (perf_counter() - started) / max(1, number)
    print("| part | precision | recall | right | wrong | missed |")
    print("|---|---|---|---|---|---|")
    for name, parts in totals.items():
        precision = parts["right"] / max(1, parts["right"] + parts["wrong"])
        recall = parts["right"] / max(1, parts["right"] + parts["missed"])
        print(
            f"| {name} | {precision:.3f} | {recall:.3f} | {parts['right']} "
            f"| {parts['wrong']} | {parts['missed']} |"
        )
    print(f"{1000 * took:.2f} ms a turn")


def locomo(path: Path, sheet: Path | None) -> None:
    """Print how many of a file's observations are covered by a fact.

    A line covers an observation at the cosine at which lines of another conversation
    cover 5 %. The names of the two are taken out: each conversation has its own.
    """
    embedder = load_embedder(MODEL)
    whole = json.loads(path.read_text(encoding="utf-8"))
    told, said, observed = [], [], []
    sampled: list[str] = []
    for conversation, entry in zip(load(path), whole, strict=True):
        names = conversation.speakers
        facts, before = [], ""
        for turn in conversation.turns:
            first = turn.speaker == names[0]
            other = names[1] if first else names[0]
            role: Role = "user" if first else "assistant"
            found = extract(Remark(turn.text, role, turn.speaker, other, before))
            kept = [one.text for one in found if one.confidence >= THRESHOLD]
            sampled += [f"{one}\t{turn.text}" for one in kept]
            facts += kept
            before = turn.text
        sentence = [one for turn in conversation.turns for one in sentences(turn.text)]
        stated = [
            one[0]
            for session in entry["observation"].values()
            for lines in session.values()
            for one in lines
        ]
        for kind, lines in ((told, facts), (said, sentence), (observed, stated)):
            bare = [without_names(one, names) for one in lines]
            kind.append(np.asarray(embedder.embed(bare)))
    for name, kind in (("facts", told), ("whole sentences", said)):
        own = [(o @ k.T).max(1) for o, k in zip(observed, kind, strict=True)]
        others = [*kind[1:], kind[0]]
        strange = [(o @ k.T).max(1) for o, k in zip(observed, others, strict=True)]
        bar = float(np.quantile(np.concatenate(strange), 1 - STRANGE))
        covered = float((np.concatenate(own) >= bar).mean())
        print(f"{name}: {sum(map(len, kind))} lines, {covered:.3f} at cosine {bar:.3f}")
    if sheet is not None:
        chosen = Random(7).sample(sampled, min(SHEET, len(sampled)))
        sheet.write_text("\n".join(chosen), encoding="utf-8")


def main() -> None:
    """Print the figures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--locomo", type=Path)
    parser.add_argument("--sheet", type=Path)
    asked = parser.parse_args()
    if asked.locomo is not None:
        locomo(asked.locomo, asked.sheet)
    else:
        labels(asked.report, asked.show)


if __name__ == "__main__":
    main()
