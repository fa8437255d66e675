"""Account numbers by country: which fields a kind of account has, and what is wrong with one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from aldia.rules import load

OTHER = "other"
FIELDS = ("kind_of_account", "number", "routing", "tax_id", "alias")
_PARTS = " -./\u00a0"  # what people write between digits


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of account; `choices` where it is chosen and not typed."""

    name: str
    check: str  # iban, clabe, cci… or free, choice
    is_needed: bool
    choices: tuple[str, ...] = ()


def kinds() -> tuple[str, ...]:
    """Every kind of account."""
    return tuple(load("bank_accounts")["kinds"])


def kind_of_country(country: str) -> str:
    """The kind that a country's banks use; "other" when we know none."""
    rules: Mapping[str, Mapping[str, list[str]]] = load("bank_accounts")["kinds"]
    return next((kind for kind, rule in rules.items() if country in rule["countries"]), OTHER)


def fields(kind: str) -> tuple[Field, ...]:
    """The fields of a kind, in the order of the form. KeyError for an unknown kind."""
    rule = load("bank_accounts")["kinds"][kind]
    choices = rule.get("choices", {})
    return tuple(
        Field(name, check, needed, tuple(choices.get(name, ()))) for name, (check, needed) in rule["fields"].items()
    )


def needs_bank(kind: str) -> bool:
    """Whether a transfer cannot be made without the bank's name."""
    return bool(load("bank_accounts")["kinds"][kind].get("needs_bank"))


def takes_sepa(iban: str) -> bool:
    """Whether a SEPA transfer can go to this IBAN."""
    return iban[:2] in load("bank_accounts")["sepa"]


def checked(check: str, text: str, choices: tuple[str, ...] = ()) -> str | None:
    """The value as it is kept, or None when it cannot be right."""
    if check == "choice":
        return text if text in choices else None
    if check == "free":
        return text if all(sign.isalnum() or sign in _PARTS for sign in text) else None
    if check in ("alias", "key"):
        return text if 6 <= len(text) <= 40 and all(sign.isalnum() or sign in ".-@+_" for sign in text) else None
    packed = "".join(sign for sign in text.upper() if sign not in _PARTS)
    return packed if packed.isascii() and _IS_RIGHT[check](packed) else None


def _by_library(module: str) -> Callable[[str], bool]:
    """Imported when a number is first looked at: most requests look at none."""

    def is_right(packed: str) -> bool:
        return bool(import_module(f"stdnum.{module}").is_valid(packed))

    return is_right


def is_clabe(digits: str) -> bool:
    """Mexico: 18 digits, the last one by the weights 3-7-1, each product modulo 10."""
    if len(digits) != 18 or not digits.isdigit():
        return False
    total = sum(int(digit) * (3, 7, 1)[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return int(digits[17]) == -total % 10


def is_cci(digits: str) -> bool:
    """Peru: 20 digits; the last two stand for bank and office, and for the account."""
    if len(digits) != 20 or not digits.isdigit():
        return False
    return digits[18:] == f"{_cci_digit(digits[:6])}{_cci_digit(digits[6:18])}"


def _cci_digit(digits: str) -> int:
    """Weights 1-2, the digits of each product added up."""
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return -sum(product // 10 + product % 10 for product in products) % 10


def _is_account(packed: str) -> bool:
    return packed.isdigit() and 4 <= len(packed) <= 20


def _is_nit(packed: str) -> bool:
    """Colombia: a NIT of ten digits has its check digit; a citizen's number has none."""
    if not packed.isdigit():
        return False
    return _by_library("co.nit")(packed) if len(packed) == 10 and packed[0] in "89" else 6 <= len(packed) <= 10


def _is_ruc(packed: str) -> bool:
    """Peru: a RUC of eleven digits, or a DNI of eight, which has no check digit of its own."""
    return (packed.isdigit() and len(packed) == 8) or _by_library("pe.ruc")(packed)


_IS_RIGHT: dict[str, Callable[[str], bool]] = {
    "iban": _by_library("iban"),
    "bic": _by_library("bic"),
    "clabe": is_clabe,
    "cci": is_cci,
    "cbu": _by_library("ar.cbu"),
    "aba": _by_library("us.rtn"),
    "rut": _by_library("cl.rut"),
    "cuit": _by_library("ar.cuit"),
    "nit": _is_nit,
    "ruc": _is_ruc,
    "account": _is_account,
}
