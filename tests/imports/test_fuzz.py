"""Random bytes and damaged files give verdicts; nothing ever raises."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aldia.imports.reading import read_file
from tests.imports.import_world import FIXTURES, GOOD, HEADER, MEXICO, SPAIN
from tests.imports.test_hostile_columns import sentences

FILES = [path.read_bytes() for path in sorted(FIXTURES.iterdir())]
SNIPPETS = [
    b'"',
    b";",
    b",",
    b"\r\n",
    b"\x00",
    b"\xff\xfe",
    b"<",
    b"&a;",
    b"<!DOCTYPE x [",
    b"\xef\xbb\xbf",
    b"PK",
    b"9" * 99,
]
often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(data, books=SPAIN):
    reading = read_file("file", data, books)
    sentences(reading)
    assert bool(reading.refused) != bool(reading.rows)
    assert all((row.fields is None) == (row.verdict == "bad") for row in reading.rows)
    return reading


@often
@given(st.binary(max_size=2000))
def test_random_bytes_give_a_verdict(data):
    judged(data)


@often
@given(st.text(st.characters(codec="utf-8"), max_size=500))
def test_random_text_under_a_good_header_gives_a_verdict_for_every_line(body):
    judged(f"{HEADER}\n{body}".encode())


@often
@given(
    st.lists(
        st.sampled_from([*GOOD.values(), '"', "x", "-1", "€", "\n", "\r", ";", ",", ",,", "\x00", "31/01/2026"]),
        max_size=60,
    )
)
def test_random_cells_under_a_good_header_give_a_verdict_for_every_line(cells):
    judged(f"{HEADER}\n{','.join(cells)}".encode())


@often
@given(st.data())
def test_damaged_files_give_a_verdict(data):
    original = data.draw(st.sampled_from(FILES))
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.sampled_from(SNIPPETS) | st.binary(max_size=8))
    judged(original[:at] + put + original[at + cut :], MEXICO)


@often
@given(st.data())
def test_reading_is_the_same_every_time_and_a_second_import_adds_nothing(data):
    original = data.draw(st.sampled_from(FILES))
    at = data.draw(st.integers(0, len(original)))
    damaged = original[:at] + data.draw(st.sampled_from(SNIPPETS)) + original[at:]
    assert judged(damaged, MEXICO) == judged(damaged, MEXICO)
