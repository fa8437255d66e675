"""Flows done once, alone, by a person who repeats what failed: those that race with nobody, and new ones besides."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from aldia.banking.reference import reference
from aldia.domain import reminders
from aldia.domain.account import Account, BankDetails
from aldia.domain.case import Letter, LetterPart
from aldia.domain.prevention import OpenLimit
from aldia.flows import (
    accept_terms,
    after_restore,
    allowance,
    ask_first,
    attach_file,
    bank_details,
    bank_statement,
    change_email,
    check_reference,
    claim_payment,
    client_text,
    connect_stripe,
    dead_address,
    debt_files,
    delete_account,
    edit_text,
    export_account,
    foresee_import,
    import_debts,
    import_files,
    letter_note,
    morning,
    own_letter,
    prove_again,
    publish_terms,
    put_aside,
    remembered,
    run_jobs,
    share_terms,
    sign_in,
    start_payment,
    take_back,
    try_letter,
    undo_import,
    usual_limit,
    welcome,
)
from aldia.ports import Message
from aldia.store import accounts, codec, imports, mornings, needs, own_texts, tokens, wakeups, working_terms
from tests.simulator.shared_transfer import all_are_paid, owes_three, reads_transfer
from tests.simulator.stage import Stage

CSV = b"number,client,email,issue_date,due_date,amount,currency,paid,tax_id\n" + b"".join(
    f"F-{n},{('Bruno', 'Carla')[n % 2]},,2026-05-01,2026-06-15,{100 + n}.00,MXN,,\n".encode() for n in range(3)
)
PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass(frozen=True)
class Tour:
    """`act` is what the person does, again after a fault; `is_done` looks at what is stored."""

    flows: tuple[str, ...]
    act: Callable[[Stage], None]
    is_done: Callable[[Stage], bool]
    before: Callable[[Stage], None] = lambda _stage: None  # how it came to this; nothing goes wrong in it


def _code(stage: Stage) -> str:
    """The six digits of the last mail that has some."""
    for _at, mail in reversed(stage.mailbox.mails):
        found = re.search(r"\b\d{3} ?\d{3}\b", mail.text)
        if found:
            return found[0]
    raise AssertionError("no code was mailed")


def signs_up(stage: Stage) -> None:
    request = sign_in.ask(stage.ports, email="dora@example.com", language="es", is_sign_up=True, network="n")
    sign_in.with_code(stage.ports, request=request, code=_code(stage))


def has_signed_up(stage: Stage) -> bool:
    owners = [item["account"] for (pk, sk), item in stage.table.items.items() if sk == "OWNER"]
    profiles = [pk for pk, sk in stage.table.items if sk == "PROFILE"]
    return len(owners) == 2 and sorted(profiles) == sorted(f"A#{owner}" for owner in owners)


def answers_welcome(stage: Stage) -> None:
    welcome.welcome(stage.ports, _account(stage), name="Ana R.", country="ES")


def changes_bank(stage: Stage) -> None:
    bank_details.change_bank(stage.ports, _account(stage), BankDetails("Ana", "BBVA", "012180001234567897"))


def edits_text(stage: Stage) -> None:
    """Words of one's own, and the letter that takes them."""
    edit_text.save(stage.ports, _account(stage), "overdue_1/es", text="Te escribo por {factura}.")
    case = stage.case(stage.clients[0])
    debt, now = case.debts[0], stage.clock.at
    part = LetterPart(debt.id, "overdue_1", "overdue_1", debt.amount_minor, debt.currency)
    late = debt.due_on + timedelta(days=7)
    own_letter.composed(stage.ports, case, Letter("overdue_1", "ladder", late, now, (part,)), link="", stop_link="")


def at_work(stage: Stage) -> None:
    """Ten in the morning in Mexico: letters may go."""
    stage.clock.at += timedelta(hours=4)


def sets_usual_limit(stage: Stage) -> None:
    usual_limit.set_usual_limit(stage.ports, _account(stage), OpenLimit(1, "MXN"))


def is_over(stage: Stage) -> bool:
    """The client's one debt is more, and today says so once."""
    told = [one.kind for one in needs.waiting(stage.plain, stage.account_id, limit=9)]
    return (stage.account().open_limit, told) == (OpenLimit(1, "MXN"), ["over_limit"])


