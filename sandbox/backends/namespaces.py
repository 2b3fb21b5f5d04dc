"""Namespaces backend: starts a rootless box that is made of this machine's own system directories."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from r1.sandbox.languages import ENVIRONMENT, LANGUAGES
from r1.sandbox.pool.precompiled import HEADER_MOUNT, header_folder
from r1.sandbox.protocol import SandboxUnavailable
from r1.sandbox.wall.slot import Box

SANDBOX = Path(__file__).resolve().parents[1]
INSIDE = ("protocol.py", "languages.py", "wall/__init__.py", "wall/packets.py") + tuple(
    f"inside/{name}.py" for name in ("__init__", "jail", "meter", "pythonic", "runner", "seccomp", "syscalls")
)
"""The files that a box's runner needs, relative to SANDBOX."""
STEPS_SO = "inside/steps.so"
"""Where a box has the compiled steps.c: beside jail.py, which loads it."""
_STEPS = SANDBOX / "inside/steps.c"
NOBODY = 65534
START_TIMEOUT_S = 20.0
BOOT = (
    "import sys, types\n"
    "for name in ('r1', 'r1.sandbox'): sys.modules[name] = types.ModuleType(name)\n"
    "sys.modules['r1.sandbox'].__path__ = [{where!r}]\n"
    "from r1.sandbox.{module} import {function}\n"
    "{function}()"
)


def boot(where: str, module: str, function: str) -> str:
    """Python source that calls a function of ``r1.sandbox.MODULE`` found under ``where``, without importing the packages around it."""
    return BOOT.format(where=where, module=module, function=function)


