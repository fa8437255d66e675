"""What the domain refuses. Each carries a catalogue key, so that a person reads one clear sentence."""


class Refused(Exception):
    """The request cannot be done; `key` names the sentence, `field` the input it belongs to."""

    def __init__(self, key: str, *, field: str = "", **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.facts = facts


class CurrencyMismatch(Refused):
    """Two sums of different currencies were put together."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__("error.currency_mismatch", one=one, other=other)
