"""What the macros promise: errors tied to their fields, what was typed kept, user text never markup."""

import re

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from aldia import assets
from aldia.i18n import catalog

EVIL = '"><script>alert(1)</script>'
MACROS = sorted((assets.TEMPLATES / "macros").glob("*.html"))
SHELLS = [assets.TEMPLATES / name for name in ("layout.html", "public.html", "client_page.html")]


@pytest.fixture(params=["es", "en"])
def show(request):
    """Renders a template text as the pages do, in each language."""
    environment = Environment(loader=FileSystemLoader(assets.TEMPLATES), autoescape=True, undefined=StrictUndefined)
    known = {
        "t": lambda key, **values: catalog.text(request.param, key, **values),
        "lang": request.param,
        "money": lambda minor, currency: f"{minor} {currency}",
        "csrf": "form-token",
        "path": "/cobros/nuevo",
        "account": {"name": "Ana"},
        "asset": assets.asset,
        "pay_style": Markup(assets.pay_style()),
        "from_name": EVIL,
    }
    return lambda text, **values: environment.from_string(text).render(known | values)


def test_a_fields_error_is_tied_to_it_and_what_was_typed_stays(show):
    html = show(
        '{% from "macros/forms.html" import field with context %}'
        '{{ field("email", "Mail", typed, "email", hint="Why", error="Not an address.") }}',
        typed=EVIL,
    )
    assert 'aria-describedby="f-email-hint f-email-error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="error" id="f-email-error">Not an address.</p>' in html
    assert '<label for="f-email">' in html
    assert 'value="&#34;&gt;&lt;script&gt;' in html


CALLS = [
    'field("a", "L", v)', 'text_area("a", "L", v)', 'money_field("a", "L", v, "EUR")', 'date_field("a", "L", v)',
    'select("a", "L", [(v, v)], v)', 'radio_cards("a", "L", [(v, v, v)], v)', 'checkbox("a", v, value=v)',
    'button(v, name="a", value=v, attrs={"hx-post": v})', 'confirm(v, v, v, v, {"a": v})',
    'file_field("a", v, hint=v, error=v)',
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_no_form_macro_lets_user_text_become_markup(show, call):
    name = call.partition("(")[0]
    html = show(f'{{% from "macros/forms.html" import {name} with context %}}{{{{ {call} }}}}', v=EVIL)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(("typed", "kind"), [("", "date"), ("2026-12-18", "date"), ("18 de dic", "text")])
def test_a_date_that_cannot_be_read_is_shown_as_it_was_typed(show, typed, kind):
    html = show('{% from "macros/forms.html" import date_field with context %}{{ date_field("d", "Day", v) }}', v=typed)
    assert f'type="{kind}" value="{typed}"' in html


def test_a_form_carries_its_token_only_when_it_changes_something(show):
    text = '{% from "macros/forms.html" import form with context %}{% call form("/x", how) %}{% endcall %}'
    assert 'name="csrf" value="form-token"' in show(text, how="post")
    assert "csrf" not in show(text, how="get")


def test_every_state_has_a_badge_and_every_moment_its_words(show):
    text = '{% from "macros/parts.html" import badge with context %}{{ badge(state) }}'
    for key in catalog.sentences("es"):
        area, _, name = key.partition(".")
        if area == "state":
            assert "badge" in show(text, state=name)
    for state in ("sent", "next", "task", "waiting", "skipped", "unknown", "good"):
        html = show('{% from "macros/parts.html" import moment with context %}{{ moment("d", "w", s, "y") }}', s=state)
        assert f"is-{state}" in html


def test_every_reason_of_the_scenario_format_has_a_sentence():
    reasons = (
        "paid promise extension plan dispute review payment_on_its_way already_paid wrong_person paused stopped "
        "bounced complaint no_consent closed_day window cap overtaken needs_approval zero_amount written_off"
    ).split()
    for language in catalog.LANGUAGES:
        assert all(catalog.text(language, f"reason.{reason}").endswith(".") for reason in reasons)


def test_the_shell_marks_where_one_is_and_offers_the_other_language(show):
    html = show('{% extends "layout.html" %}')
    assert html.count('aria-current="page"') == 1
    assert re.search(r'href="/cobros" aria-current="page"', html)
    assert 'action="/idioma" method="post"' in html
    assert html.index('class="skip"') < html.index('class="bar"')
    assert 'id="flash" class="flash" role="status"' in html
    assert 'hx-headers:inherited=\'{"X-CSRF-Token": "form-token"}\'' in html


def test_the_shell_of_somebody_who_is_not_signed_in_has_no_navigation(show):
    assert 'class="nav"' not in show('{% extends "layout.html" %}', account=None)


def test_a_notice_can_be_undone_and_is_escaped(show):
    html = show('{% extends "layout.html" %}', notices=[{"text": EVIL, "undo": "/cobros/1/deshacer"}])
    assert 'action="/cobros/1/deshacer" method="post"' in html
    assert "<script>alert" not in html


def test_the_client_page_needs_no_other_request(show):
    html = show('{% extends "client_page.html" %}')
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == ["data:,"]
    assert f"<style>{assets.pay_style()}</style>" in html
    assert "<script" not in html


@pytest.mark.parametrize("template", [*MACROS, *SHELLS], ids=lambda path: path.name)
def test_templates_keep_to_the_policy_and_say_what_they_are_for(template):
    text = template.read_text("utf-8")
    assert not re.search(r"\|\s*safe|Markup|hx-on|hx-vals|\sstyle=|\son\w+=", text)
    for name in re.findall(r"{% macro (\w+)", text):
        assert re.search(rf"{{# {name}\(", text), f"{name} has no comment that shows how to call it"
