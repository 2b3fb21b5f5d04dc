"""The math verifier on GSM8K and MATH: every reference solution is accepted, every perturbed one is not."""

from __future__ import annotations

from fractions import Fraction

from shared_data import needs_shared, rows

from r1.verifiers.math import Math


def gsm8k() -> list[tuple[str, str]]:
    """(solution, answer) of every GSM8K problem, train and test."""
    problems = rows("data/gsm8k/train.jsonl") + rows("data/gsm8k/test.jsonl")
    return [(row["answer"], row["answer"].rpartition("####")[2].strip()) for row in problems]


@needs_shared
def test_gsm8k_solutions_are_accepted_and_perturbed_ones_are_not() -> None:
    problems = gsm8k()
    assert len(problems) == 8792
    judge = Math()
    rejected, credited = [], []
    for index, (solution, answer) in enumerate(problems):
        judge.validate({"answer": answer})
        if judge(solution, {"answer": answer}).reward != 1.0:
            rejected.append(answer)
        value = int(answer.replace(",", ""))
        other = problems[(index * 7919 + 1) % len(problems)][1]
        wrong = [str(value + 1), str(value - 1), str(-value) if value else "1", str(10 * value + 7)]
        wrong += [other] if int(other.replace(",", "")) != value else []
        credited += [
            (answer, w)
            for w in wrong
            if judge(solution.replace(f"#### {answer}", f"#### {w}"), {"answer": answer}).reward != 0.0
        ]
        credited += [(answer, w) for w in wrong if judge(rf"So it is \boxed{{{w}}}.", {"answer": answer}).reward != 0.0]
    assert not rejected
    assert not credited


def math_golds() -> list[tuple[str, str]]:
    """(solution, answer) of MATH problems: the rows of the public cases that are gold solutions with a box."""
    found = [
        row
        for row in rows("cases/math_public.jsonl")
        if row["kind"] == "gold_solution" and not row["disputed"] and "boxed" in row["pred"]
    ]
    return [(row["pred"], row["gold"]) for row in found]


@needs_shared
def test_math_solutions_are_accepted_and_perturbed_ones_are_not() -> None:
    golds = math_golds()
    assert len(golds) > 80
    judge = Math()
    for index, (solution, gold) in enumerate(golds):
        judge.validate({"answer": gold})
        assert judge(solution, {"answer": gold}).reward == 1.0, (gold, solution[-100:])
        assert judge(rf"\boxed{{{gold}}}", {"answer": solution}).reward == 1.0, "a whole solution as the truth"
        changed = [f"({gold})+1", f"({gold})-1", f"-({gold})"] if gold not in ("0", "A") and "," not in gold else []
        other = golds[(index * 17 + 5) % len(golds)][1]
        for wrong in [*changed, other] if not judge.equal(gold, other) else changed:
            assert judge(rf"\boxed{{{wrong}}}", {"answer": gold}).reward == 0.0, (gold, wrong)
    pairs = {(a, b) for _, a in golds for _, b in golds if a != b and judge.equal(a, b)}
    assert all(fraction(a) == fraction(b) for a, b in pairs), pairs


def fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("{", "").replace("}", "").replace("\\!", ""))
