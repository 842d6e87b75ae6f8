"""Checks the code and brings a development database up to date: migrations, demo data once.

One Django process does it all for `make run`. The last line it prints is the e-mail addresses of
the demo logins that exist, separated by spaces.
"""

import gc
import os
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import django

DEMO_ROLES = ("member", "facilitator", "hr", "organiser")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # It lives for seconds; looking for cycles would be a third of what migrating takes.
    gc.disable()
    django.setup()
    check()
    migrate()
    seed()
    print(*demo_logins())


def check() -> None:
    """Broken code fails here, once, and not in three processes at the same time."""
    from django.core.management import call_command

    call_command("check", stdout=StringIO())


def migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        say(f"Applying {len(waiting)} migrations…")
        draw_options_only()
        call_command("migrate", interactive=False, verbosity=0)


def draw_options_only() -> None:
    """Let Django migrate in half the time, in this process.

    For each index and each constraint it makes the classes of all related models anew, though only
    a list of their model's options has changed: change that list.
    """
    from django.db.migrations.state import ProjectState

    def quickly(change: Callable[..., None]) -> Callable[..., None]:
        def changed(state: ProjectState, app: str, model: str, option: str, changing: Any) -> None:
            drawn: Any = state.__dict__.pop("apps", None)  # without them, none is made anew
            change(state, app, model, option, changing)
            if drawn is not None:
                state.__dict__["apps"] = drawn
                options = list(state.models[app, model].options[option])
                setattr(drawn.get_model(app, model)._meta, option, options)

        return changed

    for name in ("_append_option", "_remove_option"):
        setattr(ProjectState, name, quickly(getattr(ProjectState, name)))


def seed() -> None:
    """All of the demo data or none of it: an interrupted first start begins anew."""
    from django.core.management import call_command
    from django.db import transaction

    from members.models import Member

    if Member.objects.exists():
        return
    say("Making a demo organisation of 300 people…")
    with transaction.atomic():
        call_command("seed_demo", members=300, seed=1, stdout=sys.stderr)


def demo_logins() -> list[str]:
    from django.conf import settings

    from members.models import Member

    wanted = [f"{role}@{settings.DEMO_DOMAIN}" for role in DEMO_ROLES]
    found = set(Member.objects.filter(email__in=wanted).values_list("email", flat=True))
    return [email for email in wanted if email in found]


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
