"""Scanners open every link of every letter before its reader does: nothing changes, and Stripe hears nothing."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from werkzeug.test import Client

from aldia import bootstrap
from infra.local import demo
from infra.local.machine import build, open_doors
from infra.local.received import links_of
from infra.local.run import Servers, application
from tests.proofs.html_forms import Page
from tests.proofs.stage import assert_armoured

LETTERS = 100
PROFILES = {
    "a gateway that asks twice": (
        {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks-like scanner)", "Accept": "*/*"},
        ("HEAD", "GET"),
    ),
    "a gateway that follows everything": (
        {"User-Agent": "python-requests/2.32 mail-gateway", "Accept-Encoding": "identity"},
        ("GET",),
    ),
    "a browser that prefetches": (
        {
            "User-Agent": "Mozilla/5.0 (X11; Linux x64) Chrome/126.0",
            "Sec-Purpose": "prefetch;prerender",
            "Purpose": "prefetch",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Site": "none",
            "Sec-Fetch-Dest": "document",
        },
        ("GET",),
    ),
    "a chat that shows a preview": (
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.example/robots)", "Range": "bytes=0-32768"},
        ("GET", "HEAD"),
    ),
    "a sandbox with a browser of its own": (
        {
            "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/126.0",
            "HX-Request": "true",
            "Sec-Fetch-Site": "cross-site",
            "Referer": "https://webmail.example/",
            "Cookie": "s=0; r=0",
        },
        ("GET", "HEAD"),
    ),
}
FOLLOWS = ("?follow=true", "&follow=true", "?a=1&follow=true")


class Told:
    """A machine whose account has lived through the sample's half year, and counters beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, doors = folder, open_doors(0)
        self.machine = build(folder, doors)
        self.at_stripe = 0
        self.machine.stripe.app.before_request(self._count)
        self.servers = Servers(self.machine, doors)
        self.servers.start()
        demo.prepare(self.machine)
        self.machine.jobs.run_once()
        self.client = Client(application(self.machine))
        self.base_url = doors.base_url

    def _count(self) -> None:
        self.at_stripe += 1

    def close(self) -> None:
        self.servers.stop()
        self.machine.stop()

    def letters(self) -> list[dict]:
        """Those to clients, oldest first."""
        return [mail for mail in self.machine.mailbox.all() if mail["to"] != [demo.EMAIL]]

    def picture(self) -> dict:
        """Everything that could have changed."""
        settings = self.machine.ports.settings
        client, digest, count = bootstrap.dynamodb(settings), hashlib.sha256(), 0
        items = []
        for page in client.get_paginator("scan").paginate(TableName=settings.table, ConsistentRead=True):
            items += page["Items"]
        for item in sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"])):
            digest.update(json.dumps(item, sort_keys=True, default=repr).encode())
            count += 1
        files = sorted((file.name, file.stat().st_size) for file in (self.folder / "files").rglob("*"))
        return {
            "table": digest.hexdigest(),
            "items": count,
            "mails": len(self.machine.mailbox.all()),
            "at Stripe": self.at_stripe,
            "files": files,
        }


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    made = Told(tmp_path_factory.mktemp("told"))
    yield made
    made.close()


class Scanner:
    """Opens addresses as one profile does, follows redirects, and notes what it saw."""

    def __init__(self, told, headers, methods):
        self.told, self.headers, self.methods = told, headers, methods
        self.seen, self.statuses = set(), Counter()

    def open(self, url):
        """The HTML behind it, if there is any; each address once."""
        url, html = urldefrag(url)[0], ""
        if url in self.seen or not url.startswith(self.told.base_url):
            return html
        self.seen.add(url)
        for method in self.methods:
            answer = self._ask(url, method)
            if answer.mimetype == "text/html" and method == "GET":
                html = answer.text
            if answer.location:
                self.open(urljoin(url, answer.location))
        return html

    def _ask(self, url, method):
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self.told.client.open(path, method=method, base_url=self.told.base_url, headers=self.headers)
        self.statuses[answer.status_code] += 1
        assert answer.status_code in (200, 206, 303, 404, 405, 410), (method, url, answer.status_code)
        assert "Set-Cookie" not in answer.headers, url
        assert_armoured(parts.path, answer.headers)
        return answer

    def open_all_behind(self, url):
        """The page, and what its links and forms lead to."""
        html = self.open(url)
        page = Page(html)
        for place in (*page.links, *(form.action for form in page.forms)):
            self.open(urljoin(url, place))


def addresses(letter):
    """Every link of a letter, the one of its unsubscribe header included."""
    header = letter["headers"].get("List-Unsubscribe", "")
    return [*links_of(letter), *(part.strip(" <>") for part in header.split(",") if "http" in part)]


@pytest.mark.slow
def test_a_hundred_letters_opened_by_five_scanners_change_nothing(told, record_property):
    letters = told.letters()[-LETTERS:]
    assert len(letters) == LETTERS
    assert {mail["tags"].get("language") or _language(mail) for mail in letters} == {"es", "en"}
    assert told.at_stripe > 0  # the counter counts
    before = told.picture()
    asked = 0
    for name, (headers, methods) in PROFILES.items():
        scanner, opened = Scanner(told, headers, methods), 0
        for letter in letters:
            links = addresses(letter)
            opened += any("/p/" in link for link in links)  # the last word to a wrong person has no page to open
            assert links
            for link in dict.fromkeys(links):
                scanner.open_all_behind(link)
        for link in {addresses(letter)[0] for letter in letters[:20]}:
            for end in FOLLOWS:
                scanner.open(link + end)
        asked += sum(scanner.statuses.values())
        assert opened > 0.95 * LETTERS
        assert scanner.statuses[200] > 4 * LETTERS, (name, scanner.statuses)
    after = told.picture()
    assert after == before
    for what, value in {"requests": asked, **before}.items():
        record_property(what, str(value))


def _language(mail):
    return "en" if mail["subject"].startswith(("Invoice", "2 invoices", "3 invoices", "Thank")) else "es"


@pytest.mark.slow
def test_the_same_picture_would_show_a_single_click(told):
    """The proof can fail: one POST of one letter's link changes the picture."""
    before = told.picture()
    header = told.letters()[-1]["headers"]["List-Unsubscribe"].strip("<>")
    answer = told.client.post(urlsplit(header).path, base_url=told.base_url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert told.picture() != before
