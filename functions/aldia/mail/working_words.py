"""How a freelancer works with payments, written out from the account's own settings: the text of a version."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from aldia.banking.pay_links import provider, shown_name
from aldia.domain.account import Account
from aldia.domain.debt import Interest
from aldia.domain.working_terms import FIRM, LANGUAGES, Section
from aldia.i18n import catalog, formats
from aldia.mail.headers import one_line
from aldia.mail.terms_words import due_days

Say = Callable[..., str]


def written(
    account: Account, *, pays_online: bool, words: Mapping[str, str], firm: Sequence[str]
) -> dict[str, tuple[Section, ...]]:
    """The whole text in each language. `words`: the freelancer's own, by language; `firm`: some of FIRM."""
    return {language: _text(account, language, pays_online, words=words, firm=firm) for language in LANGUAGES}


def _text(
    account: Account, language: str, pays_online: bool, *, words: Mapping[str, str], firm: Sequence[str]
) -> tuple[Section, ...]:
    say = partial(catalog.text, language)
    own = words.get(language) or next((text for text in words.values() if text), "")
    found = {
        "when": _when(account, say),
        "how": _how(account, pays_online, say),
        "discount": _discount(account, say, language),
        "late": _late(account, say, language),
        "ways": _ways(say),
        "wrong": [say("working.wrong_tell"), say("working.wrong_silence")],
        "firm": [say(f"working.firm_{name}") for name in FIRM if name in firm],
        "own": [one_line(line, at_most=600) for line in own.splitlines() if line.strip()],
        "scope": [say("working.scope_from"), say("working.scope_law")],
    }
    return tuple(Section(say(f"working.title_{name}"), tuple(lines)) for name, lines in found.items() if lines)


def _when(account: Account, say: Say) -> list[str]:
    terms = account.defaults.terms
    days = due_days(terms, say)
    return [say("working.when_parts", n=len(terms), days=days) if len(terms) > 1 else say("working.when_one", day=days)]


def _how(account: Account, pays_online: bool, say: Say) -> Iterator[str]:
    if pays_online:
        yield say("working.how_online")
    if account.bank.number:
        yield say("working.how_bank")
    known = ((provider(link.provider), link.text) for link in account.payment_links)
    names = list(dict.fromkeys(shown_name(one, text) for one, text in known if one))
    if names:
        yield say("working.how_links", names=", ".join(names))
    if not (pays_online or account.bank.number or names):
        yield say("working.how_told")
    yield say("working.how_check")


def _discount(account: Account, say: Say, language: str) -> list[str]:
    rule = account.defaults.discount
    if rule is None:
        return []
    return [say("working.discount", n=rule.days, percent=formats.percent(rule.percent, language))]


def _late(account: Account, say: Say, language: str) -> list[str]:
    lines = [say("working.late_letters"), say("working.late_silence")]
    interest = account.defaults.interest
    if interest is None:
        return [*lines, say("working.late_no_interest")]
    return [*lines, _interest(account, interest, say, language=language), say("working.late_shown")]


def _interest(account: Account, interest: Interest, say: Say, *, language: str) -> str:
    """Never more than the law allows, and never more than what a new debt is opened with."""
    grace = say("working.grace", n=interest.grace_days) if interest.grace_days else ""
    more = ""
    if interest.fixed_compensation_minor and account.currency:
        sum_ = formats.money(interest.fixed_compensation_minor, account.currency, language, account.country)
        more = say("working.and_fixed", amount=sum_)
    if interest.compensation_percent:
        more = say("working.and_share", percent=formats.percent(interest.compensation_percent, language))
    if interest.rate is None:
        return say("working.late_law", grace=grace, more=more)
    per = say("working.per_month" if interest.rate_type == "monthly" else "working.per_year")
    rate = f"{formats.percent(interest.rate, language)} {per}"
    return say("working.late_rate", rate=rate, grace=grace, more=more)


def _ways(say: Say) -> list[str]:
    """No days and no parts: a client's own limits may grant others than the account's, and a version is for all."""
    return [say("working.ways_page"), say("working.ways_ask")]
