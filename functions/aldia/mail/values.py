"""Everything that a template of a letter to a client may say, by name."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aldia.banking.reference import reference
from aldia.domain.account import Account, BankDetails
from aldia.domain.agreed import NOTICE
from aldia.domain.asked_for import is_asked_for
from aldia.domain.case import Case, Letter
from aldia.domain.client import Client
from aldia.domain.concessions import has_part_choices
from aldia.domain.debt import Debt
from aldia.domain.firm_letters import cited
from aldia.domain.ladder import step_of, went_at
from aldia.domain.payments import FROM_CREDIT
from aldia.domain.phrases import phrase_for
from aldia.domain.received import may_not_have_come
from aldia.i18n import formats
from aldia.mail.headers import one_line, paragraphs
from aldia.mail.links import check, no_more, not_me
from aldia.mail.parts import Part, part_of
from aldia.mail.reader import Reader
from aldia.mail.shares import share_lines

REMINDERS = ("pre_due", "due_today", "overdue_1", "overdue_2", "formal_letter")
ANSWER_DAYS = {"formal_letter": 15, "last_notice": 10}  # calendar days to answer, when the letter sets none
PROPOSALS = ("proposal_noted", "terms_offered", "proposal_declined")
NO_ANSWERS = ("not_me_link", "no_more_link")
NOT_COLLECTION = ("invoice_sent", "new_link")  # need no "this is not a court proceeding"

Values = Mapping[str, object]


def letter_values(case: Case, letter: Letter, *, link: str, pays_online: bool, own_text: str = "") -> dict[str, object]:
    """All values for the template of one letter to the client."""
    reader = Reader(case.client.language, case.client.country)
    parts = [part_of(case, letter, part, reader) for part in letter.parts]
    debts = [case.debt(part.debt_id) for part in letter.parts]
    one = parts[0] if len(parts) == 1 else None
    return {
        **_people(case.account, case.client, reader),
        **_links(link, reader),
        "check_reference": _to_check(case, debts, letter),
        **_about(parts, reader),
        **_agreed(debts, letter, reader),
        **_told(letter, reader),
        "wish": _wished(letter, reader),
        "terms": _terms(letter, reader),
        "agreed_terms": _stamp(debts, case, reader),
        **_firm(case, debts, letter, reader),
        "bank": _bank(case.account.bank, reader),
        "reference": reader.listed([reference(part.debt_id) for part in letter.parts]),
        "pays_online": pays_online,
        "reminds": case.client.stopped_at is None,
        "offers_parts": partial(_offers_parts, case, debts, letter),  # asked by one letter alone, and much work
        "asks_arrival": letter.step == "pre_due" and any(may_not_have_come(debt, letter.at) for debt in debts),
        "parts": parts,
        "shares": share_lines(letter, parts, reader),
        "one": one,
        "total": reader.total((part.amount_minor, part.currency) for part in letter.parts),
        "is_paid": not any(part.amount_minor for part in letter.parts),
        "has_file": any(part.has_file for part in parts),
        "not_judicial": case.client.country == "CL"
        and letter.letter_class != "answer"
        and letter.step not in NOT_COLLECTION,
        "own_text": paragraphs(own_text or letter.facts.get("text", "")),
        "personal_note": paragraphs(letter.facts.get("personal_note", "")),
    }


def _offers_parts(case: Case, debts: list[Debt], letter: Letter) -> bool:
    """Whether the client's page lets it choose parts of one of the debts."""
    return letter.letter_class == "ladder" and any(has_part_choices(case, debt, letter.at) for debt in debts)


def spoken(case: Case, letter: Letter, own_text: str = "") -> tuple[str, ...]:
    """What in a letter was typed by people: the linter leaves it out."""
    account, client = case.account, case.client
    debts = [case.debt(part.debt_id) for part in letter.parts]
    typed = [account.name, account.footer, account.address, account.tax_id, client.name, client.tax_id, own_text]
    typed += [account.phrase, client.phrase]
    typed += [contact.name for contact in client.contacts]
    typed += [text for debt in debts for text in (debt.number, debt.concept, debt.note)]
    typed += [debt.dispute.text for debt in debts if debt.dispute]
    typed += [reference(part.debt_id) for part in letter.parts]
    typed += [letter.facts.get(name, "") for name in ("resolution", "action", "question", "bank_reference", "by")]
    typed += letter.facts.get("text", "").splitlines()  # the terms that were accepted
    return tuple(one_line(text) for text in typed if text.strip())


