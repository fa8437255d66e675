"""Letters of every kind over several cases: Ana Ruiz writes to Bruno's publishing house, in both languages."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from aldia.domain.account import Account, BankDetails
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt, Discount, Instalment, Interest, Mark, Tier
from aldia.domain.quote import quote
from aldia.domain.spoken import Claim, Dispute, Plan, Promise
from aldia.mail.compose import AGREED_LETTERS, ANSWERS, LADDER_LETTERS, compose

LINK = "https://aldia.example/p/3fJ8sQ2kV7nXb4"
PHRASE = "el gato de la oficina se llama Nube"
STOP = "https://aldia.example/baja/3fJ8sQ2kV7nXb4"
ZONES = {"MX": "America/Mexico_City", "ES": "Europe/Madrid", "CL": "America/Santiago", "CO": "America/Bogota"}
DUE = date(2026, 12, 18)
WORDS = {
    "es": ("Rediseño de la revista", "Maqueta del catálogo", "Con cariño, como siempre"),
    "en": ("Redesign of the magazine", "Layout of the catalogue", "With care, as always"),
}

# How far from its due date each letter of the ladder goes; the others are told about below.
DAYS = {"invoice_sent": -30, "discount_ending": -22, "pre_due": -7, "due_today": 0, "overdue_1": 7, "overdue_2": 21,
        "formal_letter": 30, "last_notice": 45, "promise_missed": 12, "promise_day": 10, "instalment_due": -7,
        "instalment_missed": 3, "voucher_expired": 5}  # fmt: skip
FACTS = {
    "promise_noted": {"on": "2026-12-28", "amount_minor": "121000"},
    "extension_noted": {"until": "2027-01-08", "balance_minor": "121000"},
    "plan_noted": {"schedule": "2027-01-08=40334 2027-02-08=40333 2027-03-08=40333", "count": "3"},
    "proposal_noted": {"until": "2027-02-08", "reply_on": "2026-12-28"},
    "terms_offered": {"schedule": "2027-01-08=60500 2027-02-08=60500", "reply_on": "2026-12-28"},
    "proposal_declined": {"until": "2027-02-08"},
    "part_received": {"paid_minor": "40000", "balance_minor": "81000", "on": "2026-12-20"},
    "payment_on_its_way": {"method": "oxxo", "paid_minor": "121000", "until": "2026-12-24"},
    "dispute_noted": {"reply_on": "2026-12-28"},
    "dispute_resolved": {"due_on": "2026-12-18", "balance_minor": "121000", "resolution": "corregí el archivo."},
    "already_paid_noted": {"paid_on": "2026-12-20", "amount_minor": "121000"},
    "payment_question": {"paid_on": "2026-12-20", "question": "¿Desde qué banco salió?"},
    "payment_not_found": {"paid_on": "2026-12-20", "claimed_minor": "121000"},
    "credit_returned": {"paid_minor": "2420"},
    "payment_corrected": {"paid_minor": "40000", "balance_minor": "121000"},
    "thanks": {"tone": "on_time", "paid_minor": "121000"},
    "terms_accepted": {"number": "2", "by": "Bruno Díaz", "on": "2026-12-20", "hash": "0a1b2c3d4e5f", "text": "…"},
}
ABOUT_NO_DEBT = ("wrong_person_noted", "terms_accepted", "terms_shared")
STEPS = (*LADDER_LETTERS, *AGREED_LETTERS, *ANSWERS, "terms_shared")


def account(**changes):
    ana = Account(
        id="ana",
        email="ana@example.com",
        name="Ana Ruiz",
        country="ES",
        timezone="Europe/Madrid",
        tax_id="12345678Z",
        address="Calle Mayor 1, Madrid",
        phone="+34 600 000 000",
        bank=BankDetails(holder="Ana Ruiz", bank="Banco Ejemplo", number="ES91 2100 0418 4502 0005 1332"),
    )
    return replace(ana, **changes)


def debt(language="es", **changes):
    base = Debt(
        id="f1",
        client_id="bruno",
        number="F-001",
        currency="EUR",
        amount_minor=121000,
        issued_on=DUE - timedelta(days=30),
        due_on=DUE,
        opened_at=datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("UTC")),
        concept=WORDS[language][0],
        instalments=(Instalment("i1", DUE, 121000),),
    )
    return replace(base, **changes)


def client(language="es", country="ES", **changes):
    bruno = Client(
        id="bruno",
        name="Editorial Norte",
        country=country,
        timezone=ZONES[country],
        language=language,
        contacts=(BillingContact("bruno@example.com", "Bruno"),),
    )
    return replace(bruno, **changes)


def tiers():
    ends = (DUE - timedelta(days=20), DUE - timedelta(days=13))
    return Discount("tiers", tiers=(Tier(ends[0], percent=Decimal(2)), Tier(ends[1], percent=Decimal(1))))


def case_of(situation, language="es"):
    """The cases that letters are read in."""
    one = debt(language)
    second = debt(language, id="f2", number="F-002", concept=WORDS[language][1], amount_minor=80050,
                  instalments=(Instalment("i1", DUE, 80050),))  # fmt: skip
    third = debt(language, id="f3", number="", concept=WORDS[language][1])
    halves = (Instalment("i1", DUE, 60500), Instalment("i2", DUE + timedelta(days=30), 60500))
    sent = {step: Mark("sent", _noon(DUE + timedelta(days=DAYS[step]))) for step in LADDER_LETTERS}
    cases = {
        "plain": Case(account(), client(language), (one,)),
        "three": Case(account(), client(language), (one, second, third)),
        "discount": Case(account(), client(language), (replace(one, discount=tiers(), file_name="f.pdf"),)),
        "linear": Case(account(), client(language), (replace(one, discount=Discount("linear", percent=Decimal(4))),)),
        "instalments": Case(account(), client(language), (replace(one, instalments=halves, due_on=halves[1].due_on),)),
        "interest": Case(account(), client(language), (replace(one, interest=Interest(
            rate=Decimal(8), fixed_compensation_minor=4000)),)),
        "history": Case(account(), client(language, "MX"), (replace(one, marks=sent, currency="MXN",
            note=WORDS[language][2]),)),
        "chile": Case(account(country="CL"), client(language, "CL"), (replace(one, currency="CLP"),)),
        "colombia": Case(account(), client(language, "CO"), (replace(one, currency="COP", number=""),)),
        "no_phone": Case(account(phone="", tax_id="", address="", bank=BankDetails()), client(language), (one,)),
        "footer": Case(account(footer="Estudio Ruiz · ana.example", phrase=PHRASE), client(language), (one,)),
    }  # fmt: skip
    return cases[situation]


SITUATIONS = ("plain", "three", "discount", "linear", "instalments", "interest", "history", "chile", "colombia",
              "no_phone", "footer")  # fmt: skip


def _noon(day):
    return datetime(day.year, day.month, day.day, 16, tzinfo=ZoneInfo("UTC"))


def with_state(case, step):
    """The case as it is when such a letter is decided."""
    first = case.debts[0]
    made = _noon(DUE)
    if step.startswith("promise"):
        first = replace(first, promise=Promise(on=DUE + timedelta(days=10), made_at=made))
    if step == "plan_noted" or step.startswith("instalment"):
        first = replace(first, plan=Plan(made, tuple(part.id for part in first.instalments)))
    if step == "dispute_noted":
        first = replace(first, dispute=Dispute(made, "Falta la portada.\nLa esperábamos el lunes."))
    if step in ("already_paid_noted", "payment_question", "payment_not_found"):
        first = replace(first, claim=Claim(made, paid_on=DUE))
    return case.with_debt(first)


def letter_of(case, step, **facts):
    """A letter of that step over all debts of the case, asking for what is payable (or the first instalment)."""
    day = DUE + timedelta(days=DAYS.get(step, 2))
    at = _noon(day)
    kind = "answer" if step in ANSWERS else "dated" if step in ("promise_day", "instalment_due") else "ladder"
    debts = case.debts[:1] if kind == "answer" and step != "stop_noted" else case.debts
    parts = tuple(_part(case, each, step, at) for each in debts) if step not in ABOUT_NO_DEBT else ()
    told = {**FACTS.get(step, {}), **facts}
    return Letter(step, kind, day, at, parts=parts, cause="c1" if kind == "answer" else "", facts=told)


def _part(case, debt, step, at):
    price = quote(debt, at=at, zone=case.zone)
    if len(debt.instalments) > 1:
        return LetterPart(debt.id, step, f"{step}@i1", debt.instalments[0].amount_minor, debt.currency)
    return LetterPart(debt.id, step, step, price.payable_minor, debt.currency)


def all_letters():
    """(name, case, letter) of every step in every situation and language."""
    for language in ("es", "en"):
        for situation in SITUATIONS:
            for step in STEPS:
                case = with_state(case_of(situation, language), step)
                yield f"{language}-{step}-{situation}", case, letter_of(case, step)
        for tone in ("early", "on_time", "late"):
            case = case_of("discount", language)
            yield f"{language}-thanks-{tone}", case, letter_of(case, "thanks", tone=tone, discount_minor="2420")


def mail(case, letter, **more):
    return compose(case, letter, link=LINK, stop_link=STOP, **{"pays_online": True, **more})


def plain(situation, step, language="es", **facts):
    case = with_state(case_of(situation, language), step)
    return mail(case, letter_of(case, step, **facts))
