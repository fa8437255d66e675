"""Mails to the freelancer: the way in, news, and what changed in the account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from aldia.domain.account import Account
from aldia.domain.case import Notice
from aldia.i18n import formats
from aldia.mail.headers import clean_header, one_line
from aldia.mail.parts import label_of
from aldia.mail.reader import Reader
from aldia.mail.render import render
from aldia.ports import Message

AccountChange = Literal["email_changed", "bank_changed", "account_deleted", "restored"]


@dataclass(frozen=True, slots=True)
class News:
    """A notice with the names that its sentence needs."""

    notice: Notice
    client: str
    number: str = ""
    concept: str = ""
    currency: str = ""
    link: str = ""  # where it can be answered without signing in; empty: nowhere


def compose_sign_in(*, to: str, language: str, code: str, link: str, minutes: int, name: str = "") -> Message:
    """The one-time link and the six digits; both work once, for `minutes`."""
    values = {"name": one_line(name), "code": code, "link": link, "minutes": minutes}
    return _message("sign_in", values, to=to, language=language, links=(link,))


def compose_code(
    template: Literal["proof", "new_email"], account: Account, *, to: str, code: str, link: str, minutes: int
) -> Message:
    """Six digits that prove who is there, or that a new address is read; they work once, for `minutes`."""
    values = {"name": one_line(account.name), "code": code, "link": link, "minutes": minutes}
    return _message(template, values, to=to, language=account.language, links=(link,))


def compose_notices(account: Account, news: Sequence[News], *, link: str, settings_link: str) -> Message:
    """What happened in the last hour, one sentence each, in one mail."""
    items = [{"text": news_line(item, account.language, account.country), "link": item.link} for item in news]
    values = {
        "name": one_line(account.name),
        "items": items,
        "headline": _headline(news, account),
        "link": link,
        "settings_link": settings_link,
    }
    links = (link, settings_link, *(item.link for item in news if item.link))
    return _message("notices", values, to=account.email, language=account.language, links=links)


def compose_account_change(
    change: AccountChange,
    account: Account,
    *,
    to: str,
    at: datetime,
    link: str,
    changed_to: str = "",
    reply_to: str = "",
) -> Message:
    """Tells `to` (the old address, for a new one) what changed and what to do if it was somebody else.

    `changed_to` is already masked or cut by the caller; `reply_to` is the installation's own contact.
    """
    zone = ZoneInfo(account.timezone or "UTC")
    values = {
        "name": one_line(account.name),
        "at": formats.instant(at, zone, account.language),
        "changed_to": one_line(changed_to),
        "link": link,
    }
    return _message(change, values, to=to, language=account.language, links=(link,), reply_to=reply_to)


def masked(address: str) -> str:
    """An address that its owner recognises and a stranger cannot use: a···@example.com."""
    person, _, place = address.partition("@")
    return f"{person[:1]}···@{place}"


def news_line(item: News, language: str, country: str = "") -> str:
    """One notice as a sentence."""
    reader = Reader(language, country)
    return reader.say(_sentence_key(item), **_said(item, reader))


def _sentence_key(item: News) -> str:
    """A notice without the sum, date or words that its sentence tells has a shorter sentence."""
    notice = item.notice
    is_short = notice.kind in ("problem", "claimed", "asked_again") and not notice.text
    if notice.kind == "opinion":
        return f"notice.opinion_{notice.text}"
    if notice.kind == "wrong_person" and notice.text:
        return "notice.wrong_person_named"
    return f"notice.{notice.kind}_short" if is_short else f"notice.{notice.kind}"


def _said(item: News, reader: Reader) -> dict[str, object]:
    notice = item.notice
    number, concept = one_line(item.number), one_line(item.concept)
    has_sum = notice.amount_minor is not None and item.currency
    return {
        "client": one_line(item.client),
        "label": label_of(number, concept, reader) if number or concept else reader.say("notice.something"),
        "amount": reader.money(notice.amount_minor or 0, item.currency) if has_sum else "",
        "text": _wish(item, reader) if notice.kind == "proposal" else _day_or_words(notice.text, reader),
    }


def _wish(item: News, reader: Reader) -> str:
    """What a proposal asks for: its text is a day, or the number of parts and their first day."""
    count, _, first = item.notice.text.rpartition(" ")
    amount = reader.money(item.notice.amount_minor or 0, item.currency)
    day = reader.day(date.fromisoformat(first))
    return (
        reader.say("notice.parts", amount=amount, n=int(count), day=day)
        if count
        else reader.say("notice.days", amount=amount, day=day)
    )


def _day_or_words(text: str, reader: Reader) -> str:
    """A notice's text is an ISO date or somebody's own words."""
    try:
        return reader.day(date.fromisoformat(text))
    except ValueError:
        return one_line(text, at_most=300)


def _headline(news: Sequence[News], account: Account) -> str:
    """The subject of a bundle of one: who, and what in two words; no sum."""
    if len(news) != 1:
        return ""
    reader = Reader(account.language, account.country)
    return reader.say(f"headline.{news[0].notice.kind}", client=one_line(news[0].client, at_most=60))


def _message(
    template: str,
    values: Mapping[str, object],
    *,
    to: str,
    language: str,
    links: tuple[str, ...],
    reply_to: str = "",
) -> Message:
    """The envelope: from Al Día itself."""
    said = render(template, values, language=language, links=frozenset(links))
    return Message(
        to=(clean_header(to),),
        subject=clean_header(said.subject),
        text=said.text,
        html=said.html,
        reply_to=clean_header(reply_to),
    )