def start() -> Box:
    """Start one box. Raises SandboxUnavailable."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    log_read, log_write = os.pipe()
    try:
        with theirs:
            header = header_folder()
            binds = [*description()["binds"], *([(str(header), HEADER_MOUNT, False)] if header else [])]
            config = {**description(), "binds": binds, "control": theirs.fileno(), "log": log_write}
            argv = [_real_python()[0], "-I", "-S", "-c", boot(str(SANDBOX), "backends.launcher", "main")]
            keep = (theirs.fileno(), log_write)
            with (
                _memory_file(json.dumps(config).encode()) as stdin,
                subprocess.Popen(argv, env={}, pass_fds=keep, stdin=stdin, stderr=log_write, cwd="/") as launcher,
            ):
                os.close(log_write)
                log_write = -1
                theirs.close()
                pid, tools = _await_runner(ours, log_read)
                launcher.wait(START_TIMEOUT_S)
    except BaseException:
        ours.close()
        os.close(log_read)
        os.close(log_write) if log_write >= 0 else None
        raise
    return Box(pid, ours, log_read, tools=tools)


def _memory_file(content: bytes) -> BinaryIO:
    file = os.fdopen(os.memfd_create("config"), "w+b")
    file.write(content)
    file.seek(0)
    return file


def _await_runner(control: socket.socket, log: int) -> tuple[int, frozenset[str]]:
    """Read the launcher's and the runner's messages until the runner is ready."""
    control.settimeout(START_TIMEOUT_S)
    pid = 0
    while True:
        try:
            message = control.recv(1 << 16)
        except TimeoutError:
            message = b""
        if message.startswith(b"ready"):
            control.settimeout(None)
            return pid, frozenset(message.decode().split()[1:])
        news = json.loads(message) if message else {"refused": _last_words(log) or "the runner ended without a message"}
        if "refused" in news:
            probes = "; ".join(["", *news.get("probes", [])])
            raise SandboxUnavailable(f"namespaces: {news['refused']}{probes}")
        pid = int(news["pid"])


def _last_words(log: int) -> str:
    os.set_blocking(log, False)
    try:
        return os.read(log, 4096).decode(errors="replace").strip()[-500:]
    except BlockingIOError:
        return ""


@functools.cache
def description() -> dict[str, Any]:
    """The contents of each box: mounts, files, links, masked directories, and the runner's command line."""
    python, prefix = _real_python()
    binds: list[tuple[str, str, bool]] = [("/usr", "/usr", False)]
    links = {"/dev/shm": "/tmp", "/dev/fd": "/proc/self/fd", "/dev/random": "urandom", "/var/tmp": "/tmp"}
    links |= {f"/dev/{name}": f"/proc/self/fd/{number}" for number, name in enumerate(("stdin", "stdout", "stderr"))}
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            links[name] = os.readlink(path)
        elif path.is_dir():
            binds.append((name, name, False))
    inside_python = python
    if not python.startswith("/usr/bin/"):
        binds += [(f"{prefix}/{part}", f"/opt/python/{part}", False) for part in ("bin", "lib")]
        inside_python = f"/opt/python/{Path(python).relative_to(prefix)}"
    binds += [(str(where), inside, False) for where, inside in _toolchains().items()]
    binds += [(f"/dev/{name}", f"/dev/{name}", True) for name in ("null", "zero", "full", "urandom")]
    masks = ["/usr/local"] if Path("/usr/local").is_dir() and not _local_is_needed() else []
    environment = (
        {**ENVIRONMENT, "LD_LIBRARY_PATH": "/opt/python/lib"}
        if sysconfig.get_config_var("Py_ENABLE_SHARED")
        else ENVIRONMENT
    )
    argv = [inside_python, "-I", "-S", "-X", "utf8", "-c", boot("/r1", "inside.runner", "serve")]
    outside = (NOBODY, NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    return {
        "binds": binds, "links": links | _etc_links(), "files": _files(), "masks": masks, "outside": outside,
        "argv": argv, "environment": environment,
    }  # fmt: skip


def _real_python() -> tuple[str, str]:
    """The real interpreter behind shims and virtual environments, and its prefix (a pyenv shim adds 0.1 s to each start)."""
    prefix = os.path.realpath(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [f"{prefix}/bin/{name}", getattr(sys, "_base_executable", "") or sys.executable]
    return next(os.path.realpath(c) for c in candidates if os.path.exists(c)), prefix


def _toolchains() -> dict[Path, str]:
    """Toolchains outside /usr, and where each is mounted in the box."""
    found = {}
    for command, inside, root in (("rustc", "/opt/rust", ["--print", "sysroot"]), ("go", "/opt/go", ["env", "GOROOT"])):
        where = shutil.which(command)
        if where and not os.path.realpath(where).startswith("/usr/"):
            answer = subprocess.run(
                [where, *root], capture_output=True, text=True, timeout=20, check=False
            ).stdout.strip()
            if answer.startswith("/") and Path(answer).is_dir():
                found[Path(answer)] = inside
    return found


def _local_is_needed() -> bool:
    """Whether a compiler or interpreter of the language table is installed in /usr/local."""
    tools = {tool for language in LANGUAGES.values() for tool in language.tools}
    places = [
        os.path.realpath(where) for tool in tools if (where := shutil.which(tool, path="/usr/local/bin:/usr/bin:/bin"))
    ]
    return any(place.startswith("/usr/local/") for place in places) or _real_python()[1] == "/usr/local"


def _etc_links() -> dict[str, str]:
    alternatives = Path("/etc/alternatives")
    if not alternatives.is_dir():
        return {}
    return {str(link): os.readlink(link) for link in alternatives.iterdir() if link.is_symlink()}


def _files() -> dict[str, str]:
    """Small files of the box: the runner, and files of /etc that programs read. latin-1 lets any bytes survive JSON."""
    files = {
        "/etc/passwd": "box:x:1000:1000::/tmp:/bin/sh\n",
        "/etc/group": "box:x:1000:\n",
        "/etc/hosts": "127.0.0.1 localhost box\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    files |= {f"/r1/{name}": (SANDBOX / name).read_bytes().decode("latin-1") for name in INSIDE}
    copies = [Path("/etc/ld.so.cache"), *(p for j in Path("/etc").glob("java-*") for p in j.rglob("*") if p.is_file())]
    for path in copies:
        try:
            files[str(path)] = path.read_bytes().decode("latin-1")
        except OSError:
            continue
    library = steps_library()
    return files | ({f"/r1/{STEPS_SO}": library.read_bytes().decode("latin-1")} if library else {})


@functools.cache
def steps_library() -> Path | None:
    """The compiled ``steps.c`` in the user's cache, or None without a C compiler; runs are then slower, but otherwise equal."""
    source = _STEPS.read_bytes()
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "r1"
    target = folder / f"steps-{hashlib.sha256(source + os.uname().machine.encode()).hexdigest()[:16]}.so"
    compiler = shutil.which("cc") or shutil.which("gcc")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != os.geteuid():
            return None
        if not target.exists() and compiler:
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                built = Path(scratch) / "steps.so"
                argv = [compiler, "-O2", "-shared", "-fPIC", "-o", str(built), str(_STEPS)]
                subprocess.run(argv, check=True, capture_output=True, timeout=60)
                built.replace(target)
    except (OSError, subprocess.SubprocessError):
        return None
    return target if target.exists() else None
