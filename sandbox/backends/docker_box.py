"""Docker backend: one container per slot, without capabilities, network or writable disk, with the same runner inside.

Runs do not pass through the daemon: the runner connects to a unix socket, whose path is removed before the first program runs.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import secrets
import shutil
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from r1.sandbox.backends.launcher import NETWORK
from r1.sandbox.backends.namespaces import INSIDE, SANDBOX, STEPS_SO, boot, steps_library
from r1.sandbox.inside import seccomp
from r1.sandbox.languages import PATH
from r1.sandbox.protocol import MIB, SandboxUnavailable
from r1.sandbox.wall.slot import Box

IMAGES = ("r1-sandbox:full", "r1-sandbox:python-c", "r1-sandbox:python")
OWNER, BOX_ID = "r1.owner", 65534
FOLDER = "r1-box-"  # prefix of the temporary folder that a container starts from
MEMORY_BYTES = 2048 * MIB  # of a container; the meter enforces the limit of a run
PROCESSES = 512
START_TIMEOUT_S, DAEMON_PATIENCE_S = 30.0, 90.0
NEEDED_BY_THE_JAIL = {"mount", "seccomp", "memfd_create"}


def start() -> Box:
    """Start one container and wait for its runner. Raises SandboxUnavailable."""
    return patiently(_start)


def patiently(begin: Callable[[Any], Box]) -> Box:
    """Call ``begin`` with a client of the daemon. If this process has had a container before, failures are retried for
    DAEMON_PATIENCE_S, because the daemon may be restarting. Raises SandboxUnavailable.
    """
    deadline_s, pause_s = time.monotonic() + DAEMON_PATIENCE_S, 0.1
    while True:
        try:
            client = _client()
            try:
                box = begin(client)
            except BaseException:
                client.close()
                raise
            _worked.append(True) if not _worked else None
            return box
        except SandboxUnavailable:
            if not _worked or time.monotonic() > deadline_s:
                raise
        except (_docker().errors.DockerException, OSError) as error:  # connection errors of requests are OSErrors
            if not _worked or time.monotonic() > deadline_s:
                raise SandboxUnavailable(f"docker: {error}") from error
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 5.0)


_worked: list[bool] = []  # not empty once this process has had a container


def _docker() -> Any:
    try:
        import docker
    except ImportError as error:
        raise SandboxUnavailable("docker: the Python package is missing; pip install 'r1-gym[docker]'") from error
    return docker


def _client() -> Any:
    """A client of the local daemon. Raises SandboxUnavailable without one; a remote daemon cannot share a unix socket."""
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        raise SandboxUnavailable(
            f"docker: DOCKER_HOST={host} is another machine; run `python -m r1.sandbox.serve` there"
        )
    with socket.socket(socket.AF_UNIX) as probe:  # the docker package would leave its socket open after a refusal
        probe.settimeout(START_TIMEOUT_S)
        try:
            probe.connect(host.removeprefix("unix://"))
        except OSError as error:
            if _worked:
                raise
            raise SandboxUnavailable(f"docker: no daemon at {host} ({error.strerror}, errno {error.errno})") from error
    return _docker().DockerClient(base_url=host, timeout=60)


def _start(client: Any) -> Box:
    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    name = f"r1-box-{secrets.token_hex(8)}"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        copy_runner(folder)
        listener.bind(str(folder / "control"))
        (folder / "control").chmod(0o666)
        listener.listen(1)
        sweep(client)
        created = client.api.create_container(**request(client, name, folder, "main"))
        client.api.start(created["Id"])
        pid = client.api.inspect_container(created["Id"])["State"]["Pid"]
        control, log, tools = _answer(listener, pid)
        return Box(0, control, log, functools.partial(end, client, name), tools)
    except BaseException:
        destroy(client, name)
        raise
    finally:
        listener.close()
        shutil.rmtree(folder, ignore_errors=True)  # the runner has imported everything; its /r1 is now empty


def copy_runner(folder: Path) -> None:
    """Copy the runner's files into ``folder``, which a container sees as /r1."""
    folder.chmod(0o755)
    for room in ("wall", "inside"):
        (folder / room).mkdir()
        (folder / room).chmod(0o755)
    for module in (*INSIDE, "inside/container_main.py", "inside/bridge.py", "wall/slot.py", "wall/frames.py"):
        shutil.copy(SANDBOX / module, folder / module)
        (folder / module).chmod(0o644)
    if library := steps_library():
        shutil.copy(library, folder / STEPS_SO)
        (folder / STEPS_SO).chmod(0o755)


