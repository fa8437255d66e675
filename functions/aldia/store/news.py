"""News for the freelancer as records: mailed bundled, shown under today.

News of what a client did brings the letter that answers it along: one record and one wake-up for both, and the letter
becomes a record of its own when it is claimed. What brings a letter says so in its key, and wakes before all else of
its day, where only jobs that know of this look: an older program, which would mail the news and forget the letter,
leaves it alone, until it was pushed away once.
"""

from datetime import datetime, timedelta

from aldia.domain import needs
from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.ports import Item, Ports, Put
from aldia.store import codec, keys, letters
from aldia.store.books import CONCEPT
from aldia.store.letters import LetterRecord

KEPT = timedelta(days=400)
OWN_DEEDS = ("asked_again",)  # written down by the freelancer, who needs no mail about it
BRINGS = "#R"  # how the key of news with a letter ends


def writes(ports: Ports, case: Case, outcome: Outcome, now: datetime) -> list[Put]:
    """All that an outcome tells: its news, each that is mailed with a letter, and the letters that are left."""
    mailed = [place for place, notice in enumerate(outcome.notices) if _is_mailed(case, notice)]
    brought = dict(zip(mailed, outcome.letters, strict=False))
    told = [
        _put(ports, case, notice, place=place, letter=brought.get(place), now=now)
        for place, notice in enumerate(outcome.notices)
    ]
    return told + [letters.planned(ports, case, letter, now) for letter in outcome.letters[len(brought) :]]


def _is_mailed(case: Case, notice: Notice) -> bool:
    is_own = notice.kind in OWN_DEEDS and bool(notice.text)  # without words the client itself did it
    return not is_own and notice.kind not in case.account.muted


def _put(ports: Ports, case: Case, notice: Notice, *, place: int, letter: Letter | None, now: datetime) -> Put:
    pk, _ = keys.client(case.account.id, case.client.id)
    sk = f"K#{now:%Y-%m-%dT%H:%M:%S.%f}#{case.client.version}-{place}{BRINGS if letter else ''}"
    item: Item = {
        "pk": pk,
        "sk": sk,
        "kind": "news",
        "schema": codec.SCHEMA,
        "data": codec.dumps(notice),
        "account_pk": f"A#{case.account.id}#NEWS",
        "account_sk": sk[2:],
        "row": _row(case, notice, now),
        "expires_at": int((now + KEPT).timestamp()),
    }
    if letter:
        item |= {"letter": codec.packed(letter)} | keys.wake_first(pk, sk, now, ports.settings.wake_shards)
    elif _is_mailed(case, notice):
        item |= keys.wake(pk, sk, now, ports.settings.wake_shards)
    return Put(item, absent=True)


def _row(case: Case, notice: Notice, now: datetime) -> dict[str, object]:
    asked = needs.asked(case, notice, now)
    need: dict[str, object] = {"need": asked.kind} if asked else {}
    debt = next((debt for debt in case.debts if debt.id == notice.debt_id), None)
    return {
        "client": case.client.name,
        "client_id": case.client.id,
        "number": debt.number if debt else "",
        "concept": debt.concept[:CONCEPT] if debt else "",
        "currency": debt.currency if debt else "",
        "kind": notice.kind,
        "debt": notice.debt_id,
        "amount": notice.amount_minor,
        "text": notice.text[:500],
    } | need


def brings_letter(sk: str) -> bool:
    """Whether news of that key came with a letter."""
    return sk.startswith("K#") and sk.endswith(BRINGS)


def brought(item: Item) -> LetterRecord | None:
    """The letter that news came with, as it is planned; None when it has none, or is told already.

    Raises when either cannot be read, so that no news is told together with others and cannot be.
    """
    if "letter" not in item or "wake_pk" not in item:
        return None
    codec.of(Notice, item)
    _, account_id, _, client_id = item["pk"].split("#")
    return LetterRecord(codec.loads(Letter, item["letter"]), account_id, client_id, item["row"]["client"])
