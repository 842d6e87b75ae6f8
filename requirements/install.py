"""Brings .venv up to date with a lock: python3 requirements/install.py production|run|test

Does nothing, quickly, when .venv already holds that lock or a larger one. Needs only Python's own
library, and parses on any Python 3, so that an old one gets a sentence instead of a syntax error.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "installed.json")
# Each lock, and those that contain it.
SATISFIED_BY = {
    "production": ("production", "run", "test"),
    "run": ("run", "test"),
    "test": ("test",),
}


def main(wanted):
    use_a_new_enough_python()
    handle = os.open(HERE, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # two makes at once install one after the other
    if not is_installed(wanted):
        install(wanted)


def use_a_new_enough_python():
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        path = shutil.which(name)
        if path:
            os.execv(path, [path, *sys.argv])
    sys.exit(
        "Peerloom needs Python %d.%d or newer, and %s is %d.%d. Install a newer one, or name it: "
        "make run PYTHON=/path/to/python3" % (OLDEST + (sys.executable,) + sys.version_info[:2])
    )


def is_installed(wanted):
    try:
        with open(STAMP) as stamp:
            installed = json.load(stamp)
    except (OSError, ValueError):
        return False
    return installed in [fingerprint(name) for name in SATISFIED_BY[wanted]]


def fingerprint(name):
    with open(lock_path(name), "rb") as lock:
        digest = hashlib.sha256(lock.read()).hexdigest()
    return {"lock": name, "sha256": digest, "python": "%d.%d" % sys.version_info[:2]}


def lock_path(name):
    return os.path.join(HERE, name + ".txt")


def install(wanted):
    python = os.path.join(VENV, "bin", "python")
    if not fits(python):
        make_venv()
    if os.path.exists(STAMP):
        os.remove(STAMP)
    say("Installing what requirements/%s.txt lists into .venv (only when it changes)…" % wanted)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    pip += ["--require-hashes", "--no-deps", "--requirement", lock_path(wanted)]
    if subprocess.call(pip):
        sys.exit("The installation failed; pip's reason stands above. Run the same command again.")
    with open(STAMP, "w") as stamp:
        json.dump(fingerprint(wanted), stamp)


def fits(python):
    """Whether .venv has a working Python of this very version, with pip."""
    asked = "import pip, sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.check_output([python, "-c", asked], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.decode().strip() == "%d.%d" % sys.version_info[:2]


def make_venv():
    say("Making .venv with Python %d.%d…" % sys.version_info[:2])
    made = subprocess.call(
        [sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.DEVNULL
    )
    if made:
        sys.exit(
            "Python's venv module does not work here. On Debian and Ubuntu: "
            "apt-get install python%d.%d-venv" % sys.version_info[:2]
        )


def say(sentence):
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1])
