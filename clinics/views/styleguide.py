"""The style guide: every part in every state, where one looks and where browser tests look. English only."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import public

AMOUNTS = [("all", "All of it"), ("part", "Part"), ("none", "Not today")]
DAYS = [("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri")]
PAIN = [(str(value), str(value)) for value in range(11)]
SERVICES = [("needling", "Functional dry needling, 45 min"), ("follow-up", "Follow-up visit, 30 min")]
SIDES = [("right", "Right"), ("left", "Left")]


class SampleForm(forms.Form):
    """One field of each kind."""

    lunge = forms.DecimalField(label="Lunge, right", help_text="Toe to wall, in centimetres.")
    phone = forms.RegexField(r"^\+\d", label="Phone", error_messages={"invalid": "Start with + and the country."})
    service = forms.ChoiceField(label="Service", choices=SERVICES)
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    explained = forms.BooleanField(label="Soreness for 24–72 h explained")
    amount = forms.ChoiceField(label="How much", choices=AMOUNTS, widget=forms.RadioSelect)
    pain = forms.ChoiceField(label="Strongest pain while doing it", choices=PAIN, widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="Days", choices=DAYS, widget=forms.CheckboxSelectMultiple)
    side = forms.ChoiceField(label="Side", choices=SIDES, widget=forms.RadioSelect)


FILLED = {
    "lunge": "8.0", "phone": "+353 1 555 0142", "service": "needling", "day": "2026-11-23", "reason": "",
    "explained": "on", "amount": "all", "pain": "2", "days": ["1", "2", "4"], "side": "right",
}  # fmt: skip
REFUSED = {"lunge": "3.1 in", "phone": "555 0142", "service": "needling"}

FLAGS = [
    {"kind": "true", "glyph": "shield-check", "text": "Red flags clear"},
    {"kind": "line", "glyph": "", "text": "No precautions recorded"},
]
TABS = [
    {"name": name, "url": "#person", "current": name == "Sessions"}
    for name in ("Reasoning", "Assessment", "Care plan", "Sessions", "Home programme")
]
OPTIONS = [
    {"title": "11:30 today, Anna Meyer", "note": "Room 2 · right after Ines Haas", "url": "#choices"},
    {"title": "09:45 today, Luis Ortega", "note": "Room 4 · needling until Feb 2028", "url": "#choices"},
    {"title": "09:45 tomorrow, Anna Meyer", "note": "Room 2 · same time, one day later", "url": "#choices"},
]
GATES = [
    {"title": "Red flags clear", "text": "Screened 12 Oct, confirmed today", "open": True},
    {
        "title": "Contraindications open",
        "text": "7 of 8 answered. Blood thinners is missing, and it decides depth and sites.",
        "open": False,
        "url": "#gates",
        "action": "Ask about blood thinners",
    },
    {"title": "Your credential", "text": "Needling, trunk and hip, until 30 Jun 2027", "open": True},
]
WAITS = [{"text": "1 needle still in", "url": "#gates"}, {"text": "Blood thinners", "url": "#gates"}]
PEOPLE = [
    ("Maya Okafor", "Low back", 3, [6, 5, 4, 5], 62, "Today 10:00"),
    ("Bartholomew Featherstonehaugh-Carrington", "Neck", 2, [7, 6, 6], 85, "Thu 5 Nov"),
    ("Omar Said", "Shoulder", 4, [4, 4, 3, 2], 30, "Not booked"),
]


@require_safe
@public("style guide, development only")
def styleguide(request: HttpRequest) -> HttpResponse:
    context = {
        "filled": SampleForm(FILLED, auto_id="filled_%s"),
        "refused": SampleForm(REFUSED, auto_id="refused_%s"),
        "flags": FLAGS,
        "tabs": TABS,
        "options": OPTIONS,
        "gates": GATES,
        "waits": WAITS,
        "people": PEOPLE,
        "page": Paginator(range(214), 8).get_page(2),
        "by_week": [84.6, 92.3, 61.5, 76.9, 92.3, None],
        "pain_by_week": [6, 5, 4, 5, 3, 3, 2],
        "long": "Wilhelmina-Charlotte Okafor-Featherstonehaugh-Carrington",
    }
    return render(request, "clinics/styleguide.html", context)
