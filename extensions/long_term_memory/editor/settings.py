"""Settings on the page: which are offered, what differs, and what a change does.

Owns: the choice of the main settings, applying and resetting them live, presets, what
    was changed since the defaults, a preview of changed ones.
Knows nothing of: Gradio, tags (`templates` has them), where settings are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..config import (
    OPTIONS,
    PRESETS,
    Option,
    Settings,
    describe,
    fill,
    from_mapping,
    preset_of,
    preset_values,
    value_of,
)
from ..config.option import Value
from ..config.saved_settings import is_name
from ..core.types import Scope
from ..engine.compose import LastTurn
from ..engine.engine import Engine
from ..engine.faults import guard
from . import labels, markup, turn_markup
from .host import Host
from .memory_actions import ClickResult, faulty, tried
from .templates import joined, macros
from .texts import say
from .trying import composed, newest_message, user_name

# Shares of a context that no host divides up by us, and what only a restart changes.
NOT_SHOWN_ENDING: Final = "_token_percent"
WEIGHT_ENDING: Final = "_weight"
SIMPLE: Final = frozenset(
    {
        *("activate", "api_traffic", "other_chats", "gate", "num_memories_to_fetch"),
        *("recall_tokens", "head_tokens", "summary_tokens", "injection_location"),
        *("shared_notes", "tell_nothing_told", "leave_out_small_talk"),
        *("rolling_summaries", "before_this_chat", "one_line_memories"),
        *("facts", "due", "chat_commands"),
        *("backups_kept", "readable_log", "retention_days", "retention_action"),
    }
)
"""What most people want to change; the rest is a click away."""
FRAMES: Final = {
    "pinned": "head_template",
    "before": "before_template",
    "story": "story_template",
}
"""By which template each part of the head block is written."""


def shown_options(host: Host) -> tuple[Option, ...]:
    """Return the settings that the page offers, the host's own first."""
    order = {group: place for place, group in enumerate(host.setting_groups)}
    offered = [
        one
        for one in describe()
        if one.group in order
        and not one.name.endswith(NOT_SHOWN_ENDING)
        and (host.models or not is_name(one))
    ]
    return tuple(sorted(offered, key=lambda one: order[one.group]))


def rows(options: Sequence[Option], group: str, *, simple: bool) -> list[list[Option]]:
    """Return a group's settings as they stand in rows: all but weights and templates.

    Args:
        options: All that are offered.
        group: Which group.
        simple: Whether those that most people want to change, or the others.
    """
    mine = [
        one
        for one in options
        if one.group == group
        and (one.name in SIMPLE) is simple
        and not is_weight(one)
        and not one.holds
    ]
    numbers = [one for one in mine if one.kind in (int, float)]
    switches = [one for one in mine if one.kind is bool]
    choices = [one for one in mine if one.choices]
    texts = [one for one in mine if one.kind is str and not one.choices]
    return [row for row in (switches, numbers, choices, texts) if row]


def is_weight(one: Option) -> bool:
    """Say whether a setting is one of the signals' weights."""
    return one.name.endswith(WEIGHT_ENDING)


def current(engine: Engine, options: Sequence[Option]) -> list[Value]:
    """Return the values that hold now, in the order of the options."""
    return [value_of(engine.settings, one) for one in options]


def apply(
    engine: Engine,
    host: Host,
    options: Sequence[Option],
    values: Sequence[object],
    scope: Scope | None = None,
) -> ClickResult:
    """Make changed settings hold from now on, and have the host keep them.

    Nothing changes if any value is wrong.

    Args:
        engine: Whose settings.
        host: Who keeps them.
        options: Which of them.
        values: Their values, in the same order.
        scope: For whose newest message to tell what that changes; None for nobody's.
    """
    named = dict(zip((one.name for one in options), values, strict=True))
    return _applied(engine, host, named, scope)


def reset(
    engine: Engine,
    host: Host,
    options: Sequence[Option],
    name: str,
    scope: Scope | None = None,
) -> ClickResult:
    """Have a setting's default again; those of all that are offered without a name."""
    wanted = [one for one in options if name in ("", one.name)]
    return _applied(engine, host, {one.name: one.default for one in wanted}, scope)


def use_preset(
    engine: Engine, host: Host, name: object, scope: Scope | None = None
) -> ClickResult:
    """Make the settings of a preset hold from now on."""
    if not isinstance(name, str) or name not in PRESETS:
        return ClickResult(words=say("settings.choose_preset"), failed=True)
    return _applied(engine, host, preset_values(name), scope)


def presets() -> list[tuple[str, str]]:
    """Return labels and names of the presets."""
    return [(labels.preset(name), name) for name in PRESETS]


