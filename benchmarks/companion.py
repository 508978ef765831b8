"""Conversations under load: many people at once, a server that is killed, lost lines.

Run: `PYTHONPATH=extensions:. python -m benchmarks.companion` (1,000 people, five
minutes of Socket.IO and five of the plain WebSocket, about fifteen in all); smaller by
flags:
`--people 50 --seconds 40 --kills 1 --sockets io --least-pause 4 --most-pause 8`.
Each person has a key, a character and a socket, and sends a message every 20 to 40
seconds to a model of our making that answers 30 tokens in a second. The server is
killed (`kill -9`) and clients are cut at random. At the end every acknowledged message
must be stored once and in order, and have come to its person once. A tenth of the
people have a second socket, which hears what the first sends: that is the fan-out.
Beside it, in the same run, stands an echo server with the same libraries that appends
and fsyncs each message: a tenth of the people talk to it all the while, and all of them
once the load is over. Figures of messages during which the line was lost, or the
server killed, are left out. Says nothing of how good replies are.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

from .companion_crowd import Client, IoClient, Model, Person, PlainClient, Plan

HERE = Path(__file__).resolve().parent.parent
PATIENT = 120.0
OWNER = "owner-0123456789abcdef"
AT_ONCE = 8
"""Requests of the setup, and of the look at what was stored."""

LOOK_SECONDS = 1.0
ECHO_SECONDS = 60.0
MOST_BANKS, MOST_MB, MOST_REPLY_MS, MOST_TIMES = 200, 1024, 300, 2
MARKS = re.compile(r"#(\d+-\d+)")
GAUGE = re.compile(r'^(ltm_\w+)\{\w+="(\w+)"\} (\S+)$', re.MULTILINE)


class Row(NamedTuple):
    """One figure, what it must reach, and whether it does; None asks nothing."""

    name: str
    figure: str
    bar: str = ""
    holds: bool | None = None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class Process:
    """A server in a process of its own."""

    def __init__(self, *command: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [one.format(port=self.port) for one in command]
        self.running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *self._command),
            env={
                **os.environ,
                "PYTHONPATH": f"{HERE / 'extensions'}{os.pathsep}{HERE}",
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENT
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < end:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.url}/health"):
                        return
                await asyncio.sleep(0.1)
        raise SystemExit("A server did not start.")

    async def end(self, how: signal.Signals) -> None:
        assert self.running is not None
        self.running.send_signal(how)
        await self.running.wait()


class Watched:
    """The most that was seen of a server: memory, open banks, what waits."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self.most: dict[str, float] = {}
        self.now: dict[str, float] = {}
        self._cpu: dict[str, float] = {}

    @property
    def cpu_seconds(self) -> float:
        """How long all processes of the server have computed."""
        return sum(self._cpu.values())

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError, OSError):
                    self.look()
                    await self._ask(session)
                await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Look at the process itself, and at those that it started."""
        assert self._server.running is not None
        megabytes, banks = list[float](), 0
        for proc in processes_of(Path(f"/proc/{self._server.running.pid}")):
            with suppress(OSError):
                status = (proc / "status").read_text("ascii")
                found = re.search(r"VmHWM:\s+(\d+) kB", status)
                megabytes.append(int(found[1]) / 1024 if found else 0.0)
                self._cpu[proc.name] = cpu_seconds_of(proc)
                banks += open_files_of(proc).count("memory.sqlite3")
        self._note("MB", sum(megabytes))
        self._note("MB of the first", max(megabytes[:1], default=0.0))
        self._note("banks", banks)

    async def _ask(self, session: aiohttp.ClientSession) -> None:
        headers = {"Authorization": f"Bearer {OWNER}"}
        async with session.get(f"{self._server.url}/metrics", headers=headers) as got:
            for name, label, value in GAUGE.findall(await got.text()):
                self._note(f"{name} {label}", float(value))

    def _note(self, name: str, value: float) -> None:
        self.now[name] = value
        self.most[name] = max(self.most.get(name, 0.0), value)

    async def settled(self) -> bool:
        """Wait until nothing waits for a vector; says whether that was reached."""
        end = time.monotonic() + PATIENT
        while time.monotonic() < end:
            await asyncio.sleep(2 * LOOK_SECONDS)
            if not any(value for name, value in self.now.items() if "queue" in name):
                return True
        return False


def processes_of(proc: Path) -> list[Path]:
    """Return a process and those that its threads started."""
    found = [proc]
    for task in (proc / "task").iterdir():
        with suppress(OSError):
            started = (task / "children").read_text("ascii").split()
            found += [proc.parent / number for number in started]
    return found


def cpu_seconds_of(proc: Path) -> float:
    """Return how long a process has computed."""
    # Behind the name, which may hold anything: user and system time are 12th, 13th.
    fields = (proc / "stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def open_files_of(proc: Path) -> list[str]:
    """Return the names of the files that a process has open."""
    names = []
    for one in (proc / "fd").iterdir():
        with suppress(OSError):
            names.append(one.readlink().name)
    return names


async def prepare(server: Process, people: Sequence[Person]) -> None:
    """Make a character and a conversation for each."""
    gate = asyncio.Semaphore(AT_ONCE)
    profile = {"name": "Maren", "greeting": "Come in. Mind the stairs."}

    async def one_of(session: aiohttp.ClientSession, one: Person) -> None:
        async with gate:
            made = await ask(session, server, one, "characters", profile)
            told = {"characterId": made["id"]}
            one.place = (await ask(session, server, one, "conversations", told))["id"]

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one_of(session, one) for one in people))


async def ask(
    session: aiohttp.ClientSession,
    server: Process,
    one: Person,
    path: str,
    body: dict[str, Any] | None = None,
) -> Any:
    """Ask in a person's name."""
    headers = {"Authorization": f"Bearer {one.key}"}
    method = "GET" if body is None else "POST"
    url = f"{server.url}/api/v1/{path}"
    async with session.request(method, url, json=body, headers=headers) as got:
        got.raise_for_status()
        return await got.json()


