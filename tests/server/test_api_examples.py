"""Every request and every answer of the memory API is described with an example.

`LTM_WRITE_EXAMPLES=1 pytest tests/server/test_api_examples.py` writes them anew.
"""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from long_term_memory.server.memory_api.examples import FILE, JSON
from long_term_memory.server.openapi import describe

from .api_client import PREFIX, an_api
from .api_examples import Answers, answers_of

SHOWN = 2
"""So many entries of a list are enough to see what it is."""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, dict[str, Any]]:
    """Answers as they are given now, and the description that shows some of old."""
    with an_api(tmp_path_factory.mktemp("memories")) as (api, engine):
        found = answers_of(api, engine)
        if os.environ.get("LTM_WRITE_EXAMPLES"):
            keep(found)
        return found, describe(api.app)


def keep(found: Answers) -> None:
    """Write the examples, one a line."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(short(answer), ensure_ascii=False)}"
        for name, answer in sorted(found.items())
    ]
    package = resources.files("long_term_memory.server.memory_api")
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    Path(str(package / FILE)).write_text(text, encoding="utf-8")


def short(answer: Any) -> Any:
    """Return an answer with the beginnings of its lists alone."""
    if isinstance(answer, list):
        return [short(one) for one in answer[:SHOWN]]
    if isinstance(answer, dict):
        return {name: short(one) for name, one in answer.items()}
    return answer


def faults(schema: dict[str, Any], part: dict[str, Any], shown: Any) -> list[str]:
    """Return what is wrong with an example of a part of a schema."""
    whole = {**part, "components": schema["components"]}
    return [one.message for one in Draft202012Validator(whole).iter_errors(shown)]


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path.removeprefix(PREFIX)}", operation)
        for path, methods in schema["paths"].items()
        if path.startswith(PREFIX)
        for method, operation in methods.items()
    ]


def test_every_answer_has_an_example_that_is_one(
    given: tuple[Answers, dict[str, Any]],
) -> None:
    _, schema = given
    wrong = {
        (name, status): faults(schema, told["schema"], told["example"])
        if "example" in told
        else ["none"]
        for name, operation in operations(schema)
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for told in [answer.get("content", {}).get(JSON, {"schema": {}})]
    }

    assert len(wrong) > 60
    assert not {name: told for name, told in wrong.items() if told}


def test_every_request_has_an_example_that_is_one(
    given: tuple[Answers, dict[str, Any]],
) -> None:
    _, schema = given
    shown = 0
    for name, operation in operations(schema):
        body = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if body is None:
            continue
        part = schema["components"]["schemas"][body["schema"]["$ref"].split("/")[-1]]
        assert part.get("examples"), name
        for one in part["examples"]:
            assert not faults(schema, part, one), name
            shown += 1

    assert shown > 20


def test_what_is_answered_today_is_what_is_described(
    given: tuple[Answers, dict[str, Any]],
) -> None:
    """Every call goes well, and no example is of a call that is no more."""
    answers, schema = given
    described = dict(operations(schema))
    for name, answer in answers.items():
        call, _, status = name.rpartition(" ")
        part = described[call]["responses"][status]["content"][JSON]["schema"]
        assert not faults(schema, part, answer), name

    package = resources.files("long_term_memory.server.memory_api")
    kept = json.loads((package / FILE).read_text("utf-8"))
    assert kept.keys() == answers.keys()
    for name, answer in answers.items():
        assert kept[name].keys() == answer.keys(), name
