"""Who works in the clinic: inviting somebody, changing what somebody may do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from clinics.forms.fields import AddressField
from clinics.models import Membership, User
from clinics.services import staff


class MembershipForm(forms.ModelForm[Membership]):
    by: User  # set by the admin
    again = forms.BooleanField(
        label=_("send an invitation again"), required=False, widget=UnfoldBooleanSwitchWidget,
        help_text=_("Who accepts it works here."),
    )  # fmt: skip  # shown until somebody accepts, and where somebody has left

    class Meta:
        model = Membership
        fields = ["role", "treats", "supervised", "is_active"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.changed_data and (objection := staff.objection(self.instance, self.cleaned_data, by=self.by)):
            raise ValidationError(objection)
        return cleaned


class JoinForm(forms.Form):
    """Who accepts says what they are called: until then it is what somebody else typed, perhaps in another clinic."""

    name = forms.CharField(label=_("Your name, as colleagues see it"), max_length=200)


class InviteForm(forms.ModelForm[Membership]):
    """The same answer whether the address is known elsewhere or not: an invitation goes out."""

    by: User
    email = AddressField(
        label=_("e-mail"),
        help_text=_("An invitation goes there. Who accepts it works here."),
        widget=UnfoldAdminEmailInputWidget,
    )
    name = forms.CharField(label=_("name"), max_length=200, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = Membership
        fields = ["role", "treats"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        known = Membership.objects.filter(user__email=email).first()
        if known and known.invited_at:
            raise ValidationError(_("This person is invited already. Open them in the list to send the letter again."))
        if known and not known.is_active:
            raise ValidationError(_("This person has worked here before. Open them in the list to invite them again."))
        if known:
            raise ValidationError(_("This person is on your staff list already."))
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if objection := staff.objection(None, self.cleaned_data, by=self.by):
            raise ValidationError(objection)
        return cleaned