def client_values(case: Case, *, link: str) -> dict[str, object]:
    """What a letter about no debt may say, such as the one with a fresh link."""
    reader = Reader(case.client.language, case.client.country)
    people = _people(case.account, case.client, reader)
    return {**people, **_links(link, reader), "check_reference": "", "not_judicial": False}


def _people(account: Account, client: Client, reader: Reader) -> dict[str, object]:
    """Who writes and who reads."""
    sender = one_line(account.name)
    creditor = ", ".join(one_line(text) for text in (account.name, account.tax_id, account.address) if text.strip())
    return {
        "sender": sender,
        "name": _greeted(client),
        "client": one_line(client.name),
        "creditor": creditor,
        "debtor": ", ".join(one_line(text) for text in (client.name, client.tax_id) if text.strip()),
        "identity": reader.say("footer.identity", creditor=creditor),
        "identity_formal": reader.say("footer.identity_formal", creditor=creditor),
        "account_footer": one_line(account.footer),
        "phone": _unbroken(account.phone),
        "phrase": one_line(phrase_for(client.phrase, account.phrase)),
    }


def _bank(bank: BankDetails, reader: Reader) -> str:
    """Where a transfer goes, on one line; empty without a number."""
    if not bank.number:
        return ""
    kind = reader.account_kind(bank.kind_of_account) if bank.kind_of_account else ""
    told = (bank.holder, bank.bank, kind, bank.number, bank.routing, bank.alias, bank.tax_id, bank.extra)
    return " · ".join(one_line(text) for text in told if text.strip())


def _unbroken(text: str) -> str:
    """Text that stays on one line."""
    return one_line(text).replace(" ", formats.NO_BREAK)


def _greeted(client: Client) -> str:
    """The one person who gets the letter by name, else the client's name."""
    named = [contact.name for contact in client.contacts if contact.mail == "to" and contact.email]
    return one_line(named[0] if len(named) == 1 and named[0].strip() else client.name)


def _links(link: str, reader: Reader) -> dict[str, object]:
    """Where the letter leads; without a link there are none."""
    answers = {"not_me_link": not_me(link), "no_more_link": no_more(link)} if link else dict.fromkeys(NO_ANSWERS, "")
    return {"link": link, **answers, "check_link": check(link, reader.language)}


def _to_check(case: Case, debts: list[Debt], letter: Letter) -> str:
    """The reference by which the reader sees that the letter is real; "" where the page would not say yes."""
    asked = [debt for debt in debts if is_asked_for(case, debt, letter.at)]
    return reference(asked[0].id) if asked else ""


def _about(parts: list[Part], reader: Reader) -> dict[str, object]:
    """How sentences and the subject call what the letter is about."""
    count = len(parts)
    kind = "invoices" if all(part.number for part in parts) else "bills"
    things = reader.say(f"several.{kind}", n=count)
    first = min(parts, key=lambda part: part.due_on, default=None)
    one = count == 1
    return {
        "things": things,
        "about_label": parts[0].label if one else things,
        "about_title": parts[0].title if one else reader.say(f"title.several_{kind}", n=count),
        "about": parts[0].short_title if one else reader.say(f"title.several_{kind}", n=count),
        "first_when": first.when if first else "",
        "first_when_is": first.when_is if first else "",
        "goes_on": any(part.has_more for part in parts),
    }


def _agreed(debts: list[Debt], letter: Letter, reader: Reader) -> dict[str, object]:
    """Promise, extension and plan: from the letter's facts, else from the debt."""
    debt = debts[0] if debts else None
    promise = debt.promise if debt else None
    on = _fact_day(letter, "on") or (promise.on if promise else None)
    minor = _fact_minor(letter, "amount_minor") or (promise.amount_minor if promise else None)
    until = _fact_day(letter, "until") or (debt.extended_to if debt else None)
    return {
        "promise": {"on": reader.day(on) if on else "", "amount": _sum(letter, minor, reader)},
        "extended_to": reader.day(until) if until else "",
        "moved": _sum(letter, _fact_minor(letter, "moved_minor"), reader) if "moved_minor" in letter.facts else "",
        "plan": _plan(debt, letter, reader) if debt and (debt.plan or "moved_minor" in letter.facts) else {},
    }


