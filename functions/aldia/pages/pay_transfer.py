"""Where a transfer goes: each detail to copy, the price of today, the reference, a code to scan where there is one."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask import Blueprint, Response, abort, g, redirect
from markupsafe import Markup

from aldia import assets
from aldia.banking import accounts, pay_links, scan
from aldia.banking.reference import reference
from aldia.domain.account import Account, BankDetails
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.money import to_decimal
from aldia.domain.phrases import phrase_for
from aldia.flows import statement_debts
from aldia.pages import pay
from aldia.pages.pay_view import MOST_TOGETHER, DebtView, PayView, bare
from aldia.pages.render import language, page, t

screen = Blueprint("pay_transfer", __name__)

GROUP = 4
CODE_CURRENCY = "EUR"


class Row(NamedTuple):
    """One detail: what it is, the text to copy, and how it is cut to be read."""

    label: str
    text: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joint:
    """One transfer for several debts, under the reference of the one that is shown."""

    debts: tuple[DebtView, ...]

    @property
    def minor(self) -> int:
        """What they ask for now, together."""
        return sum(one.asks_minor for one in self.debts)

    @property
    def until(self) -> date | None:
        """The last day on which all of them ask for that; None: no discount ends."""
        return min((one.discount_until for one in self.debts if one.discount_until and not one.next), default=None)


@screen.get("/p/<token>/transferencia/<mark>")
def show(token: str, mark: str) -> Response:
    """The details for one debt; who has nothing left to pay, or nowhere to send it, is led back."""
    link, case = pay.opened(token)
    view = pay.view_of(link, case)
    try:
        debt = pay.marked(case, mark)
    except Refused:
        abort(404)
    one = next((shown for shown in view.debts if shown.mark == mark), None)
    if one is None or not (case.account.bank.number or case.account.payment_links):
        return redirect(f"/p/{token}?lang={language()}", 303)  # type: ignore[return-value]
    joint = _joint(view, one) if case.account.bank.number else None
    return page(
        "pages/pay_transfer.html",
        joint=joint,
        plain_joint=bare(joint.minor, debt.currency, g.country) if joint else "",
        token=token,
        one=one,
        rows=rows(case.account.bank) if case.account.bank.number else [],
        links=_links(case.account),
        reference=reference(debt.id),
        plain_amount=bare(one.asks_minor, debt.currency, g.country),
        code=Markup(_code(case.account.bank, one, debt)),  # noqa: S704  made by the library from digits and letters
        from_name=case.account.name,
        phrase=phrase_for(case.client.phrase, case.account.phrase),
        pay_style=Markup(assets.pay_style()),  # noqa: S704  our own style sheet
    )


def _joint(view: PayView, one: DebtView) -> Joint | None:
    """What is open besides, in the same currency, where a statement's reading would know it again; else nothing.

    Interest grows by the day: such a sum would be another one when the transfer comes.
    """
    same = [other for other in view.debts if other.debt.currency == one.debt.currency]
    debts = tuple(other for other in same if not (other.is_coming or other.asks_softly or other.quote.interest_minor))
    shares = {other.debt.id: other.asks_minor for other in debts}
    is_several = one in debts and 1 < len(debts) <= MOST_TOGETHER
    known = is_several and statement_debts.would_be_found(view.case, shares, one.debt, one.quote.on)
    return Joint(debts) if known else None


def rows(bank: BankDetails) -> list[Row]:
    """The account as its country's banks ask for it."""
    found = [Row(t("bank.holder"), bank.holder, (bank.holder,)), Row(t("bank.bank"), bank.bank, (bank.bank,))]
    for field in accounts.fields(bank.kind or accounts.OTHER):
        text = getattr(bank, field.name)
        if field.choices:
            label, text = t("bank.kind_of_account"), t(f"bank.account_{text}") if text else ""
        else:
            label = t(f"bank.label_{field.check}")
        found.append(Row(label, text, _cut(text) if field.check == "iban" else (text,)))
    found.append(Row(t("bank.extra"), bank.extra, (bank.extra,)))
    return [row for row in found if row.text]


def _links(account: Account) -> list[tuple[str, str, bool]]:
    """(provider's name, address or number, whether it is an address); what is no longer allowed is left out."""
    known = {one.id: one for one in pay_links.providers()}
    return [
        (pay_links.shown_name(known[link.provider], link.text), link.text, known[link.provider].is_address)
        for link in account.payment_links
        if pay_links.checked(link.provider, link.text)
    ]


def _cut(text: str) -> tuple[str, ...]:
    text = "".join(text.split())  # as it was written before numbers were checked
    return tuple(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def _code(bank: BankDetails, one: DebtView, debt: Debt) -> str:
    """A SEPA code for a debt in euros and a checked IBAN; else nothing."""
    if bank.kind != "iban" or debt.currency != CODE_CURRENCY:
        return ""
    euros = to_decimal(one.asks_minor, debt.currency)
    return scan.sepa_code(
        holder=bank.holder, iban=bank.number, bic=bank.routing, euros=euros, reference=reference(debt.id)
    )
