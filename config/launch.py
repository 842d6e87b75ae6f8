"""Becomes another program, which then dies with the process that started it.

    python launch.py DEATH_SIGNAL PARENT_PID IDENTITY PROGRAM [ARGUMENT …]

A script of its own because both things it sets belong to the process that execs, and doing them
between fork and exec of a bigger program (preexec_fn) is not safe beside threads. IDENTITY says as
whom the program runs, because PostgreSQL refuses to run as root:

same        as we are;
namespace   as `nobody` in a user namespace, where our files are nobody's: nothing changes hands;
nobody      as the real `nobody`, for systems that forbid user namespaces.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000


def main(death_signal: str, parent: str, identity: str, *command: str) -> None:
    {"same": lambda: None, "namespace": enter_namespace, "nobody": become_nobody}[identity]()
    die_with(int(parent), int(death_signal))
    os.execv(command[0], command)  # noqa: S606  no shell is the point


def die_with(parent: int, death_signal: int) -> None:
    """Ask for the signal when the parent ends. Only Linux can; elsewhere the next start tidies."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The process that started this one has already ended.")


def enter_namespace() -> None:
    nobody = pwd.getpwnam("nobody")
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "No user namespace here")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} {gid} 1")


def become_nobody() -> None:
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
