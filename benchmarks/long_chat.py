"""Whether what was told once is in the prompt when it is asked for, in long chats.

    PYTHONPATH=extensions:. python -m benchmarks.long_chat [--chats N] [--turns N]

Seeded chats of 300 turns in a window of 4,096 tokens, 512 of them the reply's. Each
tells twenty facts once, amid small talk in which other people do like things, and asks
for each at least sixty turns later, some of the words being others. A fact counts if
the word that answers is in the prompt for its question; no other line of the chat holds
that word. Questions without any word of their fact come at the end, counted apart. The
prompt is made from the engine's blocks by the webui host's own code, and cut as the
webui cuts it: the oldest message first, the system text never. Tokens are estimated.
Prints Markdown: memory as it is by default, its parts alone, and none.

With `--natural` the facts, the needs and the small talk are people's own, written for
this (`benchmarks/data/long_chats/told_once.json`): sixty facts told in passing, for
each what somebody says who needs it, and talk in the first person that holds no answer.
A fact counts if its pattern is found in the prompt, the need itself left out; needs
that ask for nothing are counted apart, in the column of other words.
Owns: the chats and the measure.
Knows nothing of: how memory recalls or tells.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import Any, Final, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.core.prompt.budget import (
    NOT_PLANNED,
    BudgetPolicy,
    PromptPlan,
    plan_prompt,
)
from long_term_memory.core.types import Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.compose import Request
from long_term_memory.models.tokens import estimate_tokens
from long_term_memory.webui.history import Names, window_of
from long_term_memory.webui.placement import Prompted, place, without_first_rows
from long_term_memory.webui.prompt_size import a_users_row, room_of

CONTEXT: Final = 4096
REPLY: Final = 512
FACTS: Final = 20
APART: Final = 60
FRAME: Final = 8

NAMES: Final = Names(user="Jonas", character="Maren")
PERSONA: Final = " ".join(
    f"Maren {words}."
    for words in (
        "keeps the lighthouse above the old harbour and has done so for nine years",
        "speaks in short sentences and answers questions with a story",
        "does not lie, but leaves things out when they hurt",
        "wears a grey coat with one brass button missing",
        "reads the weather in the flight of gulls and is mostly right",
        "cooks badly and is proud of it",
        "has known Jonas since the winter in which the pier broke",
        "never talks about the night of the storm unless she is asked twice",
    )
)
# A fact, the question for it in other words, and what may answer: one for each chat.
FORMS: Final = (
    (
        "My sister {who} keeps {} in her garden.",
        "What does {who} have in the garden?",
        "peacocks beehives tortoises quails alpacas",
    ),
    (
        "I was born in a village called {}.",
        "Where was I born?",
        "Ravenglass Skagen Visby Tobermory Lyme",
    ),
    (
        "The code of my old bicycle lock is {}.",
        "How do I open my bicycle lock?",
        "4718 9023 3365 7104 5582",
    ),
    (
        "My first dog was called {}.",
        "What was the name of my first dog?",
        "Biscuit Argos Pepper Waffles Domino",
    ),
    (
        "I am allergic to {}.",
        "Do you remember what I am allergic to?",
        "hazelnuts shellfish strawberries celery sesame",
    ),
    (
        "My father {who} repaired {} for a living.",
        "What was my father's trade?",
        "typewriters pianos umbrellas tractors organs",
    ),
    (
        "I proposed to {who} on the {} bridge.",
        "On which bridge did I propose?",
        "Rialto Charles Galata Tower Chain",
    ),
    (
        "My favourite painter is {}.",
        "Who is my favourite painter, again?",
        "Vermeer Turner Munch Monet Kahlo",
    ),
    (
        "In the war my grandfather hid in {}.",
        "Where did my grandfather hide?",
        "Utrecht Lisbon Narvik Tirana Ghent",
    ),
    (
        "The boat I want to buy is called the {}.",
        "Which boat do I want to buy?",
        "Kittiwake Albatross Gannet Petrel Osprey",
    ),
    (
        "I lost my wedding ring in lake {}.",
        "Where is my wedding ring?",
        "Garda Windermere Balaton Inari Como",
    ),
    (
        "I promise to bring you {} from the market.",
        "What did I promise to bring you?",
        "saffron oysters marzipan chestnuts cardamom",
    ),
    (
        "My teacher {who} taught me {}.",
        "What did I learn from {who}?",
        "fencing Latin juggling calligraphy astronomy",
    ),
    (
        "We decided to name the child {}.",
        "How will the child be named?",
        "Matilda Leopold Ottilie Casper Rosalind",
    ),
    (
        "My doctor told me to stop drinking {}.",
        "What did the doctor forbid me?",
        "coffee brandy absinthe whisky gin",
    ),
    (
        "The key to the cellar lies under the {}.",
        "Where is the key to the cellar?",
        "flowerpot anvil doormat birdbath sundial",
    ),
    (
        "I once won a prize for {}.",
        "What did I get a prize for?",
        "diving chess baking archery yodelling",
    ),
    (
        "My cousin {who} moved to {} last spring.",
        "Where does {who} live now?",
        "Toronto Seville Nairobi Kyoto Dunedin",
    ),
    (
        "I owe the baker {} crowns.",
        "How much money does the baker get from me?",
        "340 275 812 196 650",
    ),
    (
        "The song that makes me cry is {}.",
        "Which song moves me to tears?",
        "Greensleeves Hallelujah Yesterday Imagine Vincent",
    ),
)
# Questions that share no word with what was told, asked at the end as well.
OBLIQUE: Final = {
    "I am allergic to": "Is there something that I must not eat?",
    "My favourite painter is": "Whose pictures do I love most?",
    "My father": "How did my family earn its bread?",
    "The song that makes me cry": "Which melody moves me to tears?",
}
PEOPLE: Final = (
    "Ada Bruno Clara Dario Edda Falk Greta Hugo Ines Kira Lars Mona Nils Orla Pia "
    "Rune Sven Tilda Ulf Vera"
).split()
PLACES: Final = (
    "harbour mill tower orchard bakery market chapel quarry inn pier".split()
)
THINGS: Final = (
    "lantern fiddle ledger compass kettle map bell coat boat ladder"
).split()
DEEDS: Final = (
    "repaired lost painted sold hid found borrowed broke cleaned drew".split()
)
TALK: Final = (
    "The rain had stopped and the gulls came back to the roofs above the square.",
    "We sat there for a while and said little, because there was nothing to add.",
    "It smelled of bread and of wet wood, and someone was singing behind a wall.",
    "You should have seen how the light fell through the windows in the morning.",
    "I would have gone home, but the road was closed and the last ferry had left.",
    "Nobody believed a word of it until the old woman herself came down the hill.",
    "My own work goes on as it always did, a little slower since the winter.",
    "I had meant to tell you more, but then the kettle boiled and I forgot it.",
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What is told once, how it is asked for, and the word that answers."""

    told: str
    question: str
    answer: str


