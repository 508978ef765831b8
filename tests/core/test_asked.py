"""Whether a question asks for something else is told by its end alone."""

from __future__ import annotations

import pytest

from long_term_memory.core.knowledge.asked import asks_for_other


@pytest.mark.parametrize(
    ("before", "other"),
    [
        ("What am I allergic to?", True),
        ("Where were you? What is my name?", True),
        ("\u4f60\u77e5\u9053\u6211\u53eb\u4ec0\u4e48\uff1f", True),
        ("What am I allergic to", False),
        ("What am I allergic to? I wonder.", False),
        ("What are you allergic to?", False),
        ("I am fine, and you?", False),
        ("", False),
    ],
)
def test_only_a_question_at_the_end_asks(before: str, other: bool) -> None:
    assert asks_for_other(before) == other
