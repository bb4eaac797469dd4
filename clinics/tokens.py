"""Links in messages: whoever holds one may look at one row, and do one thing with it, without signing in.

A token is signed, not secret: it holds the ids of the clinic and the row, never a name. Each purpose has a salt of
its own, so a link that confirms cannot cancel. Until when a link is good for something is what the row says; where
the row has a version, or a mark of what was said of it, the token holds it, and a link from before the last change is
known as one.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer


@dataclass(frozen=True, slots=True)
class Named:
    clinic_id: int
    row_id: int
    version: int = 0  # of a row that has none


class TokenConverter:
    """What a token looks like in an address. One that is none is a page that does not exist."""

    regex = r"[0-9]{1,18}-[0-9]{1,18}(?:-[0-9]{1,9})?\.[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def token_for(purpose: str, *, clinic_id: int, row_id: int, version: int = 0) -> str:
    numbers = [clinic_id, row_id, *([version] if version else [])]
    return _signer(purpose).sign("-".join(str(number) for number in numbers))


def named_by(purpose: str, token: str) -> Named | None:
    """None where the token was not signed for this purpose by this installation."""
    try:
        numbers = _signer(purpose).unsign(token).split("-")
    except BadSignature:
        return None
    return Named(*(int(number) for number in numbers))


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"plumbline.link.{purpose}", sep=".")
