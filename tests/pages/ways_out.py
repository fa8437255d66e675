"""Every answer of a client as it stands on the page: where its form is, what has to be typed, which button; one world.

Counted in test_taps.py from the pages' HTML, walked by keyboard in tests/browser/test_ways_out.py.
"""

from dataclasses import dataclass, field
from datetime import date

from aldia.domain import answers, payments, proposals
from aldia.domain.account import BankDetails
from aldia.domain.concessions import Wish
from aldia.flows import casework, publish_terms
from aldia.store import tokens

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LATER, SOON = date(2026, 9, 30), date(2026, 6, 12)


@dataclass(frozen=True)
class WayOut:
    """One answer. `form`: the end of its form's action; `button`: name and start of its value; empty: a plain one."""

    form: str
    said: str  # the end of the key of what the page says afterwards; empty: it leads elsewhere
    typed: dict[str, str] = field(default_factory=dict)
    button: tuple[str, str] = ("", "")
    files: tuple[str, ...] = ()  # fields that a file is put in
    state: str = "open"
    behind: str = ""  # the form stands on a page of its own, behind a link with this in it
    has: str = ""  # a field that tells the form from others of the same action
    is_silent: bool = True


WAYS_OUT = {
    "pay": WayOut("/pagar", "", has="shown"),
    "pay a part": WayOut("/pagar", "", {"part": "300"}, has="is_part"),
    "more days": WayOut("/mas-dias", "ways.said_agreed", button=("pick", "2026")),
    "another day": WayOut("/mas-dias", "ways.said_proposed", {"until": f"{LATER}"}, has="until"),
    "in parts": WayOut("/en-partes", "ways.said_agreed", button=("pick", "2026")),
    "other parts": WayOut("/en-partes", "ways.said_proposed", {"count": "9"}, has="count"),
    "a promise": WayOut("/promesa", "pay.said_promise", {"on": f"{SOON}"}),
    "a problem": WayOut("/problema", "pay.said_problem", {"text": "Falta el logo."}),
    "a problem with a file": WayOut("/problema", "pay.said_problem", {"text": "Falta el logo."}, files=("file",)),
    "already paid": WayOut("", "claim.said", behind="/ya-pague/", has="paid_on"),
    "already paid, with proof": WayOut("", "claim.said", behind="/ya-pague/", has="paid_on", files=("proof",)),
    "not me": WayOut("/no-soy-yo", "pay.said_not_me", button=("why", "person")),
    "not me but her": WayOut(
        "/no-soy-yo",
        "pay.said_not_me",
        {"right_name": "Rita", "right_email": "rita@example.com"},
        button=("why", "person"),
    ),
    "never heard of it": WayOut("/no-soy-yo", "pay.said_not_me", button=("why", "unknown")),
    "no more": WayOut("/no-mas", "pay.said_stop"),
    "what is offered": WayOut("/acepto", "ways.said_agreed", state="offered"),
    "it is right": WayOut("/recibida", "pay.said_found_right", is_silent=False),
    "treated well": WayOut("/opinion", "pay.said_opinion", button=("score", "good"), state="paid", is_silent=False),
    "by transfer from now on": WayOut("/preferencia", "pay.said_preference", button=("prefers", "trans"),
                                      is_silent=False),
    "in the other language": WayOut("/idioma", "", button=("lang", "en"), is_silent=False),
}  # fmt: skip
NEEDED = {"pay", "pay a part", "more days", "another day", "in parts", "other parts", "a promise", "a problem",
          "a problem with a file", "already paid", "already paid, with proof", "not me", "not me but her",
          "never heard of it", "no more", "what is offered"}  # fmt: skip
"""The answers that the product promises; each is to take at most two taps and two fields."""


