"""Extraction: the program that a completion proposes, found in one pass and by a stated policy.

1. Only what follows the last ``</think>`` counts; a completion whose thinking never ends proposes nothing.
2. Of an ``<answer>`` (the last one) only its inside counts.
3. Of several fenced blocks the *last* with the right language counts, else the last without a language; a closed block
   goes before an unfinished one, and in Python one that defines the function asked for before one that only calls it.
   A block that names another language is no proposal.
4. Without any fence the whole text counts if it looks like code of the language, or fits the ``prompt`` as its
   continuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.fences import Fence, fences

ALIASES = {
    "python": {"python", "py", "python3", "python2", "pypy", "pypy3", "ipython", "sage"},
    "c": {"c", "c99", "c11", "c17", "h"},
    "cpp": {"cpp", "c++", "cc", "cxx", "hpp", "c++14", "c++17", "c++20", "cpp17", "cpp20"},
    "javascript": {"javascript", "js", "node", "nodejs", "mjs", "jsx"},
    "typescript": {"typescript", "ts", "tsx"},
    "java": {"java"},
    "rust": {"rust", "rs"},
    "go": {"go", "golang"},
    "bash": {"bash", "sh", "shell", "zsh"},
    "diff": {"diff", "patch"},
}

# One line that is plainly code; each alternative is anchored at the line's start and bounded, so the scan is linear.
_CODE_LINE = {
    "python": r"(?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+|import[ ]+\w|from[ ]+[\w.]+[ ]+import|print[ ]*\(|@\w|"
    r"(?:for|while|if|try|with|elif|else)\b[^\n]{0,400}?:|(?:return|raise|assert|pass)\b|"
    r"[A-Za-z_][\w.]*(?:[ ]*,[ ]*[A-Za-z_][\w.]*){0,20}[ ]*[-+*/%|&^]?=(?!=)[ ]*\S|[A-Za-z_][\w.]{0,80}\(",
    "c": r"#[ ]*(?:include|define|if)|(?:\w+[ *]+){1,4}\w+[ ]*\((?:[^;\n]{0,400}$|[^)\n]{0,300}\)[ ]*\{)",
    "javascript": r"(?:const|let|var|function|class|import|require|export|async|if|for|while|return)\b|console\.|process\.|"
    r"[A-Za-z_$][\w$.]*[ ]*=(?!=)|[A-Za-z_$][\w$.]{0,80}\(",
    "java": r"(?:import|package|public|private|class|interface|final|static|enum|record|abstract)\b",
    "rust": r"(?:use|fn|pub|struct|impl|enum|mod|let|macro_rules!|#!?\[)",
    "go": r"(?:package|import|func|var|type|const)\b",
    "bash": r"[^\n]*\S",
}
_CODE_LINE["cpp"] = _CODE_LINE["c"] + r"|(?:using|template|namespace|struct|class|constexpr|static_assert)\b"
_CODE_LINE["typescript"] = _CODE_LINE["javascript"] + r"|(?:interface|type|enum|declare|namespace)\b"
_LOOKS_LIKE = {name: re.compile(rf"^[ \t]*(?:{pattern})", re.MULTILINE) for name, pattern in _CODE_LINE.items()}


@dataclass(frozen=True, slots=True)
class Extracted:
    """The program, where it was found ("fence", "unfinished fence", "text", "continuation"), the language it names."""

    source: str
    place: str
    language: str


def extract(completion: str, language: str = "python", prompt: str = "", entry: str = "") -> Extracted | None:
    """The program in ``completion``, or None when it proposes none. Linear in the completion.

    Args:
        completion: what the policy wrote.
        language: the task's language; ``"any"`` takes the language of the block (known ones only).
        prompt: code that the completion may simply go on from (HumanEval's completion style).
        entry: the Python function or class that is asked for: a block that defines it goes before one that only uses it.
    """
    region = answer_region(completion)
    if region is None or not region.strip():
        return None
    blocks = fences(region) or fences(_outdented(region))
    if blocks:
        return _from_blocks(blocks, language, prompt, entry)
    text = _normalise(region)
    if prompt and _continues(text):
        return Extracted(prompt + text.rstrip() + "\n", "continuation", language)
    looks = _LOOKS_LIKE.get(language)
    if looks is not None and looks.search(text):
        return Extracted(text.strip("\n") + "\n", "text", language)
    return None


def answer_region(completion: str) -> str | None:
    """What a reader takes for the answer: after the thinking, inside the last answer tags where there are any."""
    end = completion.rfind("</think>")
    if end < 0 and "<think>" in completion:
        return None
    region = completion[end + len("</think>") :] if end >= 0 else completion
    close = region.rfind("</answer>")
    start = region.rfind("<answer>", 0, close if close >= 0 else len(region))
    if start < 0:
        return region
    return region[start + len("<answer>") : close if close >= 0 else len(region)]


def _from_blocks(blocks: list[Fence], language: str, prompt: str, entry: str) -> Extracted | None:
    named: list[tuple[int, int, Fence, str]] = []
    defines = re.compile(
        rf"^[ \t]*(?:(?:async +)?def|class) +{re.escape(entry)}\b|^{re.escape(entry)} *[:=]", re.MULTILINE
    )
    for position, block in enumerate(blocks):
        name = _language_of(block.info)
        if not block.body.strip():
            continue
        if name == language or (language == "any" and name in ALIASES):
            named.append((2 * block.closed + 1, position, block, name))
        elif not block.info and language != "any":
            named.append((2 * block.closed, position, block, language))
    if not named:
        return None
    defining = [found for found in named if entry and language == "python" and defines.search(found[2].body)]
    _, _, block, name = max(defining or named, key=lambda found: found[:2])
    text = _normalise(block.body) + "\n"
    if prompt and _continues(text):
        return Extracted(prompt + text, "continuation", name)
    return Extracted(text, "fence" if block.closed else "unfinished fence", name)


_IN_A_LIST = re.compile(r"^( {4,40}|\t[ \t]{0,20})(?:```|~~~)", re.MULTILINE)


def _outdented(text: str) -> str:
    """The text without the indentation of its first fence, which stands in a list's item."""
    found = _IN_A_LIST.search(text)
    return re.sub(rf"^{found[1]}", "", text, flags=re.MULTILINE) if found else text


def _language_of(info: str) -> str:
    """The language that an info string names: ``python title=x``, ``{.python}`` and ``Python3`` are python."""
    words = re.split(r"[\s,{}:]+", info.strip().lower()[:200].lstrip("{."))
    first = next((word.lstrip(".") for word in words if word), "")
    return next((name for name, aliases in ALIASES.items() if first in aliases), first)


def _continues(text: str) -> bool:
    """Whether the first written line is indented: it goes on from a prompt that ended inside a function."""
    first = next((line for line in text.split("\n", 200)[:200] if line.strip()), "")
    return first[:1] in (" ", "\t")


def _normalise(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
