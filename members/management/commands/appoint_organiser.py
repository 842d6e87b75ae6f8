from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from members.actions import CannotGrant, appoint_organiser
from members.models import Member


class Command(BaseCommand):
    """The way in for the first organiser of a new installation."""

    help = "Make a person an organiser; with --name, create them first if nobody has the address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address they sign in with")
        parser.add_argument("--name", default="", help="of a person who is not known yet")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            validate_email(email.strip())
            person, is_new = appoint_organiser(email, name=name.strip())
        except ValidationError as problem:
            raise CommandError(f"{email} is not an e-mail address.") from problem
        except Member.DoesNotExist as problem:
            raise CommandError(f"Nobody has {email}. Add --name to create them.") from problem
        except CannotGrant as problem:
            raise CommandError(str(problem)) from problem
        done = "created and is" if is_new else "is"
        self.stdout.write(f"{person.name} {done} an organiser, and signs in with a code by e-mail.")
