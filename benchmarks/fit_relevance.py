"""Fit what tells how likely a memory is to help to answer a message.

    PYTHONPATH=extensions:. python -m benchmarks.fit_relevance [--write] [FILE ...]

Owns: the pairs of messages and memories to learn from, fitting, the figures.
Knows nothing of: how signals are made, and of the half of the banks that is there to
report.

Every bank is observed by the real engine, and every message asked of it. What kind of
message it is is told by coefficients that have not seen its bank. All figures are of
banks that were left out of the fitting. Needs scikit-learn. Deterministic.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("OMP_NUM_THREADS", "2")

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from long_term_memory.config import RecallSettings
from long_term_memory.core.retrieval.intent import KINDS, Intent
from long_term_memory.core.retrieval.judging import Looked
from long_term_memory.core.retrieval.relevance import (
    Judgement,
    Regression,
    is_foreign,
    of_each,
    of_message,
)
from long_term_memory.core.retrieval.selection import FRAME, LONGEST, bounds_of, chosen
from long_term_memory.core.retrieval.signals import weigh
from long_term_memory.core.types import Query
from long_term_memory.engine.retrieval.retriever import SearchOptions
from long_term_memory.models.embedder import DEFAULT_MODEL
from long_term_memory.models.relevance import FILE

from . import fit_intent, intent_lines
from .live_chat import DATA, Bank, Probe, count_tokens, load
from .referee_adapter import LongTermMemory

MODEL: Final = (
    Path(__file__).resolve().parents[1]
    / "extensions"
    / "long_term_memory"
    / "models"
    / FILE
)

BY_MEANING: Final = (
    *("passage", "dense", "window", "before", "after", "words", "root_words"),
    *("lexical", "speaker", "date", "question", "user", "length"),
    *("passage_lag", "words_lag", "score_lag", "rank", "foreign"),
)
BY_WORDS: Final = (
    *("words", "root_words", "lexical", "speaker", "date", "question", "user"),
    *("length", "words_lag", "score_lag", "rank", "foreign"),
)
_OF_MESSAGE: Final = (
    *("need", "chat", "small_talk", "filler", "new_topic", "question"),
    *("implicit", "telling", "best", "words", "size", "foreign"),
    *("terms", "of_user", "of_character", "dated"),
)
NEAR: Final = (*_OF_MESSAGE, "nearest")
NEAR_ANY: Final = (*_OF_MESSAGE, "stands_out")
NEAR_WORDS: Final = _OF_MESSAGE

STRENGTH_EACH: Final = 0.001
"""Inverse regularisation of the regression with products, over candidates."""

STRENGTH_MESSAGE: Final = 0.02
"""The same of the one over messages."""

CHAT_COUNTS: Final = 3.0
"""A message that is small talk or a new subject counts as so many: there are fewer."""

NEEDLESS: Final = {"telling": 10, "small_talk": 10, "filler": 6, "new_topic": 10}
"""Of the lines of `data/messages` so many of a kind are asked of each bank, too: probes
hold no message that only tells something, and few that chat."""

NEEDLESS_COUNTS: Final = 0.2
"""What each of these counts: they were not written for the bank."""

# Of intents: as `benchmarks.fit_intent` chose them.
SCALE: Final = 1.0
STRENGTH_INTENT: Final = 1.0

SMALL_TALK: Final = ("small_talk", "filler")

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message asked of one bank.

    Attributes:
        looked: What was found, one for each reading of the message.
        needs: For each candidate of the first reading, whether it is needed; and for
            the others alike.
        costs: For each reading, about how many tokens each candidate takes.
        intents: What kind of message it is, with a vector and without.
        written_for: It is a probe of the bank, and counts in the figures.
    """

    bank: str
    language: str
    kind: str
    text: str
    needed: int
    looked: Sequence[Looked]
    needs: Sequence[Truths]
    costs: Sequence[NDArray[np.float64]]
    ids: Sequence[NDArray[np.int64]]
    intents: tuple[Intent, Intent]
    written_for: bool


def cases(banks: Sequence[Bank]) -> list[Case]:
    """Ask everything of all banks."""
    intents = intents_of()
    found: list[Case] = []
    for bank in banks:
        found += _asked(bank, intents)
        print(f"{bank.id} is read", flush=True)
    return found


def intents_of() -> dict[tuple[str, str], tuple[Intent, Intent]]:
    """Tell the kind of each message by coefficients that have not seen its bank."""
    data = fit_intent.Data.of(intent_lines.with_copies(intent_lines.lines()))
    both = [
        fit_intent.cross_validated(data, scale, STRENGTH_INTENT)
        for scale in (SCALE, None)
    ]
    return {
        (line.group if line.source == "probes" else line.language, line.text): (
            Intent(dict(zip(KINDS, both[0][row].tolist(), strict=True))),
            Intent(dict(zip(KINDS, both[1][row].tolist(), strict=True))),
        )
        for row, line in enumerate(data.lines)
        if line.source in ("probes", "messages") and line.weight == 1
    }


