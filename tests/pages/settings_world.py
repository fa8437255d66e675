"""Hands for the tests of the settings: a form as the page shows it, filled in and sent."""

import re
from html.parser import HTMLParser

from tests.world import csrf


class Forms(HTMLParser):
    """The fields of each form of a page, as a browser would send them untouched."""

    def __init__(self, html):
        super().__init__()
        self.forms, self._select = {}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        if tag == "form":
            self.now = self.forms.setdefault(held.get("action", ""), {})
        name = held.get("name")
        if tag == "input" and name and hasattr(self, "now"):
            if held.get("type") in ("checkbox", "radio") and "checked" not in held:
                return
            self.now[name] = held.get("value", "")
        if tag == "textarea" and name:
            self._select = name
            self.now[name] = ""
        if tag == "select" and name:
            self._select = name
        if tag == "option" and "selected" in held and self._select:
            self.now[self._select] = held["value"]

    def handle_data(self, data):
        if self._select and self.now.get(self._select) == "" and data.strip():
            self.now[self._select] = data.strip("\n")

    def handle_endtag(self, tag):
        if tag in ("select", "textarea"):
            self._select = None


def fields(html, action):
    return Forms(html).forms[action]


def send(browser, path, values=None, *, page=None, action=None, without=()):
    """Open the page, fill in the form, send it; the answer to the POST."""
    shown = browser.get(page or path)
    assert shown.status_code == 200, shown.text
    form = fields(shown.text, action or path) | {"csrf": csrf(shown.text)} | (values or {})
    return browser.post(action or path, data={name: value for name, value in form.items() if name not in without})


def code_in(message):
    return re.search(r"^\s+(\d{6})$", message.text, re.M)[1]


def prove(world, account, browser, answer):
    """Type the code that was mailed because the session was not fresh; the page that one comes back to."""
    assert answer.location == "/ajustes/eres-tu"
    code = code_in(world.outbox.to(account.email)[-1])
    back = browser.post("/ajustes/eres-tu", data={"csrf": csrf(browser.get("/ajustes/eres-tu").text), "code": code})
    assert back.status_code == 303, back.text
    return browser.get(back.location)
