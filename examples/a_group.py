"""A GRPO group: several completions of one task, judged in parallel; an advantage compares a reward with its group."""

import gymnasium as gym
import numpy as np

import r1

gym.register_envs(r1)


def main() -> None:
    env = gym.make_vec("r1/math-v0", num_envs=4, num_workers=2, template="plain")
    task = env.get_task("train", 0)
    prompts, _ = env.reset(options={"task_id": [task.id] * 4})
    print(prompts[0])

    right = task.truth["answer"]
    completions = [f"<think>so</think><answer>{answer}</answer>" for answer in (right, right, -1, "I give up")]
    _, rewards, _, _, infos = env.step(completions)
    print("rewards   ", rewards)
    print("advantages", np.round((rewards - rewards.mean()) / rewards.std(), 2))
    print(*infos["verdict"], sep="\n")
    env.close()


if __name__ == "__main__":  # the judge's worker processes import this file
    main()
