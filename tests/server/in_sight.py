"""What a page is expected to show, asked again until it does.

A page draws when it can: a text read once, right after a click, may be the one before.
What is read of all that is in sight is read once the page is `settled`.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)

# Two frames after a tab was chosen it waits for its values.
_SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const shown = (one) => one.offsetParent !== null;
  return ![...document.querySelectorAll(".ltm-page [role=tabpanel]")].some(
      (one) => shown(one) && one.ariaDisabled === "true")
    && ![...document.querySelectorAll(".ltm-page [aria-busy=true]")].some(shown);
}"""
_STILL = (
    "*, ::before, ::after { transition: none !important; animation: none !important; }"
)


def settled(page: Any) -> None:
    """Wait until the tab in sight has its values."""
    page.wait_for_function(_SETTLED, timeout=PATIENCE_MS)


def still(page: Any) -> None:
    """Have a page show at once what its colors become, and not what lies between."""
    page.add_style_tag(content=_STILL)


__all__ = ["expect", "settled", "still"]