def agrees_on_terms(stage: Stage) -> None:
    """Published, mailed to the client, read and accepted; a link made and all of them withdrawn."""
    publish_terms.publish(stage.ports, _account(stage), words={"es": "Dos rondas."}, firm=("pause",))
    client_id = stage.clients[0]
    share_terms.mail(stage.ports, stage.account_id, client_id, key="form01")
    share_terms.make_link(stage.ports, stage.account_id, client_id)
    version = working_terms.load(stage.ports, stage.account_id, 1)
    assert version
    accept_terms.accept(stage.ports, (stage.account_id, client_id), version, by="Bruno")
    if stage.case(client_id).client.terms_links == 1:
        share_terms.withdraw(stage.ports, stage.account_id, client_id)


def has_agreed(stage: Stage) -> bool:
    """One version, one yes to it, at most one letter, and every link shut."""
    client = stage.case(stage.clients[0]).client
    versions = working_terms.stored(stage.plain, stage.account_id)
    yeses = working_terms.accepted_by(stage.plain, stage.account_id, client.id)
    shared = [mail for _at, mail in stage.mailbox.mails if "/c/" in mail.text]
    is_one = (len(versions), [one.number for one in yeses], client.terms_links) == (1, [1], 2)
    return is_one and client.accepted == yeses[0] and len(shared) <= 1


def tries_letter(stage: Stage) -> None:
    message = Message(to=("x@example.com",), subject="Factura", text="Hola", html="<body>Hola</body>")
    try_letter.try_letter(stage.ports, _account(stage), message, mark="Prueba", note="Es una prueba.")


def has_tried(stage: Stage) -> bool:
    return stage.mailbox.mails[-1][1].to == (stage.account().email,)


def has_own_text(stage: Stage) -> bool:
    held = own_texts.load(stage.plain, stage.account_id, "overdue_1/es")
    return (stage.account().texts, held.text) == (("overdue_1/es",), "Te escribo por {factura}.")


def edits_for_client(stage: Stage) -> None:
    ids = (stage.account_id, stage.clients[0])
    client_text.save(stage.ports, ids, "overdue_1/es", text="Solo para ti, {nombre}: {factura}.")
    client_text.reset(stage.ports, ids, "overdue_1/es")
    client_text.undo(stage.ports, ids, "overdue_1/es")
    client_text.save(stage.ports, ids, "overdue_1/es", text="Solo para ti, {nombre}: {factura}.")


def has_own_words(stage: Stage) -> bool:
    held = own_texts.load(stage.plain, stage.account_id, "overdue_1/es", stage.clients[0])
    client = stage.case(stage.clients[0]).client
    return (client.texts, client.our_texts, held.text) == (
        ("overdue_1/es",),
        (),
        "Solo para ti, {nombre}: {factura}.",
    )


def notes(stage: Stage) -> None:
    """A note, another one in its place, and one that is taken away."""
    case = stage.case(stage.clients[0])
    ids = (stage.account_id, case.client.id, case.debts[0].id)
    key, text = "overdue_1", "Gracias por el café."
    now = letter_note.seen_as(case, ids[2])
    letter_note.write(stage.ports, ids, key=key, text="Hola.", seen=now)
    letter_note.remove(stage.ports, ids, seen=letter_note.seen_as(stage.case(ids[1]), ids[2]))
    letter_note.write(stage.ports, ids, key=key, text=text, seen="")


def has_noted(stage: Stage) -> bool:
    note = stage.case(stage.clients[0]).debts[0].letter_note
    return note is not None and (note.key, note.text) == ("overdue_1", "Gracias por el café.")


def proves(stage: Stage) -> None:
    account, now = _account(stage), stage.clock.at
    prove_again.ask(stage.ports, account, "secret", back="/b", kept={"a": "b"})
    held = tokens.Session(account.id, now, now, now - timedelta(hours=1))
    prove_again.prove(stage.ports, account, held, "secret", code=_code(stage))
    prove_again.forget(stage.ports, account, "secret")


def is_proved(stage: Stage) -> bool:
    held = tokens.session(stage.plain, "secret", stage.clock.at)
    return bool(held and held.is_fresh(stage.clock.at))


def changes_email(stage: Stage) -> None:
    change_email.ask(stage.ports, _account(stage), email="nueva@example.com")
    change_email.with_code(stage.ports, _account(stage), code=_code(stage))


def has_changed_email(stage: Stage) -> bool:
    owners = (accounts.owner_of(stage.plain, email) for email in ("nueva@example.com", "ana@example.com"))
    return [*owners, stage.account().email] == [stage.account_id, None, "nueva@example.com"]


