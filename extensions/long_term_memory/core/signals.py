"""The signals of recall: each says one thing about every message in view.

Owns: what each signal means and its range; none knows its weight.
Knows nothing of: stores, models, how signals are put together.

The lexical share is in `postings`, the date in `times`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .text import without_names
from .types import Role
from .view import USER

Scores = NDArray[np.float32]


class Moments(NamedTuple):
    """Mean and standard deviation of the cosines to one query."""

    mean: float
    deviation: float


_FIRST: Final = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours)\b", re.IGNORECASE)
_SECOND: Final = re.compile(r"\b(?:you|your|yours|yourself|u|ur)\b", re.IGNORECASE)
_ASKING: Final = re.compile(
    r"""\b(?:
        (?:do|did|can|could|would|will|don't)\ (?:you|u)\ (?:still\ |even\ )?
        (?:remember|recall|know|tell|remind|think|guess|believe)(?:\ (?:me|us))?
        | (?:tell|told|remind|reminded|give|gave|show|ask|asked)\ (?:me|us|you)
        | i\ (?:wonder|guess|think|forgot|forget|can't\ remember|don't\ remember)
        | (?:to|with)\ (?:me|you) | let\ me | thank\ you
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Ways of asking that name the two who talk, but not whom the question is about."""


def moments(cosines: Scores) -> Moments:
    """Measure how cosines spread, unknown ones (NaN) apart; no spread counts as one."""
    known = cosines
    if len(known) and np.isnan(known.sum()):
        known = cosines[~np.isnan(cosines)]
    if not len(known):
        return Moments(0.0, 1.0)
    mean = float(known.mean())
    variance = float(np.dot(known, known)) / len(known) - mean**2
    return Moments(mean, variance**0.5 if variance > 1e-12 else 1.0)


def standing_out(cosines: Scores, spread: Moments) -> Scores:
    """Say by how many deviations each cosine stands out; unknown ones (NaN) by 0."""
    scores = cosines - np.float32(spread.mean)
    scores *= np.float32(1 / spread.deviation)
    if len(scores) and np.isnan(scores.sum()):
        scores[np.isnan(scores)] = 0
    return scores


def spoken_of(
    text: str,
    *,
    speaker: Role,
    user_names: Iterable[str],
    character_names: Iterable[str],
) -> Role | None:
    """Say which of the two a message is about: "user", "assistant" or neither.

    A name decides; without one, "I" is the speaker and "you" the other, as long as
    only one of them is meant.
    """
    by_name = [
        role
        for role, names in (("user", user_names), ("assistant", character_names))
        if without_names(f"- {text} -", names) != f"- {text} -"
    ]
    if by_name:
        return _only(by_name)
    plain = _ASKING.sub(" ", text.replace("\u2019", "'"))
    other = "user" if speaker == "assistant" else "assistant"
    mine = "assistant" if speaker == "assistant" else "user"
    meant = [
        role for role, said in ((mine, _FIRST), (other, _SECOND)) if said.search(plain)
    ]
    return _only(meant)


def said_by(
    author: NDArray[np.int16], about: Role | None, characters: Collection[int]
) -> Scores:
    """Return +1 where the one spoken of speaks, -1 where the other does, else 0.

    Args:
        author: Who said each message; see `Columns.author`.
        about: What `spoken_of` told.
        characters: Author numbers that are the character's.
    """
    if about not in ("user", "assistant"):
        return np.zeros(len(author), np.float32)
    sign = np.float32(1 if about == "user" else -1)
    scores: Scores = (author == USER).astype(np.float32)
    scores *= sign
    for number in characters:
        scores -= (author == number) * sign
    return scores


def _only(roles: list[str]) -> Role | None:
    if len(roles) != 1:
        return None
    return "user" if roles[0] == "user" else "assistant"
