"""The pair of keys by which push services know us (RFC 8292)."""

import os
import secrets
import time
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

A_SIGNATURE_HOLDS = 12 * 3600
DEVELOPMENT_KEY = "vapid-key"


def private_key() -> str:
    """The key that is set; in development one that is made once and kept; else nothing."""
    said: str = settings.VAPID_PRIVATE_KEY
    if said or not settings.DEVELOPMENT_PAGES:
        return said
    return _kept(settings.VAR_DIR / DEVELOPMENT_KEY)


def public_key() -> str:
    """What a browser is given when it subscribes; nothing where there is no key."""
    private = private_key()
    return _public(private) if private else ""


def new_private_key() -> str:
    """32 bytes in base64url, as VAPID_PRIVATE_KEY takes them."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return str(b64urlencode(number.to_bytes(32, "big")))


def authorization(origin: str) -> str:
    """The header that tells the push service at this address who posts."""
    claims = {
        "aud": origin,
        "sub": settings.VAPID_CONTACT,
        "exp": int(time.time()) + A_SIGNATURE_HOLDS,
    }
    return str(_signer(private_key()).sign(claims)["Authorization"])


@cache
def _signer(private: str) -> Vapid02:
    signer = Vapid02.from_string(private)
    # It would refuse addresses such as those of development.
    signer.conf = {"no-strict": True}
    return signer


@cache
def _public(private: str) -> str:
    point = _signer(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


@cache
def _kept(path: Path) -> str:
    """Of several processes that begin together, the first one's key counts."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(new_private_key(), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
