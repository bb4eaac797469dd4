"""What every form has that books or moves visits: whether the patient is told, and why needling is close together."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import notify_field
from patients.services.spacing import TOO_CLOSE


class CloseForm(forms.Form):
    """Needling visits close together take a tick and a reason."""

    close_ok = forms.BooleanField(
        label=_("It is right like this"), required=False, error_messages={"required": _("Tick it if it is.")}
    )
    spacing_reason = forms.CharField(
        label=_("Why?"), max_length=200, required=False, error_messages={"required": TOO_CLOSE}
    )
    notify = notify_field()

    def ask_why(self) -> None:
        for name in ("close_ok", "spacing_reason"):
            self.fields[name].required = True

    @property
    def asks_why(self) -> bool:
        """Asked and not answered yet, or answered and still to be sent."""
        return any(self[name].errors or self[name].value() for name in ("close_ok", "spacing_reason"))

    @property
    def accepted_reason(self) -> str:
        given = self.cleaned_data
        return str(given["spacing_reason"]).strip() if given["close_ok"] else ""

    def refuse(self, refused: ValidationError) -> None:
        """What the service says, at its fields."""
        if "spacing_reason" in getattr(refused, "error_dict", {}):
            self.ask_why()
            if self.cleaned_data["spacing_reason"]:
                refused = ValidationError({"close_ok": self.fields["close_ok"].error_messages["required"]})
        for name, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
            self.add_error(name if name in self.fields else None, errors)
