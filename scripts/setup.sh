#!/usr/bin/env bash
# Makes .venv and installs this checkout with the named extra; does nothing when that is already done.
# usage: scripts/setup.sh train|dev
set -euo pipefail
cd "$(dirname "$0")/.."
extra=$1
stamp=.venv/.installed-$extra

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "No $python on this machine. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: 3.11 or newer is needed. Name another one with: make ${MAKECMDGOALS:-run} PYTHON=python3.12"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "This Python has no venv module. Debian and Ubuntu: apt-get install python3-venv"
[ "$(uname -s)" = Linux ] || fail "The sandbox needs Linux (this is $(uname -s)); use a container or WSL 2."
command -v g++ >/dev/null || echo "note: no C++ compiler (apt-get install g++): C and C++ tasks cannot be judged here; Python ones can."

if [ ! -x .venv/bin/python ]; then
    echo "== making .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
want=$(cat pyproject.toml setup.py constraints.txt | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then exit 0; fi

echo "== installing r1-gym[$extra] (the first time takes some minutes: torch is large)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$extra]" ||
    fail "The installation failed; the lines above say why. Running the same command again goes on from here."
echo "$want" > "$stamp"
echo "== installed"
