"""How allauth behaves here: nobody signs up alone, accounts come by invitation."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinics.forms.fields import AddressField
from clinics.services import account_mail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("That e-mail address and password do not go together."),
        "enter_current_password": _("Please type the password you have now."),
        "incorrect_code": _("That code is not right, or no longer good."),
        "incorrect_password": _("That password is not right."),
        "same_as_current": _("That is the one you have now."),
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes."),
        "rate_limited": _("Too many tries. Please wait a few minutes."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Left for the worker: else an answer, or its time, would tell whether the address has an account."""
        mail = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
        account_mail.put(address=email, title=str(mail.subject), body=str(mail.body), has_code="code" in context)

    def clean_email(self, email: str) -> str:
        cleaned: str = AddressField().clean(super().clean_email(email))
        return cleaned

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There are no user names."""
