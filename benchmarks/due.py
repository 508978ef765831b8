"""How well what is to come is found, on its day, and closed when it is told of.

    PYTHONPATH=extensions:. python -m benchmarks.due [--report] [--own] [--show]

Owns: the lines in `data/facts/due.jsonl`, what counts as found, the figures.
Knows nothing of: banks, prompts.

Counts what is found on the right day; of what is spoken of, how much had been closed
before; and whether what is open at the end is right. Odd lines are to build on, even
ones (`--report`) only report. `--own` reads the lines of who wrote the rules.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from long_term_memory.core.knowledge.closing import closed_by
from long_term_memory.core.knowledge.due import (
    Moment,
    NamedMatter,
    SaidBefore,
    Thread,
    in_scene,
    moment_of,
    openings,
    threads_of,
)

DATA: Final = Path(__file__).parent / "data" / "facts" / "due.jsonl"
OWN: Final = Path(__file__).parent / "data" / "fact_lines" / "talks.jsonl"
NEXT_TALK: Final = "next_talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A labelled line, and what was made of it.

    Attributes:
        found: It was found on the right day.
        mentions: Places among the later messages whose turn speaks of it.
        late: Mentions after the label closes it.
        open_right: Whether it is open at the end as the label says.
    """

    label: dict[str, Any]
    found: bool
    threads: tuple[Thread, ...]
    mentions: tuple[tuple[int, Moment], ...] = ()
    late: int = 0
    open_right: bool = False


def lines(*, report: bool) -> Iterator[dict[str, Any]]:
    """Yield the labels of one half."""
    for text in DATA.read_text("utf-8").splitlines():
        label = json.loads(text)
        if (label["id"] % 2 == 0) == report:
            yield label


def own_lines() -> Iterator[dict[str, Any]]:
    """Yield the labels of who wrote the rules."""
    for text in OWN.read_text("utf-8").splitlines():
        yield json.loads(text)


def read(label: dict[str, Any]) -> Line:
    """Say what is made of a labelled line."""
    first = _said(label, "0", label["role"])
    later = [
        _said(one, str(at), one.get("role", "user"))
        for at, one in enumerate(label["later"], 1)
    ]
    threads = threads_of([_named(first)], UTC)
    right = [one for one in threads if _day(one) == label["due"]]
    if not right:
        return Line(label=label, found=False, threads=tuple(threads))
    return _followed(label, first, later, tuple(threads), right[0])


def _followed(
    label: dict[str, Any],
    first: SaidBefore,
    later: Sequence[SaidBefore],
    threads: tuple[Thread, ...],
    followed: Thread,
) -> Line:
    """Follow one thread through the later messages, as a bank does."""
    closes = [at for at, one in enumerate(label["later"]) if one["closes"]]
    mentions = []
    thread: Thread = followed
    for at, turn in enumerate(later):
        known = [_named(one) for one in (first, *later[: at + 1])]
        now = threads_of(known, UTC)
        thread = next(one for one in now if one.sources[0] == "0")
        after = _after(thread, later[: at + 1])
        if turn.role != "user" or closed_by(thread, after, UTC) is not None:
            continue
        moment = moment_of(thread, after[:-1], turn, UTC) if after else None
        if moment is not None:
            mentions.append((at, moment))
    closed = closed_by(thread, _after(thread, later), UTC) is not None
    return Line(
        label=label,
        found=True,
        threads=threads,
        mentions=tuple(mentions),
        late=sum(bool(closes) and at >= closes[0] for at, _ in mentions),
        open_right=closed != label["open_after"],
    )


def _named(said: SaidBefore) -> NamedMatter:
    return NamedMatter(said, openings(said.text, said.role), in_scene(said.text))


def _after(thread: Thread, later: Sequence[SaidBefore]) -> list[SaidBefore]:
    """Return the messages after the one that a thread rests on last."""
    at = int(thread.said.id)
    return list(later[at:])


def _said(part: dict[str, Any], id_: str, role: Any) -> SaidBefore:
    at = datetime.fromisoformat(part["said_at"]).replace(tzinfo=UTC)
    return SaidBefore(id_, role, "", part["text"], at)


def _day(thread: Thread) -> str:
    if thread.first is None:
        return "" if thread.story else NEXT_TALK
    return thread.first.isoformat()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="the half to report on")
    parser.add_argument("--own", action="store_true", help="lines of our own")
    parser.add_argument("--show", action="store_true", help="show what went wrong")
    asked = parser.parse_args()
    labels = own_lines() if asked.own else lines(report=asked.report)
    read_lines = [read(label) for label in labels]
    found = [one for one in read_lines if one.found]
    mentions = sum(len(one.mentions) for one in found)
    late = sum(one.late for one in found)
    right = sum(one.open_right for one in found)
    print(f"found on the right day: {len(found)} of {len(read_lines)}")
    print(f"spoken of: {mentions} times, {late} of them after it was closed")
    print(f"open or closed at the end as labelled: {right} of {len(found)}")
    for one in read_lines if asked.show else ():
        if not one.found or one.late or not one.open_right:
            days = [_day(thread) for thread in one.threads]
            print(one.label["id"], days, one.mentions, one.label)


if __name__ == "__main__":
    main()
