"""MultiPL-E's rows: tests in the task's own language, judged from what two boxes print."""

# ruff: noqa: E501 - rows as the set prints them

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from timing import assert_linear

from r1.datasets.rows import task_of_row
from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.native.complete import complete, go_file
from r1.verifiers.code.native.test_files import read_native
from r1.verifiers.verdict import Status, TruthError

TOOLS = {"cpp": "g++", "js": "node", "java": "javac", "rs": "rustc", "ts": "tsc", "go": "go", "sh": "bash"}
ROWS: dict[str, dict[str, Any]] = {
    "cpp": {
        "name": "HumanEval_0_has_close_elements",
        "language": "cpp",
        "prompt": "#include<assert.h>\n#include<bits/stdc++.h>\n// Check if two numbers are closer than the threshold.\n"
        "std::vector<long> keep(std::vector<long> xs, std::string s, float t) {\n",
        "tests": "}\nint main() {\n    auto candidate = keep;\n"
        "    assert(candidate((std::vector<long>({(long)1, (long)-2})), (\"a,(b\"), (0.5f)) == (std::vector<long>({(long)1})));\n"
        "    assert(candidate((std::vector<long>()), (\"\"), (0.0f)) == (std::vector<long>()));\n}\n",
    },
    "js": {
        "name": "HumanEval_0",
        "language": "js",
        "prompt": "//Keep\nfunction keep(xs, s, t){\n",
        "tests": "const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = keep;\n"
        "  assert.deepEqual(candidate([1, -2], \"a,(b\", 0.5),[1]);\n  assert.deepEqual(candidate([], '', 0.0),[]);\n}\n\ntest();",
    },
    "java": {
        "name": "HumanEval_0",
        "language": "java",
        "prompt": "import java.util.*;\nimport java.lang.reflect.*;\nimport org.javatuples.*;\nimport java.math.*;\nclass Problem {\n    // Keep\n"
        "    public static ArrayList<Long> keep(ArrayList<Long> xs, String s, float t) {\n",
        "tests": "    }\n    public static void main(String[] args) {\n"
        "    assert(keep((new ArrayList<Long>(Arrays.asList((long)1l, (long)-2l))), (\"a,(b\"), (0.5f)).equals((new ArrayList<Long>(Arrays.asList((long)1l)))));\n"
        "    assert(keep((new ArrayList<Long>(Arrays.asList())), (\"\"), (0.0f)).size() == (0l));\n    }\n\n}\n",
    },
    "rs": {
        "name": "HumanEval_0",
        "language": "rs",
        "prompt": "/// Keep\nfn keep(xs: Vec<isize>, s: String, t: f64) -> Vec<isize> {\n",
        "tests": "}\n\nfn main() {\n    let candidate = keep;\n    assert_eq!(candidate(vec![1, -2], String::from(\"a,(b\"), 0.5), vec![1]);\n"
        "    assert_eq!(candidate(Vec::<isize>::new(), String::from(\"\"), 0.0), Vec::<isize>::new());\n}\n",
    },
    "ts": {
        "name": "HumanEval_0",
        "language": "ts",
        "prompt": "//Keep\nfunction keep(xs: number[], s: string, t: number): number[] {\n",
        "tests": "declare var require: any;\nconst assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = keep;\n"
        "  assert.deepEqual(candidate([1, -2], \"a,(b\", 0.5),[1]);\n  assert.deepEqual(candidate([], '', 0.0),[]);\n}\n\ntest();",
    },
    "go": {
        "name": "HumanEval_0",
        "language": "go",
        "prompt": "package keep_test\n\nimport (\n    \"testing\"\n    \"fmt\"\n)\n\n// Keep\nfunc keep(xs []int, s string, t float64) []int {\n",
        "tests": "\nfunc TestKeep(t *testing.T) {\n  candidate := keep\n\ttype test struct {\n\t\tactual   []int\n\t\texpected []int\n\t}\n"
        "   tests := []test{\n     { actual: candidate([]int{1, -2}, \"a,(b\", 0.5), expected: []int{1} },\n"
        "     { actual: candidate([]int{}, \"\", 0.0), expected: []int{} },\n   }\n\n\tfor i, tc := range tests {\n"
        "\t\tt.Run(fmt.Sprintf(\"test num % d\", i), func(t *testing.T) {\n\t\t\tif fmt.Sprintf(\"%v\", tc.actual) != fmt.Sprintf(\"%v\", tc.expected) {\n"
        "\t\t\t\tt.Errorf(\"expected '%s', got '%s'\", tc.expected, tc.actual)\n\t\t\t}\n\t\t})\n\t}\n}\n",
    },
    "sh": {
        "name": "HumanEval_0",
        "language": "sh",
        "prompt": "#!/bin/bash\n# Keep\n# $1 is a space-separated list\nkeep() {\n",
        "tests": "}\n\ncandidate() {\n    keep \"$@\"\n}\n\nset -e\nrun_test() {\n    [[ $(candidate \"1 -2\" \"a,(b\" \"0.5\") = \"1\" ]]\n"
        "    [[ $(candidate \"\" \"\" \"0.0\") = \"\" ]]\n    [[ $(candidate \"3 4\" \"\" \"0.0\") = $'3 4' ]]\n}\n\nrun_test",
    },
}  # fmt: skip
RIGHT = {
    "cpp": [
        "#include <vector>\nusing namespace std;\nstd::vector<long> keep(std::vector<long> xs, std::string s, float t) {\n    std::vector<long> r;\n    for (long x : xs) if (x > 0) r.push_back(x);\n    cout << \"noise\" << endl;\n    return r;\n}\nint main() { return 1; }",
        "    std::vector<long> r;\n    for (long x : xs) { if (x > 0) r.push_back(x); }\n    return r;\n",
    ],
    "js": [
        "function keep(xs, s, t) {\n  console.log('noise');\n  return xs.filter(x => x > 0);\n}",
        "  return xs.filter(x => x > 0);\n",
    ],
    "java": [
        "import java.util.*;\nclass Problem {\n    public static ArrayList<Long> keep(ArrayList<Long> xs, String s, float t) {\n        System.out.print(\"noise\");\n        ArrayList<Long> r = new ArrayList<>();\n        for (long x : xs) if (x > 0) r.add(x);\n        return r;\n    }\n}",
        "        ArrayList<Long> r = new ArrayList<>();\n        for (long x : xs) if (x > 0) r.add(x);\n        return r;\n",
    ],
    "rs": [
        "fn keep(xs: Vec<isize>, _s: String, _t: f64) -> Vec<isize> {\n    print!(\"noise\");\n    xs.into_iter().filter(|x| *x > 0).collect()\n}\nfn main() {}",
        "    xs.into_iter().filter(|x| *x > 0).collect()\n",
    ],
    "ts": [
        "function keep(xs: number[], s: string, t: number): number[] {\n  console.log('noise');\n  const json = 1, write = 2;\n  return xs.filter(x => x > 0);\n}",
        "  return xs.filter(x => x > 0);\n",
        "import * as assert from 'assert';\nfunction keep(xs: number[], s: string, t: number): number[] {\n  return xs.filter(x => x > 0);\n}\nassert.deepEqual(keep([1, 0], '', 1), [1]);",
    ],
    "go": [
        "package main\n\nimport (\n\t\"fmt\"\n\tstr \"strings\"\n)\n\nfunc keep(xs []int, s string, t float64) []int {\n\tvar r []int\n\tfor _, x := range xs {\n\t\tif x > 0 {\n\t\t\tr = append(r, x)\n\t\t}\n\t}\n\tfmt.Println(str.ToUpper(\"noise\"))\n\treturn r\n}\n\nfunc main() { fmt.Println(keep(nil, \"\", 0)) }",
        "    var r []int\n    for _, x := range xs {\n        if x > 0 {\n            r = append(r, x)\n        }\n    }\n    return r\n",
    ],
    "sh": [
        "#!/bin/bash\nkeep() {\n  local r=()\n  for x in $1; do if (( x > 0 )); then r+=($x); fi; done\n  echo \"${r[*]}\"\n}\necho noise",
        "  local r=\"\"\n  for x in $1; do\n    if [ \"$x\" -gt 0 ]; then r=\"$r $x\"; fi\n  done\n  echo $r\n",
    ],
}  # fmt: skip
WRONG = {
    "cpp": [
        "    return xs;\n",
        "#define assert(x)\n#define NDEBUG\nstd::vector<long> keep(std::vector<long> xs, std::string s, float t) { std::exit(0); }",
        "struct S { S() { puts(\"ok\"); _exit(0); } } s;\nstd::vector<long> keep(std::vector<long> xs, std::string s, float t) { return {1}; }",
        "struct A { template <class T> bool operator==(const T &) { return true; } };\nA keep(std::vector<long>, std::string, float) { return A(); }",
        "std::vector<long> keep(std::vector<long> xs, std::string s, float t) { return {}; ",
    ],
    "js": [
        "  return xs;\n",
        "const assert = require('node:assert');\nassert.deepEqual = () => {};\nfunction keep() { return 0 }",
        "process.exit(0)",
        "function keep(xs) { return {length: 1, 0: 1} }",
        "Array.prototype.toJSON = () => [1];\nJSON.stringify = () => '[1]';\nfunction keep(xs) { return [9] }",
    ],
    "java": [
        "        return xs;\n",
        "class Problem {\n    static { System.exit(0); }\n    public static java.util.ArrayList<Long> keep(java.util.ArrayList<Long> xs, String s, float t) { return xs; }\n}",
        "import java.util.*;\nclass Problem {\n    static class L extends ArrayList<Long> { public boolean equals(Object o) { return true; } public int size() { return 0; } }\n    public static ArrayList<Long> keep(ArrayList<Long> xs, String s, float t) { return new L(); }\n}",
    ],
    "rs": [
        "    xs\n",
        "macro_rules! assert_eq { ($($t:tt)*) => {} }\nfn keep(_: Vec<isize>, _: String, _: f64) -> Vec<isize> { std::process::exit(0) }",
        "const X: &str = include_str!(\"/etc/passwd\");\nfn keep(_: Vec<isize>, _: String, _: f64) -> Vec<isize> { vec![X.len() as isize] }",
    ],
    "ts": [
        "  return xs;\n",
        "const assert = { deepEqual: () => {} };\nprocess.exit(0);\nfunction keep() { return 0 }",
        "function keep(xs: number[], s: string, t: number): number[] { return 'one'; }",
        "JSON.stringify = () => '[1]';\nfunction keep(xs: any, s: any, t: any): any { return [9]; }",
    ],
    "go": [
        "    return xs\n",
        "package main\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\n\nfunc keep(xs []int, s string, t float64) []int { return xs }",
        "package main\n\nfunc keep(xs []int, s string, t float64) []int { return []string{} }",
    ],
    "sh": [
        "  echo $1\n",
        "exit 0",
        "keep() { echo; }\nr1_put() { :; }\nset -e\nexit 0",
        "keep() { exit 0; }",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


@pytest.mark.parametrize("language", ROWS)
def test_multipl_e(language: str, sandbox: Sandbox) -> None:
    if sandbox.tier == "namespaces" and shutil.which(TOOLS[language]) is None:
        pytest.skip(f"needs hardware: {TOOLS[language]}")
    task = task_of_row(ROWS[language], "code", "x")
    truth = {**task.truth, "limits": {"cpu_s": 3, "memory_mb": 512}}
    programs = [*RIGHT[language], *WRONG[language]]
    name = truth["language"]
    verdicts = Code(sandbox).many([f"```{name}\n{program}\n```" for program in programs], [truth] * len(programs))
    rewards = [verdict.reward for verdict in verdicts]
    assert rewards == [1.0] * len(RIGHT[language]) + [0.0] * len(WRONG[language]), verdicts


def test_python_rows_are_read_too(sandbox: Sandbox) -> None:
    row = {
        "language": "py",
        "prompt": "def keep(xs):\n",
        "tests": "def check(candidate):\n    assert candidate([1, -2]) == [1]\n\ndef test_check():\n    check(keep)\n\ntest_check()\n",
    }
    task = task_of_row(row, "code", "x")
    right, wrong = "    return [x for x in xs if x > 0]\n", "    return xs\n"
    verdicts = Code(sandbox).many([f"```python\n{text}```" for text in (right, wrong)], [task.truth] * 2)
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0], verdicts


def test_expected_values_that_do_not_compile_are_our_fault(sandbox: Sandbox) -> None:
    truth = {"language": "cpp", "tests": [{"native": "assert(f(1) == (std::none()));"}]}
    assert Code(sandbox)("```cpp\nint f(int x) { return x; }\n```", truth).status is Status.UNSCORED


@pytest.mark.parametrize(
    "source", ["assert(f(1) == (2)", "assert(f(1));", "int main() {}", 'assert(f(")") != "\\"");'], ids=range(4)
)
def test_assertions_that_cannot_be_taken_apart_are_named(source: str) -> None:
    with pytest.raises(ValueError, match=r"native tests|assertion"):
        read_native(source, "cpp")


def test_quotes_and_lifetimes_hide_no_brackets() -> None:
    source = 'assert_eq!(candidate("a)\\"(", \')\', f::<\'static>(&x)), vec![(1, "=,")]);'
    assert read_native(source, "rust").pairs == (("candidate(\"a)\\\"(\", ')', f::<'static>(&x))", 'vec![(1, "=,")]'),)


@pytest.mark.parametrize("unit", ["import (\n", "import\n", 'import "', "import ( "])
def test_imports_of_a_go_program_are_read_in_linear_time(unit: str) -> None:
    assert_linear(lambda text: go_file(text, ""), unit)


@pytest.mark.parametrize(
    "unit", ["'", '"', "`", "/*", "//", "{", "use ", "use a;\n", "class P {\n", "'a ", "\\", "public "]
)
@pytest.mark.parametrize("language", ["cpp", "java", "rust", "javascript", "go"])
def test_programs_are_completed_in_linear_time(unit: str, language: str) -> None:
    assert_linear(lambda text: complete("  " + text, "use std::io;\nfn f() {\n", language), unit)


@pytest.mark.parametrize(
    ("source", "language", "pairs", "setup"),
    [
        ("assert (f(a, 1)==true);", "cpp", (("f(a, 1)", "true"),), ""),
        ("int main(){\n    vector<int> a={1, 2};\n    assert (issame(f(a),{2}));\n}", "cpp", (("f(a)", "{2}"),), "vector<int> a={1, 2};"),
        ("console.assert(JSON.stringify(f([1])) === JSON.stringify([2]))", "javascript", (("f([1])", "[2]"),), ""),
        ("List<Boolean> correct = Arrays.asList(s.f(1, 2) == 3,\n s.g(\"a,\").equals(List.of(1, 2)));", "java", (("s.f(1, 2)", "3"), ('s.g("a,")', "List.of(1, 2)")), ""),
        ("assert!(f(1) == 2); assert_eq!(f(2), 3);", "rust", (("f(1)", "2"), ("f(2)", "3")), ""),
        ("assert.Equal([]int{1, 2}, F(3))", "go", (("F(3)", "[]int{1, 2}"),), ""),
        ("let arg00 = [1];\nlet x0 = f(arg00);\nlet v0 = [2];\n", "javascript", (("f(arg00)", "[2]"),), "let arg00 = [1];"),
    ],
    ids=range(7),
)  # fmt: skip
def test_assertions_of_other_sets_are_taken_apart(source: str, language: str, pairs: object, setup: str) -> None:
    read = read_native(source, language)
    assert (read.pairs, read.setup) == (pairs, setup)


def test_tests_that_loop_are_not_judged_by_half() -> None:
    with pytest.raises(ValueError, match="loop"):
        read_native("int main() {\n for (int i = 0; i < 9; i++) { int x = i; assert(f(x) == x); }\n}", "cpp")


@pytest.mark.parametrize(
    ("language", "source", "reward"),
    [
        ("javascript", "const x = ;", 0.05),
        ("javascript", "console.error('SyntaxError: ' + require('fs').readFileSync(0)); process.exit(1)", 0.1),
        ("javascript", "eval('const x = ;')", 0.1),
        ("bash", "if then", 0.05),
        ("bash", "echo syntax error >&2; cat >&2; exit 2", 0.1),
    ],
)
def test_what_is_no_javascript_or_bash_is_told_by_the_parser_not_by_the_program(
    language: str, source: str, reward: float, sandbox: Sandbox
) -> None:
    truth = {"language": language, "tests": [{"stdin": "4711\n", "stdout": "1\n"}]}
    ((verdict, feedback),) = Code(sandbox, mode="ladder").with_feedback([f"```{language}\n{source}\n```"], [truth])
    assert verdict.reward == reward and "4711" not in feedback, (verdict, feedback)


@pytest.mark.parametrize("name", ["pyton", "C++", "js", None])
def test_a_language_that_is_not_there_is_named(name: object) -> None:
    truth = {"language": name, "tests": [{"stdin": "", "stdout": "1"}]}
    with pytest.raises(TruthError, match=r"unknown language .*; expected one of"):
        Code("fake").validate(truth)
    assert Code("fake")("```python\nprint(1)\n```", truth).status is Status.UNSCORED


def test_a_failing_visible_assertion_shows_what_was_expected(sandbox: Sandbox) -> None:
    truth = {"language": "javascript", "tests": [{"native": "assert.deepEqual(f(1), [2]);", "visible": True}]}
    text = Code(sandbox).feedback("```js\nfunction f(x) { return [3]; }\n```", truth)
    assert "Call: f(1)" in text and "Expected: [2]" in text and "Got: [3]" in text


def test_own_main_is_no_obstacle_and_usage_below_is_not_the_program(sandbox: Sandbox) -> None:
    truth = {"language": "c", "signature": "int add(int a, int b)", "tests": [{"args": [1, 2], "returns": 3}]}
    source = "int add(int a, int b) { return a + b; }"
    verdict = Code(sandbox)(
        f"```c\n{source}\nint main() {{ return 1; }}\n```\n```c\nint main() {{ add(1, 2); }}\n```", truth
    )
    assert verdict.reward == 1.0, verdict
