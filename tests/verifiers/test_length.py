"""Length rewards: the labelled values, and the bounds and monotonicity of the formulas."""

from __future__ import annotations

import pickle

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from shared_data import needs_shared

from r1.verifiers.length import CosineLength, KimiLength, SoftOverlong, kimi_length, length
from r1.verifiers.verdict import Status, Verdict, unscored


def is_yes(completion: str, truth: dict) -> Verdict:
    if "?" in completion:
        return unscored("unknown")
    good = "yes" in completion
    return Verdict(Status.PASS if good else Status.FAIL, float(good))


def test_soft_overlong_without_a_cache_is_a_step() -> None:
    judge = SoftOverlong(max_len=3, cache=0)
    assert [judge("x " * n, {}).reward for n in (0, 3, 4, 100)] == [0.0, 0.0, -1.0, -1.0]


@given(st.integers(0, 300), st.integers(0, 300))
def test_soft_overlong_never_increases_with_length(a: int, b: int) -> None:
    reward = SoftOverlong(max_len=200, cache=50)
    short, long = (reward("x " * n, {}).reward for n in sorted((a, b)))
    assert -1.0 <= long <= short <= 0.0


@pytest.mark.parametrize(("n", "reward"), [(150, 0.0), (151, -0.02), (175, -0.5), (200, -1.0), (201, -1.0)])
def test_soft_overlong_follows_dapo_eq_13(n: int, reward: float) -> None:
    assert SoftOverlong(max_len=200, cache=50)("x " * n, {}).reward == pytest.approx(reward)


@given(st.integers(0, 300), st.integers(0, 300))
def test_cosine_prefers_short_correct_and_long_wrong_completions(a: int, b: int) -> None:
    short, long = sorted((a, b))
    reward = CosineLength(max_len=200)
    right = [reward("x " * n, {"correct": True}).reward for n in (short, long)]
    wrong = [reward("x " * n, {"correct": False}).reward for n in (short, long)]
    assert 0.5 <= right[1] <= right[0] <= 1.0 and -1.0 <= wrong[0] <= wrong[1] <= -0.5


def test_correctness_comes_from_the_given_verifier() -> None:
    reward = pickle.loads(pickle.dumps(CosineLength(max_len=10, accuracy=is_yes)))
    assert reward("yes", {}).reward > 0.9 and reward("no", {}).reward < -0.9
    assert reward("yes?", {}).status is Status.UNSCORED
    assert CosineLength(max_len=10)("yes", {}).status is Status.UNSCORED


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=8))
def test_kimi_rewards_the_shortest_correct_completion_most(group: list[tuple[int, bool]]) -> None:
    lengths, correct = [n for n, _ in group], [ok for _, ok in group]
    rewards = kimi_length(lengths, correct)
    assert all(-0.5 <= reward <= (0.5 if ok else 0.0) for reward, ok in zip(rewards, correct, strict=True))
    best = max(rewards)
    if any(ok and n == min(lengths) for n, ok in group):
        assert best == rewards[next(i for i, (n, ok) in enumerate(group) if ok and n == min(lengths))]


def test_kimi_leaves_unscored_completions_out_of_the_group() -> None:
    verdicts = KimiLength(accuracy=is_yes).many(["yes", "yes a b", "no a b c d", "?"], [{}] * 4)
    assert [v.reward for v in verdicts] == [0.5, 0.0, -0.5, None]
    assert KimiLength()("x", {}).status is Status.UNSCORED


@pytest.mark.parametrize(
    ("measure", "n"),
    [("words", 3), ("characters", 8), (lambda text: text.count("b"), 2)],
    ids=["words", "chars", "call"],
)
def test_the_units_of_length(measure: object, n: int) -> None:
    assert length("a bb ccc", measure) == n


def test_a_bad_option_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="unknown measure 'tokens'; expected one of: words, characters"):
        length("a", "tokens")
    with pytest.raises(ValueError, match="cache between 0 and max_len, got max_len=10, cache=11"):
        SoftOverlong(max_len=10, cache=11)
    with pytest.raises(ValueError, match="max_len must be positive"):
        SoftOverlong(max_len=0, cache=0)
    with pytest.raises(ValueError, match="max_len must be positive, got 0"):
        CosineLength(max_len=0)
    with pytest.raises(ValueError, match="1 lengths but 0 values"):
        kimi_length([1], [])


@needs_shared
@pytest.mark.parametrize("row", cases("soft_overlong", "cosine", "len_kimi"), ids=lambda row: row["id"])
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == pytest.approx(row["expected"])


@pytest.mark.parametrize("correct", [None, "yes", 2, [True]])
def test_an_unknown_correctness_is_unscored(correct: object) -> None:
    assert CosineLength(100)("a b c", {"correct": correct}).status is Status.UNSCORED