def request(client: Any, name: str, folder: Path, entry: str) -> dict[str, Any]:
    """Arguments of create_container: no rights, network or writable disk. ``entry`` is the function of container_main.py to call."""
    options = ["no-new-privileges", f"seccomp={json.dumps(_profile())}"]
    daemon = client.info()
    if any("apparmor" in option for option in daemon.get("SecurityOptions") or ()):
        options.append("apparmor=unconfined")  # docker's AppArmor profile forbids the mounts in a run's own namespace
    host = client.api.create_host_config(
        cap_drop=["ALL"], network_mode="none", read_only=True, ipc_mode="none", pids_limit=PROCESSES,
        mem_limit=MEMORY_BYTES, memswap_limit=MEMORY_BYTES, security_opt=options, auto_remove=True, oom_score_adj=900,
        log_config={"type": "none"}, binds={str(folder): {"bind": "/r1", "mode": "ro"}}, tmpfs={"/dev/shm": "size=64k"},
        sysctls=NETWORK, cgroup_parent=_cgroup_parent(daemon),
    )  # fmt: skip
    # A user namespace may mount its own /proc only if no path of the container's /proc is covered.
    host["MaskedPaths"], host["ReadonlyPaths"] = [], []
    command = ["python3", "-I", "-S", "-c", boot("/r1", "inside.container_main", entry)]
    return {
        "image": _image(client), "command": command, "name": name, "hostname": "box", "user": f"{BOX_ID}:{BOX_ID}",
        "environment": {"PATH": PATH}, "labels": {OWNER: _owner()}, "host_config": host, "working_dir": "/",
    }  # fmt: skip


def _cgroup_parent(daemon: dict[str, Any]) -> str | None:
    """The cgroup for containers, which decides their share of busy cores. R1_SANDBOX_CGROUP_PARENT overrides it.

    A daemon with plain cgroups puts all containers into one, which together weigh as much as a single process. Under "/" each
    container weighs as much as a process.
    """
    wanted = os.environ.get("R1_SANDBOX_CGROUP_PARENT")
    if wanted is not None:
        return wanted or None
    return "/" if daemon.get("CgroupDriver") == "cgroupfs" else None


def _profile() -> dict[str, Any]:
    """Docker's seccomp profile for the runner: it denies what the jail denies, except the calls that build the jail."""
    names = sorted(set(seccomp.DENIED) - NEEDED_BY_THE_JAIL)
    refused = {"names": names, "action": "SCMP_ACT_ERRNO", "errnoRet": seccomp.EPERM}
    return {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "syscalls": [refused]}


def _image(client: Any) -> str:
    """The image to use: R1_SANDBOX_IMAGE, else the fullest existing one. Raises SandboxUnavailable."""
    wanted = os.environ.get("R1_SANDBOX_IMAGE")
    for name in (wanted,) if wanted else IMAGES:
        with contextlib.suppress(_docker().errors.ImageNotFound):
            client.api.inspect_image(name)
            return name
    how = f"docker build --target full -t {IMAGES[0]} -f {SANDBOX}/images/Dockerfile {SANDBOX}, or sh {SANDBOX}/images/build.sh"
    raise SandboxUnavailable(f"docker: no image {wanted or IMAGES[0]}; build it with: {how}")


def _answer(listener: socket.socket, pid: int) -> tuple[socket.socket, int, frozenset[str]]:
    """Accept the runner's connection; returns it with the runner's log and tools. Only the container's first process is accepted."""
    listener.settimeout(START_TIMEOUT_S)
    try:
        control, _ = listener.accept()
    except TimeoutError as error:
        raise SandboxUnavailable(f"docker: the container did not connect within {START_TIMEOUT_S:.0f} s") from error
    caller = struct.unpack("3i", control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    control.settimeout(START_TIMEOUT_S)
    try:
        if caller[:2] != (pid, BOX_ID):
            raise SandboxUnavailable(f"docker: process {caller[0]} connected instead of the container's process {pid}")
        _, descriptors, _, _ = socket.recv_fds(control, 16, 1)
        message = control.recv(4096)
        if not message.startswith(b"ready"):
            words = os.read(descriptors[0], 4096).decode(errors="replace") if descriptors else ""
            raise SandboxUnavailable(f"docker: the runner did not start: {words.strip()[-500:]}")
    except TimeoutError as error:
        control.close()
        raise SandboxUnavailable("docker: the runner did not get ready") from error
    except BaseException:
        control.close()
        raise
    control.settimeout(None)
    return control, descriptors[0], frozenset(message.decode().split()[1:])


def end(client: Any, name: str) -> None:
    """End a box: its container and its connection to the daemon."""
    destroy(client, name)
    client.close()


def destroy(client: Any, name: str) -> None:
    """End a container and wait until it is gone. If the daemon is down, auto-remove or the next `sweep` removes it later."""
    with contextlib.suppress(_docker().errors.DockerException, OSError):
        client.api.remove_container(name, force=True)


def _owner() -> str:
    """The label value of this process: host, pid and start time, which distinguishes it from a later process with its pid."""
    return f"{socket.gethostname()}:{os.getpid()}:{_start_time(os.getpid())}"


def _start_time(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return "gone"


def sweep(client: Any) -> None:
    """Remove what processes left that died: containers of owners on this machine, and folders of starts an hour ago."""
    for container in client.api.containers(all=True, filters={"label": OWNER}):
        host, pid, born = container["Labels"][OWNER].rsplit(":", 2)
        if host == socket.gethostname() and _start_time(int(pid)) != born:
            destroy(client, container["Id"])
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > 3600:
                shutil.rmtree(folder)
