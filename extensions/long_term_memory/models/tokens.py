"""Count the tokens of a text, as a chat model would.

Owns: an estimate that needs no model, counters from a tokenizer file.
Knows nothing of: budgets, and the tokenizer that a host may lend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ConfigError
from ..lru import Lru
from .text import valid_unicode

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TokenCounter = Callable[[str], int]

COUNTS_KEPT: Final = 20_000
"""Texts whose length is remembered; of each some 0.1 kB, and no word of it."""

# A token of today's chat models (vocabularies of 32,000 to 200,000) holds a common word
# with its blank, a piece of a rare one, a punctuation mark, or up to three digits.
# The shares were set against a byte-level vocabulary of 65,000: English chat comes out
# 4 to 7 % above it, Chinese and Japanese up to a third above, other scripts at most a
# quarter below. A block that turns out shorter than planned is harmless, a longer one
# pushes history out.
_PIECE: Final = re.compile(
    r"(?P<word>[A-Z]?[a-z]+)"
    r"|(?P<capitals>[A-Z]+)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<blanks>\n+|[ \t]{2,})"
    r"|(?P<mark>[!-/:-@\[-`{-~]+)"
    r"|(?P<wide>[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    r"\uff00-\uffef\U00020000-\U0003ffff])"
    r"|(?P<european>[\u00aa-\u052f]+)"
    r"|(?P<letters>[^\W\d_]+)"
    r"|(?P<other>\S)"
)

_CHARACTERS_PER_TOKEN: Final = {
    "capitals": 2.5,
    "digits": 2.0,
    "mark": 2.0,
    "european": 1.7,
    "letters": 1.0,
    "wide": 0.75,
    "other": 0.4,
}
"""Kinds of characters whose runs are cut evenly; a run is at least one token."""

_SHORT_WORD: Final = 6
"""Letters up to which a word is mostly one token."""

_LONG_WORD_STEP: Final = 5
"""Letters of each further token of a longer word."""


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text without a tokenizer; rather too many."""
    total = 0.0
    for match in _PIECE.finditer(text):
        total += _share(str(match.lastgroup), match.end() - match.start())
    return ceil(total)


def load_token_counter(tokenizer_json: Path | None) -> TokenCounter:
    """Make a counter from a model's tokenizer.json; None gives the estimate.

    Raises:
        ConfigError: The file or the package tokenizers is missing or unusable.
    """
    if tokenizer_json is None:
        return estimate_tokens
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ConfigError(
            "Counting tokens with a tokenizer file needs: pip install tokenizers"
        ) from error
    tokenizer = Tokenizer.from_str(_tokenizer_text(tokenizer_json))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return partial(_count, tokenizer)


def remembering(count: TokenCounter) -> TokenCounter:
    """Return a counter that counts a text once; prompts show most texts many times.

    Texts are known by hashes alone, which differ from process to process.
    """
    known: Lru[tuple[int, int], int] = Lru(COUNTS_KEPT)

    def counted(text: str) -> int:
        return known.get_or_make((hash(text), len(text)), lambda: count(text))

    return counted


def _count(tokenizer: Tokenizer, text: str) -> int:
    return len(tokenizer.encode(valid_unicode(text), add_special_tokens=False).ids)


def _share(kind: str, length: int) -> float:
    if kind == "blanks":
        return 1.0
    if kind == "word":
        return 1.0 + max(0, length - _SHORT_WORD) / _LONG_WORD_STEP
    return max(1.0, length / _CHARACTERS_PER_TOKEN[kind])


def _tokenizer_text(path: Path) -> str:
    """The content of a tokenizer file, checked, as the library's error has no class."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"Cannot read the tokenizer file {path}: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("model"), dict):
        raise ConfigError(f"{path} is not a tokenizer.json: it describes no model.")
    return text
