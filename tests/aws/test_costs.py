"""The bill: what the README shows is what the script says, reckoned from what is deployed; idling is cheap."""

import re
import tomllib
from datetime import date
from pathlib import Path

from infra.aws import costs, template

README = Path(__file__).parents[2] / "infra" / "README.md"


def together(freelancers):
    return sum(line.usd for line in costs.bill(freelancers))


def of_type(kind):
    return [one["Properties"] for one in template.load()["Resources"].values() if one["Type"] == kind]


def test_idling_costs_at_most_two_dollars_a_month_before_any_free_tier():
    assert together(0) <= 2


def test_everything_that_is_paid_while_idle_is_listed():
    listed = sum(float(row.split("|")[3]) for row in costs.idle_table().splitlines()[2:])
    assert abs(listed - together(0)) < 0.005


def test_the_cost_follows_use():
    assert together(100_000) - together(0) < 110 * (together(1_000) - together(0))
    assert together(1_000) > together(10) > together(0)


def test_the_readme_shows_the_scripts_tables():
    assert costs.report() in README.read_text("utf-8")


def test_every_price_says_of_which_list_it_is_and_who_saw_it():
    prices = tomllib.loads((Path(costs.__file__).with_name("prices.toml")).read_text("utf-8"))
    for name, one in prices.items():
        assert one["usd"] > 0, name
        assert date(2026, 1, 1) < one["list"] <= date.today(), name  # noqa: DTZ011  a list is of a day
        assert len(one["seen"]) > 10, name
    used = set(re.findall(r'(?:p|PRICES)\["(\w+)"\]', Path(costs.__file__).read_text("utf-8")))
    assert set(prices) == used


def test_what_runs_by_itself_is_what_the_template_deploys():
    assert len(of_type("AWS::CloudWatch::Alarm")) == costs.ALARMS
    assert len(of_type("AWS::Scheduler::Schedule")) == len(costs.TICKS)
    assert len(of_type("AWS::Lambda::EventSourceMapping")) * 5 * 3 * costs.MINUTES == costs.POLLS
    sizes = {one["Handler"]: one["MemorySize"] for one in of_type("AWS::Lambda::Function")}
    assert sizes.pop("web_app.handler") == costs.WEB_MB
    assert set(sizes.values()) == {costs.WORK_MB}


def test_processor_time_costs_the_same_in_a_small_function_and_waiting_does_not():
    assert costs.gb_seconds(1000, 0, 512) == costs.gb_seconds(1000, 0, 1024)
    assert costs.gb_seconds(0, 1, 512) * 2 == costs.gb_seconds(0, 1, 1024) == 1


def test_a_visit_is_cold_when_hardly_anybody_comes():
    assert costs.cold_share(1) > 0.9
    assert costs.cold_share(1_000) < 0.01
