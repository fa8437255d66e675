"""A freelancer with a debt in every state that a page shows something for, and a stranger with her own account."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from aldia.banking.reference import reference
from aldia.domain import answers, approvals, checkouts, decisions, edits, payments, proposals, reversals
from aldia.domain.account import Account
from aldia.domain.concessions import Wish
from aldia.domain.debt import Checkout, Debt, Discount, Instalment, Interest, Step, Tier
from aldia.domain.outcomes import settled
from aldia.flows import attach_file, casework, debt_files, open_debt, publish_terms, report_problem
from aldia.flows.change_client import create
from aldia.pages.guard import form_token
from aldia.store import tokens
from tests.world import OwnHost, World

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TABLE = (
    "cliente,correo,factura,concepto,importe,moneda,fecha,vencimiento\n"
    "Gala Ríos,gala@example.com,G-1,Folleto,1200.00,MXN,2026-05-20,2026-06-30\n"
    "Hugo Sanz,,H-1,Cartel,800.00,MXN,2026-05-20,\n"
)
SECURITY = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Cache-Control": "",
}
MOST_AT_ONCE = 25  # writes of one request
CLIENTS_PAGES = ("/p/", "/c/", "/baja/", "/enlace")


def assert_armoured(path: str, headers: Any) -> None:
    """Every answer carries every security header, and a client's page sets no cookie."""
    for name, beginning in SECURITY.items():
        assert headers.get(name, "-none-").startswith(beginning), f"{path}: {name} is {headers.get(name)!r}"
    if path.startswith(CLIENTS_PAGES):
        assert "Set-Cookie" not in headers, path


