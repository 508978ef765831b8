"""What the real webui does when a person acts: the ground our webui host stands on.

Only the recorder is loaded. These tests tell a change of the host (or a fault of the
driver) from a fault of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hosts.textgen_driver import ChatPage, chat_with
from tests.hosts.textgen_server import HERE, RECORDER, Webui

pytestmark = [pytest.mark.webui, pytest.mark.slow]


def test_a_message_is_in_the_prompt_and_in_the_saved_chat(
    bare_chat: ChatPage, friend: str
) -> None:
    reply = bare_chat.send("My cat is called Miso.")

    assert bare_chat.rows()[-1] == ["My cat is called Miso.", reply]
    [prompt] = bare_chat.webui.prompts(character=friend)
    assert prompt.chat_id == bare_chat.chat_id()
    assert "You: My cat is called Miso.\n" in prompt.prompt
    assert bare_chat.page_errors == []


def test_regenerating_keeps_the_old_reply_as_a_version(bare_chat: ChatPage) -> None:
    first = bare_chat.send("Say something.")

    second = bare_chat.regenerate()

    assert second != first
    assert bare_chat.rows()[-1][1] == second
    assert first not in bare_chat.webui.last_prompt()


def test_swiping_brings_the_old_reply_back(bare_chat: ChatPage) -> None:
    first = bare_chat.send("Say something.")
    second = bare_chat.regenerate()

    assert bare_chat.swipe("left") == first
    assert bare_chat.swipe("right") == second


def test_continuing_makes_the_reply_longer(bare_chat: ChatPage) -> None:
    first = bare_chat.send("Say something.")

    whole = bare_chat.continue_reply()

    assert whole.startswith(first)
    assert len(whole) > len(first)


def test_editing_rewrites_a_message_of_either_side(bare_chat: ChatPage) -> None:
    bare_chat.send("I live in Oslo.")

    bare_chat.edit(1, "user", "I live in Bergen.")
    bare_chat.edit(1, "assistant", "Bergen is rainy.")

    assert bare_chat.rows()[1] == ["I live in Bergen.", "Bergen is rainy."]


def test_removing_the_last_exchange_gives_its_text_back(bare_chat: ChatPage) -> None:
    bare_chat.send("One.")
    bare_chat.send("Two.")

    bare_chat.remove_last()

    assert [row[0] for row in bare_chat.rows()[1:]] == ["One."]
    assert bare_chat.typed() == "Two."


def test_dummy_messages_ask_no_model(bare_chat: ChatPage, friend: str) -> None:
    bare_chat.dummy_message("I was here.")
    bare_chat.dummy_reply("So was I.")

    assert bare_chat.rows()[-1] == ["I was here.", "So was I."]
    assert bare_chat.webui.prompts(character=friend) == []


def test_a_branch_shares_the_past_and_is_another_chat(bare_chat: ChatPage) -> None:
    bare_chat.send("One.")
    bare_chat.send("Two.")
    trunk = bare_chat.chat_id()

    branch = bare_chat.branch(row=1)
    bare_chat.send("Another two.")

    assert branch != trunk
    assert [row[0] for row in bare_chat.rows()[1:]] == ["One.", "Another two."]


def test_chats_can_be_begun_opened_renamed_and_deleted(
    bare_chat: ChatPage, friend: str
) -> None:
    first = bare_chat.chat_id()
    assert first is not None
    second = bare_chat.new_chat()

    bare_chat.open_chat(first)
    bare_chat.rename_chat("About cats")
    assert bare_chat.webui.chat_ids(friend) == [second, "About cats"]

    assert bare_chat.delete_chat() == second
    assert bare_chat.webui.chat_ids(friend) == [second]


def test_an_incognito_chat_leaves_no_file(bare_chat: ChatPage, friend: str) -> None:
    saved = bare_chat.webui.chat_ids(friend)
    bare_chat.incognito_chat()

    bare_chat.send("Keep this to yourself.")

    [prompt] = bare_chat.webui.prompts(character=friend)
    assert (prompt.chat_id or "").startswith("incognito-")
    assert bare_chat.webui.chat_ids(friend) == saved


def test_characters_have_chats_of_their_own(
    bare_chat: ChatPage, friend: str, fresh_characters: Iterator[str]
) -> None:
    bare_chat.send("Hello.")
    other = next(fresh_characters)

    bare_chat.switch_character(other)

    assert bare_chat.rows() == [["<|BEGIN-VISIBLE-CHAT|>", f"Hi, {other} here."]]
    bare_chat.switch_character(friend)
    assert bare_chat.rows()[-1][0] == "Hello."


@pytest.mark.parametrize("mode", ["instruct", "chat-instruct"])
def test_the_other_modes_work(bare_chat: ChatPage, mode: str) -> None:
    bare_chat.switch_mode(mode)
    if mode == "instruct":
        bare_chat.new_chat()

    reply = bare_chat.send("My dog is called Rex.")

    assert bare_chat.rows()[-1] == ["My dog is called Rex.", reply]
    assert bare_chat.webui.prompts()[-1].mode == mode
    bare_chat.switch_mode("chat")


def test_impersonating_writes_into_the_input_box(bare_chat: ChatPage) -> None:
    bare_chat.send("Hello.")
    rows = bare_chat.rows()

    assert bare_chat.impersonate()
    assert bare_chat.rows() == rows


def test_stop_keeps_what_had_come(bare_chat: ChatPage) -> None:
    bare_chat.set_max_new_tokens(2_000)

    reply = bare_chat.send_and_stop("Tell me a long story.")

    bare_chat.set_max_new_tokens(24)
    assert 3 <= len(reply.split()) < 2_000
    assert bare_chat.rows()[-1] == ["Tell me a long story.", reply]


def test_the_api_answers_plain_streamed_and_as_completion(
    bare_webui: Webui, friend: str
) -> None:
    assert bare_webui.api_chat("Hi.", character=friend)
    assert bare_webui.api_chat_streamed("Hi again.", character=friend)
    assert bare_webui.api_complete("Once upon a time")

    assert [prompt.chat_id for prompt in bare_webui.prompts(character=friend)] == [
        None,
        None,
    ]


def test_chats_outlive_a_restart_of_interface_and_server(
    new_webui: Webui, browser: Any, friend: str
) -> None:
    new_webui.attach(HERE / "recorder", RECORDER, "user")
    new_webui.start()
    with chat_with(friend, new_webui, browser) as chat:
        chat.send("Remember me.")

        chat.restart_interface()
        assert chat.rows()[-1][0] == "Remember me."
        new_webui.restart()
        chat.reload()
        chat.switch_character(friend)

        assert chat.rows()[-1][0] == "Remember me."
    assert len(new_webui.prompts(character=friend)) == 1


def test_the_api_works_without_the_interface(new_webui: Webui) -> None:
    new_webui.attach(HERE / "recorder", RECORDER)
    new_webui.start("--nowebui")

    assert new_webui.api_chat("Hi.", character="Friend 001")
    assert len(new_webui.prompts()) == 1
