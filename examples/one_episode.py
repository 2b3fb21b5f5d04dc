"""One episode: ask a task, answer it, read the verdict."""

import gymnasium as gym

import r1

gym.register_envs(r1)  # a no-op that keeps the import: importing r1 is what registers the environments

env = gym.make("r1/math-v0", split="test", level=1)
prompt, info = env.reset(seed=0)
print(prompt)

completion = "<think>Add the terms from left to right.</think><answer>42</answer>"
_, reward, terminated, truncated, info = env.step(completion)
print(f"reward {reward}: {info['reward_components']}")
print(info["verdict"])
