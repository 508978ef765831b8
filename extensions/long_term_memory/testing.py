"""Fakes that ship with the package: small, correct, without models, files or clocks.

Owns: what tests and tools need in place of the real thing.
Knows nothing of: tests.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .core.types import Scope
from .errors import UpstreamError
from .storage.in_memory import InMemoryBank
from .storage.in_memory_collections import InMemoryCollections

__all__ = ["HashEmbedder", "InMemoryBackend", "InMemoryBank", "ScriptedLLM"]

_WORD: Final = re.compile(r"[^\W_]+")
_ENDING: Final = re.compile(r"(?<=\w{3})(?:ing|edly|ed|es|ly|s|e)$")


class InMemoryBackend:
    """Keeps memories as long as it lives; see `StorageBackend`.

    Attributes:
        banks: The banks that were ever opened.
    """

    backups: None = None
    checks: None = None
    encryption: None = None

    def __init__(self) -> None:
        """Start empty."""
        self.banks: dict[Scope, InMemoryBank] = {}
        self.collections = InMemoryCollections()

    def scopes(self) -> list[Scope]:
        """Name the banks there are."""
        return sorted(self.banks, key=lambda scope: (scope.user, scope.character))

    def holds(self, scope: Scope) -> bool:
        """Whether there is such a bank."""
        return scope in self.banks

    def open(self, scope: Scope) -> InMemoryBank:
        """Open a bank, or make it."""
        if scope in self.banks:
            self.banks[scope].open()
        return self.banks.setdefault(scope, InMemoryBank())

    def keeps_all(self, scope: Scope) -> bool:
        """Know nothing of closed banks."""
        del scope
        return False

    def chat_log(self, scope: Scope) -> None:
        """Keep none: there is nowhere to write."""

    def changed_at(self, scope: Scope) -> float:
        """Say that nobody can tell."""
        del scope
        return 0.0

    def at_rest(self, scope: Scope) -> None:
        """Say that nobody can tell."""
        del scope

    @property
    def is_crowded(self) -> bool:
        """Say no: no file is open."""
        return False

    def make_room(self, wanted: int) -> None:
        """Do nothing: no file is open."""

    def affordable(self, most: int) -> int:
        """Return as many: no file is open."""
        return most

    def unkept(self) -> str:
        """Say nothing: all is kept as long as this lives."""
        return ""

    def let_go(self, scope: Scope) -> None:
        """Do nothing: there are no files."""

    def close(self) -> None:
        """Do nothing: there are no files."""


class HashEmbedder:
    """A deterministic embedder: texts that share words have similar vectors.

    Each word stem points in a direction of its own, and a text where its stems do.
    """

    name = "hash"

    def __init__(self, *, dimension: int = 64) -> None:
        """Choose the dimension.

        Args:
            dimension: Length of a vector; below some 32, unrelated words look alike.
        """
        self.dimension = dimension
        self.fingerprint = hashlib.sha256(b"hash %d" % dimension).hexdigest()[:16]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of the texts, in their order, of unit length."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for stem in _stems(text):
                row += self._direction(stem)
        # A text without words, or whose words cancel out, has a vector too.
        vectors[~vectors.any(axis=1), 0] = 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _direction(self, stem: str) -> NDArray[np.float32]:
        """Random signs, seeded by the stem: nearly at right angles to any other's."""
        digest = hashlib.shake_128(stem.encode("utf-8", "replace"))
        bits = np.frombuffer(digest.digest(-(-self.dimension // 8)), np.uint8)
        signs = np.unpackbits(bits)[: self.dimension].astype(np.float32)
        return signs * 2 - 1


class ScriptedLLM:
    """A language model that says what it was told to, and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *replies: str | UpstreamError) -> None:
        """Know the replies in their order; an error is raised in its turn."""
        self._replies = list(replies)
        self.history: list[tuple[str, str]] = []

    def enqueue(self, *replies: str | UpstreamError) -> None:
        """Add replies behind the others."""
        self._replies += replies

    def write(
        self,
        instruction: str,
        text: str,
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Return the next reply.

        Raises:
            UpstreamError: It is the next reply, or none is left.
        """
        del max_tokens, schema
        self.history.append((instruction, text))
        if not self._replies:
            raise UpstreamError("The scripted model has no reply left.")
        reply = self._replies.pop(0)
        if isinstance(reply, UpstreamError):
            raise reply
        return reply


def as_notes(*told: tuple[str, int]) -> str:
    """Return the answer of a model that writes down events, each of one line.

    Args:
        told: What it writes, and the number of the line.
    """
    notes = [
        {"kind": "event", "text": text, "sources": [line], "who": []}
        for text, line in told
    ]
    return json.dumps({"notes": notes})


def _stems(text: str) -> list[str]:
    return [_ENDING.sub("", word) for word in _WORD.findall(text.casefold())]