async def faults(server: Process, people: Sequence[Person]) -> list[str]:
    """Return what is wrong with what was kept."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one_of(session: aiohttp.ClientSession, one: Person) -> list[str]:
        async with gate:
            return wrong_with(one, await stored_of(session, server, one))

    async with aiohttp.ClientSession() as session:
        found = await asyncio.gather(*(one_of(session, one) for one in people))
    return [fault for some in found for fault in some]


async def stored_of(
    session: aiohttp.ClientSession, server: Process, one: Person
) -> list[Any]:
    """Return all messages of a person's conversation, oldest first."""
    stored: list[Any] = []
    path = f"conversations/{one.place}/messages?limit=200"
    older: str | None = ""
    while older is not None:
        page = await ask(
            session, server, one, f"{path}&before={older}" if older else path
        )
        stored, older = page["messages"] + stored, page["older"]
    return stored


def wrong_with(one: Person, stored: Sequence[Any]) -> list[str]:
    """Compare what a person was told with what is there."""
    wrong = []
    mine = [told for told in stored if told["senderType"] == "user"]
    marks = [found[1] for told in mine if (found := MARKS.search(told["content"]))]
    kept = [sent.mark for sent in one.acknowledged]
    if [mark for mark in marks if mark in set(kept)] != kept:
        wrong.append(f"{one.number}: lost, doubled or out of order")
    ids = {told["id"] for told in stored}
    if any(sent.id and sent.id not in ids for sent in one.acknowledged):
        wrong.append(f"{one.number}: stored under another id")
    if len(marks) != len(set(marks)):
        wrong.append(f"{one.number}: stored twice")
    if len(one.heard) != len(set(one.heard)):
        wrong.append(f"{one.number}: a message came twice")
    return wrong


