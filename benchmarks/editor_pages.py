"""The memory editor over a large bank, in a real browser.

    PYTHONPATH=extensions:. python -m benchmarks.editor_pages [--size N] [--rounds N]
    PYTHONPATH=extensions:. python -m benchmarks.editor_pages --folder DIR

Fills a bank with made-up messages (`benchmarks.search`), with vectors from a stand-in
for the model; a folder keeps it for the next time. Opens the server's page in Chromium
and measures, in the page: the first paint, the first rows, a search from the last key
to its rows, a page turned. Beside the time on the wall stands that of the server's
processor: it tells what is ours on a machine that others use. The largest answer is
measured too, for no request may return more than a page. Prints Markdown.
Owns: the clock in the page.
Knows nothing of: how the editor works, but for its markup.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.search import SCOPE, LateStandIn, fill, open_engine
from long_term_memory.config import Settings
from long_term_memory.engine.engine import Engine

VIEWPORT: Final = {"width": 1440, "height": 900}
WAIT_MS: Final = 60_000
WORDS: Final = ("word97", "really think", "word350 good", "time", "word1200")

LOOKING: Final = """const look = () => {
  if (document.querySelector(".ltm-row")) window.firstRows = performance.now();
  else requestAnimationFrame(look);
};
look();"""
OPENED: Final = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return [paint ? paint.startTime : 0, window.firstRows];
}"""
# Until what the page says of its list, and its first row, are others.
CHANGED: Final = """async ([selector, words]) => {
  const shown = () => [...document.querySelectorAll(".ltm-row, .ltm-pager span")]
    .map((one) => one.textContent).join("|");
  const before = shown();
  const one = document.querySelector(selector);
  const start = performance.now();
  if (words === null) one.click();
  else {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(one), "value").set
      .call(one, words);
    one.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  while (shown() === before) {
    if (performance.now() - start > 30000) throw new Error("nothing changed");
    await new Promise((done) => setTimeout(done, 4));
  }
  return performance.now() - start;
}"""
SEARCH: Final = "#ltm-search input, #ltm-search textarea"
OLDER: Final = ".ltm-pager button:last-of-type"
COUNT: Final = "document.querySelectorAll('.ltm-row').length"


@contextmanager
def served(engine: Engine, settings: Settings) -> Iterator[str]:
    """Serve the page from a thread of this process, so that its work can be counted."""
    import uvicorn

    from long_term_memory.server.app import create_app

    app = create_app(engine, settings, ahead=True)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)


class Clock:
    """Times what happens in the page, and the processor of the server."""

    def __init__(self) -> None:
        self.wall: dict[str, list[float]] = {}
        self.work: dict[str, list[float]] = {}

    def note(self, what: str, wall: float, work: float) -> None:
        """Note milliseconds in the page and seconds of the processor."""
        self.wall.setdefault(what, []).append(wall)
        self.work.setdefault(what, []).append(1000 * work)

    def time(self, what: str, ask: Callable[[], float]) -> None:
        """Note what a task took; it returns what the page counted."""
        before = time.process_time()
        wall = ask()
        self.note(what, wall, time.process_time() - before)

    def lines(self) -> Iterator[str]:
        """Yield the table."""
        yield "| | median, ms | longest, ms | server's processor, ms |"
        yield "| --- | --- | --- | --- |"
        for what, walls in self.wall.items():
            work = median(self.work[what])
            yield f"| {what} | {median(walls):.0f} | {max(walls):.0f} | {work:.0f} |"


def measure(url: str, rounds: int) -> Iterator[str]:
    """Yield what a browser counts."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--headless=new", "--no-sandbox", "--disable-gpu"],
        )
        clock = Clock()
        page: Any = None
        sizes: list[int] = []
        most = 0
        # The first visit finds nothing in the browser's cache and Gradio not loaded.
        for number in range(4):
            context = browser.new_context(viewport=VIEWPORT)
            context.add_init_script(LOOKING)
            page = context.new_page()
            answers(context, page, sizes)
            before = time.process_time()
            page.goto(f"{url}/editor/", wait_until="commit", timeout=WAIT_MS)
            page.wait_for_selector(".ltm-row", timeout=WAIT_MS)
            work = time.process_time() - before
            if number:
                paint, rows = page.evaluate(OPENED)
                clock.note("first paint", paint, work)
                clock.note("first rows", rows, work)
        for number in range(rounds):
            clock.time("page turned", lambda: page.evaluate(CHANGED, [OLDER, None]))
            most = max(most, page.evaluate(COUNT))
            words = WORDS[number % len(WORDS)]
            clock.time(
                "search", lambda words=words: page.evaluate(CHANGED, [SEARCH, words])
            )
            most = max(most, page.evaluate(COUNT))
            page.evaluate(CHANGED, [SEARCH, ""])
        yield from clock.lines()
        yield ""
        yield f"Most rows in one answer: {most}; its bytes: {max(sizes):,}."
        browser.close()


def answers(context: Any, page: Any, sizes: list[int]) -> None:
    """Note how long each message of the page's stream is."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.dataReceived", lambda told: sizes.append(int(told["dataLength"]))
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="keeps the bank for the next time")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    late = LateStandIn()
    engine = open_engine(folder, late)
    bank = engine.bank(SCOPE)
    if bank.memories.count() < options.size:
        fill(bank, options.size, late)
    late.allowed.set()
    settings = replace(Settings(), server=replace(Settings().server))
    with served(engine, settings) as url:
        print(f"{bank.memories.count():,} memories\n")
        for line in measure(url, options.rounds):
            print(line, flush=True)
    engine.close()
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
