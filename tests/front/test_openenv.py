"""OpenEnv: its server runs our environments in sessions of its own, and its client steps them over a websocket."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import pytest
import uvicorn
from fastapi.testclient import TestClient
from openenv.core import GenericEnvClient

import r1
import r1.openenv
from r1.verifiers import Math

RIGHT = "<think>\na\n</think>\n<answer>\n\\boxed{{{}}}\n</answer>"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = uvicorn.Server(
        uvicorn.Config(r1.openenv.app("r1/math-v0"), port=0, log_level="error", ws="websockets-sansio")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def test_an_episode_over_the_wire(address: str) -> None:
    env: Any = gym.make("r1/math-v0").unwrapped
    task = env.get_task("test", 3)
    with GenericEnvClient(base_url=address).sync() as client:
        first = client.reset(split="test", index=3)
        assert (
            first.observation["info"]["task_id"] == task.id
            and not first.done
            and task.question in first.observation["text"]
        )
        last = client.step({"text": RIGHT.format(task.truth["answer"])})
        assert last.done and last.reward == 2.0
        assert last.observation["info"]["reward_components"] == {"accuracy": 1.0, "format": 1.0}


def test_sessions_do_not_meet(address: str) -> None:
    env: Any = gym.make("r1/math-v0").unwrapped
    clients = [GenericEnvClient(base_url=address).sync() for _ in range(8)]
    rewards = []
    for index, client in enumerate(clients):
        client.__enter__()
        client.reset(split="train", index=index)
    for index, client in enumerate(clients):
        answer = env.get_task("train", index).truth["answer"] if index % 2 else "no number"
        rewards.append(client.step({"text": RIGHT.format(answer)}).reward)
        client.__exit__(None, None, None)
    assert rewards == [1.0, 2.0] * 4  # the format alone, or both


def test_the_reward_of_an_unscored_completion_is_null() -> None:
    r1.register("test/lost-v0", tasks=[{"prompt": "?", "truth": {"a": 1}}], verifier=lambda completion, truth: None)
    try:
        client = TestClient(r1.openenv.app("test/lost-v0"))
        with client.websocket_connect("/ws") as socket:
            socket.send_text(json.dumps({"type": "reset", "data": {}}))
            socket.receive_json()
            socket.send_text(json.dumps({"type": "step", "data": {"text": "a"}}))
            data = socket.receive_json()["data"]
        assert data["reward"] is None and data["done"] is True
        assert data["observation"]["info"]["failure"] == "infrastructure"
    finally:
        del gym.registry["test/lost-v0"]


def test_tasks_can_be_listed() -> None:
    client = TestClient(r1.openenv.app("r1/math-v0"))
    splits = client.get("/r1-math-v0/splits")
    assert splits.status_code == 200, splits.text
    assert "train" in splits.text


def test_a_wrong_setting_is_an_error_before_the_server_starts() -> None:
    with pytest.raises(ValueError, match="unknown split 'tain'"):
        r1.openenv.app("r1/math-v0", split="tain")
    assert Math  # the import above is what a reader copies
