"""Doctor: what this machine can do for r1, and the remedy for what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from r1.sandbox.languages import LANGUAGES
from r1.sandbox.opening import open_sandbox
from r1.sandbox.protocol import Program, SandboxError

TIERS = {
    "namespaces": "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run as root",
    "docker": "apt-get install docker.io, start dockerd, then sh sandbox/images/build.sh full",
    "docker+runsc": "apt-get install runsc, and name it as a runtime in /etc/docker/daemon.json (docs/sandbox.md)",
}
PACKAGES = {
    "torch": "pip install 'r1-gym[train]'",
    "transformers": "pip install 'r1-gym[train]'",
    "datasets": "pip install 'r1-gym[train]'",
    "vllm": "pip install 'r1-gym[vllm]' (for --rollout vllm)",
    "ray": "pip install 'r1-gym[ray]' (for --learners, --nodes)",
    "docker": "pip install 'r1-gym[docker]' (for the docker tier)",
    "fastapi": "pip install 'r1-gym[serve]' (for r1 serve)",
}


class Finding(NamedTuple):
    """What was looked at, whether it is there, what was found, and how to get it if it is not."""

    what: str
    there: bool
    found: str
    remedy: str = ""


def doctor(boxes: bool = True) -> int:
    """Print the findings; the exit status is 0 if programs can be isolated here, else 1."""
    isolated = False
    for heading, findings in (
        ("machine", machine()),
        ("packages", packages()),
        ("compilers and interpreters", languages()),
        ("sandbox", tiers(boxes)),
    ):
        print(f"{heading}:")
        for one in findings:
            isolated |= heading == "sandbox" and one.there
            remedy = f"; remedy: {one.remedy}" if one.remedy and not one.there else ""
            print(f"  {'ok' if one.there else '--'}  {one.what:<14} {one.found}{remedy}", flush=True)
    if not isolated and boxes:
        print("no tier isolates programs here, so r1/code-v0 runs only with --unsafe-sandbox")
    return 0 if isolated or not boxes else 1


def machine() -> Iterator[Finding]:
    """Cores, memory, number formats of the processor, GPU."""
    yield Finding("python", True, f"{platform.python_version()} on {platform.system()} {platform.release()}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield Finding("cores", True, f"{len(os.sched_getaffinity(0))}, {memory:.0f} GiB of memory")
    flags = _first_line("/proc/cpuinfo", "flags").split()
    fast = [name for name in ("amx_bf16", "avx512_bf16") if name in flags]
    yield Finding(
        "bfloat16", bool(fast), " ".join(fast) or "not in the processor's hardware", "use --dtype float32 on the CPU"
    )
    if shutil.which("nvidia-smi"):
        query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
        found = subprocess.run(query, capture_output=True, text=True, timeout=60).stdout.strip()
        yield Finding("GPU", bool(found), "; ".join(found.splitlines()) or "nvidia-smi lists none")
    else:
        yield Finding(
            "GPU",
            False,
            "none (no nvidia-smi)",
            "training works on the CPU, for models of about 0.1 billion parameters",
        )


def packages() -> Iterator[Finding]:
    """The installed versions of what the extras bring."""
    for name, remedy in PACKAGES.items():
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed", remedy)


def languages() -> Iterator[Finding]:
    """The tools of each language that Code judges, on this machine; the docker tier has its own."""
    for name, language in LANGUAGES.items():
        missing = [tool for tool in language.tools if shutil.which(tool) is None]
        found = ", ".join(language.tools) or "needs no tool"
        yield Finding(
            name, not missing, f"no {', '.join(missing)}" if missing else found, f"apt-get install {language.package}"
        )


def tiers(start: bool) -> Iterator[Finding]:
    """Whether a box of each tier starts and runs a program."""
    for tier, remedy in TIERS.items() if start else ():
        try:
            with open_sandbox(tier, 1) as sandbox:
                outcome = sandbox.run(Program("print(1)"))
            yield Finding(
                tier, outcome.ok, "runs programs" if outcome.ok else f"a program ended with {outcome.code}", remedy
            )
        except (SandboxError, OSError) as error:
            text = " ".join(str(error).removeprefix("this machine offers no isolation. ").split())
            yield Finding(tier, False, text[:160], remedy)


def _first_line(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2] for line in lines if line.startswith(name)), "")
