"""Have the webui's own model write summaries while nobody chats.

Owns: when the model counts as idle, what it is lent for one summary, and letting go of
it the moment somebody wants it.
Knows nothing of: what summaries are made from, Gradio.

Generating takes a lock of the webui's that a chat turn holds until its hooks are done,
so nothing is ever generated inside a hook: that would wait for itself. It is done on a
timer's thread, as a chat (`is_chat`), for which the webui calls no hooks of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, Final

from ..engine.engine import Engine
from ..engine.faults import Faults, guard
from ..errors import UpstreamError
from ..models.llm import written
from . import host_api

Later = Callable[[float, Callable[[], None]], None]

# Between two summaries others who wait for the model have their turn.
PAUSE_SECONDS: Final = 2.0

WINDOW_SHARE: Final = 3
"""An answer may take a third of the model's window, so that what it is about fits."""

# What belongs to the turn that the state was lent for.
_DROPPED: Final = (
    *("history", "messages", "stop_event", "logits_processor", "tools"),
    *("selected_tools", "images", "raw_images", "image_attachments"),
)
_PLAIN: Final[dict[str, Any]] = {
    "mode": "instruct",
    "context": "",
    "user_bio": "",
    "auto_max_new_tokens": False,
    "custom_stopping_strings": "",
    "enable_thinking": False,
    "enable_web_search": False,
    "grammar_string": "",
    "max_tokens_second": 0,
    "start_with": "",
    # So that it can be let go of between two tokens.
    "stream": True,
}


class LentModel:
    """The webui's model for one summary, until somebody wants it."""

    def __init__(self, state: Mapping[str, Any], stop: Event) -> None:
        """Take the state of the last turn; the model's settings are in it.

        Args:
            state: As lent to a hook; it is not changed.
            stop: Set when the model is wanted.
        """
        self._state = {
            key: value for key, value in state.items() if key not in _DROPPED
        } | _PLAIN
        self._stop = stop

    @property
    def name(self) -> str:
        """The loaded model's name."""
        return host_api.loaded_model()

    def write(
        self,
        instruction: str,
        text: str,
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Return what the model writes; the instruction alone tells it the form.

        Raises:
            UpstreamError: It was wanted by somebody, or wrote nothing.
        """
        del schema
        window = int(self._state.get("truncation_length") or max_tokens * WINDOW_SHARE)
        state = {
            **self._state,
            "custom_system_message": instruction,
            "max_new_tokens": min(max_tokens, window // WINDOW_SHARE),
            "stop_event": self._stop,
        }
        empty: dict[str, Any] = {"internal": [], "visible": [], "metadata": {}}
        prompt = host_api.build_prompt(text, {**state, "history": empty}, history=empty)
        said = ""
        for grown in host_api.generate(prompt, state):
            said = grown
            if self._stop.is_set():
                break
        if self._stop.is_set() or host_api.was_stopped():
            raise UpstreamError("The model was wanted for a chat.")
        return written(said, self.name)


class IdleWriter:
    """Writes summaries with the webui's model, one at a time, while it is idle."""

    def __init__(self, engine: Engine, faults: Faults, later: Later) -> None:
        """Wait for the first turn.

        Args:
            engine: Tells what is to be written.
            faults: Hears what goes wrong.
            later: Does something after some seconds, on another thread.
        """
        self._engine = engine
        self._faults = faults
        self._later = later
        self._turns = 0
        self._stop = Event()

    def turn_began(self) -> None:
        """Let go of the model at once."""
        self._turns += 1
        self._stop.set()

    def turn_ended(self, state: Mapping[str, Any]) -> None:
        """Begin to wait for an idle model."""
        if not self._on():
            return
        self._turns += 1
        turns, kept = self._turns, dict(state)
        self._later(self._wait_seconds(), lambda: self._go_on(turns, kept))

    def _on(self) -> bool:
        options = self._engine.settings.summaries
        return options.rolling_summaries and options.summary_when_idle

    def _wait_seconds(self) -> float:
        return self._engine.settings.summaries.summary_idle_seconds

    def _go_on(self, turns: int, state: Mapping[str, Any]) -> None:
        """Write one summary and come again, unless somebody chats."""
        if turns != self._turns or not self._on():
            return
        wait = PAUSE_SECONDS
        if not guard(self._faults, "asking for the model", host_api.is_idle, bool):
            wait = self._wait_seconds()
        elif not self._wrote(state):
            return
        self._later(wait, lambda: self._go_on(turns, state))

    def _wrote(self, state: Mapping[str, Any]) -> bool:
        self._stop = stop = Event()

        def write() -> bool:
            try:
                return self._engine.write_summary(LentModel(state, stop))
            except UpstreamError:
                if stop.is_set() or host_api.was_stopped():
                    return False  # the next turn's end asks again
                raise

        return guard(self._faults, "having a summary or facts written", write, bool)
