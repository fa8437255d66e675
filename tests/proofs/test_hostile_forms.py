"""Every field of every form × every hostile value: one clear sentence, what was typed is kept, nothing is half saved.

Three grids. *All at once*: in the n-th request field i holds value i + n, so that in the end every field has held
every value. *Free text*: every field that takes any words holds the same value, the others are valid, so that it is
accepted and shown. *One at a time*: one field is hostile and the rest valid, for a seeded sample; ALDIA_WHOLE_GRID=1
makes that sample the whole grid.
"""

import os
import random

import pytest
from flask import got_request_exception

from tests.hostile import HOSTILE, HOSTILE_BYTES
from tests.proofs.found_forms import browser_of, discover, send
from tests.proofs.harmless import harm_in
from tests.proofs.html_forms import read
from tests.proofs.routes import routes

VALUES = [value for _, value in HOSTILE]
SAMPLE = len(VALUES) if os.environ.get("ALDIA_WHOLE_GRID") else 1
SENTENCE = ('role="alert"', 'class="error"', "note-stop", "note-warm", 'class="verdict', "<h1")
TYPED = ("text", "email", "tel", "search", "number", "date", "textarea", "time", "url")
# Forms that only a fragment, a mail or a moment shows; what reads their fields is the reader of another form here.
NOT_SHOWN = {
    "clients.contact_rows": "the same form as clients.create, sent by htmx while it is filled",
    "debts.new.plan": "the same form as debts.new.create, sent by htmx while it is filled",
    "settings.look_at_ladder": "the same form as settings.save_ladder, sent by htmx",
    "settings.look_at_text": "the same form as settings.save_text, sent by htmx while it is typed",
    "client_texts.look": "the same form as client_texts.save, sent by htmx while it is typed",
    "debts.note.look_at_note": "the same form as debts.note.save, sent by htmx while it is typed",
    "settings.look_at_working": "the same form as settings.publish_working, sent by htmx while it is typed",
    "settings.look_at_terms": "the same form as settings.save_terms, sent by htmx",
    "pay.unsubscribe": "posted by mail programs: it has no field",
    "clients.write_to_suggested": "a button beside the person who was named: no field",
    "pay.other_language": "a button: no field",
    "risk.know": "a button beside a limit that is passed: no field",
    "pay.preference": "two buttons where there is more than one way to pay: no field",
    "debts.actions.undo": "a button beside what was just done: no field",
    "today.aside": "a button: no field",
    "today.back": "a button beside what was just done: no field",
    "bank.back": "a button beside what was just done: no field",
    "imports.go_on": "a button while a large set is saved: no field",
    "settings.go_on": "a button while new terms are applied: no field",
    "restored.go_on": "a button after a restore: no field",
    "settings.connect": "a button where each freelancer has an own Stripe account: no field",
    "sign_in.with_link": "a button behind the mailed link: no field",
    "settings.confirm_email_link": "a button behind the mailed link: no field",
    "hooks.stripe": "posted by Stripe: its body is signed",
}
MAY_WRITE = {"sign_in.with_code", "sign_in.ask", "sign_in.sign_up", "settings.prove"}  # tries are counted


@pytest.fixture(scope="session")
def forms(stage):
    """Every form by the endpoint that it is sent to."""
    by_endpoint = {}
    for found in discover(stage):
        by_endpoint.setdefault(found.endpoint, []).append(found)
    return by_endpoint


ENDPOINTS = sorted({route.endpoint for route in routes()} - set(NOT_SHOWN))
POSTED = sorted({route.endpoint for route in routes(methods=("POST",))} - set(NOT_SHOWN))


