"""Taps and fields of each answer, counted in the HTML that a client gets: at most two and two, one POST.

What is sent is what a browser would send of the page as it stands, and nothing is typed but what the table names: a
field more that has to be filled in fails here.
"""

from html.parser import HTMLParser
from io import BytesIO

import pytest

from aldia.domain.silences import debt_silence
from aldia.i18n import catalog
from tests.pages.ways_out import NEEDED, PDF, WAYS_OUT, Owing
from tests.proofs.html_forms import Page

MOST = 2


class Folds(HTMLParser):
    """How many closed folds lie over each form and link, and which empty fields of a form are required."""

    def __init__(self, html):
        super().__init__()
        self.over_forms, self.over_links, self.required = [], {}, []
        self._folds = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        closed = self._folds.count(True)
        if tag == "details":
            self._folds.append("open" not in given)
        elif tag == "form":
            self.over_forms.append((given.get("action") or "", closed))
            self.required.append([])
        elif tag == "a" and given.get("href"):
            self.over_links.setdefault(given["href"], closed)
        elif "required" in given and not given.get("value") and self.required:
            self.required[-1].append(given.get("name"))

    def handle_endtag(self, tag):
        if tag == "details":
            self._folds.pop()


def opened(phone, token, way):
    """(taps so far, the page's address, the place of the form, the form) of an answer."""
    address, taps = f"/p/{token}?lang=es", 0
    html = phone.get(address).text
    if way.behind:
        address, taps = next((link, folds + 1) for link, folds in Folds(html).over_links.items() if way.behind in link)
        html = phone.get(address).text
    place, form = next(
        (place, form)
        for place, form in enumerate(Page(html).forms)
        if form.action.endswith(way.form)
        and (not way.has or way.has in form.names)
        and (not way.button[0] or way.button[0] in [name for name, _ in form.buttons])
        and not (way.form == "/pagar" and way.has == "shown" and "is_part" in form.names)
    )
    return taps + Folds(html).over_forms[place][1], address, Folds(html).required[place], form


def sent(phone, address, way, form):
    """What a browser sends."""
    name, start = way.button
    pressed = (
        {name: next(value for known, value in form.buttons if known == name and value.startswith(start))}
        if name
        else {}
    )
    data = {**form.values, **way.typed, **pressed}
    more = {}
    if form.is_multipart:
        more["content_type"] = "multipart/form-data"
        data |= {name: (BytesIO(PDF), "foto.pdf") for name in way.files}
    return phone.post(form.action or address.partition("?")[0], data=data, **more)


@pytest.fixture
def owing(world):
    made = Owing(world)
    world.advance(hours=1)
    return made


def test_no_answer_takes_more_than_two_taps_and_two_fields_and_each_takes_one_post(owing, record_property):
    phone, counted = owing.world.browser(), {}
    for name, way in WAYS_OUT.items():
        token = owing.link(name, way)
        taps, address, required, form = opened(phone, token, way)
        assert set(way.typed) <= set(form.names), name
        assert set(required) <= set(way.typed), f"{name}: {required} have to be filled in as well"
        counted[name] = (taps + 1, len(way.typed) + len(way.files))
        answer = sent(phone, address, way, form)
        assert answer.status_code == 303, (name, answer.text)
        case, debt = owing.case_of(token)
        assert bool(debt_silence(case, debt, owing.world.clock.at)) or not way.is_silent, name
        if way.said:
            page = phone.get(answer.location).text
            assert 'role="status"' in page, name
            assert catalog.text("es", way.said, sender="Ana Ruiz").replace('"', "&#34;") in page, name
    record_property("taps and fields", counted)
    too_many = {name: counted[name] for name in NEEDED if max(counted[name]) > MOST}
    assert not too_many, counted


def test_a_proposal_is_answered_from_the_mail_with_one_tap_or_two(owing):
    phone = owing.world.browser()
    for answer, most in (("yes", 1), ("no", 2)):
        token = owing.reply(f"reply {answer}")
        html = phone.get(f"/r/{token}").text
        place, form = next(
            (place, form) for place, form in enumerate(Page(html).forms) if ("do", answer) in form.buttons
        )
        assert Folds(html).over_forms[place][1] + 1 == most
        assert Folds(html).required[place] == []
        assert phone.post(f"/r/{token}", data={**form.values, "do": answer}).status_code == 303
        assert phone.get(f"/r/{token}?said={answer}").status_code == 200
        assert owing.case_of(token)[1].proposal is None


def test_a_field_more_that_has_to_be_filled_in_is_noticed(owing):
    """So that the count above means something."""
    way = WAYS_OUT["a promise"]
    html = owing.world.browser().get(f"/p/{owing.link('noticed', way)}?lang=es").text
    more = html.replace('name="on"', 'name="on" required><input name="why" required', 1)
    place = next(place for place, form in enumerate(Page(more).forms) if form.action.endswith("/promesa"))
    assert Folds(more).required[place] == ["on", "why"]
    twice = '<details><details><form action="/x"></form></details></details>'
    assert Folds(twice).over_forms == [("/x", 2)]
