"""Short mails to the freelancer, bundled to one an hour."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from aldia.domain.case import Notice
from aldia.mail.account_mail import News, compose_notices
from aldia.mail.links import Links
from aldia.ports import Conflict, Item, MailRefused, MailUnknown, Ports, Put, Set, Unreachable, Write
from aldia.store import accounts, codec, keys, needs, rows, tokens, troubles

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
AT_ONCE = 40  # news in one mail; the rest comes an hour later


class _Found(NamedTuple):
    """Items with what they say, each at the other's place, and the keys of those that cannot be read."""

    news: list[Item]
    said: list[News]
    poisoned: list[keys.Key]


def tell(ports: Ports, due: list[keys.Key]) -> list[keys.Key]:
    """Mail what is new to each freelancer, at most once an hour each; the news that could not be worked off."""
    poisoned: list[keys.Key] = []
    for account_id, group in groupby(sorted(due), key=lambda key: keys.owner(key[0])):
        news = list(group)[:AT_ONCE]
        try:
            poisoned += _tell_one(ports, account_id, news)
        except Conflict:
            continue  # another run tells it
        except Unreachable:
            log.warning("table_unreachable")  # they stay due
        except Exception:
            log.exception("poisoned")
            poisoned += news
    return poisoned


def _tell_one(ports: Ports, account_id: str, due: list[keys.Key]) -> list[keys.Key]:
    """Mail these; those of them that cannot be read, which hold the others up in nothing."""
    now = ports.clock.now()
    told = ports.table.get(f"A#{account_id}", "TOLD")
    if told and now - datetime.fromisoformat(told["at"]) < EVERY:
        _look_again(ports, due, datetime.fromisoformat(told["at"]) + EVERY)
        return []
    account = accounts.load(ports, account_id)
    found = _readable([item for item in ports.table.get_many(due) if "wake_pk" in item])
    found = _without_over(ports, account_id, found)
    news, poisoned = found.news, found.poisoned
    if not account or not news:
        return poisoned
    mark = {"pk": f"A#{account_id}", "sk": "TOLD", "kind": "told", "at": now.isoformat(), "version": 0}
    # Claimed before it is mailed: a crash costs a mail, whose news is still shown under today, never a second one.
    claim = Put(mark | {"version": told["version"] + 1}, version=told["version"]) if told else Put(mark, absent=True)
    said, doors = _with_doors(ports, account_id, found, now)
    ports.table.write(claim, *(Set(item["pk"], item["sk"], keys.NO_WAKE) for item in news), *doors)
    ours = Links(ports.settings.base_url)
    link = _where(ours, news)
    message = compose_notices(account, said, link=link, settings_link=ours.settings())
    try:
        ports.mailer.send(message)
    except MailRefused as refusal:
        log.warning("news_not_mailed")  # they stand under today
        if refusal.retry:
            _look_again(ports, [(item["pk"], item["sk"]) for item in news], now + EVERY)
    except MailUnknown:
        log.warning("news_not_mailed")
    return poisoned


def _without_over(ports: Ports, account_id: str, found: _Found) -> _Found:
    """Without those that ask for what has been decided meanwhile; these are told nobody."""
    over = needs.over(ports, account_id, found.news)
    for key in over:
        ports.table.write(Set(*key, keys.NO_WAKE))
    both = zip(found.news, found.said, strict=True)
    kept = [(item, news) for item, news in both if (item["pk"], item["sk"]) not in over]
    return found._replace(news=[item for item, _news in kept], said=[news for _item, news in kept])


def _where(ours: Links, news: list[Item]) -> str:
    """The page of the one debt, or client, that all of it is about: what has to be answered is one tap away."""
    about = {(item["row"].get("client_id", ""), item["row"].get("debt", "")) for item in news}
    client_id, debt_id = about.pop() if len(about) == 1 else ("", "")
    if not client_id:
        return ours.today()
    return ours.debt(client_id, debt_id) if debt_id else ours.client(client_id)


def _with_doors(ports: Ports, account_id: str, found: _Found, now: datetime) -> tuple[list[News], list[Write]]:
    """What to say, with a link of its own for each question that the mail's reader may answer at once."""
    said, doors = list(found.said), list[Write]()
    for place, item in enumerate(found.news):
        if said[place].notice.kind != "proposal":
            continue
        token, notice, row = ports.ids.token(), said[place].notice, item["row"]
        door = tokens.ReplyLink(account_id, row["client_id"], notice.debt_id, notice.at, now)
        doors.append(tokens.put_reply_link(token, door))
        said[place] = replace(said[place], link=Links(ports.settings.base_url).reply(token))
    return said, doors


def _look_again(ports: Ports, news: list[keys.Key], at: datetime) -> None:
    for key in news:
        ports.table.write(Set(*key, keys.wake(*key, at, ports.settings.wake_shards)))


def _readable(items: list[Item]) -> _Found:
    """One by one: an item that cannot be read is none of the others' business."""
    found = _Found([], [], [])
    for item in items:
        with troubles.passed_over(found.poisoned, (item["pk"], item["sk"])):
            found.said.append(_news(item))
            found.news.append(item)
    return found


def _news(item: Item) -> News:
    row = rows.checked("NEWS", item)["row"]
    notice = codec.of(Notice, item)
    return News(notice, row["client"], number=row["number"], concept=row["concept"], currency=row["currency"])
