"""Counting tokens with and without a tokenizer."""

# ruff: noqa: RUF001 - the texts are in the scripts they are about

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.errors import ConfigError
from long_term_memory.models.minilm_weights import TOKENIZER, packaged_folder
from long_term_memory.models.tokens import (
    estimate_tokens,
    load_token_counter,
    remembering,
)

# Counted once with a byte-level vocabulary of 65,000 entries.
COUNTED = {
    "english": (
        "I went to the lake with my dog yesterday, and it was so much fun!",
        17,
    ),
    "chinese": (
        "你好，我叫小明。今天我们去公园散步，天气非常好，我很喜欢那里的花。",
        38,
    ),
    "japanese": ("昨日は友達と一緒に京都へ行きました。とても楽しかったです。", 31),
    "korean": ("어제 친구와 함께 부산에 갔어요. 정말 재미있었어요.", 34),
    "russian": ("Вчера мы с другом ездили в Москву. Было очень интересно.", 33),
    "arabic": ("ذهبت أمس مع صديقي إلى المدينة وكان الجو جميلا جدا", 43),
    "capitals": ("HELLO WHERE ARE YOU GOING TODAY? SUPERCALIFRAGILISTIC", 18),
    "numbers": ("My phone is 0171 2345678, born 1987-03-12, pi 3.14159265", 22),
}


@pytest.mark.parametrize(("text", "tokens"), COUNTED.values(), ids=COUNTED)
def test_the_estimate_is_near_and_never_far_below(text: str, tokens: int) -> None:
    assert 0.75 * tokens <= estimate_tokens(text) <= 1.6 * tokens


@pytest.mark.parametrize("text", ["", " ", "\n", "\ud83d", "\x00", "😀" * 100])
def test_any_text_can_be_counted(text: str) -> None:
    count = load_token_counter(packaged_folder() / TOKENIZER)

    assert estimate_tokens(text) >= 0
    assert count(text) >= 0


def test_a_longer_text_is_never_counted_shorter() -> None:
    text = "Wait... *waves* 你好, Königsberg 2024!\n\n'Til then, 😀"
    counts = [estimate_tokens(text[:end]) for end in range(len(text) + 1)]

    assert sorted(counts) == counts


def test_without_a_file_the_estimate_counts() -> None:
    assert load_token_counter(None) is estimate_tokens


def test_a_tokenizer_file_counts_exactly_and_without_its_frame() -> None:
    count = load_token_counter(packaged_folder() / TOKENIZER)

    assert count("Hello there, friend") == 4
    assert count("hello " * 600) == 600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "1.0"}'])
def test_a_file_that_is_no_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "tokenizer.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"tokenizer\.json"):
        load_token_counter(file)


def test_a_missing_tokenizer_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load_token_counter(tmp_path / "nowhere.json")


def test_a_text_is_counted_once_and_no_word_of_it_is_kept() -> None:
    asked: list[str] = []

    def count(text: str) -> int:
        asked.append(text)
        return len(text)

    counted = remembering(count)

    assert [counted(one) for one in ("a word", "two", "a word", "")] == [6, 3, 6, 0]
    assert asked == ["a word", "two", ""]
