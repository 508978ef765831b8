"""Who may be remembered: the webui's API, incognito chats, many users, other hooks."""

from __future__ import annotations

import pytest

from tests.webui.fake_webui.driver import FakeWebui
from tests.webui.inside import (
    FACT,
    KEPT,
    QUESTION,
    configure,
    engine_of,
    hooks_of,
    owned_by,
    stored,
)


def test_the_api_remembers_each_user_apart(webui: FakeWebui) -> None:
    webui.api_chat(FACT, user="alice")

    assert KEPT not in webui.api_chat(QUESTION, user="bob")
    assert KEPT not in webui.api_chat(QUESTION)
    assert KEPT in webui.api_chat(QUESTION, user="alice")


def test_nobody_reaches_the_webui_s_own_memories_by_its_user_s_name(
    webui: FakeWebui,
) -> None:
    webui.send(FACT)

    assert KEPT not in webui.api_chat(QUESTION, user="default")


def test_the_api_s_chats_are_followed_by_their_text(webui: FakeWebui) -> None:
    webui.api_chat(FACT)
    webui.api_chat(FACT, "How sweet.", "She also keeps hens.")
    webui.api_chat(FACT, "How lovely.", "She also keeps geese.")

    prompt = webui.api_chat("Hello.", "Hi.", QUESTION)

    assert prompt.count(KEPT) == 1


def test_lines_that_a_client_of_the_api_deleted_leave_the_chat(
    webui: FakeWebui,
) -> None:
    """It was taken for another chat, which held all that stood before once more."""
    webui.api_chat(FACT, "How sweet.", "She is fond of hens.", "Oh.", "Yes")

    webui.api_chat(FACT, "How sweet.", "She is fond of geese.")

    [scope] = engine_of(webui).scopes()
    assert [chat.messages for chat in engine_of(webui).bank(scope).chats()] == [3]


def test_a_client_that_trims_its_history_takes_nothing_away(webui: FakeWebui) -> None:
    talk = [FACT, "How sweet."]
    for number in range(4):
        webui.api_chat(*talk, f"Let us talk about town number {number}.")
        talk += [f"Let us talk about town number {number}.", f"Town {number} is big."]

    prompt = webui.api_chat(*talk[2:], QUESTION)

    assert prompt.count(KEPT) == 1


def test_instructions_and_tools_of_the_api_are_no_memories(webui: FakeWebui) -> None:
    rows = [
        ["The sister Ingrid is a secret.", "", "", {"role": "system"}],
        ["Look it up.", "", "Ingrid: bees", {"tool_call_id": "1"}],
    ]
    history = {"internal": rows, "visible": rows, "messages": []}
    webui.api_chat("Look it up.", history=history)

    prompt = webui.api_chat(QUESTION)

    assert "secret" not in prompt
    assert "Ingrid: bees" not in prompt


def test_the_api_can_be_left_out(webui: FakeWebui) -> None:
    configure(webui, api_traffic=False)

    webui.api_chat(FACT)

    assert KEPT not in webui.api_chat(QUESTION)
    assert stored(webui) == []


def test_what_the_api_hears_is_no_part_of_the_webui_s_chats(webui: FakeWebui) -> None:
    webui.api_chat(FACT)

    assert KEPT not in webui.send(QUESTION)


def test_an_incognito_chat_recalls_and_leaves_no_trace(webui: FakeWebui) -> None:
    webui.chat_id = "incognito-1"
    webui.send("The safe opens with the word swordfish.")
    assert stored(webui) == []

    webui.new_chat("first")
    webui.send(FACT)
    webui.new_chat("incognito-2")
    assert KEPT in webui.send(QUESTION)
    webui.send("The safe opens with the word swordfish.")

    webui.new_chat("second")
    assert "swordfish" not in webui.send("Which word opens the safe?")


@pytest.mark.parametrize("flag", ["multi_user", "share"])
def test_with_many_users_nothing_is_written(webui: FakeWebui, flag: str) -> None:
    from modules import shared

    setattr(shared.args, flag, True)

    webui.send(FACT)
    webui.api_chat(FACT)
    webui.notebook(FACT)

    assert KEPT not in webui.api_chat(QUESTION)
    assert stored(webui) == []


def test_a_chat_without_a_name_is_not_stored(webui: FakeWebui) -> None:
    webui.chat_id = None

    webui.send(FACT)

    assert stored(webui) == []


def test_memory_can_be_switched_off(webui: FakeWebui) -> None:
    configure(webui, activate=False)

    webui.send(FACT)

    assert stored(webui) == []


def test_where_another_builds_the_prompt_pinned_notes_are_added(
    webui: FakeWebui,
) -> None:
    owned_by(webui, "rival")
    webui.send(FACT)
    [scope] = engine_of(webui).scopes()
    engine_of(webui).bank(scope).memories.add("Anon is allergic to nuts.", pinned=True)

    before = webui.state
    webui.new_chat("second")
    prompt = webui.send(QUESTION)

    assert "allergic to nuts" in prompt
    assert "allergic to nuts" not in str(before) + str(webui.state)
    assert hooks_of(webui).rival() == "rival"


def test_where_another_builds_the_prompt_chats_are_stored(webui: FakeWebui) -> None:
    active = dict(webui.extensions.active)
    owned_by(webui, "rival")
    webui.send(FACT)
    webui.send("And so on.")
    webui.extensions.active.clear()
    webui.extensions.active.update(active)

    webui.new_chat("second")

    assert KEPT in webui.send(QUESTION)


def test_pinned_notes_stand_before_the_chat(webui: FakeWebui) -> None:
    webui.send("Hello.")
    [scope] = engine_of(webui).scopes()
    engine_of(webui).bank(scope).memories.add("Anon is allergic to nuts.", pinned=True)

    prompt = webui.send("What is for dinner?")

    assert prompt.index("allergic") < prompt.index("Hello.")


def test_texts_that_are_no_chat_are_left_alone_unless_asked(webui: FakeWebui) -> None:
    webui.send(FACT)
    assert webui.notebook(QUESTION) == QUESTION

    configure(webui, notebook=True)

    prompt = webui.notebook(QUESTION)
    assert KEPT in prompt
    assert prompt.endswith(QUESTION)
    assert webui.later


def test_the_api_completes_texts_without_a_chat(webui: FakeWebui) -> None:
    """Such a state has neither mode, history nor names."""
    configure(webui, notebook=True)
    state = {"max_new_tokens": 16, "truncation_length": 2048, "prompt": "x"}
    script = webui.extensions.active["long_term_memory"]

    assert script.state_modifier(state) is state
    assert script.input_modifier("Once upon", state, is_chat=False) == "Once upon"
    assert script.output_modifier("a time", state, is_chat=False) == "a time"
    assert stored(webui) == []
