"""`make demo`: an account that has the sample data, and how to sign in to it."""

import contextlib
import sys

from aldia.domain.account import Account
from aldia.store import accounts
from infra.local import sample
from infra.local.machine import Machine

EMAIL = "demo@aldia.example"


def prepare(machine: Machine) -> None:
    """Make the demo account once, give it the sample data once, and say how to sign in."""
    account_id = accounts.owner_of(machine.ports, EMAIL) or _new_account(machine)
    with contextlib.suppress(sample.NotEmpty):  # it has been loaded before, or somebody works with it already
        sample.load(machine, account_id, tell=_show)
    base_url = machine.ports.settings.base_url
    print(f"Sign in at {base_url}/entrar as {EMAIL}; the code arrives in the mailbox, {base_url}/_local/")


def _new_account(machine: Machine) -> str:
    account = Account(
        machine.ports.ids.new(),
        EMAIL,
        name="Ana Robledo",
        country="MX",
        timezone="America/Mexico_City",
        language="es",
        currency="MXN",
        created_at=machine.clock.now(),
    )
    accounts.save(machine.ports, account, accounts.claim_email(EMAIL, account.id))
    return account.id


def _show(done: int, total: int) -> None:
    if sys.stdout.isatty():
        print(f"\rSample data: {done} of {total}", end="\n" if done == total else "", flush=True)
    elif done == total:
        print("Sample data: loaded.")
