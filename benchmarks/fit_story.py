"""Fit the weights of `core/summaries/turning_points.py` on lines of our own.

    PYTHONPATH=extensions:. python -m benchmarks.fit_story

`benchmarks/data/story_lines` holds chats that were written for this; what a person
would tell of them stands in `{{ }}`. Of the chats to build on in
`benchmarks/data/long_chats` a passage is an example of what is told if it answers a
question; so it is of the chats in `benchmarks/data/story_chats`, which a person wrote
who had not seen the rules. Passages are seen amid ten messages, as they are when a
summary is made.
The fit is a logistic regression; what ships lies between it and the weights that were
set by hand before (`BY_HAND`), which know of more chats than these.
Prints the weights, and for each chat how well weights that never saw it rank its
passages. Needs scikit-learn. Deterministic.
Owns: the examples, the fit.
Knows nothing of: how passages are weighed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from long_term_memory.core.summaries.binding import Spoken
from long_term_memory.core.summaries.hearing import heard
from long_term_memory.core.summaries.telling import Passage
from long_term_memory.core.summaries.turning_points import FEATURES, Echoes, features

LINES: Final = Path(__file__).parent / "data" / "story_lines"
LONG_CHATS: Final = Path(__file__).parent / "data" / "long_chats"
STORY_CHATS: Final = Path(__file__).parent / "data" / "story_chats"
CHUNK: Final = 10
"""Messages of a summary."""

SHARED: Final = 0.6
"""So much of a passage, or of what is marked, must be the other's words."""

STRENGTH: Final = 0.01
"""Inverse strength of the L2 penalty, over signals of deviation 1."""

OF_HAND: Final = 0.7
OF_FIT: Final = 0.5

BY_HAND: Final = {
    **{"own_user": 0.9, "own_character": -0.8, "user_told": -0.8, "user_said": 0.1},
    **{"scene_told": -0.8, "scene_said": 0.1, "event": 1.2, "plot": 0.2},
    **{"defines": 0.3, "change": 0.2, "promise": 1.0, "kin": 0.7, "work": 0.3},
    **{"body": 0.1, "liking": 0.2, "date": 0.5, "money": 0.1, "number": 0.2},
    **{"first": 0.2, "plan": 0.2, "naming": 0.3, "self": -0.1, "you": -0.3},
    **{"length": 0.6, "question": -1.5, "names": 0.1, "returns": -0.1},
    **{"introduces": 0.25, "opens_badly": -0.6, "late": 0.9, "loud": 0.3},
    **{"stirs": 0.3, "taken_up": 0.45},
}

_MARKED: Final = re.compile(r"\{\{(.*?)\}\}")
_WORD: Final = re.compile(r"\w+")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message, and what of it is told."""

    name: str
    user: bool
    text: str
    told: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Messages, and the patterns of what is asked about them."""

    id: str
    lines: list[Line] = field(default_factory=list)
    patterns: Sequence[Sequence[str]] = ()


def chats() -> Iterator[Chat]:
    """Yield the chats to learn from."""
    for path in sorted(LINES.glob("*.txt")):
        yield from _marked_chats(path)
    for path in sorted([*LONG_CHATS.glob("*.json"), *STORY_CHATS.glob("*.json")]):
        read = json.loads(path.read_text("utf-8"))
        if isinstance(read, dict) and read.get("half") in ("build", "train"):
            yield Chat(
                id=read["id"],
                lines=[
                    Line(
                        name=read[one["who"]],
                        user=one["who"] == "user",
                        text=one["text"],
                    )
                    for session in read["sessions"]
                    for one in session["messages"]
                ],
                patterns=[one["patterns"] for one in read["questions"]],
            )


def _marked_chats(path: Path) -> Iterator[Chat]:
    chat, names = Chat(id=""), {"U": "", "C": ""}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("## "):
            if chat.lines:
                yield chat
            _, _, names["U"], names["C"] = line.split()
            chat = Chat(id=f"{path.stem}:{names['U']}")
        elif line[:3] in ("U: ", "C: "):
            chat.lines.append(
                Line(
                    name=names[line[0]],
                    user=line[0] == "U",
                    text=line[3:].replace("{{", "").replace("}}", ""),
                    told=_MARKED.findall(line),
                )
            )
    yield chat