async def crowd(
    kind: type[Client],
    url: str,
    people: Sequence[Person],
    plan: Plan,
    watchers: int = 0,
) -> None:
    """Let people live until the plan ends; the first few have a second socket."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        lives = [kind(session, url, one, plan).live() for one in people]
        for one in people[:watchers]:
            lives.append(IoClient(session, url, one, plan).watch())
        await asyncio.gather(*lives)


def told(waits: Sequence[float]) -> str:
    """Return median and high hundredths, in milliseconds."""
    if not waits:
        return "none"
    high = {at: at_hundredth(waits, at) * 1000 for at in (95, 99)}
    median = statistics.median(waits) * 1000
    return (
        f"{median:.1f} ms, p95 {high[95]:.1f}, p99 {high[99]:.1f} "
        f"({len(waits)} of them)"
    )


def at_hundredth(waits: Sequence[float], at: int) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, len(ordered) * at // 100)]


def compared(name: str, waits: Sequence[float], beside: Sequence[float]) -> Row:
    """Return a row that is held against the echo's median."""
    if not waits or not beside:
        return Row(name, told(waits))
    most = MOST_TIMES * statistics.median(beside)
    bar = f"median at most {MOST_TIMES} times the echo's: {most * 1000:.1f} ms"
    return Row(name, told(waits), bar, statistics.median(waits) <= most)


def against_echo(
    people: Sequence[Person], aside: Sequence[Person], alone: Sequence[Person]
) -> list[Row]:
    """Return what Socket.IO is held to: the echo server that runs beside it."""
    rows = []
    for name, part in (("send to acknowledged", "waits"), ("fan-out", "fanned")):
        ours, beside, after = (
            [wait for one in some for wait in getattr(one, part)]
            for some in (people, aside, alone)
        )
        rows += [
            compared(name, ours, beside),
            Row(f"echo beside it: {name}", told(beside)),
            Row(f"echo alone: {name}", told(after)),
        ]
    return rows


def paths_of(people: Sequence[Person], model: Model) -> list[float]:
    """Return how long replies took without the model's time."""
    return [
        whole - one.began[mark] - (asked.ended - asked.began)
        for one in people
        for mark, whole in one.whole.items()
        if mark not in one.disturbed and (asked := model.asked.get(mark))
    ]


def rows_of(people: Sequence[Person], model: Model, wrong: Sequence[str]) -> list[Row]:
    """Return what became of the messages."""
    paths = paths_of(people, model)
    asked = [
        model.asked[mark].began - one.began[mark]
        for one in people
        for mark in one.whole
        if mark in model.asked and mark not in one.disturbed
    ]
    soon = bool(paths) and at_hundredth(paths, 95) * 1000 < MOST_REPLY_MS
    bar = f"p95 under {MOST_REPLY_MS} ms"
    return [
        Row("acknowledged messages", f"{acknowledged(people)}"),
        Row("reconnects", f"{sum(one.reconnects for one in people)}"),
        Row("lost, doubled or out of order", f"{len(wrong)}", "0", not wrong),
        Row("replies at once at most", f"{model.most_at_once}"),
        Row("send to the model being asked", told(asked)),
        Row("reply without the model", told(paths), bar, soon),
    ]


def rows_of_server(seen: Watched, people: int, *, settled: bool) -> list[Row]:
    """Return what the server took."""
    most = seen.most
    banks, most_mb = most["banks"], most["MB"]
    texts, behind = (most.get(f"ltm_queue {one}", 0) for one in ("embedding", "banks"))
    bounded = settled and texts <= 2 * people and behind <= people
    few = banks <= MOST_BANKS
    bar = f"at most {2 * people}, and none in the end"
    return [
        Row("banks open at most", f"{banks:.0f}", f"at most {MOST_BANKS}", few),
        Row(
            "texts without a vector", f"{texts:.0f} in {behind:.0f} banks", bar, bounded
        ),
        Row(
            "memory",
            f"{most_mb:.0f} MB, of the first process at most "
            f"{most['MB of the first']:.0f}",
            f"under {MOST_MB} MB",
            most_mb < MOST_MB,
        ),
    ]