@dataclass(slots=True)
class Score:
    """What was found in the prompts of some chats."""

    found: list[bool] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    oblique: list[bool] = field(default_factory=list)
    persona: list[bool] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Plans:
    """How a chat's last prompt was shared."""

    last: PromptPlan = NOT_PLANNED


class Natural(NamedTuple):
    """Facts and small talk that people wrote; `pattern` tells an answer."""

    facts: list[dict[str, Any]]
    fillers: list[tuple[str, str]]

    def chat(
        self, seed: int, turns: int
    ) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
        """Yield message, reply, and the fact that the message needs."""
        source = random.Random(seed)
        facts = source.sample(self.facts, min(FACTS, len(self.facts)))
        fillers = [
            one
            for one in self.fillers
            if not any(
                re.search(fact["pattern"], " ".join(one), re.IGNORECASE)
                for fact in facts
            )
        ]
        told_at = source.sample(range(2, turns - APART - FACTS), len(facts))
        told = dict(zip(sorted(told_at), facts, strict=True))
        needed: dict[int, dict[str, Any]] = {}
        for turn, fact in told.items():
            free = range(turn + APART, turns)
            taken = {*told, *needed}
            needed[source.choice([n for n in free if n not in taken])] = fact
        for turn in range(turns):
            text, reply = source.choice(fillers)
            if turn in needed:
                yield needed[turn]["need"], reply, needed[turn]
            else:
                yield told[turn]["fact"] if turn in told else text, reply, None


def natural() -> Natural:
    """Read what people wrote."""
    path = Path(__file__).parent / "data" / "long_chats" / "told_once.json"
    data = json.loads(path.read_text("utf-8"))
    return Natural(data["facts"], [(one[0], one[1]) for one in data["fillers"]])


