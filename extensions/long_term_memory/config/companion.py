"""The settings of conversations that the server itself carries, and of its sockets.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.

Several names are those of other chat back ends. The proxy reads some of them too, and
keeps its own default where they are not set.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option

SOCKET_IO: str = "/socket.io"

AUTO, ALWAYS, NEVER = "auto", "always", "never"
"""When replies are made in a process of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionSettings:
    """Conversations over `/api/v1/conversations`, Socket.IO and `/ws/chat`."""

    max_message_length: int = option(
        2_000,
        "Longest message of a conversation, in characters; longer ones are refused.",
        within=(1, 1_000_000),
        aliases=("MAX_MESSAGE_LENGTH",),
    )
    messages_per_minute: int = option(
        10,
        "Most messages that one person may send to conversations in a minute; 0 sets "
        "no limit. `MESSAGE_RATE_LIMIT` may also say 10/minute, 1/second or 600/hour.",
        within=(0, 1_000_000),
        aliases=("MESSAGE_RATE_LIMIT",),
    )
    context_messages: int = option(
        20,
        "So many of a conversation's newest messages stand in the prompt of a reply, "
        "as far as there is room.",
        within=(1, 10_000),
        aliases=("MEMORY_CONTEXT_WINDOW",),
    )
    typing_milliseconds: int = option(
        3_000,
        "Typing that is not told again counts as over after so long.",
        within=(100, 600_000),
        aliases=("TYPING_TIMEOUT",),
    )
    reply_max_tokens: int = option(
        500,
        "Longest reply of a conversation, in tokens.",
        within=(1, 10_000_000),
        aliases=("LLM_MAX_TOKENS",),
    )
    reply_temperature: float = option(
        0.8,
        "Temperature of a conversation's replies; a negative one leaves it open.",
        within=(-1, 5),
        aliases=("LLM_TEMPERATURE",),
    )
    reply_top_p: float = option(
        0.9, "Nucleus sampling of a conversation's replies.", within=(0.01, 1)
    )
    reply_frequency_penalty: float = option(
        0.3, "Frequency penalty of a conversation's replies.", within=(-2, 2)
    )
    reply_presence_penalty: float = option(
        0.3, "Presence penalty of a conversation's replies.", within=(-2, 2)
    )
    companion_database: str = option(
        "",
        "SQLAlchemy's address of another file of SQLite for what conversations keep "
        "beside the memories: titles, receipts, the order of messages. Empty takes "
        "`companion.sqlite3` in the data folder.",
    )
    reply_process: str = option(
        AUTO,
        "Whether replies are made in a process beside the server, so that a thousand "
        "people do not wait for each other: `auto` with 16 names or more in "
        "`api_key.txt`, `always`, or `never`. It takes some 150 MB more.",
        choices=(AUTO, ALWAYS, NEVER),
    )
    context_tokens: int = option(
        8_192,
        "How many tokens the prompt of a reply and the reply take together, where "
        "`llm_context_tokens` does not say what the model holds.",
        within=(256, 100_000_000),
    )
    prompt_file: str = option(
        "",
        "File with the template of the whole system prompt of a conversation; empty "
        "takes the one that comes with the program.",
    )
    modes_file: str = option(
        "",
        "TOML file that changes and adds modes of a conversation, and the words that "
        "are shown for feelings.",
    )
    websocket_port: int = option(
        0,
        "A second port for `/socket.io` and `/ws/chat` alone; 0 has them at the "
        "server's own port only.",
        within=(0, 65_535),
        aliases=("WEBSOCKET_PORT",),
    )
    websocket_path: str = option(
        SOCKET_IO,
        "Path at which Socket.IO is served, such as /socket.io.",
        aliases=("WEBSOCKET_PATH",),
    )