class Armoured(OwnHost):
    """A browser that looks at the headers of whatever it gets."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().open(*args, **kwargs)
        assert_armoured(answer.request.path, answer.headers)
        return answer


@dataclass
class Stage:
    """The world, its two accounts, and what lies in Ana's."""

    world: World
    ana: Account
    eva: Account
    debts: dict[str, Debt] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)  # tokens of the freelancer's mails
    terms: str = ""  # a token by which the client of "open" reads the terms
    morning: str = ""  # the token of a freelancer's morning mail
    imports: dict[str, str] = field(default_factory=dict)
    idle_client: str = ""  # one without debts
    browsers: dict[str, Any] = field(default_factory=dict)  # by what they are for: fresh, doubted
    touched: set[tuple[str, str]] = field(default_factory=set)
    held: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def set(cls, world: World) -> "Stage":
        """Make everything; about a second."""
        world.app.test_client_class = Armoured
        stage = cls(world, world.account(), world.account("eva@example.org", name="Eva Stranger", country="ES"))
        stage.ana = publish_terms.publish(world.ports, stage.ana, words={"es": "Zafiro a medida."}, firm=("pause",))
        stage._debts()
        stage.terms = stage.terms_link("open")
        stage._imports()
        stage._statement()
        stage._browsers()
        stage._watch()
        return stage

    # -- what is there ----------------------------------------------------------------------------

    def _debts(self) -> None:
        made = {name: self._debt(name, **values) for name, values in DEBTS.items()}
        self.debts |= made
        self._debt("over", number="ZAF-over-2")  # the same client's: it can take what came over
        for name in ("held", "allowed"):
            self.change(name, lambda case, _debt_id, now: approvals.ask_first(case, wish=True, now=now))
        self.world.advance(hours=2)  # ten in the morning: letters go, tasks appear, approvals are asked for
        for name, change in CHANGES.items():
            self.change(name, change)
        for name, debt in made.items():
            self.links[name] = self.link(debt)
        self.replies["asked"] = self.reply("asked")
        self.morning = self.morning_door("held", "allowed")
        ids = (self.ana.id, made["open"].client_id, made["open"].id)
        attach_file.attach_file(self.world.ports, *ids, upload=("factura.pdf", PDF))
        told = (self.ana.id, made["disputed"].client_id, made["disputed"].id)
        shown = {"text": "Falta el logo.", "kind": "work", "upload": ("problema.pdf", PDF)}
        report_problem.report_problem(self.world.ports, told, **shown)
        self.world.ports.files.put(debt_files.proof_key(self.ana.id, ids[2]), PDF)
        self.change("open", lambda case, debt_id, now: settled(_proven(case, debt_id), now))
        idle = open_debt.new_client(self.world.ports, self.ana, name="Irene Zafiro", email="irene@zafiro.example")
        create(self.world.ports, self.ana, idle)
        self.idle_client = idle.id
        self.debts["of eva"] = self.world.debt(self.eva, client="Elsa", email="elsa@example.net", number="E-1")

    def _debt(self, name: str, **values: Any) -> Debt:
        known = {
            "number": f"ZAF-{name}",
            "concept": f"Zafiro {name}",
            "amount_minor": 123_457,
            "issued_on": date(2026, 5, 20),
            "due_on": date(2026, 6, 20),
        }
        return self.world.debt(self.ana, client=f"Zafiro {name}", email=f"{name}@zafiro.example", **(known | values))

    def change(self, name: str, change: Callable[..., Any]) -> None:
        """What happens to one of the debts."""
        debt = self.debts[name]
        casework.change(self.world.ports, self.ana.id, debt.client_id, lambda case, now: change(case, debt.id, now=now))

    def _imports(self) -> None:
        ana = self.browser(self.ana)
        form = {"csrf": form_token(ana.secret)}
        for name in ("draft", "saved"):
            content = TABLE.replace("G-1", f"G-{name}").replace("H-1", f"H-{name}")
            files = {"files": (BytesIO(content.encode()), f"{name}.csv")}
            answer = ana.post("/importar", data=form | files, content_type="multipart/form-data")
            assert answer.status_code == 303, answer.text
            self.imports[name] = answer.location.rpartition("/")[2]
        saved = ana.post(f"/importar/{self.imports['saved']}/guardar", data=form | {"start": "soft", "due_days": "30"})
        assert saved.status_code == 303, saved.text

    def _statement(self) -> None:
        """A statement with a line that points to a debt, and one that points to none."""
        ana, named = self.browser(self.ana), reference(self.debts["quiet"].id)
        content = f"Fecha,Concepto,Importe\n2026-05-30,{named},1234.57\n2026-05-31,INGRESO,77.00\n"
        form = {"csrf": form_token(ana.secret), "file": (BytesIO(content.encode()), "banco.csv")}
        answer = ana.post("/banco", data=form, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text

    def _browsers(self) -> None:
        """One that has just proved who it is, half way to another address; one that has to prove it again."""
        fresh = self.browsers["fresh"] = self.browser(self.ana)
        form = {"csrf": form_token(fresh.secret)}
        self.world.clock.at -= timedelta(minutes=1)  # an hour ago, as the caps of mails count
        fresh.post("/entrar", data={"email": self.ana.email})
        self.world.clock.at += timedelta(minutes=1)
        fresh.post("/ajustes/seguridad", data=form | {"email": "other@zafiro.example"})
        self.world.clock.at -= timedelta(minutes=10)
        doubted = self.browsers["doubted"] = self.browser(self.ana)
        self.world.clock.at += timedelta(minutes=10)
        asked = doubted.post(
            "/ajustes/seguridad", data={"csrf": form_token(doubted.secret), "email": "x@zafiro.example"}
        )
        assert asked.location == "/ajustes/eres-tu", asked.text

    # -- people -----------------------------------------------------------------------------------

    def browser(self, account: Account | None = None) -> Any:
        """Somebody's browser; its answers are looked at for their headers."""
        return self.world.browser(account)

    def link(self, debt: Debt, *, version: int = 0, account: Account | None = None) -> str:
        """A token of the client's page, as a letter carries one."""
        token = self.world.ports.ids.token()
        owner = account or self.ana
        now_at = version or self.world.case(owner, debt).client.link_version
        link = tokens.PayLink(owner.id, debt.client_id, (debt.id,), now_at, "es")
        self.world.ports.table.write(tokens.put_link(token, link, self.world.clock.at))
        return token

    def reply(self, name: str) -> str:
        """A token of the mail that tells of a proposal."""
        debt, token = self.debts[name], self.world.ports.ids.token()
        proposal = self.world.case(self.ana, debt).debt(debt.id).proposal
        assert proposal is not None
        door = tokens.ReplyLink(self.ana.id, debt.client_id, debt.id, proposal.at, self.world.clock.at)
        self.world.ports.table.write(tokens.put_reply_link(token, door))
        return token

    def terms_link(self, name: str, *, account: Account | None = None, **more: int) -> str:
        """A token by which that debt's client reads how Ana works."""
        debt, token = self.debts[name], self.world.ports.ids.token()
        client = self.world.case(self.ana, debt).client
        held = {"link_version": client.link_version, "terms_links": client.terms_links} | more
        door = tokens.TermsLink((account or self.ana).id, client.id, **held)
        self.world.ports.table.write(tokens.put_terms_link(token, door, self.world.clock.at))
        return token

    def morning_door(self, *names: str) -> str:
        """A token of the morning mail that lists the letters about these debts."""
        cases, now = [self.world.case(self.ana, self.debts[name]) for name in names], self.world.clock.at
        letters = tuple((case.client.id, one.name) for case in cases for one in approvals.asked(case, now))
        assert len(letters) == len(names)
        token = self.world.ports.ids.token()
        self.world.ports.table.write(tokens.put_morning_link(token, tokens.MorningLink(self.ana.id, letters, now)))
        return token

    def session(self, account: Account, *, opened_at: datetime | None = None, seen_at: datetime | None = None) -> str:
        """A session's secret, as old as wanted."""
        at = opened_at or self.world.clock.at
        secret = self.world.ports.ids.token()
        held = tokens.Session(account.id, at, seen_at or at, at)
        self.world.ports.table.write(tokens.put_session(self.world.ports, secret, held))
        return secret

    # -- nothing half saved -----------------------------------------------------------------------

    def _watch(self) -> None:
        """Note which items are written, so that they can be put back."""
        table = self.world.ports.table
        write = table.write

        def noted(*writes: Any) -> None:
            for one in writes:
                self.touched.add((one.item["pk"], one.item["sk"]) if hasattr(one, "item") else (one.pk, one.sk))
            write(*writes)

        table.write = noted
        self.held = {(item["pk"]["S"], item["sk"]["S"]): item for item in self.scan()}

    def scan(self) -> list[dict[str, Any]]:
        """The whole table, in the order of its keys."""
        name, found = self.world.ports.table.name, []
        for page in self.world.dynamodb.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            found += page["Items"]
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Whatever is written meanwhile is undone, mails and files included."""
        self.touched.clear()
        folder, mails, now = dict(self.world.ports.files.held), len(self.world.outbox.sent), self.world.clock.at
        try:
            yield
        finally:
            self._undo()
            self.world.ports.files.held, self.world.clock.at = folder, now
            del self.world.outbox.sent[mails:]

    def _undo(self) -> None:
        name, undone = self.world.ports.table.name, [self._as_it_was(pk, sk) for pk, sk in self.touched]
        for start in range(0, len(undone), MOST_AT_ONCE):
            left = {name: undone[start : start + MOST_AT_ONCE]}
            while left:
                left = self.world.dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]
        self.touched.clear()

    def _as_it_was(self, pk: str, sk: str) -> dict[str, Any]:
        """The write that puts an item back, or takes away one that was not there."""
        if item := self.held.get((pk, sk)):
            return {"PutRequest": {"Item": item}}
        return {"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}}


TIERS = Discount("tiers", tiers=(Tier(date(2026, 6, 10), percent=Decimal(2)),))
HALVES = (Instalment("i1", date(2026, 6, 5), 60_000), Instalment("i2", date(2026, 7, 5), 63_457))
SOON = date(2026, 6, 9)

DEBTS: dict[str, dict[str, Any]] = {
    "open": {"discount": TIERS, "note": "Gracias por todo.", "interest": Interest(rate=Decimal(6))},
    "parts": {"due_on": date(2026, 7, 5), "instalments": HALVES},
    "late": {"due_on": date(2026, 5, 25), "interest": Interest(rate=Decimal(6), fixed_compensation_minor=4000)},
    "approve": {"due_on": date(2026, 5, 25), "ladder": (Step("formal_letter", "due", 5, approve=True),)},
    "call": {"due_on": date(2026, 5, 25), "ladder": (Step("call", "due", 5, channel="task"),)},
    **{name: {} for name in (
        "disputed", "review", "claimed", "paid", "waived", "written", "paused", "promised", "planned", "voucher",
        "deleted", "extended", "over", "bounced", "wrong", "stopped", "complained", "quiet", "asked", "asked_parts",
        "offered",
    )},
    **{name: {"due_on": date(2026, 5, 25)} for name in ("held", "allowed")},
}  # fmt: skip


def _proven(case: Any, debt_id: str) -> Any:
    """The client sent a file once that showed a payment."""
    return case.with_debt(replace(case.debt(debt_id), proof_name="justificante.pdf"))


def _pay(case: Any, debt_id: str, *, now: datetime, amount_minor: int = 123_457) -> Any:
    on = case.local_day(now)
    return payments.record_payment(
        case, debt_id, key="hand.1", amount_minor=amount_minor, method="transfer", on=on, now=now
    )


def _reviewed(case: Any, debt_id: str, *, now: datetime) -> Any:
    paid = _pay(case, debt_id, now=now).case
    return reversals.refund(paid, debt_id, key="hand.2", amount_minor=50_000, now=now)


def _voucher(case: Any, debt_id: str, *, now: datetime) -> Any:
    held = Checkout("cs_stage", "oxxo", 123_457, case.local_day(now), now, now + timedelta(days=3))
    opened = checkouts.open_checkout(case, debt_id, checkout=held, now=now).case
    return checkouts.checkout_processing(opened, debt_id, checkout_id=held.id, now=now)


def _planned(case: Any, debt_id: str, *, now: datetime) -> Any:
    parts = answers.spread(123_457, count=3, first_on=SOON, every="month")
    return answers.plan(case, debt_id, instalments=parts, now=now)


def _asked(case: Any, debt_id: str, *, now: datetime) -> Any:
    return proposals.ask(case, debt_id, wish=Wish(until=date(2026, 9, 30)), now=now)


def _asked_parts(case: Any, debt_id: str, *, now: datetime) -> Any:
    parts = answers.spread(123_457, count=6, first_on=SOON, every="month")
    return proposals.ask(case, debt_id, wish=Wish(parts=parts), now=now)


def _offered(case: Any, debt_id: str, *, now: datetime) -> Any:
    asked = _asked(case, debt_id, now=now).case
    parts = answers.spread(123_457, count=2, first_on=SOON, every="month")
    return proposals.offer(asked, debt_id, wish=Wish(parts=parts), now=now)


def _allowed(case: Any, _debt_id: str, *, now: datetime) -> Any:
    return approvals.allow(case, [one.mark for one in approvals.asked(case, now)], now=now, is_read=True)


CHANGES: dict[str, Callable[..., Any]] = {
    "allowed": _allowed,
    "parts": lambda case, debt_id, now: _pay(case, debt_id, now=now, amount_minor=20_000),
    "disputed": lambda case, debt_id, now: answers.dispute(case, debt_id, text="Falta el logo.", now=now),
    "review": _reviewed,
    "claimed": lambda case, debt_id, now: answers.claim_paid(case, debt_id, paid_on=case.local_day(now), now=now),
    "paid": _pay,
    "over": lambda case, debt_id, now: _pay(case, debt_id, now=now, amount_minor=150_000),
    "waived": lambda case, debt_id, now: decisions.waive(case, debt_id, key="w1", now=now),
    "written": lambda case, debt_id, now: decisions.write_off(case, debt_id, key="w1", now=now),
    "paused": lambda case, debt_id, now: answers.pause(case, debt_id, now=now),
    "promised": lambda case, debt_id, now: answers.promise(case, debt_id, on=SOON, now=now),
    "planned": _planned,
    "voucher": _voucher,
    "deleted": lambda case, debt_id, now: edits.remove(case, debt_id, now=now),
    "extended": lambda case, debt_id, now: answers.extension(case, debt_id, until=date(2026, 7, 1), now=now),
    "asked": _asked,
    "asked_parts": _asked_parts,
    "offered": _offered,
    "bounced": lambda case, _debt_id, now: answers.bounce(case, now=now),
    "wrong": lambda case, _debt_id, now: answers.wrong_person(case, now=now),
    "stopped": lambda case, _debt_id, now: answers.stop(case, now=now),
    "complained": lambda case, _debt_id, now: answers.complaint(case, now=now),
    "quiet": lambda case, _debt_id, now: answers.pause(case, None, now=now),
}
