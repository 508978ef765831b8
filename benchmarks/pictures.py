"""The pictures of the memory editor in docs/images, made anew.

    PYTHONPATH=extensions:. python -m benchmarks.pictures [--folder FOLDER] [--every]

Tells the sample chat to a bank of its own, serves it, walks through the editor in
Chromium as a person does, and keeps what it looks like: wide and on a phone, light and
dark, in English and in Chinese (which wants a font with Chinese letters, such as
Debian's fonts-wqy-zenhei), and the main way through it as an animated picture.
With `--every` it keeps each tab whole in each of these ways instead, to be looked at.
Owns: what the pictures show, and that they are small.
Knows nothing of: how the editor works, but for its words.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.types import Query, Scope, Window
from long_term_memory.editor.sample import sample
from long_term_memory.editor.texts import say, speaking
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.models.tokens import estimate_tokens

WIDE: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
FILM: Final = {"width": 1180, "height": 720}
COLORS: Final = 128
FILM_WIDTH: Final = 900
PAGE: Final = ".ltm-page"
TABS: Final = (
    *("memories", "facts", "why", "summaries"),
    *("transfer", "safety", "settings", "forget"),
)
WAIT_MS: Final = 120_000
ASKED: Final = "I baked something with hazelnuts for Midsummer. Will you try it?"
FOUND: Final = "Who is allergic to something?"
HELPS: Final = "Midsummer's Eve. I'll"
WRONG, RIGHT = "hazelnuts", "walnuts"


def told(engine: Engine) -> Bank:
    """Tell the sample chat to a bank of one's own, and tend it a little."""
    bank = engine.bank(Scope(user="default", character=sample().character))
    for chat in sample().chats:
        window = Window(messages=chat.messages, complete=True)
        bank.chat(chat.title, host="SillyTavern").observe(window)
    bank.settle(60.0)
    newest = bank.memories.list(limit=40)
    bank.memories.tag(newest[2].id, ["names"])
    bank.memories.tag(newest[6].id, ["family"])
    bank.memories.pin(newest[1].id)
    bank.memories.add("Call me Ember. No hazelnuts, ever.", pinned=True)
    chat = bank.chat(sample().chats[-1].title, host="SillyTavern")
    query = Query(text=ASKED, visible=chat.newest_ids(4), asked_at=sample().now)
    context = chat.compose(
        Request(
            query=query,
            user_name=sample().user,
            character_name=sample().character,
            head_tokens=400,
            recall_tokens=1000,
            summary_tokens=600,
            count=estimate_tokens,
        )
    )
    chat.note_turn(context, query=query)
    return bank


class Look:
    """A browser's page with the editor, and pictures of it."""

    def __init__(
        self, browser: Any, url: str, viewport: dict[str, int], **how: str
    ) -> None:
        """Open the editor."""
        self.page = browser.new_context(viewport=viewport, **how).new_page()
        self.page.goto(f"{url}/editor/")
        self.page.wait_for_selector(".ltm-row", timeout=WAIT_MS)
        self.rest()

    def rest(self, ms: int = 900) -> None:
        """Let what was asked for be drawn."""
        self.page.wait_for_timeout(ms)

    def tab(self, name: str) -> None:
        """Open a tab."""
        self.page.get_by_role("tab", name=say(f"{name}.title"), exact=True).click()
        self.rest(6000)

    def search(self, words: str) -> None:
        """Search."""
        self.page.locator("#ltm-search input, #ltm-search textarea").fill(words)
        self.rest(2500)

    def unfold(self) -> None:
        """Try a message, and open the line that helps most."""
        fold = self.page.get_by_role("button", name=say("trial.try")).first
        field = self.page.get_by_label(say("trial.say_next"))
        if not field.is_visible():
            fold.click()
        field.fill(ASKED)
        self.page.keyboard.press("Enter")
        self.page.locator(PAGE).get_by_text(ASKED).first.wait_for(timeout=WAIT_MS)
        line = self.page.locator(".ltm-line:visible", has_text=HELPS).first
        line.wait_for(timeout=WAIT_MS)
        fold.click()
        line.locator("summary").click()
        self.rest()

    def taken(self) -> Any:
        """Return a picture of what is in sight."""
        from PIL import Image

        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")


def small(picture: Any, path: Path) -> None:
    """Keep a picture with few colors, which is all that a page has."""
    from PIL import Image

    picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def side_by_side(pictures: Sequence[Any], gap: int = 24) -> Any:
    """Return pictures of phones beside each other."""
    from PIL import Image

    width = sum(one.width for one in pictures) + gap * (len(pictures) + 1)
    height = max(one.height for one in pictures) + 2 * gap
    sheet = Image.new("RGB", (width, height), (226, 232, 240))
    left = gap
    for one in pictures:
        sheet.paste(one, (left, gap))
        left += one.width + gap
    return sheet


