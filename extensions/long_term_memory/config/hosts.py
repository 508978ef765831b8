"""The settings of where memory runs: the webui, the server and what it offers, logs.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class WebuiSettings:
    """The extension inside text-generation-webui."""

    activate: bool = option(True, "Remember and recall; off leaves every prompt alone.")
    api_traffic: bool = option(
        True, "Remember and recall in chats that come through the webui's API, too."
    )
    notebook: bool = option(
        False, "Put memories in front of prompts that are no chat, as in the notebook."
    )
    keep_history_steady: bool = option(
        True,
        "When the chat no longer fits, leave out old messages in steps, so that the "
        "model's prompt cache holds.",
    )
    idle_seconds: float = option(
        300.0,
        "A last reply that nobody swiped for so long counts as final.",
        within=(0, 1_000_000),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSettings:
    """What is written beside the memories."""

    readable_log: bool = option(
        False,
        "Keep a readable log of every chat beside its memories, one line of JSON a "
        "turn.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """The server that `serve` starts."""

    host: str = option(
        "127.0.0.1",
        "Address to listen on; only this machine reaches the default.",
        aliases=("HOST",),
    )
    port: int = option(5100, "Port to listen on.", within=(1, 65535), aliases=("PORT",))
    data_dir: str = option(
        "user_data/long_term_memory",
        "Folder that holds the memories.",
        aliases=("STORAGE_DIR", "DB_PATH"),
    )
    secure: bool = option(
        False,
        "Ask every client for a key of api_key.txt, which is made if it is missing.",
    )
    cors_origins: str = option(
        "",
        "Origins of web pages that may use the server besides those of this machine, "
        "separated by commas.",
    )
    metrics: bool = option(
        True,
        "Count requests, times and tokens for /metrics.",
        aliases=("ENABLE_METRICS",),
    )
    most_body_mb: int = option(
        64, "Largest request body that is read, in megabytes.", within=(1, 2048)
    )
    request_seconds: float = option(
        20.0,
        "How long a client may take to send a request, beside a second for every 50 kB "
        "of it; who is slower is dropped.",
        within=(1, 3600),
    )
    most_connections: int = option(
        4000,
        "Most connections of clients at once, sockets among them; beyond them the one "
        "that has waited longest without a request gives way.",
        within=(8, 100_000),
    )
    log_format: str = option(
        "text",
        "How the server logs: lines for people, or one line of JSON a request. No text "
        "of a message is in either.",
        choices=("text", "json"),
    )
    prices: str = option(
        "gemini-3.5-flash-lite 0.30 2.50, gemini-3.5-flash 1.50 9, gpt-4o-mini 0.15 "
        "0.60, gpt-4o 2.50 10, gpt-oss-120b 0.15 0.60",
        "What models cost, in dollars for a million tokens read and a million tokens "
        "written; a model that is not listed counts as free.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtrasSettings:
    """What the server offers as SillyTavern's Extras server did."""

    enable_modules: str = option(
        "chromadb, classify, embeddings, summarize",
        "Modules of the Extras API that are offered, separated by commas; empty offers "
        "none.",
    )
    transformer_emotions: str = option(
        "",
        "Name or folder of a transformer that classifies feelings in place of our own "
        "model, for `/api/classify`; `true` takes SamLowe/roberta-base-go_emotions, "
        "empty none. It needs transformers and torch.",
        aliases=("ENABLE_TRANSFORMER_EMOTIONS",),
    )
    extras_memory: bool = option(
        True,
        "What Smart Context stores becomes the character's memory too, unless the chat "
        "goes through the proxy anyway.",
    )
