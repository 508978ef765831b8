"""The settings of the proxy: the model behind it, and what it does with a chat.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSettings:
    """The language model behind the proxy; its key is read from the environment."""

    llm_base_url: str = option(
        "",
        "Where the OpenAI-compatible model listens, such as http://127.0.0.1:5000/v1.",
        aliases=("LLM_BASE_URL",),
    )
    llm_model: str = option(
        "",
        "Model that is asked for when a client names none.",
        aliases=("LLM_MODEL",),
    )
    llm_max_tokens: int = option(
        0,
        "Longest reply asked for when a client names no length; 0 leaves it open.",
        within=(0, 10_000_000),
        aliases=("LLM_MAX_TOKENS",),
    )
    llm_temperature: float = option(
        -1.0,
        "Temperature when a client names none; a negative one leaves it open.",
        within=(-1, 5),
        aliases=("LLM_TEMPERATURE",),
    )
    llm_context_tokens: int = option(
        0,
        "How many tokens the model's context holds; 0 if that is not known.",
        within=(0, 100_000_000),
    )
    llm_tokenizer: str = option(
        "",
        "File tokenizer.json of the model, by which tokens are counted exactly where "
        "it tells no number itself; empty estimates them.",
    )
    llm_connect_seconds: float = option(
        10.0, "How long to wait for the model to take a call.", within=(0.1, 600)
    )
    llm_silence_seconds: float = option(
        600.0,
        "How long the model may send nothing before it counts as hanging.",
        within=(1, 86_400),
    )
    llm_retries: int = option(
        2,
        "How often a call is tried again while nothing of the answer was passed on.",
        within=(0, 10),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """What the proxy does with a chat on its way to the model."""

    proxy_memory: bool = option(
        True, "Remember and recall in chats that go through the proxy."
    )
    memory_seconds: float = option(
        3.0,
        "Longest wait for memory; when it is late, a request goes on without.",
        within=(0.01, 600),
    )
    recalled_as: str = option(
        "system",
        "Recalled messages stand in one late system message, or are replayed as turns.",
        choices=("system", "turns"),
    )
    replay_turns: int = option(
        4, "Most recalled messages that are replayed as turns.", within=(0, 100)
    )
    recent_turns: int = option(
        0,
        "So many of the chat's newest turns go to the model, older ones do not; 0 "
        "sends what the client sends.",
        within=(0, 10_000_000),
        aliases=("MAX_WORKING_MEMORY_SIZE", "MEMORY_CONTEXT_WINDOW"),
    )
    trim_history: str = option(
        "overflow",
        "Whether the oldest messages of the chat are left out to make room: never, as "
        "the shares say, or only when the model's context would overflow.",
        choices=("off", "on", "overflow"),
    )
    show_memories: bool = option(
        False, "Show the memories used in the reasoning field of the reply."
    )
    longest_message: int = option(
        1_000_000,
        "Longest message that is remembered, in characters; longer ones pass through.",
        within=(1, 100_000_000),
        aliases=("MAX_MESSAGE_LENGTH",),
    )
    requests_per_minute: int = option(
        0,
        "Most requests of one person in a minute, or of each user whom the owner's "
        "front end names; 0 sets no limit.",
        within=(0, 1_000_000),
        aliases=("MESSAGE_RATE_LIMIT",),
    )
