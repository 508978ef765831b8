"""How the prompts of chats were shared last, for the next ones to begin alike.

Owns: which plan came before which.
Knows nothing of: how room is shared, hosts.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from ..config import PromptSettings
from ..core.prompt.budget import (
    NOT_PLANNED,
    BudgetPolicy,
    PromptPlan,
    PromptRoom,
    plan_prompt,
)
from ..lru import Lru

MOST_PLANS: Final = 4_096
"""Chats whose last prompt is known."""


class PromptPlans:
    """The last plan of each chat; safe to use from any thread."""

    def __init__(self) -> None:
        """Know of none."""
        self._plans: Lru[Hashable, PromptPlan] = Lru(MOST_PLANS)

    def share(
        self,
        chat: Hashable,
        room: PromptRoom,
        policy: BudgetPolicy,
        settings: PromptSettings,
    ) -> PromptPlan:
        """Share a chat's prompt, in step with how it was shared last."""
        previous = self._plans.get(chat) or NOT_PLANNED
        plan = plan_prompt(room, settings, policy, previous)
        self._plans.put(chat, plan)
        return plan