class Judge:
    """Sends forms and collects what is wrong with the answers."""

    def __init__(self, stage, monkeypatch):
        self.stage, self.wrong, self.accepted, self.sent = stage, [], 0, 0
        self.errors = []
        monkeypatch.setattr(stage.world.app, "testing", False)
        got_request_exception.connect(self._note, stage.world.app)

    def _note(self, _app, exception, **_more):
        self.errors.append(repr(exception)[:200])

    def try_one(self, found, values, what, files=None):
        """Send it, look at the answer, put everything back; whether it was accepted."""
        self.sent += 1
        with self.stage.put_back():
            answer = send(self.stage, found, values, files)
            problems = self._problems(found, values, answer)
            is_accepted = answer.status_code < 400
            if answer.location == "/entrar":
                problems.append("the browser was signed out")
            if is_accepted and answer.status_code == 303:
                self.accepted += 1
                problems += self._shown(found, answer) if set(TYPED) & {one.kind for one in found.form.fields} else []
        self.wrong += [f"{found} · {what}: {problem}" for problem in problems]
        self.errors.clear()
        return is_accepted

    def _problems(self, found, values, answer):
        if answer.status_code >= 500:
            return [f"{answer.status_code} {self.errors[-1:]}"]
        if answer.status_code not in (200, 204, 303, 400, 404, 409, 410, 413, 422):
            return [f"an answer of {answer.status_code}"]
        html = answer.text if answer.mimetype == "text/html" else ""
        problems = harm_in(html)
        if any(sign in value for value in answer.headers.values() for sign in "\r\n"):
            problems.append("a line end in a header")
        if answer.status_code >= 400:
            if self.stage.touched and found.endpoint not in MAY_WRITE:
                problems.append(f"refused, and yet written: {sorted(self.stage.touched)[:3]}")
            if not any(sign in html for sign in SENTENCE):
                problems.append("refused without a sentence")
            if answer.status_code == 422:
                problems += self._kept(found, values, html)
        return problems

    def _kept(self, found, values, html):
        """What a person typed stands in the form again."""
        page, lost = read(html), []
        for name in found.names:
            kind = found.form.kind(name)
            if kind not in TYPED or name not in values or name == "website":  # people do not see that one
                continue
            form = page.form(found.form.action, name) or next((one for one in page.forms if name in one.names), None)
            if form is None:
                lost.append(f"the field {name} is not there again")
                continue
            kept = next(one for one in form.fields if one.name == name)
            if values[name][0] and plain(kept.value) != plain(values[name][0]):
                lost.append(f"{name} was {values[name][0][:60]!r} and is {kept.value[:60]!r}")
        return lost

    def _shown(self, found, answer):
        place = answer.location.partition("#")[0]
        if not place.startswith("/"):
            return [] if place.startswith(("http://127.0.0.1:", "https://")) else [f"leads to {place}"]
        page = browser_of(self.stage, found.secret).get(place)
        if page.status_code >= 500:
            return [f"{place} then answers {page.status_code} {self.errors[-1:]}"]
        return [f"{place}: {harm}" for harm in harm_in(page.text)] if page.mimetype == "text/html" else []

    def verdict(self):
        assert not self.wrong, f"{len(self.wrong)} of {self.sent}:\n" + "\n".join(self.wrong[:12])


def plain(text):
    """As a browser gives a text back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")[:20_000]


@pytest.fixture
def judge(stage, monkeypatch):
    judging = Judge(stage, monkeypatch)
    yield judging
    got_request_exception.disconnect(judging._note, stage.world.app)


@pytest.mark.parametrize("endpoint", POSTED)
def test_every_endpoint_that_takes_a_form_has_one_on_a_page(forms, endpoint):
    assert endpoint in forms, "no page of the stage shows it: add the state that does, or say why in NOT_SHOWN"


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_value_in_every_field_all_at_once(forms, judge, endpoint):
    for found in forms.get(endpoint, []):
        names = found.names
        for turn in range(len(VALUES) if names else 0):
            hostile = {name: [VALUES[(place + turn) % len(VALUES)]] for place, name in enumerate(names)}
            judge.try_one(found, found.valid() | hostile, f"turn {turn}")
    judge.verdict()


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_value_as_free_text_among_valid_fields(forms, judge, endpoint):
    for found in forms.get(endpoint, []):
        typed = [name for name in found.names if found.form.kind(name) in TYPED]
        if len(found.names) == 1:
            continue  # with one field the first grid has been the whole one
        free = [name for name in typed if takes_words(judge, found, name)]
        for place, value in enumerate(VALUES if free else ()):
            judge.try_one(found, found.valid() | {name: [value] for name in free}, HOSTILE[place].name)
    judge.verdict()


def takes_words(judge, found, name):
    """Whether the field takes words that are nothing special."""
    return judge.try_one(found, found.valid() | {name: ["Palabras corrientes"]}, f"words in {name}")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_one_hostile_field_among_valid_ones(forms, judge, endpoint):
    dice = random.Random(endpoint)
    for found in forms.get(endpoint, []):
        for name in found.names:
            for place in dice.sample(range(len(VALUES)), SAMPLE):
                judge.try_one(found, found.valid() | {name: [VALUES[place]]}, f"{name}={HOSTILE[place].name}")
    judge.verdict()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_hostile_files_and_their_names(forms, judge, endpoint):
    for found in forms.get(endpoint, []):
        names = [one.name for one in found.form.fields if one.kind == "file"]
        for name in names:
            valid = found.valid() | ({"pasted": [""]} if "pasted" in found.names else {})
            for one in HOSTILE_BYTES:
                judge.try_one(found, valid, f"{name}: {one.name}", {name: (one.value, "factura.xml")})
                judge.try_one(found, valid, f"{name}: pdf + {one.name}", {name: (b"%PDF-1.4\n" + one.value, "f.pdf")})
            for one in HOSTILE:
                judge.try_one(found, valid, f"name of {name}: {one.name}", {name: (b"%PDF-1.4\n%%EOF", one.value)})
    judge.verdict()
