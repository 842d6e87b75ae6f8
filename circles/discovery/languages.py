"""The languages circles speak, each by its own name."""

from django.conf.locale import LANG_INFO

CODES = (
    "ar bg bn bs ca cs da de el en es et fa fi fr ga he hi hr hu id is it ja ko lt lv mk nb nl pl"
    " pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi"
).split()
OFFERED = {code: str(LANG_INFO[code]["name_local"]) for code in CODES} | {"zh": "中文"}


def plain(code: str) -> str:
    """`pt` for `pt-BR`: people of two regions understand each other."""
    return code.lower().partition("-")[0]


def name_of(code: str) -> str:
    """`Deutsch` for `de` and `de-CH`; the code itself for a language we have no name for."""
    known = OFFERED.get(plain(code))
    return known[:1].upper() + known[1:] if known else code


def choices() -> list[tuple[str, str]]:
    named = [(code, name_of(code)) for code in OFFERED]
    return sorted(named, key=lambda choice: choice[1].casefold())
