"""Countries as they are chosen: the known ones first, the others as the reader's alphabet has them."""

import re

import pytest


@pytest.mark.parametrize(
    ("language", "some"),
    [
        ("es", ["Alemania", "Bélgica", "Brasil", "Suiza"]),
        ("en", ["Belgium", "Brazil", "Germany", "Switzerland"]),
    ],
)
def test_countries_stand_by_name_after_the_seven_known_ones(world, language, some):
    browser = world.browser(world.account(name="", country="", language=language))
    html = browser.get("/bienvenida").text
    codes = re.findall(r'<option value="([A-Z]{2})"[^>]*>([^<]+)', html)
    assert [code for code, _name in codes[:7]] == ["ES", "MX", "CO", "CL", "PE", "AR", "US"]
    names = [name for _code, name in codes[7:]]
    places = [names.index(name) for name in some]
    assert len(names) > 20
    assert places == sorted(places)
