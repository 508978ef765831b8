"""Embedding by the default path beside sentence-transformers and onnxruntime.

    PYTHONPATH=extensions:. python -m benchmarks.embedding [--rounds N] [--texts FILE]

All run the same weights in fp32 on one thread, interleaved in random order, so the
ratios hold on a busy machine too. Prints Markdown.
Owns: the rivals, the clock.
Knows nothing of: how an embedder works.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final, Protocol

# Before NumPy and torch are imported, which read them once.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("TQDM_DISABLE", "1")

import numpy as np  # noqa: E402 - see above
from numpy.typing import NDArray  # noqa: E402

OURS: Final = "long_term_memory (NumPy)"
TORCH: Final = "sentence-transformers (torch)"
ONNX: Final = "onnxruntime"

SHORT_MESSAGES: Final = (
    "My cat is called Miso and she hates the rain.",
    "What did you dream about last night?",
    "I start my new job at the bakery on Monday.",
    "*laughs* You always say that before you lose.",
    "We walked along the harbour until it got dark.",
    "Do you remember the name of my sister?",
    "I never told anyone about the letter.",
    "The train was late again, so I missed the play.",
    "Tell me more about the lighthouse keeper.",
    "She painted the kitchen yellow, can you believe it?",
    "I think we should leave before the snow comes.",
    "My doctor says the knee will need another month.",
    "Could you help me plan the birthday party?",
    "He plays the violin, badly, every single evening.",
    "I would rather have tea than coffee today.",
    "That song always reminds me of my grandmother.",
)

COLD_START: Final = {
    OURS: """
from long_term_memory.models.embedder import load_embedder
load_embedder("all-MiniLM-L6-v2").embed(["Hello there"])
""",
    TORCH: """
import torch
torch.set_num_threads(1)
from long_term_memory.models.minilm_weights import packaged_folder
from sentence_transformers import SentenceTransformer
SentenceTransformer(str(packaged_folder()), device="cpu").encode(["Hello there"])
""",
}

PEAK_MEMORY: Final = """
import resource, sys
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak // (2**20 if sys.platform == "darwin" else 2**10))
"""

Task = Callable[[], object]


class Embeds(Protocol):
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


def main() -> None:
    arguments = parse()
    # First, while this process is small: a child's peak begins with its parent's size.
    print_cold_starts(arguments.cold_starts)
    short, bulk = messages(arguments.texts)
    rivals = load_rivals()
    print_agreement(rivals, short + bulk)
    singles = [{name: one(rivals[name], text) for name in rivals} for text in short]
    print_table("One short message, ms", interleave(singles, arguments.rounds), 1e3)
    bulks = [{name: many(rivals[name], bulk) for name in rivals}]
    per_message = interleave(bulks, max(3, arguments.rounds // 3))
    print_table(f"{len(bulk)} messages, ms each", per_message, 1e3 / len(bulk))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--cold-starts", type=int, default=5)
    parser.add_argument("--texts", type=Path, help="a file with one message per line")
    return parser.parse_args()


def messages(file: Path | None) -> tuple[list[str], list[str]]:
    """Short messages, and a mixture of lengths for the bulk run."""
    if file is None:
        short = list(SHORT_MESSAGES)
        mixture = random.Random(7)
        bulk = [
            " ".join(mixture.choices(short, k=mixture.choice((1, 1, 2, 3, 6))))
            for _ in range(128)
        ]
        return short, bulk
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    random.Random(7).shuffle(lines)
    return [line for line in lines if 25 <= len(line) <= 70][:30], lines[:256]


def load_rivals() -> dict[str, Embeds]:
    import torch

    from long_term_memory.models.embedder import load_embedder
    from long_term_memory.models.minilm_weights import packaged_folder
    from long_term_memory.models.transformer_embedder import load_transformer

    torch.set_num_threads(1)
    source = str(packaged_folder())
    rivals: dict[str, Embeds] = {
        TORCH: load_transformer(source, name="rival", device="cpu", batch_size=32),
        OURS: load_embedder("all-MiniLM-L6-v2", batch_size=32),
    }
    if find_spec("onnx") and find_spec("onnxruntime"):
        from benchmarks.minilm_onnx import OnnxMiniLM

        rivals[ONNX] = OnnxMiniLM()
    return rivals


def one(rival: Embeds, text: str) -> Task:
    return lambda: rival.embed([text])


def many(rival: Embeds, texts: Sequence[str]) -> Task:
    return lambda: rival.embed(texts)


def interleave(
    cases: Sequence[Mapping[str, Task]], rounds: int
) -> dict[str, list[float]]:
    """Seconds of each rival, all cases of all rounds together."""
    seconds: dict[str, list[float]] = {name: [] for name in cases[0]}
    for _ in range(rounds):
        for case in cases:
            for name in random.sample(list(case), len(case)):
                begin = time.perf_counter()
                case[name]()
                seconds[name].append(time.perf_counter() - begin)
    return seconds


def print_agreement(rivals: Mapping[str, Embeds], texts: Sequence[str]) -> None:
    reference = rivals[TORCH].embed(texts)
    print()
    for name, rival in rivals.items():
        cosines = np.einsum("ij,ij->i", rival.embed(texts), reference)
        print(f"* least cosine to {TORCH}: {name} {cosines.min():.7f}")


def print_table(
    title: str, seconds: Mapping[str, Sequence[float]], scale: float
) -> None:
    print(f"\n| {title} | min | median | ratio of medians |\n|---|---|---|---|")
    for name, taken in seconds.items():
        ratio = median(taken) / median(seconds[TORCH])
        least, middle = min(taken) * scale, median(taken) * scale
        print(f"| {name} | {least:.2f} | {middle:.2f} | {ratio:.2f} |")


def print_cold_starts(times: int) -> None:
    """From the start of a process to its end, with one vector made."""
    seconds: dict[str, list[float]] = {name: [] for name in COLD_START}
    peaks: dict[str, int] = {}
    for _ in range(times):
        for name, code in COLD_START.items():
            begin = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", code + PEAK_MEMORY],
                capture_output=True,
                text=True,
                check=True,
            )
            seconds[name].append(time.perf_counter() - begin)
            peaks[name] = max(peaks.get(name, 0), int(done.stdout))
    print_table("Cold start to first vector, s", seconds, 1)
    print()
    for name, peak in peaks.items():
        print(f"* peak memory of {name}: {peak} MB")


if __name__ == "__main__":
    main()
