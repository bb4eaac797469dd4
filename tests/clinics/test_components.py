"""Parts of the design system: what they draw, and what may never be in a template."""

import re
from pathlib import Path

import pytest
from allauth.account.forms import LoginForm
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path

from clinics.views.styleguide import styleguide
from config import home, urls
from config.demo import ACCOUNTS

CSS = settings.BASE_DIR / "clinics/static/clinics/css"
TEMPLATES = sorted(
    path
    for app in ("clinics", "patients", "programs", "portal")
    for path in settings.BASE_DIR.glob(f"{app}/templates/**/*.html")
)
# Demo mode is off in tests; the panel posts to an address that exists only there.
urlpatterns = [*urls.urlpatterns, path("demo/sign-in/", home.demo_sign_in, name="demo-sign-in")]
ERROR_PAGES = ["400", "403", "403_csrf", "404", "429", "500", "503"]
BLOCKED_BY_CSP = re.compile(r"""\sstyle=|<style|\son\w+=|\shx-on|javascript:|<script(?![^>]*\ssrc=)|js:""")


class VisitForm(forms.Form):
    lunge = forms.DecimalField(label="Lunge", help_text="In centimetres.")
    note = forms.CharField(label="Note", required=False)
    told = forms.BooleanField(label="Explained")
    side = forms.ChoiceField(label="Side", choices=[("r", "Right"), ("l", "Left")], widget=forms.RadioSelect)


class CodeForm(forms.Form):
    code = forms.CharField()


def draw(source: str, **context: object) -> str:
    html = Template("{% load plumbline %}" + source).render(Context(context))
    return " ".join(html.split())


def test_a_refused_field_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    html = draw("{% field form.lunge %}", form=VisitForm({"lunge": "3.1 in"}))
    assert 'value="3.1 in"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_lunge_hint id_lunge_error"' in html
    assert re.findall(r'id="(id_lunge\w*)"', html) == ["id_lunge", "id_lunge_hint", "id_lunge_error"]
    assert "A number, please." in html


def test_a_number_is_a_text_field_because_a_browser_empties_what_it_cannot_read() -> None:
    html = draw("{% field form.lunge %}", form=VisitForm())
    assert re.findall(r'type="(\w+)"|inputmode="(\w+)"', html) == [("text", ""), ("", "decimal")]


def test_only_an_optional_field_is_marked() -> None:
    form = VisitForm()
    assert draw("{% field form.note %}", form=form).count("optional") == 1
    assert draw("{% field form.lunge %}", form=form).count("optional") == 0


def test_label_hint_and_attributes_may_be_replaced() -> None:
    html = draw('{% field form.lunge label="Right" hint="" autocomplete="off" %}', form=VisitForm())
    assert re.findall(r"<label[^>]*>(.*?)</label>", html) == ["Right"]
    assert "centimetres" not in html
    assert 'autocomplete="off"' in html
    assert "aria-describedby" not in html


def test_radios_are_a_named_group_that_points_at_its_error() -> None:
    html = draw('{% field form.side look="picks" %}', form=VisitForm({}))
    assert html.startswith('<fieldset class="field bad" id="id_side" aria-describedby="id_side_error">')
    assert re.findall(r'class="pick">.*?<span>(\w+)</span>', html) == ["Right", "Left"]
    assert re.findall(r"<legend[^>]*>(.*?)</legend>", html) == ["Side"]


def test_a_tick_has_its_words_beside_it() -> None:
    html = draw("{% field form.told %}", form=VisitForm({"told": "on"}))
    assert re.findall(r'<label class="check">.*?<span>(.*?)</span></label>', html) == ["Explained"]
    assert " checked" in html


def test_the_summary_counts_fields_and_small_forms_need_none() -> None:
    assert re.findall(r"<b>(.*?)</b>", draw("{% form_errors form %}", form=VisitForm({}))) == ["3 fields need a look."]
    assert draw("{% form_errors form %}", form=CodeForm({})) == ""
    assert draw("{% form_errors form %}", form=VisitForm()) == ""


def test_text_from_people_is_escaped_everywhere() -> None:
    evil = '"><script>x</script>'
    form = VisitForm({"lunge": evil, "note": evil})
    html = draw(
        "{% field form.lunge %}{% field form.note %}{% icon evil %}{% ring 1 3 evil %}{% bar 5 evil evil %}"
        '{% include "components/person.html" with name=evil facts=evil %}'
        '{% include "components/note.html" with text=evil %}',
        form=form,
        evil=evil,
    )
    assert "<script" not in html


def test_an_unknown_factor_state_is_drawn_as_not_assessed() -> None:
    assert re.findall(r"#([\w-]+)", draw('{% bob "nonsense" %}')) == ["bob-none"]


def test_a_shut_gate_names_its_way_forward() -> None:
    gates = [
        {"title": "Consent", "text": "Signed", "open": True, "url": "/a", "action": "Never shown"},
        {"title": "Red flags", "text": "Missing", "open": False, "url": "/b", "action": "Screen now"},
    ]
    html = draw('{% include "components/gates.html" %}', gates=gates)
    assert re.findall(r'<a class="btn" href="(.*?)">(.*?)</a>', html) == [("/b", "Screen now")]


@pytest.mark.parametrize("page", ERROR_PAGES)
def test_an_error_page_needs_neither_database_nor_context(page: str) -> None:
    html = render_to_string(f"{page}.html")
    assert html.count("<h1>") == 1
    assert html.count("btn primary") == 1  # one way forward


@pytest.mark.urls(__name__)
def test_the_demo_panel_is_drawn_only_for_demo_accounts() -> None:
    request = RequestFactory().get("/accounts/login/")

    def keys(accounts: object) -> list[str]:
        html = render_to_string("account/login.html", {"form": LoginForm(), "demo_accounts": accounts}, request)
        return re.findall(r'name="key"\s+value="(\w+)"', html)

    assert keys(()) == []
    assert keys(ACCOUNTS) == [one.key for one in ACCOUNTS]


def test_the_style_guide_shows_every_component() -> None:
    html = styleguide(RequestFactory().get("/styleguide/")).content.decode()
    for sign in (
        'class="note',
        'class="empty"',
        'class="gates"',
        'class="choices"',
        "<dialog",
        'class="toast"',
        'rel="next"',
    ):
        assert sign in html, sign


@pytest.mark.parametrize("source_path", TEMPLATES, ids=lambda one: one.name)
def test_a_template_holds_nothing_that_the_content_policy_blocks(source_path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", source_path.read_text())
    assert BLOCKED_BY_CSP.findall(source) == []
    assert source.count("\n") <= 150


def test_every_stylesheet_is_in_the_entry_file_once() -> None:
    imported = re.findall(r'@import url\("(.+?)"\)', (CSS / "plumbline.css").read_text())
    own_pages = {"plumbline.css", "admin.css"}  # the admin links its sheet beside unfold's
    present = sorted(str(path.relative_to(CSS)) for path in CSS.rglob("*.css") if path.name not in own_pages)
    assert sorted(imported) == present
