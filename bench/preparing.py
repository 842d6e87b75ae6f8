"""Fills the throwaway database, each step in a process whose memory can be told apart."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = {"DEBUG": "true"}
# Pages are measured as production serves them, apart from the secrets.
PRODUCTION = {
    "DEBUG": "false",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "only-for-make-bench-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "testserver",
    "SITE_URL": "https://testserver",
    "DEFAULT_FROM_EMAIL": "bench@testserver",
    "EMAIL_HOST": "localhost",
    "LOG_LEVEL": "CRITICAL",
}


def prepare(*, members: int, seed: int) -> None:
    print("PostgreSQL and Valkey run in a throwaway folder, without fsync: reading is measured,")
    print("not the disk. Other work on this machine shows in the times; hence the ratios.\n")
    run("migrate", "--verbosity", "0", settings=DEVELOPMENT)
    seeding = ("seed_demo", "--members", str(members), "--seed", str(seed))
    seconds, megabytes = run(*seeding, settings=DEVELOPMENT)
    print(f"\nseed_demo took {seconds:.0f} seconds and {megabytes:.0f} MB at its largest.")
    run("collectstatic", "--no-input", "--verbosity", "0", settings=PRODUCTION)


def run(*command: str, settings: dict[str, str]) -> tuple[float, float]:
    """Run one of our commands to its end; its seconds, and its memory at the largest, in MB."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=os.environ | settings
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} has failed.")
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return time.monotonic() - started, usage.ru_maxrss / unit
