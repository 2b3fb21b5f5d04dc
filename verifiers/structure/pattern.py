"""Pattern: a regular expression matched in linear time, by a deterministic automaton that is built on demand.

Python's `re` backtracks: `^(a+)+$` on 28 a's and a b takes minutes and holds the interpreter lock. Here a text is read once,
with one dictionary look-up per character.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from r1.verifiers.structure.pattern_syntax import Alternation, Chars, Concatenation, Edge, Node, Repeat, parse
from r1.verifiers.verdict import TruthError

MAX_STATES = 5_000
MAX_NODES = 2_000  # of one automaton in memory; beyond that it discards them and starts again
MAX_WORK = 2_000_000  # state visits for one text; only a hostile text on a huge pattern comes close
_ACCEPT = 0  # the accepting state


class PatternTooCostly(Exception):
    """Matching the text takes more than ``MAX_WORK`` state visits."""


class Pattern:
    """A compiled pattern. ``search`` matches anywhere in the text, as JSON Schema does; ``fullmatch`` the whole text.

    Args:
        pattern: in the syntax of ``pattern_syntax``.
        ecma: read character classes and ``.`` as in ECMA-262 instead of ASCII.

    Raises:
        TruthError: the pattern has another syntax or is too large.
        PatternTooCostly: from ``search`` and ``fullmatch``.
    """

    def __init__(self, pattern: str, ecma: bool = False) -> None:
        self._search, self._full = _automata(pattern, ecma)

    def search(self, text: str) -> bool:
        return self._search.accepts(text)

    def fullmatch(self, text: str) -> bool:
        return self._full.accepts(text)


@lru_cache(maxsize=512)
def _automata(pattern: str, ecma: bool) -> tuple[_Automaton, _Automaton]:
    machine = _Machine(parse(pattern, ecma))
    return _Automaton(machine, anywhere=True), _Automaton(machine, anywhere=False)


class _Machine:
    """A nondeterministic automaton by Thompson's construction.

    State ``s`` moves to ``nexts[s]`` on a character in ``chars[s]``, or without a character if ``chars[s]`` is None.
    """

    def __init__(self, tree: Node) -> None:
        self.chars: list[Chars | Edge | None] = [None]
        self.nexts: list[list[int]] = [[]]
        self.start = self._build(tree, _ACCEPT)

    def _add(self, chars: Chars | Edge | None, nexts: list[int]) -> int:
        if len(self.chars) >= MAX_STATES:
            raise TruthError(f"pattern too large: its automaton has more than {MAX_STATES} states")
        self.chars.append(chars)
        self.nexts.append(nexts)
        return len(self.chars) - 1

    def _build(self, tree: Node, after: int) -> int:
        """The state from which ``tree`` leads to ``after``."""
        if isinstance(tree, Chars | Edge):
            return self._add(tree, [after])
        if isinstance(tree, Alternation):
            return self._add(None, [self._build(option, after) for option in tree.options])
        if isinstance(tree, Concatenation):
            for part in reversed(tree.parts):
                after = self._build(part, after)
            return after
        return self._repeat(tree, after)

    def _repeat(self, tree: Repeat, after: int) -> int:
        if tree.high is None:
            loop = self._add(None, [])
            self.nexts[loop] = [self._build(tree.inner, loop), after]
            after = loop
        else:
            end = after
            for _ in range(tree.high - tree.low):
                after = self._add(None, [self._build(tree.inner, after), end])
        for _ in range(tree.low):
            after = self._build(tree.inner, after)
        return after

    def closure(self, states: Iterable[int], at_start: bool, at_end: bool) -> frozenset[int]:
        """Of all states reachable without a character: those that wait for a character or for the end, and the accepting one."""
        found: set[int] = set()
        kept: set[int] = set()
        stack = list(states)
        while stack:
            state = stack.pop()
            if state in found:
                continue
            found.add(state)
            chars = self.chars[state]
            if isinstance(chars, Edge):
                if at_start if chars.at_start else at_end:
                    stack.extend(self.nexts[state])
                elif not chars.at_start:
                    kept.add(state)
            elif chars is not None or state == _ACCEPT:
                kept.add(state)
            else:
                stack.extend(self.nexts[state])
        return frozenset(kept)


class _Decided(Exception):
    """The rest of the text cannot change the result, which is the argument."""


class _Automaton:
    """A deterministic automaton: nodes are sets of states, made when a text first reaches them."""

    def __init__(self, machine: _Machine, anywhere: bool) -> None:
        self.machine = machine
        self.anywhere = anywhere
        self.again = machine.closure([machine.start], at_start=False, at_end=False) if anywhere else frozenset()
        self.first = machine.closure([machine.start], at_start=True, at_end=False) | self.again
        self.nodes: dict[frozenset[int], _Node] = {}
        self.work = 0

    def accepts(self, text: str) -> bool:
        """Whether the text matches.

        Raises:
            PatternTooCostly: it takes more than ``MAX_WORK`` state visits to tell.
        """
        self.work = 0
        if self.anywhere and _ACCEPT in self.first:
            return True
        node = self.node(self.first)
        try:
            for char in text:
                node = node[char]
        except _Decided as decided:
            return bool(decided.args[0])
        at_start = not text
        states = [self.machine.start] if at_start else node.states
        return _ACCEPT in self.machine.closure(states, at_start=at_start, at_end=True)

    def node(self, states: frozenset[int]) -> _Node:
        if states not in self.nodes:
            if len(self.nodes) >= MAX_NODES:
                self.nodes.clear()
            self.nodes[states] = _Node(self, states)
        return self.nodes[states]

    def step(self, states: frozenset[int], char: str) -> _Node:
        self.work += len(states) + 1
        if self.work > MAX_WORK:
            raise PatternTooCostly
        chars, nexts = self.machine.chars, self.machine.nexts
        targets = [nexts[s][0] for s in states if isinstance(waiting := chars[s], Chars) and char in waiting]
        reached = self.machine.closure(targets, at_start=False, at_end=False) | self.again
        if self.anywhere and _ACCEPT in reached:
            raise _Decided(True)
        if not reached:
            raise _Decided(False)
        return self.node(reached)


class _Node(dict[str, "_Node"]):
    """One node: a dictionary from a character to the next node, filled on first use."""

    __slots__ = ("automaton", "states")

    def __init__(self, automaton: _Automaton, states: frozenset[int]) -> None:
        super().__init__()
        self.automaton = automaton
        self.states = states

    def __missing__(self, char: str) -> _Node:
        following = self.automaton.step(self.states, char)
        if len(self) < 4096:  # keeps memory bounded for any alphabet
            self[char] = following
        return following
