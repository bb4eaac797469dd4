from django import forms
from django.utils.translation import gettext_lazy as _


class AddendumForm(forms.Form):
    text = forms.CharField(
        label=_("What is added or put right"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20000
    )
    reason = forms.CharField(label=_("Why"), max_length=200)


class PhraseForm(forms.Form):
    text = forms.CharField(label=_("Words that you write often"), max_length=300)
