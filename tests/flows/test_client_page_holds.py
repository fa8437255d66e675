"""The client's page: what it names stays what it names, what is in the bin stays there, and files are only saved."""

import logging
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest

from aldia.domain import edits
from aldia.flows import casework, client_answers, debt_files
from aldia.pages.pay_view import mark_of
from aldia.store import accounts, tokens
from tests.flows.test_faults import fresh, written
from tests.world import csrf, mark


def link_of(world, given):
    return world.link(world.outbox.to(given[2])[0])


def named(world, given, name):
    ana, debt, _address = given
    casework.change(
        world.ports,
        ana.id,
        debt.client_id,
        lambda case, now: edits.edit(case, debt=replace(case.debt(debt.id), file_name=name), now=now),
    )


def test_a_debt_that_slips_in_before_the_one_shown_is_not_answered_in_its_place(world):
    ana, debt, address = given = written(world)
    link = link_of(world, given)
    shown = world.browser().get(link).text
    early = world.debt(
        ana, client=world.case(ana, debt).client.name, email=address, opened_at=debt.opened_at - timedelta(days=1)
    )
    world.browser().post(link + "/problema", data={"csrf": csrf(shown), "debt": mark(shown), "text": "Falta algo"})
    case = world.case(ana, debt)
    assert (case.debt(debt.id).dispute is not None, case.debt(early.id).dispute) == (True, None)


def test_a_deleted_debt_can_be_neither_answered_nor_downloaded(world):
    ana, debt, _address = given = written(world)
    link = link_of(world, given)
    world.debt(ana, client=world.case(ana, debt).client.name, email=given[2], number="F-2")
    named(world, given, "factura.pdf")
    world.ports.files.put(debt_files.invoice_key(ana.id, debt.id), b"%PDF-")
    file = f"{link}/archivo/{mark_of(debt)}"
    page = world.browser()
    assert page.get(file).status_code == 200
    token = csrf(page.get(link).text)
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: edits.remove(case, debt.id, now=now))
    assert page.get(file).status_code == 404
    for answer in ("pagar", "promesa", "problema"):
        form = {"csrf": token, "debt": mark_of(debt), "shown": "999999", "on": "2026-07-20", "text": "x"}
        assert page.post(f"{link}/{answer}", data=form).status_code == 422


def test_a_file_that_is_gone_is_not_found_and_breaks_nothing(world, tmp_path):
    from aldia.adapters.system import FolderFiles
    from aldia.app import create_app

    given = written(world)
    named(world, given, "factura.pdf")
    app = create_app(replace(world.ports, files=FolderFiles(tmp_path)))
    browser = app.test_client()
    base = world.ports.settings.base_url
    answer = browser.get(f"{link_of(world, given)}/archivo/{mark_of(given[1])}", base_url=base)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.exe.pdf',
        "ñandú año.pdf",
        "x\u202efdp.exe",
        "../../etc/passwd",
        "a;b=c.pdf",
        "日本.pdf",
        "'.pdf",
    ],
)
def test_a_file_is_a_download_whatever_it_is_called(world, name):
    ana, debt, _address = given = written(world)
    named(world, given, name)
    world.ports.files.put(debt_files.invoice_key(ana.id, debt.id), b"<script>")
    answer = world.browser().get(f"{link_of(world, given)}/archivo/{mark_of(debt)}")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_one_click_stops_letters_however_old_the_letter_is(world):
    ana, debt, _address = given = written(world)
    link = link_of(world, given)
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: edits.remove(case, debt.id, now=now))
    world.clock.at += timedelta(days=200)
    assert world.browser().get(link).status_code == 404
    assert world.browser().post(link.replace("/p/", "/baja/")).status_code == 404  # it looks like any dead link
    assert world.case(ana, debt).client.stopped_at


def test_one_click_of_a_withdrawn_link_stops_nothing(world):
    ana, debt, _address = given = written(world)
    world.change_client(ana, debt, link_version=9)
    assert world.browser().post(link_of(world, given).replace("/p/", "/baja/")).status_code == 404
    assert world.case(ana, debt).client.stopped_at is None


def test_an_account_that_is_not_trusted_mails_no_fresh_links(world):
    ana, _debt, address = given = written(world)
    link = link_of(world, given)
    client_answers.pause_account(world.ports, accounts.load(world.ports, ana.id), "trust")
    client_answers.mail_fresh_link(world.ports, link.removeprefix("/p/"))
    assert len(world.outbox.to(address)) == 1


@pytest.mark.parametrize(
    ("module", "name", "said"), [("pay", "case_of", "/p/<token>"), ("pay_view", "view", "poisoned")]
)
def test_what_breaks_is_logged_without_the_secret_of_the_address(world, monkeypatch, caplog, module, name, said):
    given = written(world)
    link = link_of(world, given)
    monkeypatch.setattr(import_module(f"aldia.pages.{module}"), name, lambda *_args, **_more: 1 / 0)
    world.app.testing = False
    world.app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.INFO):
        assert world.browser().get(link).status_code == 500
    whole = logging.Formatter().format  # with what is told of the error
    logged = "\n".join(whole(record) for record in caplog.records if record.name != "werkzeug")
    assert said in logged
    assert link.removeprefix("/p/") not in logged


def test_a_session_that_was_closed_is_not_opened_again_by_a_request_under_way(world):
    ana, _debt, _address = fresh(world)
    browser = world.browser(ana)
    world.clock.at += timedelta(hours=2)
    held = tokens.session(world.ports, browser.secret, world.clock.at)
    seen = tokens.seen(browser.secret, held, world.clock.at)
    world.ports.table.write(tokens.close_session(browser.secret))
    from aldia.ports import Conflict

    with pytest.raises(Conflict):
        world.ports.table.write(seen)
    assert tokens.session(world.ports, browser.secret, world.clock.at) is None
