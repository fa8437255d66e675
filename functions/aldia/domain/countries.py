"""Countries: those whose zone and currency we know by heart, and the others that can be chosen."""

from aldia.rules import load


def known() -> tuple[str, ...]:
    """Every country that can be chosen, the ones we know best first."""
    rules = load("countries")
    return (*rules["countries"], *rules["others"])


def main_zone(country: str) -> str:
    """The country's main time zone; empty when it has to be chosen."""
    return str(load("countries")["countries"].get(country, {}).get("timezone", ""))


def currency(country: str) -> str:
    """The country's currency; empty when we do not know it by heart."""
    return str(load("countries")["countries"].get(country, {}).get("currency", ""))
