"""Prints: what a program of the fragment prints is known without running it, and everything else is refused."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.think.prints import LANGUAGES, prints_rule

TEXT = "road salt"
PRINT_IT = {
    "python": [
        'print("road salt")',
        'print("road", "salt")',
        '# hi\ntext = "road salt"\nprint(text)',
        "print('road ' + 'salt')",
        'print("road", end=" ")\nprint("salt")',
        'x="salt"\nprint(f"road {x}")',
        'def main():\n    print("road salt")\n\nif __name__ == "__main__":\n    main()',
        'print("""road salt""")',
    ],
    "javascript": [
        'console.log("road salt");',
        "console.log('road salt')",
        "const t = `road salt`;\nconsole.log(t);",
        'let s="salt"; console.log(`road ${s}`)',
        'console.log("road" + " salt");',
    ],
    "ruby": [
        'puts "road salt"',
        "puts 'road salt'",
        'puts("road salt")',
        'print "road salt\\n"',
        't = "salt"\nputs "road #{t}"',
    ],
    "bash": [
        '#!/bin/bash\necho "road salt"',
        "echo road salt",
        "printf '%s\\n' \"road salt\"",
        'printf "road salt\\n"',
        'x="road salt"\necho "$x"',
        "echo 'road salt'",
    ],
    "lua": [
        'print("road salt")',
        'local t = "road salt"\nprint(t)',
        'io.write("road salt\\n")',
        'print("road" .. " salt")',
        'print "road salt"',
    ],
    "php": [
        '<?php echo "road salt";',
        "<?php\necho 'road salt';\n?>",
        '<?php\n$t = "road salt";\necho $t . "\\n";',
        '<?php print("road salt");',
        '<?php\necho "road salt" . "\\n";\n',
        '<?php echo "road salt" ?>',
    ],
    "rust": [
        'fn main() { println!("road salt"); }',
        'fn main() {\n    println!("road salt");\n}\n',
        '// x\nfn main() {\n    let t = "salt";\n    println!("road {}", t);\n}',
        'fn main() { println!("{}", "road salt"); }',
    ],
    "go": [
        'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("road salt") }',
        'package main\n\nimport (\n\t"fmt"\n)\n\nfunc main() {\n\tfmt.Println("road salt")\n}\n',
        'package main\nimport "fmt"\nfunc main() {\n\ts := "road salt"\n\tfmt.Printf("%s\\n", s)\n}',
    ],
}
DO_NOT = {
    "python": [
        '    print("road salt")',
        "road salt",
        'print("road salt")\nx',
        'def main():\n    print("road salt")\n',
        'print("road salt")print("x")',
        '"road salt"',
        'print("road salt"',
        '# print("road salt")',
        'print("road salt!")',
        'print = "road salt"',
        'if False:\n    print("road salt")',
        'print("road salt")\nprint("x")',
        'print(b"road salt")',
        'x = "road salt"',
        'print("road salt") if 0 else 1',
        'print["road salt"]',
        'exit()\nprint("road salt")',
        'print("road","salt",sep="")',
    ],
    "javascript": [
        'print("road salt")',
        "console.log(road salt)",
        '// console.log("road salt")',
        'console.error("road salt")',
    ],
    "ruby": [
        "puts road salt",
        'puts "road salt" if false',
        'print "road salt", 1',
    ],
    "bash": [
        "road salt",
        'echo "road salt" > /dev/null',
        'echo "road salt" | wc',
        '# echo "road salt"',
        'echo "road salt',
        'false && echo "road salt"',
    ],
    "lua": [
        'local t="road salt"\nprint t',
        'print "road" .. " salt"',
        "print(road salt)",
        'io.write("road","salt")',
    ],
    "php": [
        '<?php echo "road salt"',
        '<?php\n$t = "road"\necho "road salt";',
        'echo "road salt";',
        '<?php // echo "road salt";',
        '<?php return; echo "road salt";',
    ],
    "rust": [
        'fn main() {\n let t = "x"\n println!("road salt");\n}',
        'println!("road salt");',
        "fn main() { println!(road salt); }",
        'fn main() { let t = "road salt"; println!(t); }',
        'fn f() { println!("road salt"); }',
    ],
    "go": [
        'func main() { fmt.Println("road salt") }',
        'package main\nfunc main() { fmt.Println("road salt") }',
        'package main\nimport "fmt"\nfunc main() {\n s := "x"\n fmt.Println("road salt") }',
    ],
}


@pytest.mark.parametrize(("language", "source"), [(name, one) for name, many in PRINT_IT.items() for one in many])
def test_a_program_that_prints_the_text_passes(language: str, source: str) -> None:
    assert prints_rule(source, language, TEXT) == ""
    assert "not 'salt road'" in prints_rule(source, language, "salt road")


@pytest.mark.parametrize(("language", "source"), [(name, one) for name, many in DO_NOT.items() for one in many])
def test_a_program_that_does_not_fails(language: str, source: str) -> None:
    assert prints_rule(source, language, TEXT)


@given(st.lists(st.sampled_from(PRINT_IT["python"] + DO_NOT["python"]), min_size=1, max_size=3).map("\n".join))
def test_python_agrees(source: str) -> None:
    """What passes prints the text when Python runs it."""
    if not prints_rule(source, "python", TEXT):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(source, {"__name__": "__main__"})
        assert printed.getvalue().removesuffix("\n") == TEXT


@given(st.sampled_from(LANGUAGES), st.text(alphabet="\"'`\\(){}$#/*-.=;: \nabprint<?%", max_size=300))
def test_any_text_is_judged(language: str, source: str) -> None:
    assert isinstance(prints_rule(source, language, TEXT), str)


def test_a_long_program_is_refused_unread() -> None:
    assert "20000 characters" in prints_rule("#" * 20_001, "python", TEXT)