def needless(bank: Bank) -> list[Probe]:
    """Return messages that need nothing and were not written for the bank."""
    draw = random.Random(bank.id)
    found = []
    for kind, count in NEEDLESS.items():
        texts = [
            line.text
            for line in intent_lines.lines()
            if (line.source, line.language, line.kind)
            == ("messages", bank.language, kind)
        ]
        nothing: frozenset[str] = frozenset()
        found += [
            Probe(text=text, kind=kind, needs=nothing, forbidden=nothing)
            for text in draw.sample(texts, count)
        ]
    return found


def _asked(
    bank: Bank, intents: Mapping[tuple[str, str], tuple[Intent, Intent]]
) -> Iterator[Case]:
    memory = LongTermMemory()
    memory.reset(bank.id, [bank.user, bank.character])
    memory.add(bank.turns)
    memory.finish()
    memory._now = bank.now
    mind = memory._bank._acts.retriever
    searcher, settings = mind._searcher, memory._settings
    view = searcher.view(None, settings, bank.now)
    place_of = {turn["dia_id"]: at for at, turn in enumerate(bank.turns)}
    tokens = [min(count_tokens(turn["text"]), LONGEST) for turn in bank.turns]
    named = memory._bank.state.memories_of(view.rows.tolist())
    places = {
        int(row): place_of[memory._dia_ids[one.id]]
        for row, one in zip(view.rows.tolist(), named, strict=True)
    }
    probes = [(probe, True) for probe in bank.probes]
    probes += [(probe, False) for probe in needless(bank)]
    for probe, written_for in probes:
        query = Query(text=probe.text, speaker="user", asked_at=bank.now)
        looked = [
            searcher.looked(one, SearchOptions(view=view), settings)
            for one in mind._read(query)
        ]
        ids = [np.array([places[row] for row in one.ranked.rows]) for one in looked]
        needed = {place_of[name] for name in probe.needs}
        yield Case(
            bank=bank.id,
            language=bank.language,
            kind=probe.kind,
            text=probe.text,
            needed=len(needed),
            looked=looked,
            needs=[np.isin(some, list(needed)) for some in ids],
            costs=[np.array([tokens[at] + FRAME for at in some]) for some in ids],
            ids=ids,
            intents=intents[bank.id if written_for else bank.language, probe.text],
            written_for=written_for,
        )
    memory.close()


# -- fitting ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variant:
    """What the two regressions read, and with which kind of intent."""

    each: tuple[str, ...]
    message: tuple[str, ...]
    by_vector: bool


MEANING: Final = Variant(BY_MEANING, NEAR, True)
ANY_MODEL: Final = Variant(BY_MEANING, NEAR_ANY, False)
WORDS: Final = Variant(BY_WORDS, NEAR_WORDS, False)


def fit(
    rows: Numbers,
    truths: Truths,
    names: Sequence[str],
    *,
    strength: float,
    products: bool,
    counts: Numbers | None = None,
) -> dict[str, Any]:
    """Fit one regression, and return it as it is written.

    What each row counts may be told; else they count alike.
    """
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    read = (rows - mean) / scale
    columns = read
    pairs = np.triu_indices(len(names))
    spread = np.ones(read.shape[1])
    offset = np.zeros(read.shape[1])
    if products:
        squares = read[:, pairs[0]] * read[:, pairs[1]]
        columns = np.hstack([read, squares])
        offset, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-6
        columns = (columns - offset) / spread
    own = LogisticRegression(C=strength, max_iter=400)
    own.fit(columns, truths, sample_weight=counts)
    weights = own.coef_[0] / spread
    intercept = float(own.intercept_[0] - (weights * offset).sum())
    told: dict[str, Any] = {
        "names": list(names),
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "intercept": round(intercept, 4),
        "weights": _rounded(weights[: len(names)]),
    }
    if products:
        told["products"] = _rounded(weights[len(names) :])
    return told


def _rounded(values: Numbers) -> list[float]:
    return [float(f"{value:.5g}") for value in values.tolist()]


def fit_each(some: Sequence[Case], variant: Variant) -> dict[str, Any]:
    """Fit which candidate helps, on messages that need one."""
    rows, truths = [], []
    for case in some:
        if case.needed:
            looked = case.looked[0]
            columns = of_each(clues_of(looked, variant), looked.reading.asked)
            rows.append(np.stack([columns[name] for name in variant.each], axis=1))
            truths.append(case.needs[0])
    return fit(
        np.vstack(rows).astype(float),
        np.concatenate(truths),
        variant.each,
        strength=STRENGTH_EACH,
        products=True,
    )


