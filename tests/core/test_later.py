"""A text that is found out when somebody asks for it."""

from __future__ import annotations

from long_term_memory.core.later import Later


def test_it_is_found_out_once_and_compares_as_what_it_is() -> None:
    told = iter(["question", "again"])
    later = Later(lambda: next(told))

    assert [str(later), str(later)] == ["question", "question"]
    assert next(told) == "again"
    assert later == "question"
    assert later == Later(lambda: "question")
    assert later not in ("filler", 1)
    assert {later: 1} == {"question": 1}
