"""A field of one line keeps to it, whoever sends it by hand."""

import pytest
from django import forms

from patients.forms.patient import ContactForm
from tests.factories import NINE


@pytest.mark.parametrize(
    "sent", ["Pia\r\nBEGIN:VEVENT", "Pia\nBEGIN:VEVENT", "Pia\x1b\x85BEGIN:VEVENT", "Pia\u2028BEGIN:VEVENT"]
)
def test_breaks_and_controls_become_a_space(sent: str) -> None:
    form = ContactForm({"given_name": sent, "birth_date": "1984-05-17"}, today=NINE.date())
    assert (form.is_valid(), form.cleaned_data["given_name"]) == (True, "Pia BEGIN:VEVENT")


def test_a_text_of_several_lines_keeps_them() -> None:
    class Letter(forms.Form):
        text = forms.CharField(widget=forms.Textarea)

    form = Letter({"text": "Pia\nBEGIN"})
    assert (form.is_valid(), form.cleaned_data["text"]) == (True, "Pia\nBEGIN")


def test_a_null_character_is_refused() -> None:
    form = ContactForm({"given_name": "Pia\x00", "birth_date": "1984-05-17"}, today=NINE.date())
    assert "given_name" in form.errors