def _plan(debt: Debt, letter: Letter, reader: Reader) -> dict[str, object]:
    """The calendar of the plan that holds."""
    ids = debt.plan.instalment_ids if debt.plan else ()
    rows = [(part.due_on, part.amount_minor) for part in debt.instalments if part.id in ids]
    rows = _schedule(letter) or sorted(rows)
    is_soon = rows[0][0] <= letter.day + NOTICE
    return {**_calendar(rows, debt.currency, reader), "is_soon": is_soon}


def _calendar(rows: list[tuple[date, int]], currency: str, reader: Reader) -> dict[str, object]:
    """Dated parts, in words."""
    return {
        "payments": reader.say("payments", n=len(rows)),
        "first_day": reader.day(rows[0][0]),
        "first_amount": reader.money(rows[0][1], currency),
        "total": reader.money(sum(minor for _, minor in rows), currency),
        "lines": [
            reader.say("detail.schedule", day=reader.day(day), amount=reader.money(minor, currency))
            for day, minor in rows
        ],
    }


def _wished(letter: Letter, reader: Reader) -> dict[str, object]:
    """What a proposal asks for: a day, or dated parts; nothing in other letters."""
    if letter.step not in PROPOSALS or not letter.parts:
        return {}
    rows, until = _schedule(letter), _fact_day(letter, "until")
    dated = _calendar(rows, letter.parts[0].currency, reader) if rows else {"lines": []}
    return {"until": reader.day(until) if until and not rows else "", **dated}


def _schedule(letter: Letter) -> list[tuple[date, int]]:
    """The plan as it was when the letter was decided: "2026-12-01=40334 2027-01-01=40333"."""
    pairs = (pair.split("=") for pair in letter.facts.get("schedule", "").split())
    return [(date.fromisoformat(day), int(minor)) for day, minor in pairs]


def _told(letter: Letter, reader: Reader) -> dict[str, object]:
    """What an answer tells: money that came or is on its way, a problem, a claim."""
    paid_on, reply_on = _fact_day(letter, "paid_on"), _fact_day(letter, "reply_on")
    claimed = _fact_minor(letter, "amount_minor") or _fact_minor(letter, "claimed_minor")
    surplus = _fact_minor(letter, "surplus_minor")
    left, saved = _fact_minor(letter, "balance_minor"), _fact_minor(letter, "discount_minor")
    return {
        "received": _sum(letter, _fact_minor(letter, "paid_minor"), reader),
        "remaining": _sum(letter, left, reader) if left else "",
        "saved": _sum(letter, saved, reader) if saved else "",
        "surplus": _sum(letter, surplus, reader) if surplus else "",
        "looking": letter.facts.get("looking", ""),
        "from_credit": letter.facts.get("method") == FROM_CREDIT,
        "pace": letter.facts.get("tone", "on_time"),
        "on_the_way": _on_the_way(letter, reader),
        "reply_by": reader.day(reply_on) if reply_on else "",
        "resolution": one_line(letter.facts.get("resolution", ""), at_most=500).rstrip(". "),
        "question": one_line(letter.facts.get("question", ""), at_most=500),
        "claimed": {
            "on": reader.day(paid_on) if paid_on else "",
            "amount": _sum(letter, claimed, reader) if claimed else "",
            "reference": one_line(letter.facts.get("bank_reference", ""), at_most=60),
        },
    }


def _on_the_way(letter: Letter, reader: Reader) -> str:
    """How long this way of paying takes."""
    method = letter.facts.get("method", "")
    until = _fact_day(letter, "until")
    held = reader.say("on_the_way.until", day=reader.day(until)) if until else ""
    known = method if method in ("oxxo", "spei", "sepa_debit") else "other"
    amount = _sum(letter, _fact_minor(letter, "paid_minor"), reader)
    return reader.say(f"on_the_way.{known}", amount=amount, until=held)


