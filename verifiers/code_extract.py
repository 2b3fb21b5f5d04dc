"""Extraction: the program that a completion proposes, found in one pass and by a stated policy.

1. Only what follows the last ``</think>`` counts; a completion whose thinking never ends proposes nothing.
2. Of an ``<answer>`` (the last one) only its inside counts.
3. Of several fenced blocks the *last* with the right language counts, else the last without a language; a closed block
   goes before an unfinished one, one that defines the function asked for before one that only calls it, a program before
   an interpreter's transcript, and without languages one that looks like code before sample input and output.
   A block that names another language is no proposal; one that is Markdown is read on.
4. Where no block is closed as CommonMark wants it, fences may also stand within lines: ``Answer: ```python``.
5. Without any fence the whole text counts if it looks like code of the language, less the prose around it, or fits the
   ``prompt`` as its continuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from r1.verifiers.code_unfenced import bare_program, continued, is_transcript, parses, typed
from r1.verifiers.fences import Fence, fences

ALIASES = {
    "python": {"python", "py", "pypy", "ipython", "sage", "pycon", "python-repl"},
    "c": {"c", "h"},
    "cpp": {"cpp", "c++", "cc", "cxx", "hpp"},
    "javascript": {"javascript", "js", "node", "nodejs", "mjs", "jsx"},
    "typescript": {"typescript", "ts", "tsx"},
    "java": {"java"},
    "rust": {"rust", "rs"},
    "go": {"go", "golang"},
    "bash": {"bash", "sh", "shell", "zsh"},
    "diff": {"diff", "patch"},
}

_VERSION = re.compile(r"[0-9][0-9.]{0,9}\Z")
_END_TOKENS = re.compile(r"(?:<\|[\w-]{1,40}\|>|</s>)\s{0,9}\Z")

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
    region = _normalise(region)
    blocks = fences(region) or fences(_outdented(region))
    found = _from_blocks(blocks, language, prompt, entry)
    if found is None or (found.place == "unfinished fence" and not _is_python(found)):
        loose = _from_blocks(_loose_fences(region), language, prompt, entry)
        found = loose if loose is not None and (found is None or loose.place != "unfinished fence") else found
    if found is not None or blocks:
        return found
    if prompt and _continues(region):
        return Extracted(prompt + region.rstrip() + "\n", "continuation", language)
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
    ranked: list[tuple[tuple[bool, bool, int, int], Fence, str]] = []
    for position, block in enumerate(_read_on(blocks)):
        name = _language_of(block.info)
        named = name == language or (language == "any" and name in ALIASES)
        if not block.body.strip() or not (named or (not block.info and language != "any")):
            continue
        defining = bool(entry) and defines.search(block.body) is not None
        program = not is_transcript(block.body) and (named or looks is None or looks.search(block.body) is not None)
        rank = (defining, program, 2 * block.closed + named, position)
        ranked.append((rank, block, name if named else language))
    if not ranked:
        return None
    _, block, name = max(ranked, key=lambda found: found[0])
    text = _normalise(block.body) + "\n"
    if name == "python" and is_transcript(text):
        text = typed(text)
    if prompt and _continues(text):
        return Extracted(prompt + text, "continuation", name)
    if name == "python" and prompt and entry and not defines.search(text) and (whole := continued(prompt, text)):
        return Extracted(whole, "continuation", name)
    return Extracted(text, "fence" if block.closed else "unfinished fence", name)


def _read_on(blocks: list[Fence]) -> list[Fence]:
    """The blocks, with those inside of a block that is Markdown in its place."""
    return [
        inner
        for block in blocks
        for inner in (fences(block.body) if _language_of(block.info) in ("markdown", "md") else [block])
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
        pattern = rf"\b(?:function|class)\b\*? *(?:{names})\b|^[ \t]*(?:(?:const|let|var) +|exports\.)?(?:{names})\b *(?::[^=\n]{{0,99}})?="
    elif language in ("rust", "go"):
        pattern = rf"\b(?:fn|func)\b *(?:{names})\b"
    elif language == "bash":
        pattern = rf"^[ \t]*(?:function +)?(?:{names})\b *(?:\(\)|\{{)"
    else:  # a type of one word or several, then the name: ``static const int *add(``
        word = r"(?!(?:return|else|throw|new)\b)[A-Za-z_][\w:<>,*&\[\]]{0,80}[ \t]{1,4}"
        pattern = rf"^[ \t]{{0,40}}(?:{word}){{1,6}}[*&]{{0,2}}(?:{names})[ \t]*[({{=]"
    return re.compile(pattern, re.MULTILINE)


_LOOSE = re.compile(r"(?<![`~])(`{3,}+|~{3,}+)([^`~\n]{0,100})\n")


def _loose_fences(text: str) -> list[Fence]:
    """Blocks as hurried writers fence them: the marks may have text of the same line before an opening or around a closing."""
    found, at = [], 0
    while opening := _LOOSE.search(text, at):
        end = text.find(opening[1], opening.end())
        at = end + len(opening[1]) if end >= 0 else len(text)
        body = text[opening.end() : end if end >= 0 else len(text)]
        found.append(Fence(opening[2].strip(), body.rstrip("\n"), end >= 0, opening.start(), at))
    return found


_IN_A_LIST = re.compile(r"^( {4,40}|\t[ \t]{0,20}|> ?)(?:```|~~~)", re.MULTILINE)


def _outdented(text: str) -> str:
    """The text without what stands before its first fence, in a list's item or a quotation, and before the lines below."""
    found = _IN_A_LIST.search(text)
    return re.sub(rf"^{found[1]}", "", text, flags=re.MULTILINE) if found else text


def _language_of(info: str) -> str:
    """The language that an info string names: ``python title=x``, ``{.python}``, ``Python3.11`` and ``main.py`` are python."""
    words = re.split(r"[\s,{}:=]+", info.strip().lower()[:200].lstrip("{."))
    first = next((word.strip(".#") for word in words if word.strip(".#")), "")
    plain = _VERSION.sub("", first)
    tries = (first, plain, first.rpartition(".")[2])
    return next((name for word in tries for name, aliases in ALIASES.items() if word in aliases), first)


def _continues(text: str) -> bool:
    """Whether the first written line is indented: it goes on from a prompt that ended inside a function."""
    first = next((line for line in text.split("\n", 200)[:200] if line.strip()), "")
    return first[:1] in (" ", "\t")


def _normalise(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
