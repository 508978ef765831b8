"""What is remembered and recalled per character and per chat, and storylines.

Owns: these routes.
Knows nothing of: what a policy does, how it is kept.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query

from ...core.policy import Policy, PolicyInForce, Storyline
from ...engine.chat import Chat
from ...web.responses import PlainJSON
from .access import ForCharacter, ServedBanks
from .schemas import answers
from .schemas.base import LONGEST_NAME
from .schemas.stories import PolicyBody, StorylineBody
from .schemas.turns import HOST
from .telling import moment, sent

FIRST: Final = "first"
"""How the first storyline is called in addresses: its id is empty."""
ChatName = Annotated[
    str,
    Query(
        max_length=LONGEST_NAME,
        description="Your name of a chat; left out, the character is meant.",
        examples=["2026-05-02"],
    ),
]
HostName = Annotated[
    str,
    Query(
        min_length=1,
        max_length=64,
        description="Your program, which names the chat so.",
        examples=["my-app"],
    ),
]


class StoryRoutes:
    """Answers what is asked of policies and storylines."""

    def __init__(self, banks: ServedBanks) -> None:
        """Serve these banks."""
        self._banks = banks

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        get, put = router.get, router.put
        get("/policy", response_model=answers.PolicyAnswer)(self.policy)
        put("/policy", response_model=answers.PolicyAnswer)(self.set_policy)
        get("/chats/{chat_id}/policy", response_model=answers.PolicyAnswer)(
            self.chat_policy
        )
        put("/chats/{chat_id}/policy", response_model=answers.PolicyAnswer)(
            self.set_chat_policy
        )
        get("/storylines", response_model=answers.StorylinesAnswer)(self.storylines)
        router.post(
            "/storylines", response_model=answers.StorylineAnswer, status_code=201
        )(self.begin)
        router.patch("/storylines/{story_id}", response_model=answers.StorylineAnswer)(
            self.rename
        )
        router.delete(
            "/storylines/{story_id}", response_model=answers.StorylinesAnswer
        )(self.drop)
        put(
            "/storylines/{story_id}/chats/{chat_id}",
            response_model=answers.StorylineAnswer,
        )(self.move)

    def policy(
        self, named: ForCharacter, chat: ChatName = "", host: HostName = HOST
    ) -> PlainJSON:
        """Tell what is set for a character or a chat by your name, and what holds."""
        bank = self._banks.known(named)
        if chat:
            return _of_chat(bank.chat(chat, host=host))
        return _policy(bank.policies.character(), bank.policies.in_force())

    def set_policy(
        self,
        named: ForCharacter,
        body: PolicyBody,
        chat: ChatName = "",
        host: HostName = HOST,
    ) -> PlainJSON:
        """Set what is remembered and recalled of a character, all of it anew.

        Or in a chat by your name of it, which need not have begun: so an incognito
        chat is one from its first message on.
        """
        bank = self._banks.made(named)
        if chat:
            meant = bank.chat(chat, host=host)
            meant.set_policy(_read(body))
            return _of_chat(meant)
        policy = bank.policies.set_character(_read(body))
        return _policy(policy, bank.policies.in_force())

    def chat_policy(self, named: ForCharacter, chat_id: str) -> PlainJSON:
        """Tell what is set for a chat, and what holds in it."""
        policies = self._banks.known(named).policies
        return _policy(policies.chat(chat_id), policies.in_force(chat_id))

    def set_chat_policy(
        self, named: ForCharacter, chat_id: str, body: PolicyBody
    ) -> PlainJSON:
        """Set the same for one chat; it goes before the character's."""
        policies = self._banks.known(named).policies
        policy = policies.set_chat(chat_id, _read(body))
        return _policy(policy, policies.in_force(chat_id))

    def storylines(self, named: ForCharacter) -> PlainJSON:
        """List a character's storylines, in the order in which they were begun."""
        return _storylines(self._banks.known(named).storylines.all())

    def begin(self, named: ForCharacter, body: StorylineBody) -> PlainJSON:
        """Begin a storyline: chats that are new from now on join it."""
        begun = self._banks.known(named).storylines.begin(body.name)
        return sent(_storyline(begun), status=201)

    def rename(
        self, named: ForCharacter, story_id: str, body: StorylineBody
    ) -> PlainJSON:
        """Give a storyline another name; `first` is the one that is always there."""
        storylines = self._banks.known(named).storylines
        return sent(_storyline(storylines.rename(_id(story_id), body.name)))

    def drop(self, named: ForCharacter, story_id: str) -> PlainJSON:
        """Take a storyline without chats away; list those that are left."""
        storylines = self._banks.known(named).storylines
        storylines.drop(_id(story_id))
        return _storylines(storylines.all())

    def move(self, named: ForCharacter, story_id: str, chat_id: str) -> PlainJSON:
        """Put a chat, with its branches, into a storyline; it leaves its own."""
        storylines = self._banks.known(named).storylines
        return sent(_storyline(storylines.move(chat_id, _id(story_id))))


def _of_chat(chat: Chat) -> PlainJSON:
    return _policy(chat.policy, chat.policy_in_force)


def _id(told: str) -> str:
    return "" if told == FIRST else told


def _read(body: PolicyBody) -> Policy:
    return Policy.from_json(body.model_dump())


def _policy(policy: Policy, force: PolicyInForce) -> PlainJSON:
    told = answers.PolicyAnswer(
        remembers=policy.remembers and policy.remembers.value,
        recalls_from=policy.recalls_from and policy.recalls_from.value,
        budget=policy.budget,
        position=policy.position,
        in_force=answers.InForceAnswer(
            remembers=force.remembers.value,
            recalls_from=force.recalls_from.value,
            budget=force.budget,
            position=force.position,
        ),
    )
    return sent(told)


def _storyline(story: Storyline) -> answers.StorylineAnswer:
    return answers.StorylineAnswer(
        id=story.id or FIRST,
        name=story.name,
        begun_at=None if story.begun_at is None else moment(story.begun_at),
        chats=list(story.chats),
        newest=story.newest,
    )


def _storylines(stories: list[Storyline]) -> PlainJSON:
    told = [_storyline(one) for one in stories]
    return sent(answers.StorylinesAnswer(storylines=told))