def held_preset(engine: Engine) -> str | None:
    """Return the preset that holds now; None if settings of one's own do."""
    return preset_of(engine.settings) or None


def about_preset(name: object, *, brief: bool = False) -> str:
    """Show what a preset is for, and what it sets.

    Args:
        name: The preset; anything else means settings of one's own.
        brief: Leave out what it sets, for it stands elsewhere.
    """
    if not isinstance(name, str) or name not in PRESETS:
        return markup.alone(markup.remark(say("settings.own_values")))
    sets = [
        (labels.label(OPTIONS[one]), labels.value(OPTIONS[one], value))
        for one, value in PRESETS[name].items()
    ]
    words = markup.remark(say(f"presets.{name.replace('-', '_')}_means"))
    return markup.alone(words if brief else joined(words, markup.facts(sets)))


def changed(engine: Engine, options: Sequence[Option], to: str) -> str:
    """Show what differs from the defaults, each with a button that takes it back."""
    told = [
        {
            "name": one.name,
            "label": labels.label(one),
            "now": markup.shortened(labels.value(one, held), markup.MAX_NAME_CHARS),
            "default": markup.shortened(
                labels.value(one, one.default), markup.MAX_NAME_CHARS
            ),
        }
        for one in options
        if (held := value_of(engine.settings, one)) != one.default
    ]
    html: str = macros("settings").changed(told)
    return markup.fragment(to, html)


def preview(
    engine: Engine,
    scope: Scope | None,
    options: Sequence[Option],
    values: Sequence[object],
) -> str:
    """Show what the newest message's prompt would be with values not yet applied."""
    named = dict(zip((one.name for one in options), values, strict=True))
    draft, problems = from_mapping(named, engine.settings)
    if problems:
        words = labels.problems(problems)
        return markup.alone(markup.notice(words, kind="bad"))
    if scope is None:
        return markup.alone(markup.empty(say("settings.nobody")))
    shown: list[str] = []

    def looked() -> ClickResult:
        shown.append(_previewed(engine, scope, draft))
        return ClickResult()

    said = tried(engine, "showing a preview", looked)
    return markup.alone(joined(said.html, *shown))


def _applied(
    engine: Engine, host: Host, named: Mapping[str, object], scope: Scope | None
) -> ClickResult:
    settings, problems = from_mapping(named, engine.settings)
    if problems:
        return ClickResult(words=labels.problems(problems), failed=True)

    def kept() -> ClickResult:
        before = engine.settings
        engine.configure(settings)
        if host.save is None:
            words = say("settings.unsaved")
        else:
            words = say("settings.saved", where=labels.plain(host.save(settings)))
        return ClickResult(words=words + _cost(engine, scope, before))

    return guard(engine.faults, "changing the settings", kept, lambda: faulty(engine))


def _cost(engine: Engine, scope: Scope | None, before: Settings) -> str:
    """Say how many tokens the newest message's memories take now, and took before."""

    def told() -> str:
        text, chat = newest_message(engine, scope)
        if scope is None or not text:
            return ""
        then = _tokens(composed(engine, text, scope, chat, before))
        now = _tokens(composed(engine, text, scope, chat))
        return say("settings.cost", now=now, then=then)

    return guard(engine.faults, "counting tokens", told, lambda: "")


def _previewed(engine: Engine, scope: Scope, draft: Settings) -> str:
    text, chat = newest_message(engine, scope)
    text = text or say("trial.example")
    now = composed(engine, text, scope, chat)
    then = composed(engine, text, scope, chat, draft)
    html: str = macros("settings").preview(
        markup.shortened(text, markup.MAX_NAME_CHARS),
        say("settings.preview_tokens", now=_tokens(now), then=_tokens(then)),
        turn_markup.both(then.context, draft),
        _unused(engine, scope, then, draft),
    )
    return html


def _tokens(turn: LastTurn) -> int:
    return turn.context.head.tokens + turn.context.recall.tokens


def _unused(
    engine: Engine, scope: Scope, turn: LastTurn, draft: Settings
) -> list[tuple[str, str]]:
    """Return the frames that this prompt has no use for, each with dots within."""
    told = {name for name, _ in turn.context.head.parts}
    frames = [template for part, template in FRAMES.items() if part not in told]
    if not turn.context.recall.text:
        frames.insert(0, "memory_context_template")
    names = {"name1": user_name(engine.bank(scope)), "name2": scope.character}
    return [
        (
            labels.label(OPTIONS[one]),
            fill(str(value_of(draft, OPTIONS[one])), {**names, "all_memories": "…"}),
        )
        for one in frames
    ]
