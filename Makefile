# Two main commands: `make run` trains the tiny policy on math and on code, `make test` runs all checks.
.DEFAULT_GOAL := help
.PHONY: help run test test-runs test-plugins test-slow test-vllm lint types setup setup-dev clean
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
# Processes that share the test files; the tests of one file run in one process, in order.
JOBS ?= 2
export OMP_WAIT_POLICY ?= PASSIVE
export MAKECMDGOALS

help:
	@echo "make run        install what is needed, then train the tiny policy on math and on code (about 8 minutes)"
	@echo "make test       install what is needed, then run lint, types and the tests"
	@echo "make test-runs  run whole training runs: killed and resumed, on two nodes, on a simulated device"
	@echo "make test-vllm  run the tests of the vLLM engine in a separate environment (.venv-vllm)"
	@echo "make test-plugins  run the adapters with the real TRL, verl, OpenRLHF, inspect_ai ... in environments of their own"
	@echo "make test-slow  run the long suites"
	@echo "make clean      remove .venv, build/ and caches (runs/ stays)"

setup:
	@scripts/setup.sh train

setup-dev:
	@scripts/setup.sh dev

run: setup
	$(PY) trainers/grpo.py --env math --resume
	$(PY) trainers/grpo.py --env code --resume

test: setup-dev lint types
	$(PYTEST) -n $(JOBS) --dist loadfile --durations=10

test-vllm:
	scripts/setup_vllm.sh
	.venv-vllm/bin/python -m pytest tests/trainers/rollout/test_vllm_engine.py tests/trainers/rollout/test_engine.py -k vllm

test-runs: setup-dev
	$(PYTEST) tests/trainers -m runs

test-plugins:
	scripts/setup_plugins.sh
	.venv-plugins/bin/python -m pytest -W default tests/front --ignore-glob='*/command/test_[!a]*.py'
	.venv-prime/bin/python -m pytest -W default tests/front/test_prime.py tests/front/test_blocks.py -k 'prime or Prime'

test-slow: setup-dev
	R1_SLOW=1 $(PYTEST) -m slow

lint: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

# mypy and pyright cannot follow setuptools' mapping of the root folders to r1.*, so a folder of links shows it to them.
types: setup-dev
	@mkdir -p build/typecheck/r1
	@for part in datasets envs sandbox trainers verifiers; do ln -sfn ../../../$$part build/typecheck/r1/$$part; done
	@for file in envs/_r1/*.py envs/_r1/py.typed envs/_r1/command; do ln -sfn ../../../$$file build/typecheck/r1/; done
	$(PY) -m mypy

clean:
	rm -rf .venv .venv-vllm .venv-plugins .venv-prime build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
