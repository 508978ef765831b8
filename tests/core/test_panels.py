"""What of a message is said: panels, tables and code are not."""

from __future__ import annotations

import time

import pytest

from long_term_memory.core.text.panels import MAX_CHARACTERS, speech_of

ORDINARY = (
    "Hello there.",
    "He said: no.",
    "I like <3 you, <User>.",
    "Time: five o'clock",
    "Name: Ana\nAge: 29\nJob: baker\nLocation: Riga",
    "Anna: hello\nBob: hi there\nAnna: bye",
    "Recipe: eggs: 3\nflour: 200g\nTime: 20 min",
    "a < b and c > d",
    "We won 3/4 | they lost",
    "So: this | that",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_people_say_stays_as_it_is(text: str) -> None:
    assert speech_of(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi!\n```\nHP: 1/2\ncode\n```\nBye", ["Hi!", "Bye"]),
        ("Hi!\n````md\n```\ninner\n```\n````\nBye", ["Hi!", "Bye"]),
        ("Hi!\n~~~\ncode\n~~~\nBye", ["Hi!", "Bye"]),
        ("Look:\n```py\nx = 1", ["Look:"]),
        ("Before <div class='a'>HP <div>3</div></div> after", ["Before", "after"]),
        ("Hi <details><div>one</details> you", ["Hi", "you"]),
        ("*smiles* <i>Hi</i> there<br>you", ["*smiles* Hi there", "you"]),
        ("one <!-- hidden --> two", ["one  two"]),
        ("one <!-- cut off", ["one"]),
        ("She smiles. <style>p {color: red", ["She smiles."]),
        ("She smiles. <hr/> <svg/> He too.", ["She smiles.", "He too."]),
        ("She </div> smiles <div>and waves", ["She", "smiles", "and waves"]),
        ("He bows.\n\n[Location: Tavern | Time: night | Mood: calm]", ["He bows."]),
        ("Mood: happy\n\nWeather: rain\nShe smiles.", ["She smiles."]),
        ("**Status**\n**HP:** 10/20\n**Quest:** 40%\nHe runs.", ["He runs."]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\nok", ["ok"]),
        ("Hp: 5/9 | Mana: 3/9 | and so on\nHe runs.", ["He runs."]),
        ("HP: 1/2 | ... | MP: 1/3", [""]),
        (
            "\u72b6\u6001\uff1a\u597d\n\u5fc3\u60c5\uff1a\u6012\n\u4f60\u597d\u3002",
            ["\u4f60\u597d\u3002"],
        ),
    ],
)
def test_panels_are_left_out(text: str, said: list[str]) -> None:
    lines = [line.strip() for line in speech_of(text).splitlines() if line.strip()]
    assert lines == [line for line in said if line]


def test_a_box_around_all_that_is_said_is_but_a_frame() -> None:
    text = "<div style='color:red'>Hello, I am home.</div>"
    assert speech_of(text) == "Hello, I am home."


def test_nothing_is_said_by_a_panel_alone() -> None:
    panel = "<details><summary>Status</summary>Mood: glad<br>HP: 3/4</details>"
    assert speech_of(panel) == ""


def test_a_heading_alone_is_said() -> None:
    assert speech_of("Location\nAre you there: yes?") == (
        "Location\nAre you there: yes?"
    )


def test_a_long_line_is_no_status() -> None:
    line = "Mood: " + "well " * 60
    assert speech_of(f"{line}\n{line}") == f"{line}\n{line}"


@pytest.mark.parametrize(
    "part",
    ["a", "a: ", "```", "<div>", "<", "|", "HP: 1/2\n", "- | ", "<!--", "<b ", "[ "],
)
def test_no_text_takes_long(part: str) -> None:
    text = part * (100_000 // len(part))
    begun = time.process_time()
    speech_of(text)
    assert time.process_time() - begun < 2


def test_what_nobody_says_is_taken_as_it_is() -> None:
    text = "```" + "x" * MAX_CHARACTERS
    assert speech_of(text) is text
