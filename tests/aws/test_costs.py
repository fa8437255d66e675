"""The bill: what the README shows is what the script says, and idling is cheap."""

from pathlib import Path

from infra.aws import costs

README = Path(__file__).parents[2] / "infra" / "README.md"


def together(freelancers):
    return sum(line.usd for line in costs.bill(freelancers))


def test_idling_costs_at_most_two_dollars_a_month_before_any_free_tier():
    assert together(0) <= 2


def test_the_cost_follows_use():
    assert together(100_000) - together(0) < 110 * (together(1_000) - together(0))
    assert together(1_000) > together(10) > together(0)


def test_the_readme_shows_the_scripts_table():
    assert costs.table() in README.read_text("utf-8")
