"""Where the money goes: bank details for transfers, and the account at Stripe."""

from flask import Response, g, redirect, request

from aldia.banking import accounts, pay_links
from aldia.domain.account import Account, BankDetails
from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words
from aldia.domain.notes import check_note
from aldia.domain.parsing import parse_line
from aldia.flows import bank_details, connect_stripe, prove_again, settings_change
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import ports, t
from aldia.pages.settings_shell import back_to, kept, prove_first, screen, shown, tried

FIELDS = {"holder": 80, "bank": 60, "extra": 120}
LONGEST_NUMBER = 50
STORED = (*FIELDS, "kind", *accounts.FIELDS)


@screen.get("/ajustes/cobro")
@guard.signed_in
def paid() -> Response:
    """Both ways."""
    stored, asked = _stored(), request.args.get("tipo", "")
    if asked and asked != (stored["kind"] or accounts.OTHER):  # another kind of account has other numbers
        stored |= dict.fromkeys(accounts.FIELDS, "")
    return _shown(Typed(stored | dict(kept("paid"))))


@screen.post("/ajustes/cobro")
@guard.signed_in
def save_bank() -> Response:
    """Other bank details: whoever changes them proves first who they are, and the account's address is told."""
    typed = Typed()
    bank = _read(typed)
    if typed.errors:
        return shown_with(typed)
    if bank == g.account.bank:
        return back_to("paid", "saved")
    asked = prove_first(typed, "paid")
    if asked or typed.errors:
        return asked or shown_with(typed)
    if tried(typed, lambda: bank_details.change_bank(ports(), g.account, bank, seen=typed.get("seen"))) is None:
        return shown_with(typed)
    prove_again.forget(ports(), g.account, g.secret)
    return back_to("paid", "bank_saved")


@screen.post("/ajustes/cobro/stripe")
@guard.signed_in
def connect() -> Response:
    """Open the account at Stripe, or go on completing it there."""
    typed = Typed(_stored())
    if ports().settings.stripe_own_account or not g.account.country:
        return _shown(typed)
    asked = prove_first(typed, "paid")
    if asked or typed.errors:
        return asked or _shown(typed)
    address = tried(typed, lambda: connect_stripe.connect(ports(), g.account))
    return redirect(address, 303) if address else _shown(typed)  # type: ignore[return-value]


@screen.get("/ajustes/cobro/vuelta")
@guard.signed_in
def back_from_stripe() -> Response:
    """Back from Stripe: one press, pressed by htmx where there is script, asks how things stand."""
    return shown("back", Typed({}), part="bank")


@screen.post("/ajustes/cobro/comprobar")
@guard.signed_in
def look_at_stripe() -> Response:
    """Ask Stripe whether the account takes payments now."""
    typed = Typed(_stored())
    account: Account | None = tried(typed, lambda: connect_stripe.look(ports(), g.account))
    if account is None:
        return _shown(typed)
    return back_to("paid", "stripe_ready" if account.stripe_ready else "stripe_waits")


def _stored() -> dict[str, str]:
    stored = {name: getattr(g.account.bank, name) for name in STORED}
    return stored | {f"link_{link.provider}": link.text for link in g.account.payment_links}


def _kind(typed: Typed) -> str:
    """The kind of account that the form is for: asked for, else the stored one, else the country's."""
    asked = request.args.get("tipo", "") or typed.get("kind")
    if asked in accounts.kinds():
        return asked
    return accounts.OTHER if g.account.bank.number else accounts.kind_of_country(g.account.country)


def _read(typed: Typed) -> BankDetails:
    """The fields, checked; sentences in `typed.errors`."""
    kind = _kind(typed)
    values = {
        name: typed.take(name, lambda text, name=name, most=most: parse_line(text, field=name, most=most), "")  # type: ignore[misc]
        for name, most in FIELDS.items()
    }
    numbers = {field.name: _number(typed, field) for field in accounts.fields(kind)}
    typed.take("extra", _extra, "")
    if not any(typed.get(name).strip() for name in (*FIELDS, *numbers)):
        return BankDetails()
    typed.need("holder", "settings.bank_holder")
    if accounts.needs_bank(kind):
        typed.need("bank", "bank.bank_missing")
    for field in accounts.fields(kind):
        if field.is_needed:
            typed.need(field.name, "bank.choose" if field.choices else "settings.bank_number")
    is_as_before = kind == accounts.OTHER and not g.account.bank.kind
    return BankDetails(**values, **numbers, kind="" if is_as_before else kind)


def _number(typed: Typed, field: accounts.Field) -> str:
    """One field of the account; what cannot be right gets a sentence of its own."""
    line = typed.take(field.name, lambda text: parse_line(text, field=field.name, most=LONGEST_NUMBER), "")
    if not line:
        return ""
    right = accounts.checked(field.check, line, field.choices)
    if right is None:
        typed.refuse(Refused(f"bank.wrong_{field.check}", field=field.name))
    return right or ""


def _extra(text: str) -> str:
    """Clients read it beside the account: plain and kind, or a number."""
    return text if _is_number(text) else kind_words(check_note(text, field="extra"), field="extra", sort="title")


def _is_number(text: str) -> bool:
    """A branch, a BIC or a second account number may look like a phone number and is none."""
    return text.replace(" ", "").replace("-", "").isalnum()


def _providers(typed: Typed) -> list[tuple[pay_links.Provider, bool]]:
    """Every provider, and whether it stands open: those of the country, and those that are filled in."""
    country = g.account.country
    return [
        (one, country in one.countries or bool(typed.get(f"link_{one.id}"))) for one in pay_links.providers(country)
    ]


def shown_with(typed: Typed) -> Response:
    """The page with a form of it that has to be looked at; the other one as it is stored."""
    both = Typed(_stored() | typed.values)
    both.errors = typed.errors
    return _shown(both)


def _shown(typed: Typed) -> Response:
    kind = _kind(typed)
    return shown(
        "paid",
        typed,
        part="bank",
        is_own_account=ports().settings.stripe_own_account,
        kind=kind,
        fields=accounts.fields(kind),
        kinds=[(name, t(f"bank.kind_{name}")) for name in accounts.kinds()],
        needs_bank=accounts.needs_bank(kind),
        seen_links=settings_change.fingerprint(g.account, "links"),
        providers=_providers(typed),
        account_kinds=lambda names: [
            ("", t("bank.choose_one")),
            *((name, t(f"bank.account_{name}")) for name in names),
        ],
    )
