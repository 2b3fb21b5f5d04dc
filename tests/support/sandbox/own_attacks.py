"""Our own attacks on the mechanisms of a box, as programs; own_rows() says what each must come to.

Standard library only: a test copies this file for an ordinary user.
"""

from __future__ import annotations

from textwrap import dedent

SHARED_AND_RELEASED = dedent("""\
    import mmap
    m = mmap.mmap(-1, 600 << 20)
    for i in range(0, len(m) - (8 << 20), 8 << 20):
        for j in range(i, i + (8 << 20), 4096): m[j] = 1
        m.madvise(mmap.MADV_DONTNEED, i, 8 << 20)
""")
SHARED_BY_DEAD_CHILDREN = dedent("""\
    import mmap, os
    m = mmap.mmap(-1, 600 << 20)
    for i in range(0, len(m), 30 << 20):
        if os.fork() == 0:
            for j in range(i, i + (30 << 20), 4096): m[j] = 1
            os._exit(0)
        os.wait()
""")
IN_SOCKETS = dedent("""\
    import os, socket, time
    for _ in range(20):
        if os.fork() == 0:
            held = []
            try:
                while True:
                    held.append(socket.socketpair())
                    for end in held[-1]:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
                        end.setblocking(False)
                        try:
                            while True: end.send(bytes(65536))
                        except BlockingIOError: pass
            except OSError: time.sleep(30)
    time.sleep(30)
""")
HIDDEN_MEMORY = {"released": SHARED_AND_RELEASED, "dead children": SHARED_BY_DEAD_CHILDREN, "sockets": IN_SOCKETS}
"""Programs that use memory which no process shows as resident."""

SUPPLIES = {
    "timers": dedent("""\
        import ctypes
        libc, timer, count = ctypes.CDLL(None), ctypes.c_void_p(), 0
        while count < 99999 and libc.syscall(222, 1, 0, ctypes.byref(timer)) == 0:
            count += 1
        print(count <= 1024)
    """),
    "watches": dedent("""\
        import ctypes
        print(ctypes.CDLL(None).inotify_init1(0) < 0)
    """),
    "asynchronous i/o": dedent("""\
        import ctypes
        context = ctypes.c_ulong(0)
        print(ctypes.CDLL(None).syscall(206, 999, ctypes.byref(context)) != 0)
    """),
    "its input's memory": dedent("""\
        import os
        try:
            while True: os.write(0, bytes(1 << 20))
        except OSError:
            print(True)
    """),
    "socket buffers": dedent("""\
        import socket
        a, b = socket.socketpair()
        a.setsockopt(1, 7, 1 << 26)
        print(a.getsockopt(1, 7) <= 1 << 19)
    """),
    "connections": dedent("""\
        import socket
        listener = socket.create_server(('127.0.0.1', 0))
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        client.setblocking(False)
        sent = 0
        try:
            while sent < 9 << 20: sent += client.send(bytes(4096))
        except BlockingIOError:
            print(sent < 1 << 20)
    """),
}
"""Programs that try to use up what the whole machine or user shares; each prints whether it got only a little."""

LEAVINGS = {
    "daemon": dedent("""\
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0: time.sleep(99)
            os._exit(0)
    """),
    "thread": dedent("""\
        threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
    """),
    "stopped": dedent("""\
        if os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)
    """),
    "files": dedent("""\
        open('/tmp/left', 'w').write('x')
        open('/dev/shm/left', 'w').write('x')
        os.makedirs('/tmp/a/b')
    """),
    "abstract socket": dedent("""\
        s = socket.socket(socket.AF_UNIX)
        s.bind('\\0left')
        s.listen()
        if os.fork() == 0: time.sleep(99)
    """),
    "tcp": dedent("""\
        s = socket.create_server(('127.0.0.1', 45778))
        if os.fork() == 0: time.sleep(99)
    """),
    "lock": dedent("""\
        import fcntl
        f = open('/usr/bin/env')
        fcntl.flock(f, fcntl.LOCK_EX)
        if os.fork() == 0: time.sleep(99)
    """),
    "timer": dedent("""\
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
    """),
    "inodes": dedent("""\
        try:
            for i in range(99999): open(str(i), 'w').close()
        except OSError: pass
    """),
    "disk": dedent("""\
        try:
            f = open('big', 'wb')
            while True: f.write(bytes(1 << 20))
        except OSError: pass
    """),
    "descriptors": dedent("""\
        try:
            while True: os.dup(0)
        except OSError: pass
    """),
    "processes": dedent("""\
        try:
            while True:
                if os.fork() == 0: time.sleep(99)
        except OSError: pass
    """),
    "closed": dedent("""\
        os.write(1, b'right\\n')
        os.close(0)
        os.close(1)
        os.close(2)
        os._exit(0)
    """),
    "signals": dedent("""\
        for n in (0, -1):
            for s in (signal.SIGCONT, signal.SIGURG):
                try: os.kill(n, s)
                except OSError: pass
    """),
    "limits": dedent("""\
        import resource
        os.write(1, b'right\\n')
        for n in range(16):
            try: resource.setrlimit(n, (0, 0))
            except (OSError, ValueError): pass
        os._exit(0)
    """),
}
"""Parts of programs that end right and leave something behind if they can; `leaving` makes whole programs of them."""

LOOK = dedent("""\
    import fcntl, os, socket
    assert sorted(os.listdir('/tmp')) == ['main.py'], os.listdir('/tmp')
    assert [p for p in os.listdir('/proc') if p.isdigit()] == ['1'] or 'runsc' in input()
    open('/tmp/mine', 'w').write('x' * 100_000)
    socket.create_server(('127.0.0.1', 45778)).close()
    socket.socket(socket.AF_UNIX).bind('\\0left')
    fcntl.flock(open('/usr/bin/env'), fcntl.LOCK_EX | fcntl.LOCK_NB)
    [os.dup(0) for _ in range(100)]
    pids = [os.fork() or os._exit(0) for _ in range(20)]
    [os.waitpid(pid, 0) for pid in pids]
    print('clean')
""")
"""Prints "clean" if an earlier run left nothing in its box. Its input is the tier."""


def leaving(part: str) -> str:
    """The whole program of one of LEAVINGS."""
    return f"import os, signal, socket, sys, threading, time\n{part}\nprint('right', flush=True); os._exit(0)"


def own_rows() -> list[tuple[str, dict[str, int], str]]:
    """Every attack as (program, limits, what must come of it: letters, or what it prints), and a look after each leaving."""
    limits = {"cpu_s": 4, "file_bytes": 8 << 20, "processes": 32}
    memory = {"cpu_s": 9, "wall_s": 20, "memory_bytes": 128 << 20}
    rows = [(source, memory, "MLE") for source in HIDDEN_MEMORY.values()]
    rows += [(source, limits, "True\n") for source in SUPPLIES.values()]
    for part in LEAVINGS.values():
        rows += [(leaving(part), limits, "right\n"), (LOOK, limits, "clean\n")]
    return rows
