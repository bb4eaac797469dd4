"""Names for rows that a browser may keep: always the same for the same row, and of no use to whoever reads them."""

from django.db.models import Model
from django.utils.crypto import salted_hmac


def opaque(row: Model) -> str:
    return salted_hmac(f"plumbline.opaque.{row._meta.label_lower}", str(row.pk), algorithm="sha256").hexdigest()[:32]