def play_naturally(
    bank: Bank, settings: Settings, seed: int, turns: int, score: Score
) -> None:
    """Tell a chat of people's own words and look into the prompt of each need."""
    chat = bank.chat(f"chat {seed}", host="benchmark")
    rows: list[list[str]] = []
    plans = Plans()
    for text, reply, fact in natural().chat(seed, turns):
        history = {"internal": rows, "visible": rows, "metadata": {}}
        chat.observe(window_of(history, NAMES, pending=text))
        if fact is not None:
            bank.settle(120)
        prompt = prompt_for(chat, bank, history, text, settings, plans)
        score.persona.append(PERSONA in prompt)
        score.tokens.append(estimate_tokens(prompt))
        if fact is not None:
            beside = prompt.replace(text, " ").replace(PERSONA, " ")
            found = re.search(fact["pattern"], beside, re.IGNORECASE) is not None
            (score.oblique if fact["implicit"] else score.found).append(found)
            if not found:
                score.missed.append(f"{text} — {fact['fact']}")
        rows.append([text, reply])


def facts_of(seed: int, source: random.Random) -> list[Fact]:
    """Return a chat's facts; nothing else in it holds an answer."""
    people = source.sample(PEOPLE, len(FORMS))
    made = []
    for (told, question, answers), who in zip(
        source.sample(FORMS, FACTS), people, strict=True
    ):
        known = answers.split()
        answer = known[seed % len(known)]
        made.append(
            Fact(
                told=told.replace("{who}", who).replace("{}", answer),
                question=question.replace("{who}", who),
                answer=answer,
            )
        )
    return made


def chat_of(seed: int, turns: int) -> Iterator[tuple[str, str, Fact | None]]:
    """Yield message, reply, and the fact that the message asks for."""
    source = random.Random(seed)
    facts = facts_of(seed, source)
    last_told = turns - APART - FACTS
    told = dict(
        zip(sorted(source.sample(range(2, last_told), FACTS)), facts, strict=True)
    )
    asked: dict[int, Fact] = {}
    for turn, fact in told.items():
        free = [
            n for n in range(turn + APART, turns) if n not in told and n not in asked
        ]
        asked[source.choice(free)] = fact
    for turn in range(turns):
        reply = f"*looks up* {small_talk(source, 3)}"
        if turn in asked:
            yield (
                asked[turn].question,
                f"Let me think. {small_talk(source, 2)}",
                asked[turn],
            )
        elif turn in told:
            before, after = small_talk(source, 1), small_talk(source, 1)
            yield f"{before} {told[turn].told} {after}", reply, None
        else:
            yield small_talk(source, 2), reply, None


def small_talk(source: random.Random, sentences: int) -> str:
    """Say something that nobody will ask for."""
    said = []
    for _ in range(sentences):
        who, other = source.sample(PEOPLE, 2)
        deed, thing = source.choice(DEEDS), source.choice(THINGS)
        said.append(
            source.choice(
                (
                    source.choice(TALK),
                    f"{who} {deed} the {thing} near the {source.choice(PLACES)}.",
                    f"Have you heard that {who} {deed} {other}'s {thing}?",
                )
            )
        )
    return " ".join(said)


def play(bank: Bank, settings: Settings, seed: int, turns: int, score: Score) -> None:
    """Tell a chat and look into the prompt of each turn."""
    chat = bank.chat(f"chat {seed}", host="benchmark")
    rows: list[list[str]] = []
    plans = Plans()
    for text, reply, asked in chat_of(seed, turns):
        history = {"internal": rows, "visible": rows, "metadata": {}}
        chat.observe(window_of(history, NAMES, pending=text))
        if asked is not None:
            bank.settle(120)
        prompt = prompt_for(chat, bank, history, text, settings, plans)
        score.persona.append(PERSONA in prompt)
        score.tokens.append(estimate_tokens(prompt))
        if asked is not None:
            score.found.append(asked.answer in prompt)
            if asked.answer not in prompt:
                score.missed.append(f"{asked.question} — {asked.told}")
        rows.append([text, reply])
    history = {"internal": rows, "visible": rows, "metadata": {}}
    for fact in facts_of(seed, random.Random(seed)):
        for told, text in OBLIQUE.items():
            if fact.told.startswith(told):
                prompt = prompt_for(chat, bank, history, text, settings, plans)
                score.oblique.append(fact.answer in prompt)


