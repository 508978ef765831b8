"""The header's switches: what is remembered here, and recalled from where.

Owns: their layout, and their callbacks.
Knows nothing of: what they do (`rules`), hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.policy import Policy
from . import markup, rules
from .memory_actions import SILENCE, ClickResult, PageState
from .templates import joined
from .texts import say
from .ui import Refresh, Ui

NAMES = ("remembers", "recalls_from")
SWITCHES = "ltm-switches"


class Switches:
    """The switches under construction; they live on in their callbacks."""

    def __init__(self, ui: Ui, refresh: Refresh) -> None:
        """Lay them out, folded to a line that says what holds."""
        self.ui = ui
        self.refresh = refresh
        gr = ui.gr
        # Its line says what holds, so it is no text that is said once.
        with gr.Accordion(
            label=say("rules.reading"),
            open=False,
            elem_id=SWITCHES,
            elem_classes="ltm-rules",
        ) as self.fold:
            self.chat = ui.add(
                "Dropdown",
                {"label": "rules.for"},
                choices=[(say("rules.all_chats"), "")],
                value="",
                interactive=True,
            )
            with gr.Row(elem_classes="ltm-choose"):
                self.remembers, self.recalls_from = (
                    ui.add(
                        "Radio",
                        {"label": f"rules.{name}"},
                        choices=rules.choices(name, ""),
                        value=rules.DEFAULT,
                        interactive=True,
                        min_width=280,
                    )
                    for name in NAMES
                )
            self.said = gr.HTML()
            # Pressed when a step was undone, or done again: it may have been theirs.
            self.again = ui.hidden_button("ltm-rules")
            self.seen = gr.State(None)
            with gr.Row(elem_classes="ltm-choose"):
                self.story = ui.add(
                    "Dropdown",
                    {"label": "rules.stands_in"},
                    choices=[],
                    interactive=True,
                    visible=False,
                    min_width=240,
                )
                self.name = ui.add(
                    "Textbox",
                    {"label": "rules.new_story", "placeholder": "rules.new_story_hint"},
                    max_lines=1,
                    min_width=240,
                )
                self.begin = ui.add(
                    "Button", {"value": "rules.begin"}, size="sm", min_width=100
                )

    def connect(self, shown: Sequence[Any]) -> None:
        """Have every control call its action.

        Args:
            shown: The events after which they are to be shown anew.
        """
        ui, view = self.ui, self.refresh.chosen
        drawn = [self.fold, self.chat, self.remembers, self.recalls_from]
        drawn += [self.story, self.said, self.seen]
        quiet = ui.quiet | ui.in_turn("switches")
        for event in (*shown, self.again.click, self.chat.input):
            done = ui.on(event, self.on_show, [self.chat, view], drawn, **quiet)
            ui.release_after(done, SWITCHES)
        values = [self.chat, self.remembers, self.recalls_from, view, self.seen]
        changed = [
            ui.on(one.input, self.on_change, values, drawn, **quiet)
            for one in (self.remembers, self.recalls_from)
        ]
        moved = [self.chat, self.story, view]
        changed.append(ui.on(self.story.input, self.on_move, moved, drawn, **quiet))
        begun = [self.chat, self.name, view]
        changed += [
            ui.on(event, self.on_begin, begun, [*drawn, self.name], **quiet)
            for event in (self.begin.click, self.name.submit)
        ]
        for one in changed:
            # Its list tells what can be undone.
            ui.show_tab_after(one)

    def on_show(self, chat: str | None, view: PageState) -> tuple[Any, ...]:
        """Show what is set."""
        return self._drawn(chat, view, SILENCE)

    def on_change(
        self,
        chat: str | None,
        remembers: str,
        recalls_from: str,
        view: PageState,
        seen: Policy | None,
    ) -> tuple[Any, ...]:
        """Set what was chosen; it holds from the next message on."""
        said = rules.change_rules(
            self.ui.engine, view.scope, chat or "", remembers, recalls_from, seen
        )
        return self._drawn(chat, view, said)

    def on_move(self, chat: str | None, story: str, view: PageState) -> tuple[Any, ...]:
        """Put the chat into the storyline that was chosen."""
        said = rules.move_chat(self.ui.engine, view.scope, chat or "", story)
        return self._drawn(chat, view, said)

    def on_begin(self, chat: str | None, name: str, view: PageState) -> tuple[Any, ...]:
        """Begin a storyline; what was typed stays if that failed."""
        said = rules.begin_story(self.ui.engine, view.scope, name)
        return *self._drawn(chat, view, said), name if said.failed else ""

    def _drawn(
        self, chat: str | None, view: PageState, said: ClickResult
    ) -> tuple[Any, ...]:
        update = self.ui.gr.update
        now = rules.rules(self.ui.engine, view.scope, chat or "")
        return (
            update(label=now.title, visible=bool(now.title)),
            update(choices=now.chats, value=now.chat),
            *(
                update(choices=rules.choices(name, now.chat), value=getattr(now, name))
                for name in NAMES
            ),
            update(
                choices=now.stories, value=now.story or None, visible=bool(now.chat)
            ),
            # What holds for all chats stands in the line above.
            markup.alone(
                said.html or (markup.remark(now.holds) if now.chat else joined())
            ),
            now.seen,
        )
