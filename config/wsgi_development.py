"""What `make run` serves: the application, or for as long as its code is broken, the reason."""

import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def is_ours(file: Path) -> bool:
    return ROOT in file.parents and ROOT / ".venv" not in file.parents


try:
    from config.wsgi import application  # noqa: F401  gunicorn asks for it
except Exception as problem:
    # gunicorn shows a SyntaxError and waits for its file to change; any other error would end it.
    steps = traceback.extract_tb(problem.__traceback__)
    ours = [step for step in steps if is_ours(Path(step.filename))]
    place = (ours[-1].filename, ours[-1].lineno, None, ours[-1].line)
    raise SyntaxError(f"{type(problem).__name__}: {problem}", place) from problem
