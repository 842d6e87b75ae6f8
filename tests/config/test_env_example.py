"""Every name that the code or docker-compose.yml reads is in .env.example, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "config",
    "members",
    "notifications",
    "circles",
    "sessions_app",
    "facilitation",
    "analytics",
)
READERS = {"flag", "get", "integer", "secret", "setdefault", "text", "url", "words"}
# Not ours to explain.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "NO_COLOR", "PYTHONUNBUFFERED", "PYTHONWARNINGS"}


def names_in_example():
    lines = (ROOT / ".env.example").read_text().splitlines()
    return [match[1] for line in lines if (match := re.match(r"(?:# )?([A-Z][A-Z0-9_]*)=", line))]


def names_in_code():
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    return {
        node.args[0].value.removesuffix("_FILE")
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if is_reading(node)
    } - FOREIGN


def is_reading(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
        and ast.unparse(node.func.value) in {"env", "os.environ"}
        and isinstance(node.args[0], ast.Constant)
    )


def names_in_compose():
    return set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_example_names_everything_that_is_read():
    assert names_in_code() | names_in_compose() == set(names_in_example())


def test_example_names_nothing_twice():
    names = names_in_example()

    assert sorted(names) == sorted(set(names))
