"""The names of other backends work, from the environment and from an `.env` file."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

from long_term_memory.cli.options import adopt_env_file
from long_term_memory.config import (
    OPTIONS,
    Settings,
    env_example,
    load_server_settings,
    notes,
    upstream_key,
    values_of,
)
from long_term_memory.config.aliases import RERANK_MODEL, SECRETS
from long_term_memory.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]
GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai"
GROQ = "https://api.groq.com/openai/v1"
HOME = "http://127.0.0.1:5000/v1"
WITHOUT_A_FEATURE = [name for name in SECRETS if "LTM" not in name]


def read(**environ: str) -> Settings:
    return load_server_settings(None, environ, {})


def noted(**environ: str) -> list[str]:
    return notes(read(**environ), environ)


@pytest.mark.parametrize(
    ("name", "value", "setting", "expected"),
    [
        ("LLM_BASE_URL", HOME, "llm_base_url", HOME),
        ("LLM_MODEL", "qwen", "llm_model", "qwen"),
        ("LLM_MAX_TOKENS", "512", "llm_max_tokens", 512),
        ("LLM_TEMPERATURE", "0.7", "llm_temperature", 0.7),
        ("EMB_BASE_URL", HOME, "embedding_endpoint", HOME),
        ("EMBEDDING_MODEL", "bge", "embedding_model", "bge"),
        ("EMBEDDING_DIMS", "768", "embedding_dims", 768),
        ("STORAGE_DIR", "here", "data_dir", "here"),
        ("DB_PATH", "data/memory.db", "data_dir", "data"),
        ("DB_PATH", "data/memory", "data_dir", "data/memory"),
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("HOST", "localhost", "host", "localhost"),
        ("PORT", "8000", "port", 8000),
        ("RAG_TOP_K", "7", "num_memories_to_fetch", 7),
        ("SUMMARIZE_AFTER_MESSAGES", "30", "summary_every", 30),
        ("SYSTEM_TOKEN_PERCENT", "10", "system_token_percent", 10),
        ("RAG_TOKEN_PERCENT", "10", "rag_token_percent", 10),
        ("HISTORY_TOKEN_PERCENT", "10", "history_token_percent", 10),
        ("RESPONSE_TOKEN_PERCENT", "10", "response_token_percent", 10),
        ("ENABLE_METRICS", "false", "metrics", False),
        ("MAX_WORKING_MEMORY_SIZE", "12", "recent_turns", 12),
        ("MEMORY_CONTEXT_WINDOW", "12", "recent_turns", 12),
        ("MAX_MESSAGE_LENGTH", "4000", "longest_message", 4000),
        ("MESSAGE_RATE_LIMIT", "30", "requests_per_minute", 30),
        ("MESSAGE_RATE_LIMIT", "10/minute", "messages_per_minute", 10),
        ("MESSAGE_RATE_LIMIT", "10/minute", "requests_per_minute", 10),
        ("MESSAGE_RATE_LIMIT", "2 per second", "messages_per_minute", 120),
        ("MESSAGE_RATE_LIMIT", "30/hour", "messages_per_minute", 1),
        ("MESSAGE_RATE_LIMIT", "0/minute", "messages_per_minute", 0),
        ("MAX_MESSAGE_LENGTH", "4000", "max_message_length", 4000),
        ("MEMORY_CONTEXT_WINDOW", "12", "context_messages", 12),
        ("TYPING_TIMEOUT", "1500", "typing_milliseconds", 1500),
        ("LLM_MAX_TOKENS", "512", "reply_max_tokens", 512),
        ("LLM_TEMPERATURE", "0.7", "reply_temperature", 0.7),
        ("WEBSOCKET_PORT", "5000", "websocket_port", 5000),
        ("WEBSOCKET_PATH", "/io", "websocket_path", "/io"),
    ],
)
def test_a_known_name_sets_what_it_means(
    name: str, value: str, setting: str, expected: object
) -> None:
    assert values_of(read(**{name: value}))[setting] == expected


@pytest.mark.parametrize(
    ("environ", "base_url", "model"),
    [
        ({"GEMINI_API_KEY": "g"}, GEMINI, "gemini-3.5-flash-lite"),
        ({"GEMINI_API_KEY": "g", "GEMINI_MODEL": "other"}, GEMINI, "other"),
        ({"GROQ_API_KEY": "q"}, GROQ, "openai/gpt-oss-120b"),
        ({"GROQ_API_KEY": "q", "GROQ_MODEL": "other"}, GROQ, "other"),
        ({"GROQ_API_KEY": "q", "LLM_MODEL": "mine"}, GROQ, "mine"),
        ({"OPENAI_API_KEY": "o"}, "https://api.openai.com/v1", "gpt-4o-mini"),
        ({"GROQ_API_KEY": "q", "GEMINI_API_KEY": "g"}, GEMINI, "gemini-3.5-flash-lite"),
        ({"GEMINI_API_KEY": "g", "LLM_BASE_URL": HOME}, HOME, ""),
        ({"GROQ_MODEL": "other", "LLM_BASE_URL": GROQ}, GROQ, "other"),
        ({}, "", ""),
    ],
)
def test_a_key_chooses_the_service_and_an_address_wins(
    environ: dict[str, str], base_url: str, model: str
) -> None:
    upstream = read(**environ).upstream

    assert (upstream.llm_base_url, upstream.llm_model) == (base_url, model)


def test_a_key_goes_to_its_own_service_alone() -> None:
    keys = {"GEMINI_API_KEY": "g", "GROQ_API_KEY": "q"}

    assert upstream_key(GEMINI, keys) == "g"
    assert upstream_key(GROQ + "/", keys) == "q"
    assert upstream_key(HOME, keys) == ""
    assert upstream_key("https://api.groq.com.evil.example/v1", keys) == ""
    assert upstream_key("http://[broken", keys) == ""
    assert upstream_key(HOME, {"OPENAI_API_KEY": "o"}) == "o"
    assert upstream_key(GROQ, {"OPENAI_API_KEY": "o"}) == ""
    assert upstream_key(GROQ, {**keys, "LTM_LLM_API_KEY": "ours"}) == "ours"


def test_a_host_that_is_no_address_is_not_taken_and_that_is_said() -> None:
    environ = {"HOST": "x86_64-conda-linux-gnu"}

    assert read(**environ).server.host == "127.0.0.1"
    assert "LTM_HOST always is" in noted(**environ)[0]
    assert noted(**environ, LTM_HOST="127.0.0.1") == []
    assert read(HOST="0.0.0.0", LTM_HOST="127.0.0.1").server.host == "127.0.0.1"


def test_a_remote_model_is_read_only_beside_its_address() -> None:
    names = {"EMB_MODEL": "remote", "EMBEDDING_MODEL": "local"}

    assert read(**names).embedding.embedding_model == "local"
    assert read(**names, EMB_BASE_URL=HOME).embedding.embedding_model == "remote"


def test_reranking_is_switched_on_with_a_model_unless_one_is_named() -> None:
    def model(**environ: str) -> str:
        return read(**environ).recall.rerank_model

    assert model(ENABLE_RERANKING="true") == RERANK_MODEL
    assert model(ENABLE_RERANKING="1", LTM_RERANK_MODEL="mine") == "mine"
    assert model(ENABLE_RERANKING="false") == model(ENABLE_RERANKING="maybe") == ""
    assert RERANK_MODEL in noted(ENABLE_RERANKING="on")[0]
    assert "true or false" in noted(ENABLE_RERANKING="maybe")[0]
    assert noted(ENABLE_RERANKING="false") == []


def test_a_file_as_database_is_told_to_be_a_folder() -> None:
    [note] = noted(DB_PATH="data/memory.db")

    assert note.endswith("kept in its folder, data.")
    assert noted(DB_PATH="data/memory.db", STORAGE_DIR="other") == []


def test_a_service_that_costs_money_is_told_without_its_key() -> None:
    [note] = noted(GROQ_API_KEY="gsk_secret")

    assert "Groq, openai/gpt-oss-120b" in note
    assert "secret" not in note


@pytest.mark.parametrize(
    ("host", "told"),
    [("127.0.0.1", 0), ("::1", 0), ("localhost", 0), ("0.0.0.0", 1), ("box.lan", 1)],
)
def test_listening_to_the_network_is_told(host: str, told: int) -> None:
    assert len(noted(LTM_HOST=host)) == told


def test_no_key_is_ever_part_of_the_settings() -> None:
    keys = dict.fromkeys(SECRETS, "hush-hush")

    assert "hush-hush" not in str(values_of(read(**keys)))
    assert not set(SECRETS) & {name for one in OPTIONS.values() for name in one.aliases}


def test_a_limit_that_is_none_is_refused_with_a_word() -> None:
    with pytest.raises(ConfigError, match="MESSAGE_RATE_LIMIT: messages_per_minute"):
        read(MESSAGE_RATE_LIMIT="often")


def test_conversations_have_their_own_defaults_and_the_proxy_its_own() -> None:
    settings = read()

    assert settings.companion.max_message_length == 2_000
    assert settings.proxy.longest_message == 1_000_000
    assert settings.companion.messages_per_minute == 10
    assert settings.proxy.requests_per_minute == 0


def test_the_example_is_current() -> None:
    """Write it anew with env_example()."""
    assert (ROOT / ".env.example").read_text("utf-8") == env_example()


def test_the_example_with_every_line_in_force_is_the_defaults() -> None:
    lines = [
        line.removeprefix("#") if line[:1] == "#" and line[1:2].isupper() else line
        for line in env_example().splitlines()
    ]
    found = dotenv_values(stream=io.StringIO("\n".join(lines)), interpolate=False)
    environ = {name: value or "" for name, value in found.items()}

    assert {name for one in OPTIONS.values() for name in one.variables[:1]} <= set(
        environ
    )
    assert set(WITHOUT_A_FEATURE) <= set(environ)
    assert load_server_settings(None, environ, {}) == Settings()


def test_variables_that_are_set_win_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "some.env"
    file.write_text("\ufeffPORT=8001\nLTM_GATE=false\nGROQ_API_KEY='a${b}c'\nODD\n")
    monkeypatch.setattr(os, "environ", {"PORT": "8002"})

    adopt_env_file(file)

    assert os.environ["PORT"] == "8002"
    assert os.environ["LTM_GATE"] == "false"
    assert os.environ["GROQ_API_KEY"] == "a${b}c"
    assert "ODD" not in os.environ


def test_the_file_of_the_folder_is_read_and_need_not_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {})

    adopt_env_file()
    (tmp_path / ".env").write_text("LTM_PORT=8003\n")
    adopt_env_file()

    assert os.environ["LTM_PORT"] == "8003"


@pytest.mark.parametrize("content", [None, b"PORT=\xff\xfe"])
def test_a_file_that_is_named_must_be_readable(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "some.env"
    if content:
        file.write_bytes(content)

    with pytest.raises(ConfigError, match=r"some\.env"):
        adopt_env_file(file)
