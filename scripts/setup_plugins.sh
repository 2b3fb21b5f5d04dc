#!/usr/bin/env bash
# Creates .venv-plugins and .venv-prime with this checkout and the frameworks that the adapters in envs/_r1 plug into. They are separate
# because the frameworks pin other versions than ours, and PrimeIntellect's verifiers other ones than OpenEnv.
# usage: scripts/setup_plugins.sh
set -euo pipefail
cd "$(dirname "$0")/.."
want=$(cat pyproject.toml setup.py "$0" | sha256sum | cut -d' ' -f1)
tests="pytest pytest-timeout hypothesis"

# usage: install ENVIRONMENT REQUIREMENT... ; uv finds versions that fit in seconds, where pip searches for many minutes
install() {
    local env=$1
    shift
    "$env/bin/python" -m pip install --quiet --disable-pip-version-check uv
    "$env/bin/uv" pip install --quiet --python "$env/bin/python" $tests "$@" -e .
}

for env in .venv-plugins .venv-prime; do
    if [ "$(cat $env/.installed 2>/dev/null)" = "$want" ]; then continue; fi
    [ -x $env/bin/python ] || "${PYTHON:-python3}" -m venv $env
    if [ $env = .venv-prime ]; then
        install $env verifiers==0.4.0
    else
        # torch comes from pip, whose index may hold a build for CPUs
        $env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
        install $env torch==2.13.0 trl==1.16.0 verl==0.9.1 inspect-ai==0.3.285 lm-eval==0.4.13 dspy==3.4.1 openenv==0.10.0 skyrl-gym==0.4.0 \
            rewardlint==0.1.0 bohrin==0.4.2 math-verify==0.9.0
        # OpenRLHF demands DeepSpeed and flash-attention, which need a GPU to be built; its reward path does without them.
        $env/bin/uv pip install --quiet --python $env/bin/python --no-deps openrlhf==0.11.2
    fi
    echo "$want" > $env/.installed
done
