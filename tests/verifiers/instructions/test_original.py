"""IFEval's own verdicts: rows whose verdicts were taken from the original code, and its bounds."""

from __future__ import annotations

from random import Random

import pytest
from golden import each, golden
from timing import LIMIT_S, least_seconds

from r1.verifiers.instructions import Instructions, figures
from r1.verifiers.instructions.original import follows_original
from r1.verifiers.instructions.table import IFEVAL_KINDS
from r1.verifiers.instructions.units import TooLong
from r1.verifiers.verdict import Status

for library in ("langdetect", "nltk", "punkt"):
    pytest.importorskip(library, reason="mode='original' needs the extra ifeval")


@pytest.mark.parametrize("row", each(golden("ifeval_original")))
def test_rows_on_which_ifeval_and_we_disagree(row: dict) -> None:
    truth = {"instruction_id_list": [row["kind"]], "kwargs": [row["options"]]}
    assert (Instructions()(row["completion"], truth).reward == 1.0) == row["worded"]
    if row["original"] is not None:
        verdict = Instructions(mode="original")(row["completion"], truth)
        assert (verdict.reward == 1.0) == row["original"], verdict.note


@pytest.mark.parametrize("kind", sorted(set(IFEVAL_KINDS) - {"change_case:english_capital"}))
def test_plain_good_answers_pass_in_both_modes(kind: str) -> None:
    # English in capitals is left to chance by langdetect, and a number of ways to write an answer are known to us only.
    passed = 0
    for seed in range(40):
        example = IFEVAL_KINDS[kind].write(Random(f"{kind}/{seed}"))
        passed += follows_original(example.good, kind, {"relation": "at least", **example.options})
    assert passed >= 2


def test_the_four_numbers_in_original_mode() -> None:
    truth = {"instruction_id_list": ["startend:quotation"], "kwargs": [{}]}
    rows = [('"One." "Two."', truth), ("Here:\n“All.”", truth)]
    assert figures(rows, mode="original").prompt_strict == 0.5
    assert figures(rows).prompt_loose == 0.5


def test_other_kinds_and_other_modes_are_refused() -> None:
    truth = {"instruction_id_list": ["count:numbers"], "kwargs": [{"N": 1}]}
    assert Instructions(mode="original")("1", truth).reward is None
    with pytest.raises(ValueError, match="unknown mode 'loose'; expected one of: worded, original"):
        Instructions(mode="loose")  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["[", "<<", "\n", "- \n", "* a", " \n", "p.s.\n", '"'])
def test_patterns_that_are_quadratic_in_the_original_are_linear_here(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    for kind in ("number_placeholders", "postscript"):
        options = {"num_placeholders": 10**9, "postscript_marker": "P.S."}
        name = f"detectable_content:{kind}"
        assert (
            least_seconds(lambda name=name, options=options: follows_original(text, name, options), LIMIT_S) <= LIMIT_S
        )
    for kind in ("title", "number_bullet_lists", "number_highlighted_sections"):
        options = {"num_bullets": -1, "num_highlights": 10**9}
        name = f"detectable_format:{kind}"
        assert (
            least_seconds(lambda name=name, options=options: follows_original(text, name, options), LIMIT_S) <= LIMIT_S
        )


def test_a_longer_text_is_not_read() -> None:
    with pytest.raises(TooLong):
        follows_original("a " * 150_000, "punctuation:no_comma", {})
    truth = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    assert Instructions(mode="original")("a " * 150_000, truth).status is Status.TIMEOUT