def acknowledged(people: Sequence[Person]) -> int:
    """Count the messages that were acknowledged."""
    return sum(len(one.acknowledged) for one in people)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print a table in Markdown."""
    print(f"\n## {title}\n\n| | figure | must be | |\n|---|---|---|---|")
    for row in rows:
        verdict = {None: "", True: "pass", False: "FAIL"}[row.holds]
        print(f"| {row.name} | {row.figure} | {row.bar} | {verdict} |")


def some_people(count: int, name: str) -> list[Person]:
    return [
        Person(number, f"{name}-{number:06d}-0123456789abcdef", f"{name}-{number}")
        for number in range(count)
    ]


async def run(args: argparse.Namespace, kind: type[Client], folder: Path) -> bool:
    """Load one kind of sockets, and print its table; says whether all holds."""
    model = Model()
    runner = await serve(model)
    host, port = runner.addresses[0][:2]
    people = some_people(args.people, "person")
    write_keys(folder / "api_key.txt", people)
    server = Process(
        *("long_term_memory", "serve", "--secure", "--port", "{port}"),
        *("--data-dir", str(folder), "--llm-base-url", f"http://{host}:{port}/v1"),
        *("--set", "messages_per_minute=0", "--set", "most_connections=20000"),
    )
    echo = Process("benchmarks.companion_echo", "{port}")
    await server.start()
    await echo.start()
    seen = Watched(server)
    watching = asyncio.create_task(seen.watch())
    began = time.monotonic()
    await prepare(server, people)
    took = time.monotonic() - began
    await seen.settled()
    pause = (args.least_pause, args.most_pause)
    plan = Plan(time.monotonic() + args.seconds, pause, args.cuts)
    tenth = max(1, args.people // 10)
    aside = some_people(tenth, "echo")
    load_before = os.getloadavg()[0]
    seen.look()
    computed = seen.cpu_seconds
    lives = asyncio.gather(
        crowd(kind, server.url, people, plan, tenth if kind is IoClient else 0),
        crowd(kind, echo.url, aside, plan._replace(cuts=0), tenth),
    )
    for _ in range(args.kills):
        await asyncio.sleep(args.seconds / (args.kills + 1))
        seen.look()
        await server.end(signal.SIGKILL)
        await server.start()
    await lives
    load = os.getloadavg()[0]
    settled = await seen.settled()
    computed = seen.cpu_seconds - computed
    wrong = await faults(server, people)
    seen.look()
    watching.cancel()
    await server.end(signal.SIGINT)
    await runner.cleanup()
    alone = some_people(args.people, "alone")
    after = Plan(time.monotonic() + min(ECHO_SECONDS, args.seconds), pause, 0)
    await crowd(kind, echo.url, alone, after, tenth)
    await echo.end(signal.SIGKILL)
    a_message = computed / max(1, acknowledged(people)) * 1000
    rows = [
        Row("load of the machine", f"{load_before:.1f} to {load:.1f}"),
        Row("setup of all", f"{took:.0f} s"),
        *rows_of(people, model, wrong),
        *(against_echo(people, aside, alone) if kind is IoClient else []),
        *rows_of_server(seen, len(people), settled=settled),
        Row("CPU a message, starts included", f"{a_message:.0f} ms"),
    ]
    name = "Socket.IO" if kind is IoClient else "WebSocket"
    show(
        f"{name}: {args.people} people, {args.seconds:.0f} s, {args.kills} kills", rows
    )
    print("\n".join(wrong[:20]), flush=True)
    return all(row.holds is not False for row in rows)


async def serve(model: Model) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", model.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def write_keys(path: Path, people: Sequence[Person]) -> None:
    lines = [f"person{one.number}: {one.key}\n" for one in people]
    path.write_text(f"{OWNER}\n" + "".join(lines), "utf-8")
    path.chmod(0o600)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--cuts", type=float, default=0.1)
    parser.add_argument("--least-pause", type=float, default=20)
    parser.add_argument("--most-pause", type=float, default=40)
    parser.add_argument("--sockets", choices=("io", "plain", "both"), default="both")
    args = parser.parse_args()
    kinds: list[type[Client]] = [IoClient] if args.sockets != "plain" else []
    kinds += [PlainClient] if args.sockets != "io" else []
    holds = True
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            holds &= asyncio.run(run(args, kind, Path(folder)))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
