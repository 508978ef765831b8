"""The Gradio memory editor: the webui's tab and the server's page."""

from __future__ import annotations
