"""Countries as a list to choose from."""

from aldia.domain import countries
from aldia.domain.parsing import fold
from aldia.i18n import formats
from aldia.pages.render import language


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country: those we know by heart in their order, then the others by name."""
    known = [(code, formats.country_name(code, language())) for code in countries.known()]
    others = (pair for pair in known if not countries.main_zone(pair[0]))
    return [pair for pair in known if countries.main_zone(pair[0])] + sorted(others, key=lambda pair: fold(pair[1]))
