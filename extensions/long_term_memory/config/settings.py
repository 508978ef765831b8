"""All settings in one tree, each written once.

Owns: the `Settings` tree. What reads, checks and explains settings goes by it.
Knows nothing of: what the settings do, hosts, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from .companion import CompanionSettings
from .hosts import ExtrasSettings, JournalSettings, ServerSettings, WebuiSettings
from .knowledge import FactSettings
from .memory import (
    EmbeddingSettings,
    PromptSettings,
    RecallSettings,
    SummarySettings,
)
from .option import Option
from .proxy import ProxySettings, UpstreamSettings
from .storage import DurabilitySettings, EncryptionSettings, RetentionSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; a changed one makes a new tree."""

    recall: RecallSettings = field(default_factory=RecallSettings)
    prompt: PromptSettings = field(default_factory=PromptSettings)
    summaries: SummarySettings = field(default_factory=SummarySettings)
    facts: FactSettings = field(default_factory=FactSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    durability: DurabilitySettings = field(default_factory=DurabilitySettings)
    encryption: EncryptionSettings = field(default_factory=EncryptionSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    journal: JournalSettings = field(default_factory=JournalSettings)
    webui: WebuiSettings = field(default_factory=WebuiSettings)
    server: ServerSettings = field(default_factory=ServerSettings)
    upstream: UpstreamSettings = field(default_factory=UpstreamSettings)
    proxy: ProxySettings = field(default_factory=ProxySettings)
    companion: CompanionSettings = field(default_factory=CompanionSettings)
    extras: ExtrasSettings = field(default_factory=ExtrasSettings)


def describe() -> tuple[Option, ...]:
    """Return all settings in order, for controls, flags and the documentation."""
    tree = Settings()
    return tuple(
        Option(group.name, one.name, getattr(part, one.name), **one.metadata)
        for group in fields(tree)
        for part in [getattr(tree, group.name)]
        for one in fields(part)
    )


OPTIONS = {one.name: one for one in describe()}
GROUPS = tuple(group.name for group in fields(Settings))
SHARES = tuple(name for name in OPTIONS if name.endswith("_token_percent"))
