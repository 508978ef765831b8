"""What a character remembers and recalls from: shown in plain words, and changed.

Owns: what the switches offer, what holds because of them, and how it is said.
Knows nothing of: Gradio, HTML, what a policy does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ..core.policy import EVERYONE, Policy, RecallsFrom, Remembering, Storyline
from ..core.types import Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..errors import Conflict, InvalidInput
from . import memory_search
from .memory_actions import SILENCE, ClickResult, tried
from .texts import say

DEFAULT: Final = "default"
"""The value of what is left to the character or, for a character, to the settings; of
storylines the first, whose id is empty."""
Choice = TypeVar("Choice", Remembering, RecallsFrom)
Labels = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesShown:
    """What the switches show.

    Attributes:
        title: What holds for the character, in a line.
        chats: What the switches can be for: all chats, or one.
        chat: Which of these they are for; empty for all.
        remembers: Its value, or `DEFAULT`.
        recalls_from: The same.
        stories: The storylines that the chat can stand in; none for all chats.
        story: That in which it stands.
        holds: What holds for it now, in a sentence.
        seen: All that is set for it, as it is shown.
    """

    title: str
    chats: Labels
    chat: str = ""
    remembers: str = DEFAULT
    recalls_from: str = DEFAULT
    stories: Labels
    story: str = ""
    holds: str = ""
    seen: Policy | None = None


NOTHING_TO_RULE: Final = RulesShown(title="", chats=[], stories=[])


def rules(engine: Engine, scope: Scope | None, chat: str) -> RulesShown:
    """Return what the switches show; nothing where there is nothing to rule.

    Args:
        engine: Where the memories are.
        scope: Whose they are.
        chat: Our id of a chat; all chats if it is empty or not there any more.
    """
    if scope is None or scope.character == EVERYONE:
        return NOTHING_TO_RULE
    found: list[RulesShown] = []

    def read() -> ClickResult:
        found.append(_read(engine.bank(scope), chat))
        return SILENCE

    tried(engine, "reading what is remembered", read)
    return found[0] if found else NOTHING_TO_RULE


def choices(name: str, chat: str) -> Labels:
    """Return labels and values of a switch: what it can be set to, and what that does.

    Args:
        name: "remembers" or "recalls_from".
        chat: The chat that it is for; empty for all.
    """
    kinds = Remembering if name == "remembers" else RecallsFrom
    left = say("rules.as_character" if chat else "rules.as_settings")
    return [(left, DEFAULT), *((say(f"rules.do_{one}"), one.value) for one in kinds)]


def change_rules(
    engine: Engine,
    scope: Scope | None,
    chat: str,
    remembers: str,
    recalls_from: str,
    seen: Policy | None = None,
) -> ClickResult:
    """Have something be remembered and recalled from now on.

    Args:
        engine: Where the memories are.
        scope: Whose they are.
        chat: Our id of a chat; empty for all.
        remembers: The value of that switch.
        recalls_from: The same.
        seen: What the switches showed; if something else is set by now, nothing is
            changed and that is told. None changes whatever is set.
    """
    if scope is None:
        return SILENCE

    def changed() -> ClickResult:
        bank = engine.bank(scope)
        policies = bank.policies
        known = policies.chat(chat) if chat else policies.character()
        before = known if seen is None else seen
        now = replace(
            before,
            remembers=_value(Remembering, remembers),
            recalls_from=_value(RecallsFrom, recalls_from),
        )
        try:
            if chat:
                policies.set_chat(chat, now, seen=before)
            else:
                policies.set_character(now, seen=before)
        except Conflict:
            return ClickResult(words=say("rules.conflict"), failed=True)
        return ClickResult(words=say("rules.now", holds=_holds(bank, chat)))

    return tried(engine, "changing what is remembered", changed)


def move_chat(
    engine: Engine, scope: Scope | None, chat: str, story: str
) -> ClickResult:
    """Put a chat into another storyline, with its branches."""
    if scope is None or not chat:
        return SILENCE

    def moved() -> ClickResult:
        story_id = "" if story == DEFAULT else story
        to = engine.bank(scope).storylines.move(chat, story_id)
        return ClickResult(words=say("rules.moved", story=_named(to)))

    return tried(engine, "moving a chat", moved)


def begin_story(engine: Engine, scope: Scope | None, name: str) -> ClickResult:
    """Begin a storyline, which new chats join."""
    if scope is None:
        return SILENCE

    def begun() -> ClickResult:
        story = engine.bank(scope).storylines.begin(name.strip())
        return ClickResult(words=say("rules.begun", story=_named(story)))

    return tried(engine, "beginning a storyline", begun)


def _read(bank: Bank, chat: str) -> RulesShown:
    chats = [(say("rules.all_chats"), ""), *memory_search.chats(bank)[1:]]
    chat = chat if chat in [value for _, value in chats] else ""
    told: Policy = bank.policies.chat(chat) if chat else bank.policies.character()
    stories = bank.storylines.all() if chat else []
    return RulesShown(
        title=say("rules.title", holds=_line(bank)),
        chats=chats,
        chat=chat,
        remembers=told.remembers or DEFAULT,
        recalls_from=told.recalls_from or DEFAULT,
        stories=[(_named(one), one.id or DEFAULT) for one in stories],
        story=(bank.storylines.of(chat).id or DEFAULT) if chat else "",
        holds=_holds(bank, chat),
        seen=told,
    )


def _line(bank: Bank) -> str:
    """Say what holds for the character, and where new chats go if that is a choice."""
    stories = bank.storylines.all()
    newest = [one for one in stories if one.newest]
    if len(stories) < 2 or not newest:
        return _holds(bank, "")
    story = say("common.quoted", text=newest[0].name or say("rules.first_story"))
    return say("rules.in_story", holds=_holds(bank, ""), story=story)


def _holds(bank: Bank, chat: str) -> str:
    """Say what holds now."""
    rules = bank.policies.in_force(chat or None)
    parts = (f"rules.now_{rules.remembers}", f"rules.now_{rules.recalls_from}")
    return say("common.comma").join(map(say, parts))


def _named(story: Storyline) -> str:
    name = story.name or say("rules.first_story")
    chats = say("common.chats", count=len(story.chats))
    return say("rules.story", name=name, chats=chats)


def _value(kind: type[Choice], told: str) -> Choice | None:
    if told == DEFAULT:
        return None
    if told not in set(kind):
        raise InvalidInput(say("rules.no_choice"))
    return kind(told)
