"""Whose invoice a row is: a client the account has, or a new one, found by tax id, by name, by address."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from aldia.imports.identity import client_key
from aldia.imports.rows import InvoiceFields


@dataclass(frozen=True, slots=True)
class Person:
    """What a client is known by. `is_new`: no client of the account's yet."""

    id: str
    name: str
    email: str = ""
    tax_id: str = ""
    is_new: bool = False


class People:
    """The clients of an account and of the set that is read; new ones get the same id however often it is read."""

    def __init__(self, account_id: str, known: Iterable[Person]) -> None:
        self._account_id = account_id
        self._all: dict[str, Person] = {}
        self._by: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for person in known:
            self._keep(person)

    def of(self, fields: InvoiceFields) -> Person:
        """The client that a row names."""
        found = self._found(fields)
        if found is None:
            found = self._keep(
                Person(self._new_id(fields), fields.client, fields.email, fields.tax_id, is_new=True),
            )
        elif (fields.email and not found.email) or (fields.tax_id and not found.tax_id):
            told = replace(found, email=found.email or fields.email, tax_id=found.tax_id or fields.tax_id)
            found = self._keep(told)
        return found

    def now(self, person_id: str) -> Person:
        """A client with everything that the rows have told by now."""
        return self._all[person_id]

    def _found(self, fields: InvoiceFields) -> Person | None:
        """Tax id first; then the name, where tax ids do not differ; then the address, where the names are akin."""
        tax_id, name = tax_key(fields.tax_id), client_key(fields.client)
        if tax_id and self._by["tax_id"][tax_id]:
            return self._all[self._by["tax_id"][tax_id][0]]
        same = self._fitting(self._by["name"][name], tax_id)
        if same:
            return next((one for one in same if fields.email and one.email == fields.email), same[0])
        near = self._fitting(self._by["email"][fields.email] if fields.email else [], tax_id)
        return next((one for one in near if _are_akin(name, client_key(one.name))), None)

    def _fitting(self, ids: list[str], tax_id: str) -> list[Person]:
        people = (self._all[one] for one in ids)
        return [one for one in people if not (tax_id and one.tax_id and tax_key(one.tax_id) != tax_id)]

    def _keep(self, person: Person) -> Person:
        self._all[person.id] = person
        for what, value in (
            ("tax_id", tax_key(person.tax_id)),
            ("name", client_key(person.name)),
            ("email", person.email),
        ):
            if value and person.id not in self._by[what][value]:
                self._by[what][value].append(person.id)
        return person

    def _new_id(self, fields: InvoiceFields) -> str:
        by = tax_key(fields.tax_id) or client_key(fields.client)
        return short_id("client", self._account_id, by)


def tax_key(tax_id: str) -> str:
    """A tax id without signs and case."""
    return "".join(sign for sign in tax_id.upper() if sign.isalnum())


def _are_akin(one: str, other: str) -> bool:
    """Whether all words of one name stand in the other: "nandu" and "peluqueria nandu sl"."""
    words, others = set(one.split()), set(other.split())
    return bool(words and others) and (words <= others or others <= words)


def short_id(*parts: str) -> str:
    """16 characters that are the same whenever the parts are."""
    return sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
