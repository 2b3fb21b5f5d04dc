#!/usr/bin/env bash
# Creates .venv and installs this checkout with the named extra, unless that was done before.
# usage: scripts/setup.sh train|dev
set -euo pipefail
cd "$(dirname "$0")/.."
extra=$1
stamp=.venv/.installed-$extra

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "$python not found: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: Python 3.11 or newer is needed; select one with: make ${MAKECMDGOALS:-run} PYTHON=python3.12"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$python has no venv module: apt-get install python3-venv (Debian, Ubuntu)"
[ "$(uname -s)" = Linux ] || fail "The sandbox needs Linux, this is $(uname -s): use a container or WSL 2"
command -v g++ >/dev/null || echo "note: no C++ compiler found, so C and C++ tasks cannot be judged here (Python tasks can): apt-get install g++"

if [ ! -x .venv/bin/python ]; then
    echo "== creating .venv with $("$python" --version)"
    "$python" -m venv .venv
fi
want=$(cat pyproject.toml setup.py constraints.txt | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then exit 0; fi

echo "== installing r1-gym[$extra] (the first time takes some minutes: torch is large)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$extra]" ||
    fail "The installation failed; see the lines above. To continue from here, run the same command again."
echo "$want" > "$stamp"
echo "== installed"