def passages(chat: Chat) -> list[Passage]:
    """Return the passages of a chat as its summaries see them."""
    found: list[Passage] = []
    for start in range(0, len(chat.lines), CHUNK):
        some = [
            Spoken(name=one.name, text=one.text, user=one.user)
            for one in chat.lines[start : start + CHUNK]
        ]
        found += [one._replace(place=one.place + start) for one in heard(some)]
    return found


def labels(chat: Chat, said: Sequence[Passage]) -> NDArray[np.bool_]:
    """Say which passages are told."""
    found = np.array([_is_marked(one, chat.lines[one.place].told) for one in said])
    for patterns in chat.patterns:
        for length in (1, 2):
            hits = list(_answers(said, patterns, length))
            found[[at for hit in hits for at in range(hit, hit + length)]] = True
            if hits:
                break
    return found


def _is_marked(one: Passage, told: Sequence[str]) -> bool:
    words = set(_WORD.findall(one.text.lower()))
    marks = [set(_WORD.findall(mark.lower())) for mark in told]
    return any(
        len(words & mark) >= SHARED * len(mark)
        or (len(words) > 2 and len(words & mark) >= SHARED * len(words))
        for mark in marks
    )


def _answers(
    said: Sequence[Passage], patterns: Sequence[str], length: int
) -> Iterator[int]:
    for at in range(len(said) - length + 1):
        some = said[at : at + length]
        text = " ".join(f"{one.name}: {one.text}" for one in some)
        if some[0].place == some[-1].place and any(
            re.search(pattern, text, re.IGNORECASE) for pattern in patterns
        ):
            yield at


def table(said: Sequence[Passage], messages: int) -> Numbers:
    """Return what is seen of passages, each amid so many messages."""
    rows: list[list[float]] = []
    for start in range(0, said[-1].place + 1, messages):
        near = [one for one in said if start <= one.place < start + messages]
        echoes = Echoes(near)
        for one in near:
            seen = features(one, echoes)
            rows.append([seen.get(name, 0.0) for name in FEATURES])
    return np.array(rows)


def fitted(seen: Numbers, told: NDArray[np.bool_], group: NDArray[np.str_]) -> Numbers:
    """Return a weight for each feature; every chat counts alike."""
    deviation = seen.std(0) + 1e-9
    sizes = {one: int((group == one).sum()) for one in set(group.tolist())}
    weights = np.array([1 / sizes[one] for one in group.tolist()])
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=500)
    scaled = (seen - seen.mean(0)) / deviation
    model.fit(scaled, told, sample_weight=weights / weights.mean())
    found: Numbers = model.coef_[0] / deviation
    found[deviation < 1e-6] = 0
    return OF_FIT * found + OF_HAND * np.array(
        [BY_HAND.get(one, 0) for one in FEATURES]
    )


def main() -> None:
    """Fit and print."""
    seen, told, group = [], [], []
    for chat in chats():
        said = passages(chat)
        seen.append(table(said, CHUNK))
        told.append(labels(chat, said))
        group += [chat.id] * len(said)
    rows, truth, groups = np.vstack(seen), np.hstack(told), np.array(group)
    print(
        "| chat | passages | told | AUC | average precision |\n"
        "|---|---:|---:|---:|---:|"
    )
    for one in dict.fromkeys(group):
        here = groups == one
        score = rows[here] @ fitted(rows[~here], truth[~here], groups[~here])
        print(
            f"| {one} | {here.sum()} | {truth[here].sum()} | "
            f"{roc_auc_score(truth[here], score):.2f} | "
            f"{average_precision_score(truth[here], score):.2f} |"
        )
    print("\nWEIGHTS: Final = {")
    for name, weight in zip(FEATURES, fitted(rows, truth, groups), strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("}")


if __name__ == "__main__":
    main()
