"""Modes, and the words for feelings."""

from __future__ import annotations

from pathlib import Path

import pytest

from long_term_memory.companion.modes import mode_asked, read_modes
from long_term_memory.core.text.emotion import LABELS
from long_term_memory.errors import ConfigError


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "modes.toml"
    file.write_text(text, "utf-8")
    return file


def test_four_modes_come_along_and_a_word_for_every_feeling() -> None:
    modes = read_modes(None)

    assert [*modes.prompts] == ["default", "study", "chill", "creative"]
    assert set(modes.feelings) == set(LABELS)
    assert modes.feelings["joy"] == "happy"


def test_a_file_changes_and_adds_and_leaves_the_rest(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '[modes.study]\nprompt = "Quiz me."\n[modes.pirate]\nprompt = "Arr."\n'
        '[feelings]\njoy = "cheerful"\n',
    )

    modes = read_modes(file)

    assert modes.prompts["study"] == "Quiz me."
    assert modes.prompts["pirate"] == "Arr."
    assert modes.prompts["chill"] == read_modes(None).prompts["chill"]
    assert (modes.feelings["joy"], modes.feelings["anger"]) == ("cheerful", "angry")
    assert modes.known() == "default, study, chill, creative, pirate"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[modes.Study]\nprompt = 'x'", "no name of a mode"),
        ("[modes.x]\nprompt = 1", "needs prompt"),
        ("[modes.x]\nprompt = 'x'\nother = 1", "nothing else"),
        ("[modes.x]\nprompt = '" + "x" * 4_001 + "'", "at most 4000"),
        ("modes = 1", "must be a table"),
        ("[feelings]\nhappy = 'x'", "no feeling is called"),
        ("[feelings]\njoy = '[END]'", "needs a word"),
        ("[feelings]\njoy = ''", "needs a word"),
        ("[other]", "neither"),
        ("[modes", "no valid TOML"),
        ("\n".join(f"[modes.m{n}]\nprompt = ''" for n in range(101)), "at most 100"),
        ("#" * 100_001, "at most 100000 bytes"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_a_word(
    text: str, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=fault):
        read_modes(written(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_modes(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("message", "mode"),
    [
        ("/mode study", "study"),
        ("  /MODE  Chill\n", "chill"),
        ("/mode", ""),
        ("/modes study", None),
        ("/mode study hard", None),
        ("what is /mode study?", None),
        ("", None),
    ],
)
def test_a_command_is_the_whole_message(message: str, mode: str | None) -> None:
    assert mode_asked(message) == mode
