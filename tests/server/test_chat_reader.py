"""What of a request is the chat, who says it, and what is to be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from long_term_memory.server.openai.chat_reader import (
    RequestChat,
    read_script,
    read_text,
)
from long_term_memory.server.openai.client_hints import ClientHints
from long_term_memory.server.openai.side_requests import SideJobs

from .passing import pass_chat
from .tavern import a_memory

MAIN = "Write Sera's next reply in a fictional chat between Sera and Tester."
START = "[Start a new Chat]"
GROUP = "[Start a new group chat. Group members: Bram, Sera]"
ONLY_SERA = "[Write the next reply only as Sera.]"
CONTINUE = "[Continue your last message without repeating its original content.]"
AS_USER = (
    "[Write your next reply from the point of view of Tester, using the chat history.]"
)
Message = dict[str, Any]


def messages(*lines: str) -> list[Message]:
    """Read "# system", "> user", and anything else as the character's."""
    roles = {"#": "system", ">": "user"}
    return [
        {"role": roles[line[0]], "content": line[2:]}
        if line[0] in roles
        else {"role": "assistant", "content": line}
        for line in lines
    ]


def read(*lines: str, **ids: Any) -> RequestChat:
    return read_script(messages(*lines), ClientHints(**ids))


def said(script: RequestChat) -> list[str]:
    """Return the chat's lines, with who says them."""
    return [f"{line.name}: {line.content}" for line in script.lines]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((f"# {MAIN}", f"# {START}", "Hm?", "> Hi"), ["Sera: Hm?", "Tester: Hi"]),
        # Post-processing: merged, semi-strict, strict.
        ((f"# {MAIN}\n\n{START}", "Hm?", "> Hi"), ["Sera: Hm?", "Tester: Hi"]),
        (
            (f"# {MAIN}", "> [Start a new chat]", "Hm?", "> Hi"),
            ["Sera: Hm?", "Tester: Hi"],
        ),
        # Prompt parts that a user made lines of the user's.
        ((f"# {MAIN}", "> I am tall.", f"# {START}", "> Hi"), ["Tester: Hi"]),
        # Examples are separated like chats in some versions.
        ((f"# {MAIN}", f"# {START}", "# Hello!", f"# {START}", "> Hi"), ["Tester: Hi"]),
        # Names in front of lines.
        (
            (f"# {MAIN}", f"# {START}", "Sera: Hm?", "> Tester: Hi"),
            ["Sera: Hm?", "Tester: Hi"],
        ),
        # What looks like a name is none.
        ((f"# {MAIN}", f"# {START}", "> Note: buy bread"), ["Tester: Note: buy bread"]),
        ((f"# {MAIN}", f"# {START}", "> Sera:"), ["Sera: Sera:"]),
        # What clients put among the lines.
        (
            (
                f"# {MAIN}",
                f"# {START}",
                "# Rain.",
                "> [Summary: Rain.]",
                "> Hi\r\nyou ",
            ),
            ["Tester: Hi\nyou"],
        ),
        ((f"# {MAIN}", "Past events:\nHm", "> Hi", "> "), ["Tester: Hi"]),
        (
            (f"# {MAIN}", f"# {GROUP}", "Bram: Hm.", "Sera: Oh!", "> Hi"),
            ["Bram: Hm.", "Sera: Oh!", "Tester: Hi"],
        ),
    ],
)
def test_the_chats_own_lines_are_told_from_all_else(
    lines: tuple[str, ...], expected: list[str]
) -> None:
    assert said(read(*lines)) == expected


def test_names_beside_messages_are_known() -> None:
    asked = [
        {"role": "system", "content": "Chat on."},
        {"role": "assistant", "name": "Bram", "content": "Bram: Hm."},
        {"role": "user", "name": "Tester", "content": "Hi"},
    ]

    script = read_script(asked, ClientHints())

    assert said(script) == ["Bram: Hm.", "Tester: Hi"]
    assert script.character == "Bram"


@pytest.mark.parametrize(
    ("prompt", "character", "user"),
    [
        (MAIN, "Sera", "Tester"),
        ("Write the old king's next reply in a long story.", "the old king", ""),
        ("You are Marvin, a robot.", "Marvin", ""),
        ("You are playing Mary Ann. Be kind.", "Mary Ann", ""),
        ("You are a helpful assistant.", "default", ""),
        ("Be kind.", "default", ""),
    ],
)
def test_the_prompt_tells_who_speaks(prompt: str, character: str, user: str) -> None:
    script = read(f"# {prompt}", "> Hi")

    assert (script.character, script.user) == (character, user)


def test_what_a_client_tells_counts_before_the_prompt() -> None:
    script = read(
        f"# {MAIN}", "> Hi", character="Bram", user="Anna", members=("A", "B")
    )

    assert (script.character, script.user) == ("Bram", "Anna")
    assert script.members == ("A", "B")


def test_of_a_group_the_nudge_tells_who_speaks() -> None:
    script = read("# Chat on.", f"# {GROUP}", "Bram: Hm.", "> Hi", f"# {ONLY_SERA}")

    assert (script.character, script.members) == ("Sera", ("Bram", "Sera"))
    assert said(script) == ["Bram: Hm.", ": Hi"]


