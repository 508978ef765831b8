"""The template of the whole system prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.companion.prompt_template import (
    PLACEHOLDERS,
    PromptValues,
    packaged_template,
    read_template,
    template_of,
)
from long_term_memory.errors import ConfigError

MAREN = PromptValues(
    name="Maren",
    user="Anna",
    age="34",
    gender="woman",
    traits="dry, patient",
    background="She keeps the lighthouse of Vardø.",
    relationship="Level 20 of 100.",
    memories="Anna is allergic to nuts.",
    instructions="Never lie.",
    mode="Explain step by step.",
    nsfw="Nothing explicit.",
)


def test_the_prompt_says_all_that_is_known() -> None:
    prompt = packaged_template().fill(MAREN)

    for said in MAREN.by_name().values():
        assert said in prompt
    assert "{" not in prompt


def test_what_is_not_known_is_not_named() -> None:
    prompt = packaged_template().fill(PromptValues(name="Maren"))

    for heading in ("Age", "Gender", "Personality", "Background", "stand to each"):
        assert heading not in prompt
    assert "What Maren remembers" not in prompt
    assert prompt.endswith("grow with what happens.")


def test_a_paragraph_without_placeholders_stays() -> None:
    text = "{name}\n\nBe kind.\n\nHim\n{age}\n\n{mode}\n\n{user}"

    filled = template_of(text, "here").fill(PromptValues(name="Bo"))

    assert filled == "Bo\n\nBe kind.\n\nUser"


def test_braces_in_a_value_name_nothing() -> None:
    prompt = packaged_template().fill(
        PromptValues(name="{age}", age="34", memories="{user} {0} {name.__class__}")
    )

    assert "You are {age}, and" in prompt
    assert "{user} {0} {name.__class__}" in prompt


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Hello {nam}", "unknown placeholder"),
        ("{name} {", "brace astray"),
        ("{name.x}", "unknown placeholder"),
        ("{name!r}", "unknown placeholder"),
        ("Be somebody, {user}.", "lacks {name}"),
    ],
)
def test_a_template_with_a_fault_is_refused_with_its_place(
    text: str, fault: str, tmp_path: Path
) -> None:
    file = tmp_path / "prompt.txt"
    file.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as told:
        read_template(file)

    assert fault in str(told.value)
    assert "prompt.txt" in str(told.value)


def test_a_file_replaces_the_template(tmp_path: Path) -> None:
    file = tmp_path / "prompt.txt"
    file.write_text("\ufeff{name} and {user}:\n{conversation}", "utf-8")

    template = read_template(file)

    assert template.holds_conversation
    assert not packaged_template().holds_conversation
    assert read_template(None) == packaged_template()
    values = PromptValues(name="Bo", conversation="User: Hi")
    assert template.fill(values) == "Bo and User:\nUser: Hi"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    odd, long = tmp_path / "odd.txt", tmp_path / "long.txt"
    odd.write_bytes(b"{name} \xff\xfe\xfa")
    long.write_bytes(b"{name}" * 20_000)

    for file, fault in ((odd, "UTF-8"), (long, "at most"), (tmp_path / "no", "read")):
        with pytest.raises(ConfigError, match=fault):
            read_template(file)


def test_every_placeholder_is_documented() -> None:
    assert PromptValues.__doc__
    for name in PLACEHOLDERS:
        assert f"{name}:" in PromptValues.__doc__