def connects(stage: Stage) -> None:
    connect_stripe.connect(stage.ports, _account(stage))
    stage.stripe.bank.onboard(stage.account().stripe_account)
    connect_stripe.look(stage.ports, _account(stage))


def is_connected(stage: Stage) -> bool:
    opened = stage.stripe.world.store.rows("SELECT id FROM objects WHERE kind = 'account'")
    return stage.account().stripe_ready and len(opened) == 2  # the platform's and hers


def attaches(stage: Stage) -> None:
    client_id, debt_id = stage.debts[0]
    attach_file.attach_file(stage.ports, stage.account_id, client_id, debt_id, upload=("f.pdf", PDF))


def is_attached(stage: Stage) -> bool:
    client_id, debt_id = stage.debts[0]
    return stage.case(client_id).debt(debt_id).file_name == "f.pdf" and PDF in stage.ports.files.held.values()  # type: ignore[attr-defined]


def sends_proof(stage: Stage) -> None:
    said = claim_payment.Said(None, None, "TR-55", ("r.pdf", PDF))
    claim_payment.claim_payment(stage.ports, (stage.account_id, *stage.debts[0]), said)


def has_sent_proof(stage: Stage) -> bool:
    client_id, debt_id = stage.debts[0]
    debt = stage.case(client_id).debt(debt_id)
    kept = debt_files.proof_key(stage.account_id, debt_id)
    return bool(debt.claim) and debt.proof_name == "r.pdf" and kept in stage.ports.files.held  # type: ignore[attr-defined]


def _statement(stage: Stage) -> bytes:
    _client_id, debt_id = stage.debts[0]
    return f"Fecha,Concepto,Importe\n{stage.clock.at:%Y-%m-%d},TRANSF {reference(debt_id)},55.00\n".encode()


def reads_statement(stage: Stage) -> None:
    account = _account(stage)
    bank_statement.take_in(stage.ports, account, "b.csv", _statement(stage))
    for one in bank_statement.board(stage.ports, account).matches:
        bank_statement.book(
            stage.ports, account.id, one.line.id, client_id=one.found.client_id, debt_id=one.found.debt_id
        )


def is_read(stage: Stage) -> bool:
    client_id, debt_id = stage.debts[0]
    booked = [entry for entry in stage.case(client_id).debt(debt_id).entries if entry.key.startswith("bank.")]
    return [entry.amount_minor for entry in booked] == [5500]


def unbooks(stage: Stage) -> None:
    client_id, debt_id = stage.debts[0]
    for entry in stage.case(client_id).debt(debt_id).kept_entries:
        take_back.take_back(stage.ports, (stage.account_id, client_id, debt_id), key=entry.key)


def waits_again(stage: Stage) -> bool:
    client_id, debt_id = stage.debts[0]
    found = bank_statement.board(stage.ports, _account(stage))
    return len(found.matches) == 1 and not stage.case(client_id).debt(debt_id).kept_entries


def puts_aside(stage: Stage) -> None:
    client_id, debt_id = stage.debts[0]
    case = stage.case(client_id)
    put_aside.put_aside(stage.ports, case, debt_id, "unknown")
    put_aside.bring_back(stage.ports, case, debt_id, "unknown")


def stands_again(stage: Stage) -> bool:
    return [one.kind for one in needs.waiting(stage.plain, stage.account_id, limit=9)] == ["unknown"]


def exports(stage: Stage) -> None:
    assert b"".join(export_account.export(stage.ports, _account(stage), say=lambda key: key)).startswith(b"PK")


def looks_back(stage: Stage) -> None:
    news, sent = remembered.told(stage.ports, stage.account_id, stage.clients[0])
    assert (news, sent) == ([], [])


def comes_back(stage: Stage) -> None:
    """The table was set back; what was due is doubted, then the freelancer lets letters go again."""
    if "restored" not in stage.shown:
        after_restore.after_restore(stage.ports, stage.clock.at - timedelta(hours=3))
        stage.shown.append("restored")
    after_restore.go_on(stage.ports, _account(stage))


def has_come_back(stage: Stage) -> bool:
    cursor = stage.table.get(*wakeups.CURSOR) or {}
    told = [mail for _at, mail in stage.mailbox.mails]
    return stage.account().paused is None and not cursor.get("held") and len(told) <= 1


def looks_ahead(stage: Stage) -> None:
    limited = replace(stage.ports, settings=replace(stage.ports.settings, trust_limits=True))
    left = allowance.allowance(limited, _account(stage), stage.clock.at)
    assert left
    assert not left.is_full(stage.clock.at)


