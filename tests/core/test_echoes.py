"""A service that repeats what it was sent is found out."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.text.echoes import LONGEST_COMMON, repeats

TEXT = st.text(min_size=1, max_size=60).filter(
    lambda text: any(map(str.isalnum, text.casefold()))
)


def _once(text: str) -> str:
    return json.dumps({"detail": text})


@given(text=TEXT, others=st.lists(TEXT, max_size=3))
@pytest.mark.parametrize(
    "written",
    [
        str,
        _once,
        lambda text: _once(_once(text)),
        lambda text: json.dumps({"detail": text}, ensure_ascii=False),
        lambda text: html.escape(text),
        lambda text: quote(text, errors="replace"),
        lambda text: " ".join(text.split()).upper(),
    ],
)
def test_an_echo_is_found_in_whatever_way_it_is_written(
    written: object, text: str, others: list[str]
) -> None:
    assert callable(written)
    if "\\" in text or "%" in text or "&" in text or any(c < " " for c in text):
        return  # letters of an escape, or what another reading makes of it
    try:
        words = f"bad input: {written(text)} (400)"
    except UnicodeEncodeError:
        return
    if written("a") == "A" and text.upper().casefold() != text.casefold():
        return
    assert repeats(words, [*others, text])


@given(text=st.text("abcdefgh ", min_size=40, max_size=80), at=st.integers(0, 30))
def test_a_piece_of_a_text_is_an_echo_too(text: str, at: int) -> None:
    piece = text[at : at + 2 * LONGEST_COMMON]
    if sum(map(str.isalnum, piece)) >= LONGEST_COMMON:
        assert repeats(f"1: {piece}", [text])


def test_words_of_its_own_are_none() -> None:
    sent = ["I hid the silver key under the third step.", "", "…"]
    for words in ("", "Wrong key", '{"error": "model not found"}', "404"):
        assert not repeats(words, sent)
