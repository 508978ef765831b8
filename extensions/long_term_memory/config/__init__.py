"""The settings: one tree, how it is read, and the page that explains it.

Owns: the names that other rooms use.
Knows nothing of: what the settings do, hosts, where files lie.
"""

from __future__ import annotations

from .aliases import (
    CHECKOUT,
    EMBEDDING_KEY,
    ENCRYPTION_KEY,
    LLM_KEY,
    SECRETS,
    SUMMARY_KEY,
    notes,
    upstream_key,
)
from .companion import CompanionSettings
from .generated import configuration_markdown, env_example
from .hosts import ExtrasSettings, JournalSettings, ServerSettings, WebuiSettings
from .knowledge import FactSettings
from .loading import (
    from_mapping,
    given_names,
    load_server_settings,
    predecessor_settings,
    values_of,
)
from .memory import (
    INJECTION_LOCATIONS,
    EmbeddingSettings,
    PromptSettings,
    RecallSettings,
    SummarySettings,
)
from .option import Option
from .presets import PRESETS, preset_of, preset_values, with_preset
from .proxy import ProxySettings, UpstreamSettings
from .saved_settings import (
    can_be_saved,
    changes,
    value_of,
    with_saved,
)
from .settings import OPTIONS, Settings, describe
from .storage import DurabilitySettings, EncryptionSettings, RetentionSettings
from .template import fill, template_fault

__all__ = [
    "CHECKOUT",
    "EMBEDDING_KEY",
    "ENCRYPTION_KEY",
    "INJECTION_LOCATIONS",
    "LLM_KEY",
    "OPTIONS",
    "PRESETS",
    "SECRETS",
    "SUMMARY_KEY",
    "CompanionSettings",
    "DurabilitySettings",
    "EmbeddingSettings",
    "EncryptionSettings",
    "ExtrasSettings",
    "FactSettings",
    "JournalSettings",
    "Option",
    "PromptSettings",
    "ProxySettings",
    "RecallSettings",
    "RetentionSettings",
    "ServerSettings",
    "Settings",
    "SummarySettings",
    "UpstreamSettings",
    "WebuiSettings",
    "can_be_saved",
    "changes",
    "configuration_markdown",
    "describe",
    "env_example",
    "fill",
    "from_mapping",
    "given_names",
    "load_server_settings",
    "notes",
    "predecessor_settings",
    "preset_of",
    "preset_values",
    "template_fault",
    "upstream_key",
    "value_of",
    "values_of",
    "with_preset",
    "with_saved",
]
