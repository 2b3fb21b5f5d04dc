"""Extraction: the program that a completion proposes, found in one pass and by a stated policy.

1. Only what follows the last ``</think>`` counts; a completion whose thinking never ends proposes nothing. What follows an
   end-of-text token in the answer was written to nobody.
2. Of an ``<answer>`` (the last one) only its inside counts.
3. Of several fenced blocks the *last* with the right language counts, else the last without a language or in a language
   that is part of the right one (C of C++, JavaScript of TypeScript); a closed block goes before an unfinished one, one that
   defines the function asked for before one that only calls it, a program before an interpreter's transcript and before what
   is none by itself (`fragments`), and without languages one that looks like code before sample input and output.
   A block that names another language is no proposal; one that is Markdown is read on.
4. Where no block is closed as CommonMark wants it, fences may also stand within lines: ``Answer: ```python``. A closing
   mark behind a program closes the block that the prompt had opened. ``<pre>`` and ``<code>`` are blocks as well.
5. Without any fence the whole text counts if it looks like code of the language, less the prose around it, or fits the
   ``prompt`` as its continuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from r1.verifiers.code.find.fragments import is_fragment
from r1.verifiers.code.find.unfenced import (
    bare_program,
    continuation,
    continued,
    inline_span,
    is_transcript,
    parses,
    typed,
    without_magics,
)
from r1.verifiers.text.code_blocks import blocks_in, loose_blocks, tagged_blocks
from r1.verifiers.text.fences import Fence

ALIASES = {
    "python": {"python", "py", "pypy", "ipython", "jupyter", "sage", "pycon", "python-repl"},
    "c": {"c", "h"},
    "cpp": {"cpp", "c++", "cc", "cxx", "hpp"},
    "javascript": {"javascript", "js", "node", "nodejs", "mjs", "cjs", "jsx", "ecmascript", "es"},
    "typescript": {"typescript", "ts", "mts", "cts", "tsx"},
    "java": {"java"},
    "rust": {"rust", "rs"},
    "go": {"go", "golang"},
    "bash": {"bash", "sh", "shell", "shellscript", "zsh"},
    "diff": {"diff", "patch"},
}

KIN = {"cpp": "c", "typescript": "javascript"}
"""A language whose programs are programs of another one, as a rule."""

_VERSION = re.compile(r"[/-]?[0-9][0-9.]{0,9}\Z")
_BETWEEN = re.compile(r"[\s,;{}:=\"'()\[\]]+")
_NEUTRAL = {"lang", "language", "class", "code", "code-cell", "source"}  # words of info strings that name no language
_END_TOKENS = re.compile(r"(?:<\|[\w-]{1,40}\|>|</s>)\s{0,9}\Z")
_BEGIN_TOKENS = re.compile(r"\s{0,9}(?:<\|[\w-]{1,40}\|>\s{0,9}){1,9}")
_OVER = re.compile(
    r"(?<!['\"`])(?:<\|(?:endoftext|im_end|eot_id|eom_id|end_of_text)\|>|<｜end▁of▁sentence｜>|<end_of_turn>|<file_sep>)"
)
_CANDIDATES = 12  # blocks, from the best one on, among which one is looked for that is a program by itself

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
    region = answer_region(_END_TOKENS.sub("", completion))
    if region is None or not region.strip():
        return None
    region = _normalise(_spoken(region))
    blocks = blocks_in(region)
    if blocks and not blocks[0].info and _is_program(region[: blocks[0].start], language, prompt, entry):
        region, blocks = region[: blocks[0].start], []  # the prompt had opened the block that this mark closes
    if blocks and language == "python" and blocks[0].start and parses(region):
        return Extracted(region.strip("\n") + "\n", "text", language)  # the fences stand in its docstrings
    found = _from_blocks(blocks, language, prompt, entry)
    if found is None or (found.place == "unfinished fence" and not _is_python(found)):
        loose = _from_blocks(loose_blocks(region), language, prompt, entry)
        found = loose if loose is not None and (found is None or loose.place != "unfinished fence") else found
    if found is not None or blocks:
        return found
    return _from_text(region, language, prompt, entry)


def _from_text(region: str, language: str, prompt: str, entry: str) -> Extracted | None:
    """The program of an answer without any fence."""
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
        and not _defines(entry, language).search(region)
        and (whole := continued(prompt, region))
    ):
        return Extracted(whole, "continuation", language)
    looks = _LOOKS_LIKE.get(language)
    text = bare_program(region, language, looks) if looks is not None else None
    return None if text is None else Extracted(text.strip("\n") + "\n", "text", language)


def _spoken(region: str) -> str:
    """The answer up to the first token that ends a text, without those that begin one."""
    over = _OVER.search(region)
    text = _BEGIN_TOKENS.sub("", region[: over.start()] if over else region, count=1) if "<" in region else region
    return text if text.strip() else region


def _is_program(text: str, language: str, prompt: str, entry: str) -> bool:
    """Whether the text before a first, nameless mark is code by itself, and the mark its end."""
    if not text.strip() or language not in _LOOKS_LIKE:
        return False
    if prompt and _continues(text):
        return language != "python" or parses(continuation(prompt, text, language))
    if entry and not _defines(entry, language).search(text):
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    if language == "python":
        return _LOOKS_LIKE[language].match(lines[0]) is not None and parses(text)
    shown = language != "bash" or lines[0].startswith("#!")
    return shown and _LOOKS_LIKE[language].match(lines[0]) is not None and lines[-1].rstrip()[-1] in "};)"


def _is_python(found: Extracted) -> bool:
    return found.language == "python" and parses(found.source)


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
    defines, looks = _defines(entry, language), _LOOKS_LIKE.get(language)
    ranked: list[tuple[tuple[bool, bool, int, int], Fence, str, str]] = []
    for position, block in enumerate(_read_on(blocks)):
        name, body = _named(block, language)
        named = name == language or (language == "any" and name in ALIASES)
        kin = not name and language != "any" or (KIN.get(language) == name and bool(name))
        if not body.strip() or not (named or kin):
            continue
        defining = bool(entry) and defines.search(body) is not None
        program = not is_transcript(body) and (named or looks is None or looks.search(body) is not None)
        rank = (defining, program, 2 * block.closed + named, position)
        ranked.append((rank, block, name if named else language, body))
    if not ranked:
        return None
    ranked.sort(key=lambda found: found[0], reverse=True)
    wholes = (found for found in ranked[:_CANDIDATES] if not is_fragment(found[3], found[2]))
    _, block, name, body = ranked[0] if entry or len(ranked) == 1 else next(wholes, ranked[0])
    text = _normalise(body) + "\n"
    if name == "python":
        text = typed(text) if is_transcript(text) else without_magics(text)
    if prompt and _continues(text):
        return Extracted(continuation(prompt, text, name), "continuation", name)
    if name == "python" and prompt and entry and not defines.search(text) and (whole := continued(prompt, text)):
        return Extracted(whole, "continuation", name)
    return Extracted(text, "fence" if block.closed else "unfinished fence", name)


def _named(block: Fence, language: str) -> tuple[str, str]:
    """The block's language and its body; a language's name may also stand alone in the first line of the body."""
    first, _, rest = block.body.partition("\n")
    if not block.info and language != "bash" and first.strip().lower() in ALIASES.get(language, ()):
        return language, rest
    return _language_of(block.info), block.body


def _read_on(blocks: list[Fence]) -> list[Fence]:
    """The blocks, with those inside of a block that is Markdown in its place."""
    return [
        inner
        for block in blocks
        for inner in (blocks_in(block.body) if _language_of(block.info) in ("markdown", "md") else [block])
    ]


@lru_cache(maxsize=1024)
def _defines(entry: str, language: str) -> re.Pattern[str]:
    """What a line looks like that defines ``entry`` (of ``Solution().f`` the class, or the method)."""
    names = "|".join(
        {re.escape(part.removesuffix("()")) for part in (entry.partition(".")[0], entry.rpartition(".")[2])}
    )
    if language == "python":
        pattern = rf"^[ \t]*(?:(?:async +)?def|class) +(?:{names})\b|^(?:{names}) *[:=]"
    elif language in ("javascript", "typescript"):
        keyword = r"(?:(?:const|let|var) +|(?:module\.)?exports\.)?"
        pattern = rf"\b(?:function|class)\b\*? *(?:{names})\b|^[ \t]*{keyword}(?:{names})\b *(?::[^=\n]{{0,99}})?="
    elif language in ("rust", "go"):
        pattern = rf"\b(?:fn|func)\b *(?:{names})\b"
    elif language == "bash":
        pattern = rf"^[ \t]*(?:function +)?(?:{names})\b *(?:\(\)|\{{)"
    else:  # a type of one word or several, then the name: ``static const int *add(``
        word = r"(?!(?:return|else|throw|new)\b)[A-Za-z_][\w:<>,*&\[\]]{0,80}[ \t]{1,4}"
        pattern = rf"^[ \t]{{0,40}}(?:{word}){{1,6}}[*&]{{0,2}}(?:{names})[ \t]*[({{=]"
    return re.compile(pattern, re.MULTILINE)


def _language_of(info: str) -> str:
    """The language that an info string names: ``python title=x``, ``{.python}``, ``Python3.11`` and ``main.py`` are python."""
    words = (word.lstrip(".") for word in _BETWEEN.split(info.strip().lower()[:200]))
    words = (word if word[1:] == "#" else word.partition("#")[0] for word in words)  # C# is no C
    first = next((word for word in words if word and word not in _NEUTRAL), "")
    first = first.removeprefix("language-").removeprefix("lang-")
    plain = _VERSION.sub("", first)
    tries = (first, plain, first.rpartition(".")[2], plain.replace("gnu", "c", 1))
    return next((name for word in tries for name, aliases in ALIASES.items() if word in aliases), first)


def _continues(text: str) -> bool:
    """Whether the first written line is indented: it goes on from a prompt that ended inside a function."""
    first = next((line for line in text.split("\n", 200)[:200] if line.strip()), "")
    return first[:1] in (" ", "\t")


def _normalise(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