def clues_of(looked: Looked, variant: Variant) -> Any:
    """Return what is known of candidates; by words alone, without meaning."""
    if "dense" in variant.each:
        return looked.clues
    return without_meaning(looked.clues)


def without_meaning(clues: Any) -> Any:
    """Take the meaning out of clues, as while there is no embedder."""
    nothing = np.zeros_like(clues.dense)
    score = clues.score
    for one, weight in weigh(RecallSettings()):
        if one.name in ("passage", "dense", "window"):
            score = score - np.float32(weight) * getattr(clues, one.name)
    return clues._replace(
        cosine=nothing + np.nan,
        passage=nothing,
        dense=nothing,
        window=nothing,
        before=nothing,
        after=nothing,
        score=score,
    )


def fit_message(
    some: Sequence[Case], variant: Variant, helps: Mapping[int, list[Any]]
) -> dict[str, Any]:
    """Fit whether anything helps, on all messages."""
    rows = [_message_row(case, variant, helps[id(case)]) for case in some]
    return fit(
        np.array(rows),
        np.array([bool(case.needed) for case in some]),
        variant.message,
        strength=STRENGTH_MESSAGE,
        products=True,
        counts=np.array([_counts(case) for case in some]),
    )


def _counts(case: Case) -> float:
    if not case.written_for:
        return NEEDLESS_COUNTS
    return CHAT_COUNTS if case.kind in (*SMALL_TALK, "new_topic") else 1.0


def _message_row(case: Case, variant: Variant, helps: list[Any]) -> list[float]:
    columns = of_message(
        clues_of(case.looked[0], variant),
        helps[0],
        case.looked[0].reading.asked,
        case.intents[0 if variant.by_vector else 1],
    )
    return [columns[name] for name in variant.message]


def helps_by(
    told: dict[str, Any], some: Sequence[Case], variant: Variant
) -> dict[int, list[Any]]:
    """Return what a regression says of all candidates of some messages."""
    regression = Regression.read(told)
    return {
        id(case): [
            regression.chances(of_each(clues_of(one, variant), one.reading.asked))
            for one in case.looked
        ]
        for case in some
    }


@dataclass(frozen=True, slots=True)
class Out:
    """What coefficients that have not seen a case's bank say of it."""

    case: Case
    needed: float
    helps: list[Any]


def left_out(some: Sequence[Case], variant: Variant) -> list[Out]:
    """Judge each bank by what was fitted on all others."""
    found: list[Out] = []
    for bank in dict.fromkeys(case.bank for case in some):
        train = [case for case in some if case.bank != bank]
        test = [case for case in some if case.bank == bank]
        found += judged_by(train, test, variant)
    return found


def judged_by(
    train: Sequence[Case], test: Sequence[Case], variant: Variant
) -> list[Out]:
    """Fit on some cases and judge others.

    The regression over messages reads what the other one says best, which is too sure
    of what it was fitted on; so it is fitted on what two halves say of each other.
    """
    banks = list(dict.fromkeys(case.bank for case in train))
    helps: dict[int, list[Any]] = {}
    for half in (banks[::2], banks[1::2]):
        inside = [case for case in train if case.bank in half]
        outside = [case for case in train if case.bank not in half]
        helps |= helps_by(fit_each(outside, variant), inside, variant)
    message = Regression.read(fit_message(train, variant, helps))
    said = helps_by(fit_each(train, variant), test, variant)
    found = []
    for case in test:
        row = _message_row(case, variant, said[id(case)])
        columns = {
            name: np.array([value], np.float32)
            for name, value in zip(variant.message, row, strict=True)
        }
        found.append(Out(case, float(message.chances(columns)[0]), said[id(case)]))
    return found


def whole(some: Sequence[Case]) -> dict[str, Any]:
    """Fit everything on all cases, as it ships."""
    told: dict[str, Any] = {"embedder": DEFAULT_MODEL}
    for variant, each, message in (
        (MEANING, "helps", "near"),
        (ANY_MODEL, "helps", "near_any"),
        (WORDS, "helps_words", "near_words"),
    ):
        banks = list(dict.fromkeys(case.bank for case in some))
        helps: dict[int, list[Any]] = {}
        for half in (banks[::2], banks[1::2]):
            inside = [case for case in some if case.bank in half]
            outside = [case for case in some if case.bank not in half]
            helps |= helps_by(fit_each(outside, variant), inside, variant)
        told[each] = fit_each(some, variant)
        told[message] = fit_message(some, variant, helps)
    return told


# -- figures ---------------------------------------------------------------------------

Picking = Callable[[Out], set[int]]


