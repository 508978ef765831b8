"""Patterns that are compiled when they are first asked."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
import sys
from datetime import date

import pytest

from long_term_memory import core
from long_term_memory.core.text.coming import coming_days
from long_term_memory.core.text.patterns import LatePattern, late, small

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


def test_small_letters_are_found_just_where_case_is_ignored() -> None:
    plain = "abcdefghijklmnopqrstuvwxyz\u00e4\u00f6\u00fc\u00df"
    ignoring = re.compile(f"[{plain}]", re.IGNORECASE)
    found = [one for one in map(chr, range(sys.maxunicode + 1)) if ignoring.match(one)]
    shown = [one for one in map(chr, range(sys.maxunicode + 1)) if small(one) in plain]

    assert found == shown
    assert len(found) > 2 * len(plain)
    assert all(re.match(small(one), one, re.IGNORECASE) for one in found)


def test_small_letters_stand_where_the_large_ones_stood() -> None:
    text = "\u0130STANBUL \u017fo 2 M\u0131NUTES \u1e9e"
    assert small(text) == "istanbul so 2 minutes \u00df"


def test_a_day_is_read_in_letters_of_other_alphabets() -> None:
    """A Turkish "i" without its dot was no unit of time, and reading broke off."""
    found = coming_days("Back in 2 m\u0131nutes, or in 3 weeks.", date.min)
    assert [one.first.day for one in found] == [1, 22]
