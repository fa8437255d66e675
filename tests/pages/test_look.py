"""The visual language: contrast computed from the tokens, one source of colours, vendored files as they were."""

import gzip
import hashlib
import re

import pytest

from aldia import assets

TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

# Which colour stands on which, and what it must reach; docs/design.md lists the same pairs with their ratios.
PAIRS = [
    ("ink", "ground", TEXT), ("ink", "surface", TEXT), ("ink", "sunken", TEXT), ("ink", "mark", TEXT),
    ("soft", "ground", TEXT), ("soft", "surface", TEXT), ("soft", "sunken", TEXT),
    ("sea", "ground", TEXT), ("sea", "surface", TEXT), ("sea", "sunken", TEXT), ("sea", "sea-wash", TEXT),
    ("sea-deep", "surface", TEXT), ("sea-deep", "sea-wash", TEXT),
    ("on-sea", "sea", TEXT), ("on-sea", "sea-deep", TEXT), ("on-sun", "sun", TEXT), ("ink", "sea-wash", TEXT),
    ("good", "good-wash", TEXT), ("warm", "warm-wash", TEXT), ("stop", "stop-wash", TEXT),
    ("talk", "talk-wash", TEXT), ("calm", "calm-wash", TEXT),
    ("stop", "surface", TEXT), ("stop", "ground", TEXT), ("surface", "stop", TEXT), ("ground", "ink", TEXT),
    ("ink", "good-wash", TEXT), ("ink", "warm-wash", TEXT), ("ink", "stop-wash", TEXT), ("ink", "calm-wash", TEXT),
    ("edge", "surface", SHAPE), ("edge", "ground", SHAPE), ("edge", "sunken", SHAPE), ("sun", "ink", SHAPE),
]  # fmt: skip
# Against the dark undo bar the sun is an outline; in the dark scheme that bar is light and has its own text colour.
LIGHT_ONLY = {("sun", "ink")}


def luminance(colour):
    """WCAG relative luminance of #rrggbb."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(front, back):
    """WCAG contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(front), luminance(back)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_gives_the_known_values():
    assert ratio("#000000", "#ffffff") == 21
    assert round(ratio("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_reaches_its_contrast(scheme, front, back, least):
    if scheme == "dark" and (front, back) in LIGHT_ONLY:
        return
    colours = assets.colours()[scheme]
    assert ratio(colours[front], colours[back]) >= least


def test_the_design_page_tells_the_ratios_as_they_are():
    page = (assets.ROOT / "docs" / "design.md").read_text("utf-8")
    told = re.findall(r"^\| `([\w-]+)` on `([\w-]+)` \| ([\d.]+) \| ([\d.]+) \|", page, re.MULTILINE)
    colours = assets.colours()
    assert len(told) >= 12
    for front, back, light, dark in told:
        computed = [f"{ratio(colours[scheme][front], colours[scheme][back]):.1f}" for scheme in ("light", "dark")]
        assert computed == [light, dark], f"{front} on {back}"


def test_both_schemes_name_the_same_colours():
    colours = assets.colours()
    assert set(colours["light"]) == set(colours["dark"])


def test_no_colour_is_written_outside_the_tokens():
    sheets = [*(assets.TEMPLATES / "styles").glob("*.css"), assets.TEMPLATES / "pay_style.css"]
    for sheet in sheets:
        if sheet.name in ("tokens.css", "print.css"):
            continue
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![\w-]*[,{ ])", sheet.read_text("utf-8")) == [], sheet.name


def test_every_token_that_is_used_exists():
    defined = set(re.findall(r"--([\w-]+):", (assets.TEMPLATES / "styles" / "tokens.css").read_text("utf-8")))
    for style in (assets.app_style(), assets.pay_style()):
        assert set(re.findall(r"var\(--([\w-]+)\)", style)) <= defined


def test_the_client_page_and_the_application_show_the_same_colours():
    for token, value in re.findall(r"--([\w-]+):(#[0-9a-f]{6})", assets.pay_style()):
        assert f"--{token}:{value}" in assets.app_style()


def test_the_style_of_the_client_page_is_small():
    assert len(assets.pay_style().encode()) <= 4096
    assert len(gzip.compress(assets.app_style().encode())) <= 8192


def test_every_rule_starts_with_a_selector():
    for style in (assets.app_style(), assets.pay_style()):
        assert style.count("{") == style.count("}")
        starts = [start.strip() for start in re.findall(r"([^{}]*){", style)]
        assert [start for start in starts if not start or "@" in start[1:] or ";" in start] == []


def test_squeezing_keeps_the_rules():
    css = "/* why */\na:hover > b ::before {\n  content: 'x';\n  margin: 0 auto;\n}\n"
    assert assets.squeezed(css) == "a:hover>b ::before{content:'x';margin:0 auto}\n"


def test_a_style_source_is_the_hash_that_browsers_compute():
    assert assets.style_source("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_the_script_of_htmx_is_the_published_one():
    published = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
    script = assets.ASSETS / "htmx-4.0.1.min.js"
    assert hashlib.sha256(script.read_bytes()).hexdigest() == published
    assert script.with_name("htmx-4.0.1.LICENSE.txt").is_file()


def test_every_asset_that_can_be_named_exists():
    for name in ("app.css", *assets.FILES):
        assert (assets.ROOT / "web" / assets.asset(name).lstrip("/")).is_file()
    with pytest.raises(KeyError):
        assets.asset("unknown.js")
