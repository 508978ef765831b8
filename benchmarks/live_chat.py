"""Is memory there when a message needs it, and quiet when none is needed?

    PYTHONPATH=extensions:. python -m benchmarks.live_chat [--half report] [FILE ...]

Without files it takes `benchmarks/data/live_chat`. `--against CHECKOUT` runs another
version of this project beside it, with that checkout's own adapter and packages.
A bank's chats are shown as sessions, every probe is asked in a new chat at the bank's
"now", and what would be put into the prompt is held against the labels. Prints
Markdown.
Owns: the data's format, the rivals, the figures.
Knows nothing of: how the engine decides.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import log1p, nan
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np

HERE: Final = Path(__file__).resolve().parent
DATA: Final = HERE / "data" / "live_chat"
BUDGET: Final = 1000
DEPTH: Final = 200
FARAWAY: Final = 10**6
SMALL_TALK: Final = ("small_talk", "filler")
KINDS: Final = (
    *("question", "implicit", "command", "roleplay", "small_talk", "filler"),
    *("new_topic", "unknown"),
)
# The plain sum: best passage, whole message, window, BM25, each by its deviations.
WEIGHTS: Final = (1.0, 0.5, 0.5, 0.7)
PASSAGE_WORDS: Final = 20
LONG_MESSAGE_WORDS: Final = 60

# A sign of a script without spaces counts as one.
_TOKEN: Final = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\u3040-\u30ff\u4e00-\u9fff]+|[^\w\s]"
)
_SENTENCE: Final = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f*\n])\s*")


def count_tokens(text: str) -> int:
    """Count words, marks, and single signs of scripts without spaces."""
    return len(_TOKEN.findall(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A message and what it needs: places of messages, chat and place in the chat.

    Attributes:
        needs: What answers it, or a good friend would bear in mind.
        forbidden: What would mislead, as it is true no longer.
    """

    text: str
    kind: str
    needs: frozenset[str]
    forbidden: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """What was said by two, and what is asked then."""

    id: str
    user: str
    character: str
    style: str
    language: str
    half: str
    now: datetime
    turns: tuple[dict[str, Any], ...]
    probes: tuple[Probe, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one system did for one probe.

    Attributes:
        lines: How many messages stood in the block.
        found: How many of them were needed.
        tokens: Of the block, its frame included; 0 without a line.
        stale: Whether what is true no longer stood there.
        newer_first: Whether the truth ranked before it; None if nothing is outdated.
    """

    bank: str
    language: str
    style: str
    kind: str
    text: str
    needs: int
    lines: int
    found: int
    tokens: int
    stale: bool
    newer_first: bool | None


def load(files: Iterable[Path], half: str) -> list[Bank]:
    """Read banks of one half, `build` or `report`, or of `all`."""
    banks = [
        _bank(told)
        for file in files
        for told in json.loads(file.read_text(encoding="utf-8"))["banks"]
    ]
    return [bank for bank in banks if half in ("all", bank.half)]


def _bank(told: Mapping[str, Any]) -> Bank:
    turns = tuple(
        {
            "session": chat,
            "dia_id": f"{chat}:{place}",
            "text": message["text"],
            "date": session["date"],
            "speaker": told["user" if message["who"] == "user" else "character"],
        }
        for chat, session in enumerate(told["chats"])
        for place, message in enumerate(session["messages"])
    )
    probes = tuple(
        Probe(
            text=one["text"],
            kind=one["kind"],
            needs=frozenset(f"{a}:{b}" for a, b in one.get("needs") or ()),
            forbidden=frozenset(f"{a}:{b}" for a, b in one.get("forbidden") or ()),
        )
        for one in told["probes"]
    )
    return Bank(
        id=told["id"],
        user=told["user"],
        character=told["character"],
        style=told["style"],
        language=told.get("language", "en"),
        half=told.get("half", "report"),
        now=datetime.fromisoformat(told["now"]).replace(tzinfo=UTC),
        turns=turns,
        probes=probes,
    )


# -- systems: from a bank to what each probe gets --------------------------------------

Answer = tuple[Sequence[str], str, Sequence[str]]
"""Places that stand in the block, its text, and all places, best first."""
Asking = Callable[[Bank], Iterator[Answer]]


def of_adapter(path: Path, options: Mapping[str, Any], bank: Bank) -> Iterator[Answer]:
    """Ask a version of the engine by its referee's adapter."""
    memory = _adapter(path)(**options)
    try:
        memory.reset(bank.id, [bank.user, bank.character])
        memory.add(bank.turns)
        memory.finish()
        memory._now = bank.now
        for probe in bank.probes:
            packed = memory.pack(probe.text, BUDGET)
            found = memory.search(probe.text, DEPTH)
            order = [place for one in found for place in one["dia_ids"]]
            yield packed["dia_ids"], packed["text"], order
    finally:
        memory.close()


def _adapter(path: Path) -> Any:
    name = f"adapter_{abs(hash(path))}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name].LongTermMemory


class Plain:
    """The sum of likenesses without any gate, and cosines alone."""

    def __init__(self) -> None:
        """Load the default embedder."""
        from long_term_memory.models.embedder import load_embedder

        self._embedder = load_embedder("all-MiniLM-L6-v2")

    def top_lines(self, count: int, bank: Bank) -> Iterator[Answer]:
        """Show the first so many lines by the sum."""
        for ranked in self._ranked(bank):
            shown = ranked.order[:count]
            lines = "\n".join(bank.turns[at]["text"] for at in shown)
            yield self._answer(bank, shown, lines, ranked.order)

    def top_tokens(self, tokens: int, bank: Bank) -> Iterator[Answer]:
        """Show the first so many tokens by the sum, long messages by a passage."""
        for ranked in self._ranked(bank):
            shown, lines, room = [], [], tokens
            for at in ranked.order:
                text = bank.turns[at]["text"]
                if len(text.split()) > LONG_MESSAGE_WORDS:
                    text = ranked.passage[at]
                cost = count_tokens(text) + 2
                if cost <= room:
                    shown, lines, room = [*shown, at], [*lines, text], room - cost
            yield self._answer(bank, shown, "\n".join(lines), ranked.order)

    def cosines(self, count: int, bank: Bank) -> Iterator[Answer]:
        """Show the messages that are nearest by one vector each."""
        vectors = self._embedder.embed([turn["text"] for turn in bank.turns])
        for probe in bank.probes:
            [query] = self._embedder.embed([probe.text])
            order = np.argsort(-(vectors @ query)).tolist()
            lines = "\n".join(bank.turns[at]["text"] for at in order[:count])
            yield self._answer(bank, order[:count], lines, order)

    def _answer(
        self, bank: Bank, shown: Sequence[int], text: str, order: Sequence[int]
    ) -> Answer:
        ids = [turn["dia_id"] for turn in bank.turns]
        return [ids[at] for at in shown], text, [ids[at] for at in order]

    def _ranked(self, bank: Bank) -> Iterator[_Ranked]:
        texts = [turn["text"] for turn in bank.turns]
        parts = [passages(text) for text in texts]
        owner = np.array([at for at, some in enumerate(parts) for _ in some])
        flat = [part for some in parts for part in some]
        messages, pieces = self._embedder.embed(texts), self._embedder.embed(flat)
        windows = self._embedder.embed(_windows(bank))
        words = Words(texts)
        for probe in bank.probes:
            [query] = self._embedder.embed([probe.text])
            near = pieces @ query
            best = np.full(len(texts), -1.0, np.float32)
            np.maximum.at(best, owner, near)
            signals = (
                best,
                messages @ query,
                windows @ query,
                words.scores(probe.text),
            )
            total = sum(
                weight * standing_out(signal)
                for weight, signal in zip(WEIGHTS, signals, strict=True)
            )
            telling = {
                at: flat[max(np.flatnonzero(owner == at), key=lambda one: near[one])]
                for at in range(len(texts))
            }
            yield _Ranked(np.argsort(-total, kind="stable").tolist(), telling)


@dataclass(frozen=True, slots=True)
class _Ranked:
    order: list[int]
    passage: dict[int, str]


class Words:
    """BM25 over words, or over signs where a script has no spaces."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the words of some texts."""
        self._counts = [Counter(_words(text)) for text in texts]
        self._lengths = np.array([sum(count.values()) for count in self._counts])
        self._held = Counter(word for count in self._counts for word in count)

    def scores(self, query: str) -> np.ndarray[Any, Any]:
        """Score each text (k1 = 0.9, b = 0.4, as Anserini's defaults)."""
        total = np.zeros(len(self._counts))
        norm = 0.9 * (0.6 + 0.4 * self._lengths / max(1.0, float(self._lengths.mean())))
        for word in set(_words(query)):
            held = self._held.get(word, 0)
            idf = log1p((len(self._counts) - held + 0.5) / (held + 0.5))
            often = np.array([count[word] for count in self._counts])
            total += idf * often / (often + norm)
        return total


def _words(text: str) -> list[str]:
    return [one for one in _TOKEN.findall(text.casefold()) if one[0].isalnum()]


def _windows(bank: Bank) -> list[str]:
    texts = [f"{turn['speaker']}: {turn['text']}" for turn in bank.turns]
    session = [turn["session"] for turn in bank.turns]
    return [
        "\n".join(
            texts[one]
            for one in range(max(0, at - 1), min(len(texts), at + 2))
            if session[one] == session[at]
        )
        for at in range(len(texts))
    ]


def passages(text: str) -> list[str]:
    """Cut a text at sentences into passages of about twenty words."""
    found: list[str] = []
    for sentence in filter(None, (one.strip() for one in _SENTENCE.split(text))):
        if found and count_tokens(found[-1]) < PASSAGE_WORDS:
            found[-1] = f"{found[-1]} {sentence}"
        else:
            found.append(sentence)
    return found or [text]


def standing_out(scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return by how many deviations each score stands out."""
    deviation = float(scores.std())
    return (scores - scores.mean()) / (deviation if deviation > 1e-6 else 1.0)


# -- figures ---------------------------------------------------------------------------


def judged(asking: Asking, banks: Sequence[Bank]) -> list[Row]:
    """Hold what a system does against the labels."""
    return [
        _row(bank, probe, answer)
        for bank in banks
        for probe, answer in zip(bank.probes, asking(bank), strict=True)
    ]


def _row(bank: Bank, probe: Probe, answer: Answer) -> Row:
    shown, text, order = answer
    rank = {place: at for at, place in reversed(list(enumerate(order)))}

    def first(places: frozenset[str]) -> int:
        return min((rank.get(place, FARAWAY) for place in places), default=FARAWAY)

    newer = first(probe.needs) < first(probe.forbidden) if probe.forbidden else None
    return Row(
        bank=bank.id,
        language=bank.language,
        style=bank.style,
        kind=probe.kind,
        text=probe.text,
        needs=len(probe.needs),
        lines=len(shown),
        found=len(probe.needs & set(shown)),
        tokens=count_tokens(text) if shown else 0,
        stale=bool(probe.forbidden & set(shown)),
        newer_first=newer,
    )


COLUMNS: Final = (
    *("needing", "silent %", "nothing needed found %", "needed found %", "tokens"),
    *("lines needed %", "small talk spoken to %", "tokens there"),
    *("new subjects %", "never told %", "newer first %", "outdated shown %"),
)


def figures(rows: Sequence[Row]) -> list[float]:
    """Return the figures of `COLUMNS`."""
    needing = [row for row in rows if row.needs]
    small = [row for row in rows if row.kind in SMALL_TALK and not row.needs]
    changed = [row for row in rows if row.newer_first is not None]

    def of(kind: str) -> float:
        some = [row for row in rows if row.kind == kind and not row.needs]
        return 100 * mean(row.lines > 0 for row in some)

    lines = sum(row.lines for row in needing)
    return [
        len(needing),
        100 * mean(row.lines == 0 for row in needing),
        100 * mean(row.found == 0 for row in needing),
        100 * mean(row.found / row.needs for row in needing),
        mean(row.tokens for row in needing),
        100 * sum(row.found for row in needing) / lines if lines else nan,
        100 * mean(row.lines > 0 for row in small),
        mean(row.tokens for row in small),
        of("new_topic"),
        of("unknown"),
        100 * mean(bool(row.newer_first) for row in changed),
        100 * mean(row.stale for row in changed),
    ]


def mean(values: Iterable[float]) -> float:
    """Return the mean; not a number if there is none."""
    some = list(values)
    return sum(some) / len(some) if some else nan


def table(systems: Mapping[str, Sequence[Row]]) -> str:
    """Write the figures of some systems as Markdown."""
    lines = [
        f"| | {' | '.join(COLUMNS)} |",
        f"|---|{'---|' * len(COLUMNS)}",
    ]
    for name, rows in systems.items():
        shown = [f"{value:.1f}".removesuffix(".0") for value in figures(rows)]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return "\n".join(lines)


def sections(systems: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Write all, then by language, by style, and by the kind of message."""
    yield "## All\n\n" + table(systems)
    own = next(iter(systems.values()))
    yield "## English\n\n" + table(_only(systems, lambda row: row.language == "en"))
    yield "## Other languages\n\n" + table(
        _only(systems, lambda row: row.language != "en")
    )
    for key in ("style", "kind", "bank"):
        values = sorted({getattr(row, key) for row in own})
        parts = {
            value: [row for row in own if getattr(row, key) == value]
            for value in values
        }
        yield f"## By {key}\n\n" + table(parts)


def _only(
    systems: Mapping[str, Sequence[Row]], wanted: Callable[[Row], bool]
) -> dict[str, list[Row]]:
    return {name: list(filter(wanted, rows)) for name, rows in systems.items()}


# -- the command -----------------------------------------------------------------------


def other_version(checkout: Path, options: argparse.Namespace) -> list[Row]:
    """Run another checkout's engine in a process of its own."""
    command = [sys.executable, __file__, "--rows", "--half", options.half]
    command += ["--adapter", str(checkout / "benchmarks" / "referee_adapter.py")]
    command += [str(file) for file in options.files]
    path = os.pathsep.join([str(checkout / "extensions"), str(checkout)])
    told = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, check=True
    )
    return [Row(**row) for row in json.loads(told.stdout)]


def main() -> None:
    """Ask all systems, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[])
    parser.add_argument("--half", choices=("build", "report", "all"), default="report")
    parser.add_argument("--against", type=Path, help="a checkout of another version")
    parser.add_argument("--adapter", type=Path, default=HERE / "referee_adapter.py")
    parser.add_argument("--option", action="append", default=[], help="name=JSON")
    parser.add_argument("--only", action="store_true", help="without the rivals")
    parser.add_argument("--rows", action="store_true", help="print rows as JSON")
    parser.add_argument("--json", type=Path, help="write all rows there")
    options = parser.parse_args()
    options.files = options.files or sorted(DATA.glob("*.json"))
    banks = load(options.files, options.half)
    settings = {
        name: json.loads(value)
        for name, value in (one.split("=", 1) for one in options.option)
    }
    own = judged(partial(of_adapter, options.adapter, settings), banks)
    if options.rows:
        print(json.dumps([_as_dict(row) for row in own]))
        return
    systems = {"this version": own}
    if options.against:
        systems["the other version"] = other_version(options.against, options)
    if not options.only:
        plain = Plain()
        systems |= {
            "plain sum, 20 lines": judged(partial(plain.top_lines, 20), banks),
            "plain sum, 350 tokens": judged(partial(plain.top_tokens, 350), banks),
            "five nearest by cosine": judged(partial(plain.cosines, 5), banks),
        }
    print("\n\n".join(sections(systems)))
    if options.json:
        told = {name: [_as_dict(r) for r in rows] for name, rows in systems.items()}
        options.json.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def _as_dict(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__dataclass_fields__}


if __name__ == "__main__":
    main()
