"""How gunicorn serves in production: gunicorn -c config/gunicorn.py config.wsgi"""

import gc
import os
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger


class ChangesLogger(Logger):
    """Leaves out what was not modified: every screen of a live meeting asks every other second."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if resp.status_code != 304:
            super().access(resp, req, environ, request_time)


bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 30
graceful_timeout = 25
keepalive = 5
# Fresh workers now and then, not all at once, so that a slow leak never grows large. A new one
# takes seconds of a processor; screens of live meetings alone send hundreds of requests a second.
max_requests = 50_000
max_requests_jitter = 20_000
# Heartbeats are files; on a disk they can stall a worker until it is taken for dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True

logger_class = ChangesLogger


def post_worker_init(_worker: Any) -> None:
    """What is loaded by now stays: Python need not look through it for garbage again and again."""
    gc.collect()
    gc.freeze()


accesslog = "-"
# The path without its query string, which can hold what a person searched for.
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        name: {"handlers": ["console"], "level": "INFO", "propagate": False}
        for name in ("gunicorn.error", "gunicorn.access")
    },
}
