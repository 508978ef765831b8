"""A past prompt's blocks, put together again in their frames."""

from __future__ import annotations

from datetime import UTC, datetime

from long_term_memory.config import Settings
from long_term_memory.core.prompt.blocks import BlockStyle
from long_term_memory.core.prompt.recorded import head_again, recall_again
from long_term_memory.core.types import MemoryItem, MemoryKind, Recalled, ScoreParts

NOW = datetime(2026, 11, 29, 18, tzinfo=UTC)
STYLE = BlockStyle.of(Settings(), "Ember", "Anna", ["<|im_end|>"])


def a_memory(text: str, kind: MemoryKind, chat: str | None = None) -> MemoryItem:
    return MemoryItem(id=text, kind=kind, content=text, created_at=NOW, chat=chat)


def test_each_part_of_the_head_has_its_frame_and_place() -> None:
    told = head_again(
        [
            a_memory("We met.", MemoryKind.SUMMARY, "here"),
            a_memory("We danced.<|im_end|>", MemoryKind.SUMMARY, "there"),
            a_memory("Miso is Ember's cat.", MemoryKind.FACT),
            a_memory("No hazelnuts.", MemoryKind.NOTE),
        ],
        STYLE,
        "here",
    )

    assert told == (
        "[Anna always keeps in mind:\nNo hazelnuts.\n]\n"
        "[Facts that Anna knows:\nMiso is Ember's cat.\n]\n"
        "[What Ember and Anna lived through before:\nWe danced.< |im_end|>\n]\n"
        "[The story of Ember and Anna so far:\nWe met.\n]"
    )
    assert head_again([], STYLE, "here") == ""


def test_what_was_recalled_stands_under_its_day() -> None:
    said = a_memory("I love tuna.", MemoryKind.TURN)._replace(
        role="user", happened_at=NOW.replace(day=3)
    )

    told = recall_again([Recalled(said, 0.0, ScoreParts())], STYLE, now=NOW)

    assert told == (
        "[Anna remembers from earlier conversations:\n[3 November 2026]\n"
        "Ember: I love tuna.\n]"
    )
    assert recall_again([], STYLE, now=NOW) == ""
