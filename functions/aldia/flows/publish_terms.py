"""How the freelancer works with payments is published: a new version, written once and never again."""

from collections.abc import Mapping, Sequence

from aldia.domain.account import Account
from aldia.domain.errors import Refused
from aldia.domain.prevention import Published
from aldia.domain.working_terms import TermsVersion
from aldia.flows import settings_change
from aldia.flows.paying_online import may_pay_online
from aldia.mail.working_words import written
from aldia.ports import Ports
from aldia.store import codec, working_terms
from aldia.store.keys import hashed


def draft(ports: Ports, account: Account, *, words: Mapping[str, str], firm: Sequence[str]) -> TermsVersion:
    """The next version as it would be; nothing is written."""
    texts = written(account, pays_online=may_pay_online(ports, account), words=words, firm=firm)
    number = account.published.number + 1 if account.published else 1
    return TermsVersion(number, ports.clock.now(), hashed(codec.dumps(texts)), texts, dict(words), tuple(firm))


def publish(
    ports: Ports, account: Account, *, words: Mapping[str, str], firm: Sequence[str], seen: str = ""
) -> Account:
    """Publish it, unless it says the same as the newest one. Refused without a name; Conflict when it changed."""
    if not account.name:
        raise Refused("working.set_name_first", field="form")
    new = draft(ports, account, words=words, firm=firm)
    if account.published and account.published.hash == new.hash:
        return account
    told = Published(new.number, new.at, new.hash, made_of(ports, account))
    put = working_terms.put(account.id, new)
    return settings_change.change(ports, account, "working", seen=seen, more=(put,), published=told)


def made_of(ports: Ports, account: Account) -> str:
    """A name for what the settings say now, the freelancer's own words aside."""
    return hashed(codec.dumps(written(account, pays_online=may_pay_online(ports, account), words={}, firm=())))


def has_moved(ports: Ports, account: Account) -> bool:
    """Whether the settings say something else than the newest version does."""
    return account.published is not None and account.published.made_of != made_of(ports, account)
