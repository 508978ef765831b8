"""The table of what the page says: whole in every language, and nothing else said."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.retrieval.signals import SIGNALS
from long_term_memory.editor import labels, markup, texts
from long_term_memory.editor import settings as controls
from long_term_memory.editor.host import Host
from long_term_memory.editor.texts import LANGUAGES, language_of, say, speaking, table
from long_term_memory.engine.rebuild import What
from long_term_memory.webui import params

EDITOR = Path(texts.__file__).parent
CHINESE = re.compile("[\u4e00-\u9fff]")
# The same in every language.
NAMES = {"common.title", "first.sillytavern", "first.open_webui"}
# Wholly punctuation and what is put in.
BARE = re.compile(r"[\W_]*")
SAYS = re.compile(r'"([a-z]+\.[A-Za-z_]+)"')
# One has its number in words, the other writes a month as one.
OPTIONAL = {"count", "month", "number"}
EVERYTHING = Host(setting_groups=params.GROUPS, models=True, folders=True)


def forms(text: str | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else text


def put_in(text: str | list[str]) -> set[str]:
    """Return what is put into a text, by name."""
    return {
        name
        for form in forms(text)
        for _, name, _, _ in string.Formatter().parse(form)
        if name
    }


def rows() -> Iterator[tuple[str, Any]]:
    """Return the texts whose English stands in the table, too."""
    told = {f"labels.{one.name}_weight" for one in SIGNALS}
    told |= {f"signals.{one.name}{end}" for one in SIGNALS for end in ("", "_means")}
    return (
        (key, row)
        for key, row in table().items()
        if key not in told and not key.startswith("help.")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_every_language(language: str) -> None:
    assert [key for key, row in rows() if not row.get(language)] == []


def test_a_text_in_another_language_takes_what_the_english_one_takes() -> None:
    different = [
        key
        for key, row in rows()
        if put_in(row["zh"]) - OPTIONAL != put_in(row["en"]) - OPTIONAL
    ]

    assert different == []


def test_chinese_is_chinese() -> None:
    bare = [
        key
        for key, row in table().items()
        if not CHINESE.search("".join(forms(row["zh"])))
        and not BARE.fullmatch(re.sub(r"\{.*?\}", "", "".join(forms(row["zh"]))))
        and key not in NAMES
    ]

    assert bare == []


def test_every_setting_is_told_in_every_language() -> None:
    offered = controls.shown_options(EVERYTHING)

    assert [one.name for one in offered if f"help.{one.name}" not in table()] == []
    with speaking("zh"):
        assert all(CHINESE.search(labels.help(one)) for one in offered)
    assert not any(CHINESE.search(labels.help(one)) for one in offered)


def test_every_signal_is_told_in_every_language() -> None:
    keys = {f"labels.{one.name}_weight" for one in SIGNALS}
    keys |= {f"signals.{one.name}{end}" for one in SIGNALS for end in ("", "_means")}

    assert keys - table().keys() == set()


def test_all_that_a_rebuild_makes_is_told_in_every_language() -> None:
    keys = {f"safety.{when}_{one}" for one in What for when in ("doing", "made")}

    assert keys - table().keys() == set()


def test_every_text_that_is_asked_for_is_there() -> None:
    """A text is asked for by its key; those that are put together begin as one does."""
    known = {key.partition(".")[0] for key in table()}
    asked = {
        key
        for path in EDITOR.rglob("*")
        if path.suffix in (".py", ".html")
        for key in SAYS.findall(path.read_text("utf-8"))
        if key.partition(".")[0] in known and not key.endswith(".html")
    }

    assert asked - table().keys() == set()


def test_no_python_of_the_page_holds_html() -> None:
    tags = re.compile(r"</?(?:div|p|span|button|ul|ol|li|h\d|details|pre)\b")

    assert [
        path.name for path in EDITOR.rglob("*.py") if tags.search(path.read_text())
    ] == []


def test_a_text_knows_one_from_many() -> None:
    assert say("common.chats", count=1) == "1 chat"
    assert say("common.chats", count=2_000) == "2,000 chats"
    with speaking("zh"):
        assert say("common.chats", count=1) == "1 个聊天"


def test_a_language_holds_for_what_is_done_within() -> None:
    with speaking("zh"):
        assert "撤销" in markup.pager(1, 3, 40) + say("common.undo")
        assert texts.english("common.undo") == "Undo"
    assert say("common.undo") == "Undo"


def test_a_text_that_a_language_lacks_is_shown_in_english() -> None:
    with speaking("fr"):
        assert say("common.undo") == "Undo"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("ZH-hant", "zh"),
        ("de-DE, de;q=0.9, zh;q=0.5", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr", "en"),
        ("", "en"),
        ("," * 100_000 + "zh", "en"),
    ],
)
def test_the_browser_says_which_language(header: str, language: str) -> None:
    assert language_of(header) == language


@given(st.text())
def test_whatever_a_browser_sends_names_a_language(header: str) -> None:
    assert language_of(header) in LANGUAGES


@pytest.mark.parametrize(
    ("seconds", "words"), [(20, "20 seconds"), (90, "2 minutes"), (80_000, "1,333")]
)
def test_times_are_told_as_people_do(seconds: float, words: str) -> None:
    assert words in texts.say_time(seconds)
