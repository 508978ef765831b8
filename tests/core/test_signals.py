"""Whom a message is about, who said what, and standing out."""

from __future__ import annotations

import numpy as np
import pytest

from long_term_memory.core.retrieval.signals import (
    Moments,
    moments,
    said_by,
    standing_out,
)


def test_the_one_spoken_of_gains_and_the_other_loses() -> None:
    author = np.array([0, 2, 1, 3], np.int16)
    assert said_by(author, "user", [2]).tolist() == [1, -1, 0, 0]
    assert said_by(author, "assistant", [2]).tolist() == [-1, 1, 0, 0]
    assert said_by(author, None, [2]).tolist() == [0, 0, 0, 0]


def test_unknown_cosines_neither_count_nor_stand_out() -> None:
    cosines = np.array([0.1, 0.3, np.nan], np.float32)
    spread = moments(cosines)
    assert spread == pytest.approx((0.2, 0.1), abs=1e-6)
    assert standing_out(cosines, spread).tolist() == pytest.approx([-1, 1, 0], abs=1e-5)


def test_equal_cosines_do_not_stand_out() -> None:
    cosines = np.full(5, 0.25, np.float32)
    assert standing_out(cosines, moments(cosines)).tolist() == pytest.approx([0] * 5)
    assert moments(np.empty(0, np.float32)) == Moments(0.0, 1.0)


def test_cosines_that_differ_by_rounding_alone_have_no_spread() -> None:
    equal = np.full(7, 0.3, np.float32)
    equal[3] += np.float32(1e-5)

    assert moments(equal).deviation == 1
    assert abs(standing_out(equal, moments(equal))).max() < 1e-4
