"""The tiny model: a saved directory is read back unchanged, and the tokenizer covers every task."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.trainers.policy.policy import Policy, load_policy
from r1.trainers.tiny.model import CHARACTERS, TAGS, make_model, make_tokenizer
from r1.trainers.tiny.traces import WRITERS, write

TEXT = "".join(CHARACTERS) + "fix g(b,d):b plus d\ndef g(b,d):return b*d+9" + "".join(TAGS)


def test_a_reloaded_policy_encodes_and_scores_as_before(tmp_path: Path) -> None:
    tokenizer = make_tokenizer()
    made = Policy(make_model(len(tokenizer), seed=3), tokenizer)
    made.export(tmp_path)
    read = load_policy(str(tmp_path), torch.device("cpu"))
    assert read.encode(None, TEXT) == made.encode(None, TEXT)
    assert read.decode(read.encode(None, TEXT)) == TEXT
    ids_BT = torch.tensor([made.encode(None, TEXT)])
    mask_BT = torch.ones_like(ids_BT, dtype=torch.bool)
    mask_BT[:, 0] = False
    assert torch.equal(read.logp(ids_BT, mask_BT, 1.0)[0], made.logp(ids_BT, mask_BT, 1.0)[0])


@pytest.mark.parametrize("domain", ["math", "code"])
def test_the_tokenizer_knows_every_character_of_tasks_and_traces(domain: str) -> None:
    tokenizer, rng = make_tokenizer(), random.Random(0)
    families = {name: family for name, family in families_of(domain).items() if name in WRITERS}
    source = Procedural(domain, families, level=0, seed=5)
    for task in (source.at("train", i) for i in range(200)):
        for text in (task.question, write(task, rng, habit_share=0.5)):
            assert tokenizer.unk_token_id not in tokenizer(text)["input_ids"], text
