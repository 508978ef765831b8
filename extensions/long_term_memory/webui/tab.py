"""The webui's tab: the memory editor, and what stands in its way.

Owns: what the webui lends the editor's page, and a tab that cannot end the webui.
Knows nothing of: what the page shows.
"""

from __future__ import annotations

from ..core.text.sanitise import showable
from ..core.types import Scope
from ..editor import markup
from ..editor.host import Host
from ..editor.page import build
from ..editor.templates import joined
from ..engine.compose import LastTurn
from ..engine.faults import guard
from ..engine.recent import last_turn
from . import hooks, host_api, params
from .request import WEBUI_USER


def draw() -> None:
    """Draw the tab; whatever fails, the webui goes on with a note in its place.

    The webui calls this within its open Blocks, and would end with an error of ours.
    """
    strangers = guard(
        hooks.RUNTIME.faults,
        "asking who uses the webui",
        host_api.shared_with_strangers,
        lambda: "it is unknown who uses this webui",
    )
    if strangers:
        _note(
            f"Long-term memory stores and shows nothing: {strangers}, so users cannot "
            "be told apart."
        )
        return
    guard(hooks.RUNTIME.faults, "drawing the tab", _draw, _draw_fault)


def warnings() -> str:
    """Say what keeps memory from working as it should, as HTML; empty if nothing."""
    words = list(hooks.RUNTIME.problems)
    rival = hooks.rival()
    if rival:
        words.append(
            f'The extension "{rival}" builds the prompts, and the webui asks only one. '
            "Chats are stored and pinned memories are added, but nothing is recalled. "
            f"Start the webui with long_term_memory before {rival}, or without it."
        )
    return joined(*(markup.notice(showable(one), kind="warn") for one in words))


def _draw() -> None:
    import gradio as gr
    from gradio.context import Context

    with gr.Column() as column:
        # Hidden again if what follows fails, so that no half of it is seen.
        column.visible = False
        told = warnings()
        gr.HTML(markup.alone(told) if told else "")
        build(hooks.running().engine, _host(), Context.root_block)
    column.visible = True


def _draw_fault() -> None:
    fault = hooks.RUNTIME.faults.last
    words = fault.words if fault else "see the log"
    _note(f"Long-term memory cannot show its tab: {words}. Chats go on as usual.")


def _note(words: str) -> None:
    import gradio as gr

    gr.HTML(markup.alone(markup.remark(showable(words))))


def _host() -> Host:
    """Return what the page may know of the webui."""
    return Host(
        current=_current,
        last_turn=_last_turn,
        not_storing=_not_storing,
        save=hooks.keep,
        setting_groups=params.GROUPS,
        folders=True,
        models=True,
    )


def _current() -> Scope | None:
    turn = hooks.running().last_turn
    return None if turn is None else turn.scope


def _last_turn() -> LastTurn | None:
    host = hooks.running()
    # After a restart the one that is recorded; no stranger may see it.
    if host.last is not None or host_api.shared_with_strangers():
        return host.last
    return last_turn(host.engine, user=WEBUI_USER)


def _not_storing() -> str:
    host = hooks.running()
    if not host.engine.settings.webui.activate:
        return "memory is switched off, under Settings."
    return "" if host.last_turn is None else host.last_turn.why_not