class Owing:
    """A freelancer to whom each answer's own client owes something, so that no answer meets another one's silence."""

    def __init__(self, world):
        self.world = world
        bank = BankDetails(holder="Ana Ruiz", bank="Banco Ejemplo", number="ES91 2100 0418 4502 0005 1332", kind="iban")
        known = {"country": "ES", "timezone": "Europe/Madrid", "currency": "EUR", "bank": bank}
        self.ana = world.account("ana@zafiro.example", **known)
        self.asked = {}

    def link(self, name, way, language="es"):
        """The token of a client's page on which that answer can be given."""
        debt = self.debt(name, way.state)
        case = self.world.case(self.ana, debt)
        if language != case.client.language:
            self.world.change_client(self.ana, debt, language=language)
        token = self.world.ports.ids.token()
        link = tokens.PayLink(self.ana.id, debt.client_id, (debt.id,), case.client.link_version, language)
        self.world.ports.table.write(tokens.put_link(token, link, self.world.clock.at))
        self.asked[token] = debt
        return token

    def debt(self, name, state):
        dates = {"issued_on": "2026-06-01", "due_on": "2026-06-20"}
        mail = f"{name.replace(' ', '-').replace(',', '')}@example.com"
        debt = self.world.debt(
            self.ana, client=f"Zafiro {name}", email=mail, number=name, amount_minor=121_000, **dates
        )
        if state in CHANGES:
            owner, client = self.ana.id, debt.client_id
            casework.change(self.world.ports, owner, client, lambda case, now: CHANGES[state](case, debt.id, now=now))
        return debt

    def reply(self, name):
        """The token of the mail that tells the freelancer of a proposal."""
        debt, token = self.debt(name, "asked"), self.world.ports.ids.token()
        proposal = self.world.case(self.ana, debt).debt(debt.id).proposal
        door = tokens.ReplyLink(self.ana.id, debt.client_id, debt.id, proposal.at, self.world.clock.at)
        self.world.ports.table.write(tokens.put_reply_link(token, door))
        self.asked[token] = debt
        return token

    def terms(self, name):
        """The token by which a client reads how the freelancer works; there is one version."""
        if self.ana.published is None:
            self.ana = publish_terms.publish(self.world.ports, self.ana, words={"es": "Trabajo así."}, firm=("pause",))
        debt, token = self.debt(name, "open"), self.world.ports.ids.token()
        client = self.world.case(self.ana, debt).client
        held = {"link_version": client.link_version, "terms_links": client.terms_links}
        door = tokens.TermsLink(self.ana.id, client.id, **held)
        self.world.ports.table.write(tokens.put_terms_link(token, door, self.world.clock.at))
        self.asked[token] = debt
        return token

    def case_of(self, token):
        """(case, debt) as they are stored now."""
        debt = self.asked[token]
        case = self.world.case(self.ana, debt)
        return case, case.debt(debt.id)


def _ask(case, debt_id, *, now):
    return proposals.ask(case, debt_id, wish=Wish(until=LATER), now=now)


def _offer(case, debt_id, *, now):
    parts = answers.spread(121_000, count=2, first_on=SOON, every="month")
    return proposals.offer(_ask(case, debt_id, now=now).case, debt_id, wish=Wish(parts=parts), now=now)


def _paid(case, debt_id, *, now):
    on = case.local_day(now)
    return payments.record_payment(
        case, debt_id, key="k1", amount_minor=121_000, method="transfer", on=on, now=now, by_hand=True
    )


CHANGES = {
    "asked": _ask,
    "offered": _offer,
    "paid": _paid,
    "claimed": lambda case, debt_id, now: answers.claim_paid(case, debt_id, now=now),
    "disputed": lambda case, debt_id, now: answers.dispute(case, debt_id, text="Falta el logo.", now=now),
    "promised": lambda case, debt_id, now: answers.promise(case, debt_id, on=SOON, now=now),
    "extended": lambda case, debt_id, now: answers.extension(case, debt_id, until=LATER, now=now),
    "planned": lambda case, debt_id, now: answers.plan(
        case, debt_id, instalments=answers.spread(121_000, count=3, first_on=SOON, every="month"), now=now
    ),
}