def wide(browser: Any, url: str, folder: Path) -> None:
    """Keep the pictures of a wide page."""
    look = Look(browser, url, WIDE, color_scheme="light")
    look.search(FOUND)
    small(look.taken(), folder / "editor-memories.png")
    look = Look(browser, url, WIDE, color_scheme="dark")
    look.tab("why")
    look.unfold()
    small(look.taken(), folder / "editor-why.png")
    with speaking("zh"):
        look = Look(browser, url, WIDE, color_scheme="light", locale="zh-CN")
        look.tab("settings")
        small(look.taken(), folder / "editor-settings-zh.png")


def phones(browser: Any, url: str, folder: Path) -> None:
    """Keep what phones show, beside each other."""
    shown = []
    light = Look(browser, url, PHONE, color_scheme="light")
    light.page.evaluate("document.querySelector('.ltm-tools').scrollIntoView()")
    shown.append(light.taken())
    dark = Look(browser, url, PHONE, color_scheme="dark")
    dark.tab("why")
    dark.unfold()
    dark.page.evaluate(
        "document.querySelector('.ltm-columns > :last-child').scrollIntoView()"
    )
    shown.append(dark.taken())
    with speaking("zh"):
        chinese = Look(browser, url, PHONE, color_scheme="light", locale="zh-CN")
        chinese.tab("forget")
        shown.append(chinese.taken())
    small(side_by_side(shown), folder / "editor-phone.png")


def film(browser: Any, url: str, folder: Path) -> None:
    """Keep the main way: why it said that, find it, put it right, take it back."""
    look = Look(browser, url, FILM, color_scheme="light")
    page = look.page
    frames: list[tuple[Any, int]] = [(look.taken(), 1200)]
    look.tab("why")
    frames.append((look.taken(), 1800))
    look.unfold()
    frames.append((look.taken(), 2400))
    look.tab("memories")
    for end in range(6, len(FOUND) + 6, 6):
        page.locator("#ltm-search input, #ltm-search textarea").fill(FOUND[:end])
        look.rest(250)
        frames.append((look.taken(), 160))
    look.rest(2500)
    frames.append((look.taken(), 1600))
    row = page.locator(".ltm-row", has_text=WRONG).first
    row.get_by_role("button", name=say("memories.do_edit")).click()
    field = page.locator("textarea.ltm-field")
    field.wait_for()
    frames.append((look.taken(), 1000))
    field.fill(field.input_value().replace(WRONG, RIGHT))
    frames.append((look.taken(), 1200))
    page.keyboard.press("Enter")
    look.rest(2000)
    frames.append((look.taken(), 2200))
    page.keyboard.press("Control+z")
    look.rest(2000)
    frames.append((look.taken(), 2600))
    kept(frames, folder / "editor.gif")


def kept(frames: Sequence[tuple[Any, int]], path: Path) -> None:
    """Keep frames, each for so many milliseconds, as an animated picture."""
    from PIL import Image

    height = round(FILM["height"] * FILM_WIDTH / FILM["width"])
    drawn = [
        one.resize((FILM_WIDTH, height), Image.Resampling.LANCZOS).quantize(
            80, dither=Image.Dither.NONE
        )
        for one, _ in frames
    ]
    drawn[0].save(
        path,
        save_all=True,
        append_images=drawn[1:],
        duration=[ms for _, ms in frames],
        loop=0,
        optimize=True,
    )


def every(browser: Any, url: str, folder: Path) -> None:
    """Keep each tab, wide and narrow, light and dark, in both languages."""
    for language, locale in (("en", "en-US"), ("zh", "zh-CN")):
        for width, viewport in (("wide", WIDE), ("phone", PHONE)):
            for theme in ("light", "dark"):
                with speaking(language):
                    look = Look(
                        browser, url, viewport, color_scheme=theme, locale=locale
                    )
                    for tab in TABS:
                        look.tab(tab)
                        if tab == "why":
                            look.unfold()
                        name = f"{tab}-{width}-{theme}-{language}.png"
                        look.page.screenshot(path=folder / name, full_page=True)
                    look.page.context.close()


def main() -> None:
    """Make all pictures."""
    from playwright.sync_api import sync_playwright

    from tests.server.conftest import running

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--every", action="store_true", help="keep each tab instead")
    asked = parser.parse_args()
    folder: Path = asked.folder
    data_dir = Path(tempfile.mkdtemp())
    engine = build_engine(Settings(), data_dir)
    told(engine)
    engine.close()
    with ExitStack() as ending:
        server = ending.enter_context(running(data_dir))
        playwright = ending.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--headless=new", "--no-sandbox", "--disable-gpu"],
        )
        for make in [every] if asked.every else [wide, phones, film]:
            make(browser, server.url, folder)
        browser.close()
    shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
