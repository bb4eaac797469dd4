"""Links in messages: whoever holds one may look at one row, and do one thing with it, without signing in.

A token is signed, not secret: it holds the ids of the clinic and the row, never a name. Each purpose has a salt of
its own, so a link that confirms cannot cancel. Until when a link is good for something is what the row says.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer


@dataclass(frozen=True, slots=True)
class Named:
    clinic_id: int
    row_id: int


class TokenConverter:
    """What a token looks like in an address. One that is none is a page that does not exist."""

    regex = r"[0-9]{1,18}-[0-9]{1,18}\.[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def token_for(purpose: str, *, clinic_id: int, row_id: int) -> str:
    return _signer(purpose).sign(f"{clinic_id}-{row_id}")


def named_by(purpose: str, token: str) -> Named | None:
    """None where the token was not signed for this purpose by this installation."""
    try:
        clinic_id, _dash, row_id = _signer(purpose).unsign(token).partition("-")
    except BadSignature:
        return None
    return Named(int(clinic_id), int(row_id))


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"plumbline.link.{purpose}", sep=".")
