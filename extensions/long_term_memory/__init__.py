"""Long-term memory for role-play chat: a memory that stays true to the chat.

The package has two names: ``long_term_memory`` for the server and the tests,
``extensions.long_term_memory`` inside text-generation-webui. Inside it only
relative imports are used.
"""

from __future__ import annotations

__version__ = "0.2.0"
