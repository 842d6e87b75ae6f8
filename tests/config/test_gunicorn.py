from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from config.gunicorn import ChangesLogger


@pytest.mark.parametrize(("status", "lines"), [(200, 1), (304, 0), (404, 1)])
def test_access_log_leaves_out_what_was_not_modified(monkeypatch, status, lines):
    written = []
    monkeypatch.setattr(Logger, "access", lambda *given: written.append(given))

    ChangesLogger(Config()).access(SimpleNamespace(status_code=status), None, {}, None)

    assert len(written) == lines
