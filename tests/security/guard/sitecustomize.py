"""Watches a Python process and all that it starts, from their first moment: see PEP 578.

GUARD_LOG: the file that gets a line for everything that must not happen, and one for every process. GUARD_OUT: the one
folder in which anything may be written. What reaches for the network or starts a program is kept from it, too.
"""

import os
import socket
import sys

OUT = os.path.realpath(os.environ["GUARD_OUT"])
LOG = os.open(os.environ["GUARD_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

NETWORK = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.gethostbyaddr",
    "urllib.Request",
}
PROGRAMS = {
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
}
CHANGES = {  # how many of the arguments are paths
    "os.mkdir": 1,
    "os.rename": 2,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.utime": 1,
    "os.setxattr": 1,
}
UNDER = ("os.remove", "os.rmdir")  # whose second argument is the folder that the path starts from, or -1
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def inside(path: object, start: int = -1) -> bool:
    """Whether a path leads into OUT; the last part of it is not followed, as it is what is written."""
    base = os.getcwd() if start < 0 else os.readlink(f"/proc/self/fd/{start}")
    folder, name = os.path.split(os.path.normpath(os.path.join(base, os.fsdecode(path))))
    real = os.path.join(os.path.realpath(folder), name)
    return real == OUT or real.startswith(OUT + os.sep)


def note(what: str, *arguments: object) -> None:
    os.write(LOG, (" ".join([what, *map(repr, arguments)]) + "\n").encode("ascii", "backslashreplace"))


def watch(event: str, arguments: tuple) -> None:
    """An audit hook."""
    if event in NETWORK or (event == "socket.__new__" and arguments[1] != socket.AF_UNIX):
        note(event, *arguments[1:])
        raise RuntimeError(f"{event} while converting")
    if event in PROGRAMS:
        note(event, *arguments)
        raise RuntimeError(f"{event} while converting")
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, int) and flags & WRITING and path != os.devnull and not inside(path):
            note("open", path, flags)
    elif event in CHANGES:
        for path in arguments[: CHANGES[event]]:
            if not isinstance(path, int) and not inside(path, arguments[1] if event in UNDER else -1):
                note(event, path)


note("process", os.getpid())
sys.addaudithook(watch)