def picks(out: Out, bound: float) -> set[int]:
    """Return the messages of the bank that would be told."""
    if out.needed < bound:
        return set()
    told: set[int] = set()
    parts = zip(out.helps, out.case.costs, out.case.ids, out.case.looked, strict=True)
    for helps, costs, ids, looked in parts:
        judgement = Judgement(1.0, helps, is_foreign(looked.reading.asked))
        score = looked.clues.score
        order = judgement.order(score)
        some = chosen(
            helps[order].tolist(),
            costs[order].tolist(),
            bounds_of(judgement.foreign),
            standing=judgement.standing(score)[order].tolist(),
            among=len(helps),
        )
        told |= {int(ids[order[place]]) for place in some}
    return told


def report(title: str, outs: Sequence[Out]) -> None:
    """Print how well messages and candidates are told apart."""
    print(f"\n{title}")
    apart = [out for out in outs if not out.case.written_for]
    outs = [out for out in outs if out.case.written_for]
    needed = np.array([out.needed for out in outs])
    truth = np.array([bool(out.case.needed) for out in outs])
    kinds = np.array([out.case.kind for out in outs])
    for kind in (SMALL_TALK, ("new_topic",), ("unknown",)):
        both = truth | np.isin(kinds, kind)
        auc = roc_auc_score(truth[both], needed[both])
        print(f"  needing against {kind[0]}: AUC {auc:.3f}")
    ranks = []
    for out in outs:
        if out.case.needed:
            order = Judgement(1.0, out.helps[0]).order(out.case.looked[0].clues.score)
            at = np.flatnonzero(out.case.needs[0][order])
            ranks.append(int(at[0]) if len(at) else 10**6)
    found = [f"{k}: {100 * np.mean(np.array(ranks) < k):.1f}" for k in (1, 5, 10, 20)]
    print(f"  something needed among the first {', '.join(found)}")
    for language in ("en", "other"):
        for bound in (0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.3):
            _report_bound(language, bound, outs)
            _report_needless(language, bound, apart)


def _report_bound(language: str, bound: float, outs: Sequence[Out]) -> None:
    some = [one for one in outs if (one.case.language == "en") == (language == "en")]
    told = [(one.case, picks(one, bound)) for one in some]
    wanted = [_found(case, ids) for case, ids in told if case.needed]
    share = 100 * np.array(wanted).mean(axis=0)

    def spoken(*kinds: str) -> float:
        those = [bool(ids) for case, ids in told if case.kind in kinds]
        return 100 * float(np.mean(those))

    print(
        f"  {language} from {bound:.2f}: silent {share[0]:.1f}, nothing {share[1]:.1f},"
        f" found {share[2]:.1f} in {share[3] / 100:.0f} tokens; small talk "
        f"{spoken(*SMALL_TALK):.0f}, new topics {spoken('new_topic'):.0f}, never told "
        f"{spoken('unknown'):.0f}"
    )


def _report_needless(language: str, bound: float, outs: Sequence[Out]) -> None:
    parts = []
    for kind in NEEDLESS:
        needed = [
            out.needed
            for out in outs
            if out.case.kind == kind
            and (out.case.language == "en") == (language == "en")
        ]
        parts.append(f"{kind} {100 * np.mean(np.array(needed) >= bound):.0f}")
    print(f"    not written for the bank: {', '.join(parts)}")


def _found(case: Case, ids: set[int]) -> tuple[float, float, float, float]:
    needs = {
        int(one)
        for some, need in zip(case.ids, case.needs, strict=True)
        for one in some[need]
    }
    cost = {
        int(one): float(value)
        for some, costs in zip(case.ids, case.costs, strict=True)
        for one, value in zip(some, costs, strict=True)
    }
    held = len(needs & ids) / case.needed
    return float(not ids), float(not needs & ids), held, 40 + sum(map(cost.get, ids))


def main() -> None:
    """Fit, print, and write if that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[])
    parser.add_argument("--write", action="store_true", help="into the package")
    options = parser.parse_args()
    files = options.files or sorted(DATA.glob("*.json"))
    some = cases(load(files, "build"))
    if options.write:
        MODEL.write_text(written(whole(some)), encoding="utf-8")
    for title, variant in (
        ("by meaning", MEANING),
        ("by any embedder", ANY_MODEL),
        ("by words alone", WORDS),
    ):
        report(title, left_out(some, variant))


def written(told: dict[str, Any]) -> str:
    """Return a model as JSON, one list a line."""
    parts = []
    for name, value in told.items():
        if isinstance(value, dict):
            rows = [f'"{key}": {json.dumps(one)}' for key, one in value.items()]
            text = "{\n" + ",\n".join(rows) + "\n}"
        else:
            text = json.dumps(value)
        parts.append(f'"{name}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
