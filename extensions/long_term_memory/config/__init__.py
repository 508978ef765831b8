"""The settings: one tree, how it is read, and the page that explains it.

Owns: the names that other rooms use.
Knows nothing of: what the settings do, hosts, where files lie.
"""

from __future__ import annotations

from .page import configuration_markdown
from .reading import (
    from_mapping,
    load_server_settings,
    predecessor_settings,
    values_of,
)
from .template import fill, template_fault
from .tree import (
    INJECTION_LOCATIONS,
    OPTIONS,
    EmbeddingSettings,
    JournalSettings,
    Option,
    PromptSettings,
    RecallSettings,
    ServerSettings,
    Settings,
    SummarySettings,
    WebuiSettings,
    describe,
)

__all__ = [
    "INJECTION_LOCATIONS",
    "OPTIONS",
    "EmbeddingSettings",
    "JournalSettings",
    "Option",
    "PromptSettings",
    "RecallSettings",
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
