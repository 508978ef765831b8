"""Settings as they are called on the page."""

from __future__ import annotations

import re

import pytest

from long_term_memory.config import OPTIONS
from long_term_memory.editor import labels
from long_term_memory.editor import settings as controls
from long_term_memory.editor.host import Host
from long_term_memory.editor.texts import table
from long_term_memory.webui import params

HOSTS = {
    "server": Host(),
    "webui": Host(setting_groups=params.GROUPS, models=True, folders=True),
}
# A name that is typed elsewhere, and no word.
RAW = re.compile(r"[a-z]_[a-z]|\b[A-Z]{2,}_|`")


def named() -> list[tuple[str, str]]:
    """Return the settings that have words, with these."""
    keys = [key for key in table() if key.startswith("labels.")]
    names = [key.removeprefix("labels.") for key in keys]
    return [(name, labels.named(name)) for name in names]


@pytest.mark.parametrize("host", HOSTS)
def test_no_raw_name_is_read_on_the_page(host: str) -> None:
    for one in controls.shown_options(HOSTS[host]):
        read = [
            labels.group(one.group),
            labels.label(one),
            labels.help(one).replace("LTM_SUMMARY_API_KEY", ""),
            *(shown for shown, _ in labels.values(one)),
        ]

        assert f"labels.{one.name}" in table()
        assert [words for words in read if RAW.search(words)] == []


def test_every_name_that_has_words_is_a_setting() -> None:
    assert {name for name, _ in named()} <= OPTIONS.keys()


def test_no_two_settings_of_a_group_are_called_the_same() -> None:
    called = [(OPTIONS[name].group, words) for name, words in named()]

    assert len(set(called)) == len(called)


def test_what_is_chosen_is_kept_under_its_own_name() -> None:
    placed = OPTIONS["injection_location"]

    assert ("after your newest message", "AFTER_LAST_MESSAGE") in labels.values(placed)
    assert labels.values(OPTIONS["gate"]) == []


def test_a_text_about_settings_calls_each_as_the_page_does() -> None:
    said = labels.plain("`recall_tokens` must be a number; AFTER_LAST_MESSAGE; a_b.")

    assert said == (
        "\u201cRoom for recalled memories, in tokens\u201d must be a number; "
        "\u201cafter your newest message\u201d; a_b."
    )


def test_a_setting_without_words_of_its_own_still_has_a_name() -> None:
    assert labels.label(OPTIONS["port"]) == "Port"
