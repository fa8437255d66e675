"""Ways to pay that the freelancer pastes: an address or a number for each provider, empty for none."""

from flask import Response, g

from aldia.banking import pay_links
from aldia.domain.account import PaymentLink
from aldia.domain.errors import Refused
from aldia.flows import bank_details, prove_again
from aldia.pages import guard
from aldia.pages.forms import Typed
from aldia.pages.render import ports
from aldia.pages.settings_paid import shown_with
from aldia.pages.settings_shell import back_to, prove_first, screen, tried


@screen.post("/ajustes/cobro/enlaces")
@guard.signed_in
def save_links() -> Response:
    """Other ways to pay: whoever changes them proves first who they are, and the account's address is told."""
    typed = Typed()
    links = _read(typed)
    if typed.errors:
        return shown_with(typed)
    if links == g.account.payment_links:
        return back_to("paid", "saved")
    asked = prove_first(typed, "paid")
    if asked or typed.errors:
        return asked or shown_with(typed)
    if tried(typed, lambda: bank_details.change_links(ports(), g.account, links, seen=typed.get("seen"))) is None:
        return shown_with(typed)
    prove_again.forget(ports(), g.account, g.secret)
    return back_to("paid", "bank_saved")


def _read(typed: Typed) -> tuple[PaymentLink, ...]:
    """What was pasted, checked; sentences in `typed.errors`."""
    found = []
    for provider in pay_links.providers(g.account.country):
        name = f"link_{provider.id}"
        text = typed.get(name).strip()
        kept = pay_links.checked(provider.id, text) if text else ""
        if kept is None:
            key = "bank.wrong_link" if provider.hosts else "bank.wrong_wallet"
            key = "bank.wrong_other" if provider.any_host else key
            typed.refuse(Refused(key, field=name, name=provider.name, host=(*provider.hosts, "")[0]))
        elif kept:
            found.append(PaymentLink(provider.id, kept))
    return tuple(found)
