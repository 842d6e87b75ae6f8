"""How `make run` serves: one process that starts anew when the code or a template changes."""

import os
from typing import Any

from gunicorn.glogging import Logger

QUIET_PATHS = ("/static/", "/healthz")


class PageLogger(Logger):
    """Logs the pages people open, and not the dozen files each of them brings along."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if not environ["PATH_INFO"].startswith(QUIET_PATHS):
            super().access(resp, req, environ, request_time)


wsgi_app = "config.wsgi_development"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
threads = 8
timeout = 0  # a debugger may hold a request for as long as it likes
graceful_timeout = 2
reload = True
reload_extra_files = ["templates/**/*.html"]
control_socket_disable = True

loglevel = "error"
logger_class = PageLogger
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"
