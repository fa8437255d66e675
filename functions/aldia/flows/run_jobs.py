"""What the scheduled function does: everything that is due, each thing on its own."""

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from aldia.flows import apply_defaults, delete_account, deliver, listen, morning, remind, settle, tell
from aldia.ports import Conflict, Ports, Set, Unreachable
from aldia.store import keys, troubles, wakeups
from aldia.store.accounts import Known
from aldia.store.news import brings_letter

log = logging.getLogger(__name__)

NOT_MONEY = ("CLIENT", "R#", "K#", "PASS", "GONE", "MORNING")
MONEY = ("EVENT", "S#")  # what needs the payment provider
ALL = NOT_MONEY + MONEY
MAILS = ("CLIENT", "R#", "K#", "MORNING")  # what is there to be mailed

MOST_LOOKED_AT = 20_000  # of all kinds, when a function works on some of them only
PUSHED_AWAY = timedelta(hours=1)
MOST_UNREACHABLE = 3  # one after another: then it is the table and no single busy partition
OF_ACCOUNTS = {"PASS": apply_defaults.go_on, "GONE": delete_account.go_on, "MORNING": morning.ask}


@dataclass(slots=True)
class Report:
    """What a run did."""

    seen: int = 0
    letters: int = 0
    troubles: list[str] = field(default_factory=list)


def run(ports: Ports, *, limit: int = 1000, kinds: tuple[str, ...] = ALL) -> Report:
    """Handle what is due now of these kinds, oldest first; one bad item stops nothing and is listed.

    While all mail is stopped, what would be mailed is not even claimed: it stays due, and is decided anew afterwards.
    Running it twice, or twice at once, sends nothing twice: every letter is claimed by its key. Raises Unreachable
    when the table is away: nothing of that is the items' fault, and they stay due.
    """
    report, news, missed, known = Report(), [], 0, Known(ports)
    if "CLIENT" in kinds and not ports.mail_goes():
        log.warning("mail_is_stopped")
        kinds = tuple(kind for kind in kinds if kind not in MAILS)
    if "EVENT" in kinds:
        listen.listen(ports)  # before anything is looked at: what it finds is worked off in this run
    due = list(wakeups.due(ports, ports.clock.now(), limit if kinds == ALL else MOST_LOOKED_AT))
    ours = [(pk, sk) for pk, sk in due if _is_of(sk, kinds)]
    for pk, sk in ours[:limit]:
        report.seen += 1
        try:
            report.letters += _handle(ports, pk, sk, known)
            missed = 0
            if sk.startswith("K#"):  # told together, once the letter that came with them has gone or waits by itself
                news.append((pk, sk))
        except Conflict:
            log.info("busy")  # it stays due
        except Unreachable:
            log.warning("table_unreachable")
            missed += 1
            if missed >= MOST_UNREACHABLE:
                raise
        except Exception:
            log.exception("poisoned")
            report.troubles.append(_push_away(ports, pk, sk))
    report.troubles += [_push_away(ports, *key) for key in tell.tell(ports, news)]
    if report.seen < limit and len(ours) == len(due):  # else days that somebody has still to work on are not left
        wakeups.drained(ports, ports.clock.now())
    return report


def _is_of(sk: str, kinds: tuple[str, ...]) -> bool:
    """Whether a run of these kinds takes an item; one of no known kind is no money, so that somebody lists it."""
    return sk.startswith(kinds) or ("CLIENT" in kinds and not sk.startswith(ALL))


def _handle(ports: Ports, pk: str, sk: str, known: Known) -> int:
    """One due item, by its kind; how many letters went."""
    if sk == "EVENT":
        settle.settle_event(ports, pk)
        return 0
    if sk in OF_ACCOUNTS:
        OF_ACCOUNTS[sk](ports, keys.owner(pk))
        return 0
    account_id, client_id = keys.owner(pk), keys.client_of(pk)
    if sk == "CLIENT":
        return remind.remind(ports, account_id, client_id, known)
    if sk.startswith("K#"):
        return deliver.deliver_brought(ports, (pk, sk)) if brings_letter(sk) else 0
    if sk.startswith("R#"):
        return deliver.deliver(ports, (pk, sk))
    if sk.startswith("S#"):
        settle.reconcile(ports, account_id, client_id, sk[2:])
        return 0
    raise ValueError(f"no job for {sk!r}")


def _push_away(ports: Ports, pk: str, sk: str) -> str:
    """Let a poisoned item wait, so that it holds up nobody; list it for who runs the installation and whose it is."""
    now, name = ports.clock.now(), troubles.name_of(pk, sk)
    ports.table.write(troubles.put(pk, sk, now))
    found = ports.table.get(pk, sk)
    if found and "wake_sk" in found and found["wake_sk"] <= keys.wake(pk, sk, now, 1)["wake_sk"]:
        later = keys.wake(pk, sk, now + PUSHED_AWAY, ports.settings.wake_shards)
        with suppress(Conflict):  # whoever moved it meanwhile knows better
            ports.table.write(Set(pk, sk, later, where={"wake_sk": found["wake_sk"]}))
    return name