def deletes(stage: Stage) -> None:
    account = accounts.load(stage.ports, stage.account_id)
    if account:
        delete_account.begin(stage.ports, account)
    run_jobs.run(stage.ports)
    stage.clock.at += timedelta(minutes=61)
    run_jobs.run(stage.ports)
    stage.clock.at += timedelta(minutes=61)
    run_jobs.run(stage.ports)


def is_deleted(stage: Stage) -> bool:
    left = [key for key in stage.table.items if stage.account_id in key[0]]
    told = [mail for _at, mail in stage.mailbox.mails if mail.to == ("ana@example.com",)]
    return not left and len(told) <= 1


def brings_invoices(stage: Stage) -> None:
    """A set is looked at, confirmed and saved; one that stopped half way goes on."""
    account = _account(stage)
    record = next((one for one in imports.latest(stage.ports, account.id) if one.state == "saving"), None)
    if record is None:
        record, readings = import_files.stage(stage.ports, account, [("f.csv", CSV)])
        assert record, readings
        draft = import_files.draft(stage.ports, account, record)
        assert draft
        foresee_import.letters_ahead(stage.ports, account, draft)
        record = import_debts.confirm(stage.ports, account, draft)
    while record.state == "saving":
        record = import_debts.save_some(stage.ports, account, record)


def brought(stage: Stage) -> tuple[int, int, int]:
    """How many debts came with a set, how many of them are in the bin, and how many invoices are taken."""
    known = {f"D#{debt_id}" for _client, debt_id in stage.debts}
    debts = [item for (_pk, sk), item in stage.table.items.items() if sk.startswith("D#") and sk not in known]
    binned = [item for item in debts if '"deleted_at":' in codec.plain(item["data"])]
    taken = {item["debt"] for (pk, _sk), item in stage.table.items.items() if pk == f"A#{stage.account_id}#X"}
    return len(debts), len(binned), len(taken)


def takes_back(stage: Stage) -> None:
    account = _account(stage)
    sets = imports.latest(stage.ports, account.id)
    if not any(one.state in ("saved", "undoing", "undone") for one in sets):
        brings_invoices(replace(stage, ports=stage.plain))
        sets = imports.latest(stage.ports, account.id)
    saved = [one for one in sets if one.state in ("saved", "undoing")]
    for record in saved:
        now = undo_import.begin(stage.ports, record) if record.state == "saved" else record
        while now.state == "undoing":
            now = undo_import.undo_some(stage.ports, account, now)


