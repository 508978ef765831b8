"""Answers: whatever text or number stands in one, it can be written and read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from long_term_memory.server.memory_api.schemas.answers import EmotionAnswer
from long_term_memory.web.responses import PlainJSON


def written(content: Any) -> Any:
    return json.loads(bytes(PlainJSON(content).body))


@pytest.mark.parametrize(
    "content",
    [
        {"name": "Jürgen 樱 🦊"},
        {"name": "half a pair: \ud83e", "other": "Jürgen"},
        {"seed": 2**70},
        [],
        None,
    ],
)
def test_an_answer_reads_as_it_was_meant(content: Any) -> None:
    assert written(content) == content


@pytest.mark.parametrize("label", ["joy", "\udd8a"])
def test_a_data_class_is_its_fields_however_it_is_written(label: str) -> None:
    felt = EmotionAnswer(label=label, group="joy", labels=[label], intensity=0.5)

    told = written({"felt": [felt]})

    assert told == {
        "felt": [{"label": label, "group": "joy", "labels": [label], "intensity": 0.5}]
    }


def test_what_json_cannot_hold_is_an_error_of_ours() -> None:
    with pytest.raises(TypeError, match="object is nothing that JSON can hold"):
        PlainJSON(object())