def prompt_for(
    chat: Chat,
    bank: Bank,
    history: Mapping[str, Any],
    text: str,
    settings: Settings,
    plans: Plans,
) -> str:
    """Build a turn's prompt as the webui host does."""
    state = {
        "mode": "chat",
        "context": PERSONA,
        "name1": NAMES.user,
        "name2": NAMES.character,
        "truncation_length": CONTEXT,
        "max_new_tokens": REPLY,
    }
    pinned = bool(bank.memories.pinned())
    room = room_of(
        state, history, text, settings.summaries, estimate_tokens, pinned=pinned
    )
    plans.last = plan_prompt(room, settings.prompt, BudgetPolicy(), plans.last)
    sent = without_first_rows(
        history, a_users_row(history["internal"], plans.last.first)
    )
    count = len(window_of(sent, NAMES, pending=text).messages)
    context = chat.compose(_request(text, chat.newest_ids(count), plans.last, settings))
    prompted = Prompted(user_input=text, state=state, history=sent)
    location = settings.prompt.injection_location
    return _rendered(place(prompted, context, location, continuing=False))


def _request(
    text: str, visible: frozenset[str], plan: PromptPlan, settings: Settings
) -> Request:
    limit = 0 if settings.recall.num_memories_to_fetch == 0 else None
    return Request(
        query=Query(text=text, visible=visible, limit=limit),
        user_name=NAMES.user,
        character_name=NAMES.character,
        head_tokens=plan.head,
        recall_tokens=plan.recall,
        summary_tokens=plan.summary,
        count=estimate_tokens,
    )


def _rendered(prompted: Prompted) -> str:
    """Write a prompt, cut as the webui cuts it."""
    lines: list[str] = []
    for user, reply in prompted.history["internal"]:
        lines += [f"{NAMES.user}: {user}", f"{NAMES.character}: {reply}"]
    lines.append(f"{NAMES.user}: {prompted.user_input}")
    system = str(prompted.state["context"])
    room = CONTEXT - REPLY - estimate_tokens(system)
    sizes = [estimate_tokens(line) + FRAME for line in lines]
    while len(lines) > 1 and sum(sizes) > room:
        del lines[0], sizes[0]
    return "\n".join([system, *lines, f"{NAMES.character}:"])


Play = Callable[[Bank, Settings, int, int, Score], None]


def measure(
    settings: Settings, chats: Sequence[int], turns: int, play: Play = play
) -> Score:
    """Play all chats, each in a bank of its own."""
    score = Score()
    for seed in chats:
        with tempfile.TemporaryDirectory() as folder:
            engine = build_engine(settings, Path(folder))
            try:
                bank = engine.bank(Scope(user="default", character=NAMES.character))
                play(bank, settings, seed, turns, score)
            finally:
                engine.close()
    return score


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chats", type=int, default=5)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--only-default", action="store_true")
    parser.add_argument("--natural", action="store_true", help="people's own words")
    asked = parser.parse_args()
    plain = Settings()
    no_story = replace(plain.summaries, rolling_summaries=False)
    no_recall = replace(plain.recall, num_memories_to_fetch=0)
    rivals = {
        "recall and summaries": plain,
        "recall alone": replace(plain, summaries=no_story),
        "summaries alone": replace(plain, recall=no_recall),
        "neither": replace(plain, summaries=no_story, recall=no_recall),
    }
    if asked.only_default:
        rivals = {"recall and summaries": plain}
    print(f"{asked.chats} chats of {asked.turns} turns, {CONTEXT:,} tokens\n")
    print(
        "| memory | facts in the prompt | in entirely other words | persona whole | "
        "tokens of a prompt, most |"
    )
    print("|---|---:|---:|---:|---:|")
    missed: list[str] = []
    for name, settings in rivals.items():
        how = play_naturally if asked.natural else play
        score = measure(settings, range(asked.chats), asked.turns, how)
        missed = missed or score.missed
        print(
            f"| {name} | {sum(score.found)} of {len(score.found)} "
            f"({mean(score.found or [False]):.1%}) | {sum(score.oblique)} of "
            f"{len(score.oblique)} | {mean(score.persona):.1%} | "
            f"{max(score.tokens):,} |",
            flush=True,
        )
    print("\nMissed:", *(missed or ["nothing"]), sep="\n- ")


if __name__ == "__main__":
    main()
