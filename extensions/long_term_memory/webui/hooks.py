"""The webui's hooks: each does its part, or nothing, and never breaks a reply.

Owns: the one host of this process, idempotent set-up, and the guard around hooks.
Knows nothing of: what happens in a turn, Gradio.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from ..build import allow_files, build_engine, shown_to_others
from ..config import Settings, values_of
from ..engine.engine import Engine
from ..engine.faults import Faults, guard, utc_now
from . import host_api, params
from .host import WebuiHost
from .idle_writer import IdleWriter
from .placement import with_system_block
from .request import WebuiRequest

logger = logging.getLogger("long_term_memory")

# The webui writes the log right after our hook; this long after a reply it is there.
READ_LOG_AFTER_SECONDS = 3.0
MARKER = "__long_term_memory__"


def start_timer(seconds: float, action: Callable[[], None]) -> None:
    """Do something later, on a thread of its own that keeps no process alive."""
    timer = Timer(seconds, action)
    timer.daemon = True
    timer.start()


@dataclass(slots=True)
class Runtime:
    """What lives as long as the process, however often `script.py` is executed.

    Attributes:
        faults: What went wrong lately, in a hook or behind it.
        lock: Held while the host starts.
        host: Serves the hooks; None until `setup`.
        idle: Writes summaries between turns; None until `setup`.
        values: The script's `params`, which the webui saves.
        folder: Where the script lies.
        problems: A sentence on each setting that cannot be used.
        build: Makes the engine.
        later: Does something later.
    """

    faults: Faults = field(default_factory=lambda: Faults(utc_now))
    lock: Lock = field(default_factory=Lock)
    host: WebuiHost | None = None
    idle: IdleWriter | None = None
    values: dict[str, Any] = field(default_factory=dict)
    folder: Path = Path(__file__).parent.parent
    problems: list[str] = field(default_factory=list)
    build: Callable[..., Engine] = build_engine
    later: Callable[[float, Callable[[], None]], None] = start_timer


RUNTIME = Runtime()


def setup(values: dict[str, Any], folder: Path) -> None:
    """Start the memory once; a second call takes over the new `params`.

    Args:
        values: The script's own `params`; the webui has put the user's values in.
        folder: Where the script lies: the predecessor's ltm_config.json may be there.
    """
    RUNTIME.values, RUNTIME.folder = values, folder
    guard(RUNTIME.faults, "joining the webui's log", _join_log, lambda: None)
    guard(RUNTIME.faults, "starting", _start, lambda: None)


def custom_generate_chat_prompt(
    user_input: str, state: Mapping[str, Any], kwargs: Mapping[str, Any]
) -> str:
    """Build the prompt of a chat turn with memories, or as if we were not there."""
    return guard(
        RUNTIME.faults,
        "preparing the prompt",
        lambda: running().prompt(user_input, state, kwargs),
        lambda: host_api.build_prompt(user_input, state, **kwargs),
        blameless=True,
    )


def state_modifier(state: dict[str, Any]) -> dict[str, Any]:
    """Add the stable block if another extension owns the prompt hook."""
    if RUNTIME.idle is not None:
        RUNTIME.idle.turn_began()
    if not isinstance(state.get("history"), Mapping) or not rival():
        return state
    return guard(
        RUNTIME.faults,
        "adding pinned memories",
        lambda: _with_head(state),
        lambda: state,
    )


def input_modifier(text: str, state: Mapping[str, Any], *, is_chat: bool) -> str:
    """Put memories before a prompt that is no chat, if the user wants it."""
    if is_chat:
        return text
    return guard(
        RUNTIME.faults,
        "adding memories to a prompt",
        lambda: _with_memories(text, state),
        lambda: text,
    )


def output_modifier(state: Mapping[str, Any]) -> None:
    """Note that a reply is complete; it is read from the log a little later."""
    guard(RUNTIME.faults, "noting a reply", lambda: _reply_ended(state), lambda: None)


def running() -> WebuiHost:
    """Return the host, started now if `setup` failed or was never called."""
    with RUNTIME.lock:
        if RUNTIME.host is None:
            user_data = host_api.user_data_dir()
            engine = RUNTIME.build(
                _read_settings(), user_data / "long_term_memory", faults=RUNTIME.faults
            )
            if shown := shown_to_others(engine.data_dir):
                logger.warning("%s", shown)
            RUNTIME.host = WebuiHost(engine, user_data)
            RUNTIME.idle = IdleWriter(
                engine, RUNTIME.faults, lambda seconds, act: RUNTIME.later(seconds, act)
            )
        return RUNTIME.host


def rival() -> str:
    """Name the extension that owns the prompt hook instead of us, if one does."""
    return guard(RUNTIME.faults, "looking at other extensions", _rival, str)


def keep(settings: Settings) -> str:
    """Put changed settings where the webui saves them from, and say where that is."""
    RUNTIME.values.update(values_of(settings, *params.GROUPS))
    return (
        'until the webui stops. To keep them for good, press "Save extensions '
        'settings" in the Session tab'
    )


def _start() -> None:
    if RUNTIME.host is None:
        allow_files()
        running()
    else:
        # The script was executed again: what was changed in the tab goes on to hold.
        keep(RUNTIME.host.engine.settings)


def _join_log() -> None:
    host_api.log_with_the_webui(logger)


def _read_settings() -> Settings:
    settings, RUNTIME.problems = params.read(RUNTIME.values, RUNTIME.folder)
    for problem in RUNTIME.problems:
        logger.warning("Long-term memory: %s", problem)
    return settings


def _rival() -> str:
    for extension, name in host_api.extensions():
        if hasattr(extension, "custom_generate_chat_prompt"):
            return "" if hasattr(extension, MARKER) else name
    return ""


def _with_head(state: dict[str, Any]) -> dict[str, Any]:
    host = running()
    turn = host.turn(state)
    if not host.may_recall(turn):
        return state
    head = host.head_block(turn, state)
    return with_system_block(state, head, "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES")


def _with_memories(text: str, state: Mapping[str, Any]) -> str:
    host = running()
    if not host.engine.settings.webui.notebook:
        return text
    turn = host.read(state)
    if not turn.reads or turn.scope not in host.engine.scopes():
        return text
    block = host.recall_block(turn, state, text)
    return f"{block}\n\n{text}" if block else text


def _reply_ended(state: Mapping[str, Any]) -> None:
    """Read the log in a while; greetings come here too, without a turn before them."""
    host = RUNTIME.host
    if host is None:
        return
    turn = host.read(state)
    if RUNTIME.idle is not None and turn.writes:
        RUNTIME.idle.turn_ended(state)
    if host.follower.ended(turn):
        RUNTIME.later(READ_LOG_AFTER_SECONDS, lambda: _catch_up(host, turn))


def _catch_up(host: WebuiHost, turn: WebuiRequest) -> None:
    guard(
        RUNTIME.faults,
        "reading the chat's log",
        lambda: host.follower.catch_up(turn),
        lambda: None,
    )