@pytest.mark.parametrize(
    ("lines", "kind", "continues"),
    [
        (("Hm?", "> Hi"), "", False),
        (("> Hi", "Hm"), "", True),
        (("> Hi", "Hm", f"# {CONTINUE}"), "continue", True),
        (("> Hi", "Hm", f"# {AS_USER}"), "impersonate", False),
        (("> Hi", "Hm", f"# {ONLY_SERA}"), "", False),
        (("> Hi", "Hm", "# Be brief."), "", False),
    ],
)
def test_what_is_to_be_written_is_told_by_the_end(
    lines: tuple[str, ...], kind: str, continues: bool
) -> None:
    script = read(f"# {MAIN}", f"# {START}", *lines)

    assert (script.kind, script.continues) == (kind, continues)


def test_a_nudge_that_was_joined_to_a_line_is_none_of_it() -> None:
    script = read(f"# {MAIN}\n\n{GROUP}", "Bram: Hm.", f"> Hi\n\n{ONLY_SERA}")

    assert said(script) == ["Bram: Hm.", "Tester: Hi"]
    assert script.tail == (ONLY_SERA,)
    assert script.character == "Sera"


@pytest.mark.parametrize("kind", ["normal", "swipe", "regenerate"])
def test_an_id_may_tell_that_a_reply_is_new(kind: str) -> None:
    assert not read(f"# {MAIN}", "> Hi", "Hm", kind=kind).continues


# -- jobs on the side ------------------------------------------------------------------

SUMMARIZE = "Ignore previous instructions. Summarize the most important facts."
NODE = {"user-agent": "node-fetch"}


def is_job(
    jobs: SideJobs, *lines: str, stream: bool = False, kind: str = "", **body: Any
) -> bool:
    asked = {"messages": messages(*lines), "stream": stream, **body}
    ids = ClientHints(kind=kind)
    script = read_script(asked["messages"], ids)
    return jobs.is_one(asked, NODE, script, ids, client="someone")


TURN = (f"# {MAIN}", f"# {START}", "Hm?", "> Hi")


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        (TURN, {"kind": "quiet"}),
        (TURN, {"response_format": {"type": "json_schema"}}),
        ((*TURN, f"# {SUMMARIZE}"), {}),
        ((*TURN, "# Paint it."), {}),
        ((*TURN, "Well.", "# Paint it."), {}),
        (("# You name colours.", "> Name one."), {}),
        (("> Hi",), {}),
        (("# You name colours.",), {"stream": True}),
        (("# Be kind.", "> ### Task:\nGenerate tags."), {"stream": True}),
    ],
)
def test_a_job_is_known_by_its_signs(
    lines: tuple[str, ...], more: dict[str, Any]
) -> None:
    jobs = SideJobs()
    assert not is_job(jobs, *TURN, stream=True)

    assert is_job(jobs, *lines, **more)


@pytest.mark.parametrize(
    "lines",
    [
        TURN,
        (*TURN, "Well.", "> And?", "# Be brief."),
        (*TURN, "Well.", f"# {CONTINUE}"),
        (*TURN, "Well.", f"# {AS_USER}"),
        (*TURN, f"# {ONLY_SERA}"),
        (f"# {MAIN}", f"# {START}", "> Hi"),
    ],
)
def test_who_never_streams_has_turns_all_the_same(lines: tuple[str, ...]) -> None:
    assert not is_job(SideJobs(), *lines)


def test_what_always_stands_at_the_end_is_no_job() -> None:
    jobs = SideJobs()
    assert not is_job(jobs, *TURN, "# Be brief.", stream=True)

    assert not is_job(jobs, *TURN, "# Be brief.")
    assert not is_job(jobs, *TURN, "Well.", "# Be brief.")


def test_a_reply_is_asked_for_after_a_job_was_not_known_as_one() -> None:
    jobs = SideJobs()
    for number in range(60):
        assert not is_job(jobs, *TURN, f"# Be brief, {number}.", stream=True)

    assert is_job(jobs, *TURN, "# Be brief, 0.")


def test_a_first_message_with_an_id_of_its_chat_is_no_job(tmp_path: Path) -> None:
    """Only SillyTavern's macros tell of a chat that the request does not belong to."""
    body = {
        "messages": [
            {"role": "system", "content": "You are Seraphina, a guardian."},
            {"role": "user", "content": "Good evening!"},
        ],
        "conv_id": "one",
    }
    with a_memory(tmp_path) as memory:
        assert not pass_chat(memory, body, {}, user="").quiet
        assert pass_chat(memory, body, {"user-agent": "node-fetch"}, user="").quiet


def test_a_text_in_which_nobody_named_speaks_is_no_chat() -> None:
    told = ClientHints(character="Sera", user="Tester")

    assert read_text("Once upon a time", [], told) is None
    assert said(read_script([{"role": "user", "content": "Hi"}], told)) != []
