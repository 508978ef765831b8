"""A memory that is encrypted, in the webui: with its key, and when that is lost."""

from __future__ import annotations

import pytest

from tests.webui.fake_webui.driver import FakeWebui
from tests.webui.inside import FACT, KEPT, QUESTION, engine_of, last_fault


def test_the_chat_goes_on_without_memory_while_the_key_is_missing(
    webui: FakeWebui, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LTM_ENCRYPTION_KEY", "ab" * 32)
    webui.send(FACT)
    webui.new_chat("second")
    assert KEPT in webui.send(QUESTION)
    [file] = webui.user_data.rglob("memory.sqlite3")
    assert KEPT.encode() not in file.read_bytes()

    monkeypatch.delenv("LTM_ENCRYPTION_KEY")
    engine_of(webui).close()
    before = file.read_bytes()
    webui.new_chat("third")
    prompt = webui.send(QUESTION)

    assert QUESTION in prompt
    assert KEPT not in prompt
    assert "LTM_ENCRYPTION_KEY" in last_fault(webui).words
    assert file.read_bytes() == before
