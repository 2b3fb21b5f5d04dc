"""Your own tasks: a JSONL file of prompts and truths, judged with your own weights."""

import json
import tempfile
from pathlib import Path

import gymnasium as gym

import r1

gym.register_envs(r1)

rows = [
    {"id": "half", "prompt": "What is 1/4 + 1/4?", "truth": {"answer": "1/2"}},
    {"id": "roots", "prompt": "Solve x^2 = 4.", "truth": {"answer": r"\{-2, 2\}"}},
]
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "tasks.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    env = gym.make("r1/math-v0", tasks=str(path), weights={"accuracy": 1.0, "format": 0.1})

for task_id, answer in (("half", "0.5"), ("roots", r"$x = \pm 2$"), ("roots", "2")):
    env.reset(options={"task_id": task_id})
    *_, info = env.step(f"<think>Let me see.</think><answer>{answer}</answer>")
    print(task_id, answer, info["reward_components"], info["verdict"], sep=" | ")
