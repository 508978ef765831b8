"""What is said to be kind is in no block; a short answer is, with its question."""

from __future__ import annotations

import pytest

from long_term_memory.engine.bank import Bank

from .builders import a_chat, a_request

CHATS = {
    "en": (
        ("> brb", "Okay!", "> back", "*smiles*", "> haha", "How romantic."),
        ("Is your birthday in winter?", "> Yes, in March."),
        "when is my birthday",
    ),
    "de": (
        ("> moin", "Willkommen zurück!", "> *winkt*", "Das freut mich.", "> ach so"),
        ("Hast du im Winter Geburtstag?", "> Ja, im März."),
        "wann habe ich Geburtstag",
    ),
    "zh": (
        ("> 我回来了", "欢迎回来。", "> *挥手*", "听起来不错。", "> 原来如此"),
        ("你的生日在冬天吗?", "> 是的, 三月。"),
        "我的生日是什么时候",
    ),
}


@pytest.mark.parametrize("language", CHATS)
def test_no_small_talk_is_told_and_a_short_answer_is(bank: Bank, language: str) -> None:
    idle, (question, answer), asked = CHATS[language]
    a_chat(bank, "one", *idle, question, answer, *idle)

    request = a_request(asked, recall_tokens=1_000)
    block = bank.chat("two", host="test").compose(request).recall.text

    assert question in block
    assert answer.removeprefix("> ") in block
    assert not [line for line in idle if line.removeprefix("> ") in block], block