def _terms(letter: Letter, reader: Reader) -> dict[str, str]:
    """What a yes to the freelancer's terms tells."""
    on = _fact_day(letter, "on")
    told = {name: one_line(letter.facts.get(name, "")) for name in ("number", "by", "hash")}
    return {**told, "on": reader.day(on) if on else ""}


def _stamp(debts: list[Debt], case: Case, reader: Reader) -> str:
    """The terms that all these debts were opened under, when they are the same."""
    stamps = {debt.agreed_terms for debt in debts}
    held = stamps.pop() if len(stamps) == 1 else None
    if held is None:
        return ""
    return reader.say("agreed_terms", number=held.number, by=one_line(held.by), day=reader.day(case.local_day(held.at)))


def _firm(case: Case, debts: list[Debt], letter: Letter, reader: Reader) -> dict[str, object]:
    """What the firmer letters need: what was written before, by when to answer, what the freelancer decided."""
    answer_by = letter.day + timedelta(days=ANSWER_DAYS.get(letter.step, 15))
    since = case.client.addressed_since
    before = _days_sent(debts, REMINDERS, letter.day, zone=case.zone, since=None)
    history = _days_sent(debts, REMINDERS, letter.day, zone=case.zone, since=since)[-4:]
    problems = [debt.dispute.text for debt in debts if debt.dispute]
    return {
        "today": reader.day(letter.day),
        "goes_to_several": "," in letter.facts.get("to", ""),
        "history": reader.listed([_unbroken(formats.day_short(day, reader.language)) for day in history]),
        "went_elsewhere": bool(before) and not history,
        "letter_date": _cited_day(case, letter, reader),
        "deadline": reader.day(_fact_day(letter, "deadline") or answer_by),
        "action": one_line(letter.facts.get("action", ""), at_most=300).rstrip(". "),
        "invites_to_negotiate": case.client.country == "ES",
        "their_words": one_line(problems[0], at_most=500) if problems else "",
        "sent_proof": any(debt.claim and debt.proof_name for debt in debts),
        "sent_file": any(debt.dispute and debt.dispute.file_name for debt in debts),
    }


def _cited_day(case: Case, letter: Letter, reader: Reader) -> str:
    """When the formal letter about the same went to who gets this one; empty unless there was one about all of it."""
    since, found = case.client.addressed_since, []
    for part in letter.parts:
        went = [went_at(mark) for mark in cited(case.debt(part.debt_id), part.key, "formal_letter")]
        days = [case.local_day(at) for at in went if since is None or at >= since]
        found.append(max((day for day in days if day < letter.day), default=None))
    known = [day for day in found if day]
    return reader.day(max(known)) if known and len(known) == len(found) else ""


def _days_sent(
    debts: list[Debt], steps: tuple[str, ...], before: date, *, zone: ZoneInfo, since: datetime | None
) -> list[date]:
    """The client's days, before this letter's, on which letters of these steps went to whom they go to now."""
    days = {
        (mark.moved_to or mark.at).astimezone(zone).date()
        for debt in debts
        for key, mark in debt.marks.items()
        if mark.state == "sent" and step_of(key) in steps
        if since is None or (mark.moved_to or mark.at) >= since
    }
    return sorted(day for day in days if day < before)


def _sum(letter: Letter, minor: int | None, reader: Reader) -> str:
    """A told sum in the letter's currency; what the letter asks for when none is told."""
    if not letter.parts:
        return ""
    first = letter.parts[0]
    return reader.money(first.amount_minor if minor is None else minor, first.currency)


def _fact_day(letter: Letter, name: str) -> date | None:
    """A fact that is an ISO date, or an instant of one."""
    raw = letter.facts.get(name, "")
    if not raw:
        return None
    return datetime.fromisoformat(raw).astimezone(UTC).date() if "T" in raw else date.fromisoformat(raw)


def _fact_minor(letter: Letter, name: str) -> int | None:
    """A fact that is minor units."""
    raw = letter.facts.get(name, "")
    return int(raw) if raw else None
