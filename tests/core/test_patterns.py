"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re

import pytest

from long_term_memory import core
from long_term_memory.core.text.patterns import LatePattern, late

NO_PATTERN = "("


def test_a_late_pattern_answers_as_the_compiled_one_does() -> None:
    pattern = late(r"(?P<pet>cat|dog)s?", re.IGNORECASE)

    [first, second] = pattern.finditer("Cats and a dog")

    assert (first["pet"], second["pet"]) == ("Cat", "dog")
    assert pattern.sub("bird", "Cats and a dog") == "bird and a bird"
    assert pattern.fullmatch("dogs")
    assert not pattern.fullmatch("dogs!")
    assert pattern.groups == 1


def test_what_is_no_pattern_is_told_when_it_is_asked() -> None:
    pattern = late(NO_PATTERN)

    with pytest.raises(re.error, match="unterminated"):
        pattern.search("(")


def test_every_late_pattern_of_ours_is_one() -> None:
    for module in pkgutil.walk_packages(core.__path__, f"{core.__name__}."):
        importlib.import_module(module.name)
    made = [one for one in gc.get_objects() if isinstance(one, LatePattern)]
    ours = [one for one in made if one._source != NO_PATTERN]

    assert len(ours) > 700
    assert all(one.pattern == one._source for one in ours)