def leaves_it_open(stage: Stage) -> None:
    """A payment page is opened and not used; no webhook says that it has closed, and a reminder falls due."""
    client_id, debt_id = stage.debts[0]
    stage.stripe.bank.webhooks("lose")
    due = reminders.next_wakeup(stage.case(client_id), stage.clock.at)
    assert due
    stage.clock.at = due - timedelta(hours=24)
    wish = start_payment.Wish((debt_id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(stage.plain, stage.account_id, client_id, wish)
    stage.clock.at += timedelta(hours=24, minutes=1)


def reminds(stage: Stage) -> None:
    """The function for letters, which asks nothing of payments: the one for money has not run yet."""
    run_jobs.run(stage.ports, kinds=run_jobs.NOT_MONEY)


def waits_for_an_answer(stage: Stage) -> bool:
    """Nobody was written to, and the reconciler was asked to look at once."""
    asked_at = [item["wake_sk"] for item in stage.table.items.values() if item["kind"] == "checkout"]
    return not stage.mailbox.mails and asked_at == [f"{stage.clock.at:%Y-%m-%dT%H:%M:%S}"]


def on_a_morning(stage: Stage) -> None:
    """Eight o'clock on the day after the debt was written down."""
    stage.clock.at += timedelta(hours=26)


def is_asked_first(stage: Stage) -> None:
    """She wishes to be asked, gets the morning's mail, lets one letter go, leaves it out, and takes that back."""
    ask_first.switch(stage.ports, _account(stage), is_on=True)
    morning.ask(stage.ports, stage.account_id)
    now = stage.clock.at
    for one in ask_first.board(stage.ports, _account(stage), now).letters:
        ask_first.allow(stage.ports, stage.account_id, one.case.client.id, one.mark, is_read=one.is_formal)
        ask_first.leave_out(stage.ports, stage.account_id, one.case.client.id, one.mark)
    for left in ask_first.board(stage.ports, _account(stage), now).left:
        ask_first.take_back(stage.ports, stage.account_id, left.case.client.id, left.name)
    ask_first.switch_client(stage.ports, _account(stage), stage.clients[0], wish=True)


def was_asked_once(stage: Stage) -> bool:
    asked = [mail for _at, mail in stage.mailbox.mails if "/v/" in mail.text]
    board = ask_first.board(stage.plain, stage.account(), stage.clock.at)
    held = mornings.load(stage.plain, stage.account_id)
    is_claimed = bool(held) and held["day"] == f"{stage.clock.at:%Y-%m-%d}"
    return len(asked) <= 1 and is_claimed and len(board.open) == 1 and not board.left


def reports_dead(stage: Stage) -> None:
    dead_address.dead_address(stage.ports, "Bruno@example.com")


def is_silenced(stage: Stage) -> bool:
    """The one client of that address."""
    return bool(stage.case(stage.clients[0]).client.bounced_at)


def checks_letter(stage: Stage) -> None:
    """The client asks whether its letter is real."""
    text = reference(stage.case(stage.clients[0]).debts[0].id)
    assert check_reference.check_reference(stage.ports, text, network="n")


def is_counted(stage: Stage) -> bool:
    """That somebody asked, and nothing about what."""
    return [item["n"] >= 1 for (pk, _sk), item in stage.table.items.items() if pk.startswith("Q#check")] == [True]


def _account(stage: Stage) -> Account:
    found = accounts.load(stage.ports, stage.account_id)
    assert found
    return found


TOURS = (
    Tour(("sign_in",), signs_up, has_signed_up),
    Tour(("welcome",), answers_welcome, lambda stage: stage.account().name == "Ana R."),
    Tour(("bank_details", "settings_change"), changes_bank, lambda stage: stage.account().bank.holder == "Ana"),
    Tour(("edit_text", "own_letter"), edits_text, has_own_text),
    Tour(("client_text",), edits_for_client, has_own_words),
    Tour(("usual_limit",), sets_usual_limit, is_over),
    Tour(("share_terms", "accept_terms"), agrees_on_terms, has_agreed, at_work),
    Tour(("letter_note",), notes, has_noted),
    Tour(("try_letter",), tries_letter, has_tried),
    Tour(("prove_again",), proves, is_proved),
    Tour(("change_email",), changes_email, has_changed_email),
    Tour(("connect_stripe",), connects, is_connected),
    Tour(("attach_file",), attaches, is_attached),
    Tour(("check_reference",), checks_letter, is_counted),
    Tour(("dead_address",), reports_dead, is_silenced),
    Tour(("bank_statement", "statement_debts"), reads_statement, is_read),
    Tour(("bank_statement", "statement_debts"), reads_transfer, all_are_paid, owes_three),
    Tour(("take_back",), unbooks, waits_again, reads_statement),
    Tour(("claim_payment",), sends_proof, has_sent_proof),
    Tour(("put_aside",), puts_aside, stands_again),
    Tour(("ask_first", "morning"), is_asked_first, was_asked_once, on_a_morning),
    Tour(("export_account",), exports, lambda _stage: True),
    Tour(("remembered",), looks_back, lambda _stage: True),
    Tour(("after_restore",), comes_back, has_come_back),
    Tour(("allowance",), looks_ahead, lambda _stage: True),
    Tour(("not_known_yet",), reminds, waits_for_an_answer, leaves_it_open),
    Tour(("delete_account",), deletes, is_deleted),
    Tour(
        ("import_files", "import_debts", "foresee_import"), brings_invoices, lambda stage: brought(stage) == (3, 0, 3)
    ),
    Tour(("undo_import",), takes_back, lambda stage: brought(stage) == (3, 3, 0)),
)

IN_SEEDS = (
    "accept_terms", "apply_defaults", "ask_first", "change_client", "client_answers", "client_text", "deliver",
    "finish_task", "letter_note", "listen", "mail_event", "morning", "open_debt", "payment_page", "record_payment",
    "remind", "report_problem", "run_jobs", "send_letter", "settle", "settings_change", "share_terms", "start_payment",
    "tell", "write_by_hand",
)  # fmt: skip
"""Flows that the seeds must reach (test_simulator.py counts); some of them have a tour as well."""

WITHOUT_POINTS = {
    "casework": "the shape of every change: its operations carry the name of whoever asked",
    "debt_files": "keeps a file for whoever asked, whose name its operations carry",
    "paying_online": "asks the account that it is given",
    "publish_terms": "works through settings_change, whose name its operations carry",
    "pause_account": "works through settings_change, whose name its operations carry",
}
