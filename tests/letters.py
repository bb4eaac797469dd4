"""Mails about accounts, as they wait for the worker."""

import re

from clinics.models import AccountMail


def latest() -> AccountMail:
    return AccountMail.objects.latest("pk")


def code_in_mail() -> str:
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", latest().body)
    assert found
    return found[0]
