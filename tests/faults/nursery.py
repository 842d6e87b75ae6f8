"""Brings forth Celery's workers and beats, quickly: each is a fork of one that has read all code.

Reads one order a line, `{"seconds": how far its clock is ahead, "words": what follows celery}`,
and answers each with the number of the process. They all end when their nursery does.
"""

import gc
import importlib
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import time_machine

from config.launch import die_with

# What Celery reads only once it runs.
LATER = (
    *(
        "celery.apps.beat",
        "celery.apps.worker",
        "celery.concurrency.solo",
        "celery.worker.consumer",
    ),
    *("celery.concurrency.prefork", "kombu.transport.redis", "celery.fixups.django"),
)


def main(log):
    from celery.bin.celery import main as celery

    from tests.faults.tested_app import app

    for module in LATER:
        importlib.import_module(module)
    app.loader.import_default_modules()
    app.finalize()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    for line in sys.stdin:
        order, parent = json.loads(line), os.getpid()
        child = os.fork()
        if not child:
            become(celery, parent, log, **order)
        # A group of its own, so that whatever it starts can be killed with it.
        os.setpgid(child, child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def become(celery, parent, log, *, seconds, words):
    os.setpgid(0, 0)
    die_with(parent, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True).start()
    sys.argv = ["celery", *words]
    try:
        celery()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
