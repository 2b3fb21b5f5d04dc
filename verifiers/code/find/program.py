"""The program that a completion proposes, found in linear time by a fixed policy.

1. Only the answer region counts (`r1.verifiers.answer.region`); a completion whose reasoning never ends proposes nothing.
2. If there is an ``<answer>``, only the inside of the last one counts.
3. Of several fenced blocks the *last* one in the right language counts; failing that, the last one without a language or
   in a language that the right one contains (C in C++, JavaScript in TypeScript). Preferred are: a closed block over an
   unfinished one; a block that defines the requested function over one that only calls it; a program over an interpreter
   transcript or a fragment (`fragments`); and, among blocks without a language, one that looks like code over sample
   input or output. A block in another language never counts; a Markdown block is searched for blocks of its own.
4. If no block is closed as CommonMark requires, fences within lines count too: ``Answer: ```python``. A closing fence after
   a program closes the block that the prompt opened. ``<pre>`` and ``<code>`` are blocks as well.
5. Without any fence, the whole text counts if it looks like code of the language (the prose around it is removed) or if it
   continues ``prompt``.

A block that holds nothing but imports belongs to the Python block that is chosen behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from r1.verifiers.answer.part import answer_span
from r1.verifiers.code.find.code_lines import LOOKS_LIKE, defines
from r1.verifiers.code.find.fragments import is_fragment
from r1.verifiers.code.find.languages import ALIASES, KIN, language_of
from r1.verifiers.code.find.unfenced import (
    bare_program,
    continuation,
    continued,
    inline_span,
    is_transcript,
    only_imports,
    parses,
    typed,
    without_magics,
)
from r1.verifiers.text.code_blocks import loose_blocks, tagged_blocks
from r1.verifiers.text.fences import Fence, fences

_END_TOKENS = re.compile(r"(?:<\|[\w-]{1,40}\|>|</s>)\s{0,9}\Z")
_BEGIN_TOKENS = re.compile(r"\s{0,9}(?:<\|[\w-]{1,40}\|>\s{0,9}){1,9}")
_BEGINS = re.compile(r"(?:async\s+def|def|class)\s+\w+\s*[(:]|import\s+\w|from\s+[\w.]+\s+import\s|@\w")
_CANDIDATES = 12  # how many of the best-ranked blocks are searched for one that is a complete program


@dataclass(frozen=True, slots=True)
class Extracted:
    """A program that was found in a completion.

    Attributes:
        source: the program's text.
        place: "fence", "unfinished fence", "text" or "continuation".
        language: the language that the block names, else the task's.
    """

    source: str
    place: str
    language: str


def extract(completion: str, language: str = "python", prompt: str = "", entry: str = "") -> Extracted | None:
    """The program in ``completion``, or None if there is none. Takes linear time.

    Args:
        completion: the policy's text.
        language: the task's language; ``"any"`` accepts a block in any known language.
        prompt: code that the completion may continue (as in HumanEval's completion style).
        entry: the requested function or class; a block that defines it is preferred over one that only uses it.
    """
    region = answer_region(_END_TOKENS.sub("", completion))
    if region is None or not region.strip():
        return None
    region = _unix_lines(_without_header(region))
    blocks = fences(region, nested=True)
    if blocks and not blocks[0].info and _is_program(region[: blocks[0].start], language, prompt, entry):
        region, blocks = region[: blocks[0].start], []  # this fence closes a block that the prompt opened
    if blocks and language == "python" and blocks[0].start and parses(region):
        return Extracted(region.strip("\n") + "\n", "text", language)  # the fences are part of its docstrings
    found = _from_blocks(blocks, language, prompt, entry)
    if found is None or (found.place == "unfinished fence" and not _is_python(found)):
        loose = _from_blocks(loose_blocks(region), language, prompt, entry)
        found = loose if loose is not None and (found is None or loose.place != "unfinished fence") else found
    if found is not None or blocks:
        return found
    return _from_text(region, language, prompt, entry)


def answer_region(completion: str) -> str | None:
    """The part of the completion that counts as the answer: after the reasoning, and inside the last answer tags, if any.

    None if the reasoning never ends.
    """
    start, end, _ = answer_span(completion)
    return None if start == len(completion) else completion[start:end]


def _without_header(region: str) -> str:
    """The region without special tokens at its start."""
    text = _BEGIN_TOKENS.sub("", region, count=1) if "<" in region else region
    return text if text.strip() else region


def _from_text(region: str, language: str, prompt: str, entry: str) -> Extracted | None:
    """The program in an answer without fences."""
    if prompt and _continues(region):
        return Extracted(continuation(prompt, region.rstrip() + "\n", language), "continuation", language)
    if not (language == "python" and parses(region)):
        tagged = _from_blocks(tagged_blocks(region), language, prompt, entry)
        if tagged is not None:
            return tagged
        region = inline_span(region, ALIASES.get(language, set()))
    if (
        language == "python"
        and prompt
        and not defines(entry, language).search(region)
        and (whole := continued(prompt, region))
    ):
        return Extracted(whole, "continuation", language)
    looks = LOOKS_LIKE.get(language)
    text = bare_program(region, language, looks) if looks is not None else None
    return None if text is None else Extracted(text.strip("\n") + "\n", "text", language)


def _is_program(text: str, language: str, prompt: str, entry: str) -> bool:
    """Whether the text before a first fence without info string is a program, so that the fence is a closing one."""
    if not text.strip() or language not in LOOKS_LIKE:
        return False
    if prompt and _continues(text):
        return language != "python" or parses(continuation(prompt, text, language))
    if entry and not defines(entry, language).search(text):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    if language == "python":
        return LOOKS_LIKE[language].match(lines[0]) is not None and parses(text)
    shown = language != "bash" or lines[0].startswith("#!")
    return shown and LOOKS_LIKE[language].match(lines[0]) is not None and lines[-1].rstrip()[-1] in "};)"


def _is_python(found: Extracted) -> bool:
    return found.language == "python" and parses(found.source)


def _from_blocks(blocks: list[Fence], language: str, prompt: str, entry: str) -> Extracted | None:
    """The program in the best of ``blocks`` (rule 3 of the module), or None if none of them qualifies."""
    definition, looks = defines(entry, language), LOOKS_LIKE.get(language)
    ranked: list[tuple[tuple[bool, bool, int, int], Fence, str, str]] = []
    for position, block in enumerate(_with_inner_blocks(blocks)):
        name, body = _named(block, language)
        named = name == language or (language == "any" and name in ALIASES)
        kin = not name and language != "any" or (KIN.get(language) == name and bool(name))
        if not body.strip() or not (named or kin):
            continue
        defining = bool(entry) and definition.search(body) is not None
        program = not is_transcript(body) and (named or looks is None or looks.search(body) is not None)
        rank = (defining, program, 2 * block.closed + named, position)
        ranked.append((rank, block, name if named else language, body))
    if not ranked:
        return None
    ranked.sort(key=lambda found: found[0], reverse=True)
    wholes = (found for found in ranked[:_CANDIDATES] if not is_fragment(found[3], found[2]))
    _, block, name, body = ranked[0] if entry or len(ranked) == 1 else next(wholes, ranked[0])
    text = _unix_lines(body) + "\n"
    if name == "python":
        text = typed(text) if is_transcript(text) else without_magics(text)
        text = "".join(_imports_before(ranked, block)) + text
    if prompt and _continues(text):
        return Extracted(continuation(prompt, text, name), "continuation", name)
    if name == "python" and prompt and entry and not definition.search(text) and (whole := continued(prompt, text)):
        return Extracted(whole, "continuation", name)
    return Extracted(text, "fence" if block.closed else "unfinished fence", name)


def _imports_before(ranked: list[tuple[tuple[bool, bool, int, int], Fence, str, str]], chosen: Fence) -> list[str]:
    """The blocks before the chosen one that hold nothing but imports, as a notebook's first cell does."""
    earlier = sorted((block.start, body) for _, block, _, body in ranked if block.start < chosen.start)
    return [f"{body.strip()}\n" for _, body in earlier if len(body) < 2000 and only_imports(body)]


def _named(block: Fence, language: str) -> tuple[str, str]:
    """The block's language and its body. The language may also be the only word of the body's first line."""
    first, _, rest = block.body.partition("\n")
    if not block.info and language != "bash" and first.strip().lower() in ALIASES.get(language, ()):
        return language, rest
    name, _, code = block.info.partition(" ")
    if code and language == "python" and language_of(name) == language and _BEGINS.match(code):
        return language, f"{code}\n{block.body}"  # "```python def f(x):", with no line end in between
    return language_of(block.info), block.body


def _with_inner_blocks(blocks: list[Fence]) -> list[Fence]:
    """The blocks, each Markdown block replaced by the blocks inside it."""
    return [
        inner
        for block in blocks
        for inner in (fences(block.body, nested=True) if language_of(block.info) in ("markdown", "md") else [block])
    ]


def _continues(text: str) -> bool:
    """Whether the first non-blank line is indented: the text then continues a prompt that ended inside a function."""
    first = next((line for line in text.split("\n", 200)[:200] if line.strip()), "")
    return first[:1] in (" ", "\t")


def _unix_lines(text: str) -> str:
    """The text with ``\\n`` as its only line end and without a byte order mark."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
