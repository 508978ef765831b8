"""The settings: one tree, how it is read, and the page that explains it.

Owns: the names that other rooms use.
Knows nothing of: what the settings do, hosts, where files lie.
"""

from __future__ import annotations

from .durability import DurabilitySettings
from .hosts import JournalSettings, ServerSettings, WebuiSettings
from .memory import (
    INJECTION_LOCATIONS,
    EmbeddingSettings,
    PromptSettings,
    RecallSettings,
    SummarySettings,
)
from .option import Option
from .page import configuration_markdown
from .reading import (
    from_mapping,
    load_server_settings,
    predecessor_settings,
    values_of,
)
from .retention import RetentionSettings
from .template import fill, template_fault
from .tree import OPTIONS, Settings, describe

__all__ = [
    "INJECTION_LOCATIONS",
    "OPTIONS",
    "DurabilitySettings",
    "EmbeddingSettings",
    "JournalSettings",
    "Option",
    "PromptSettings",
    "RecallSettings",
    "RetentionSettings",
    "ServerSettings",
    "Settings",
    "SummarySettings",
    "WebuiSettings",
    "configuration_markdown",
    "describe",
    "fill",
    "from_mapping",
    "load_server_settings",
    "predecessor_settings",
    "template_fault",
    "values_of",
]
