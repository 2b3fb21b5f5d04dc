"""Code lines: how to recognize a line of code, or the line that defines a name, in each language."""

from __future__ import annotations

import re
from functools import lru_cache

# Each alternative is anchored at the start of a line and bounded, so a search takes linear time.
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

LOOKS_LIKE = {name: re.compile(rf"^[ \t]*(?:{pattern})", re.MULTILINE) for name, pattern in _CODE_LINE.items()}
"""For each language a pattern that matches at the start of a line that is plainly code."""


@lru_cache(maxsize=1024)
def defines(entry: str, language: str) -> re.Pattern[str]:
    """A pattern for the line that defines ``entry``; for ``Solution().f`` that is the class or the method."""
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
    else:  # a type of one or more words, then the name: ``static const int *add(``
        word = r"(?!(?:return|else|throw|new)\b)[A-Za-z_][\w:<>,*&\[\]]{0,80}[ \t]{1,4}"
        pattern = rf"^[ \t]{{0,40}}(?:{word}){{1,6}}[*&]{{0,2}}(?:{names})[ \t]*[({{=]"
    return re.compile(pattern, re.MULTILINE)
