"""The setting by which a proof's clock goes ahead: on an emulator of this machine, and nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest

from aldia import bootstrap
from aldia.settings import read_settings


@pytest.mark.parametrize("endpoint", [None, "https://dynamodb.eu-west-1.amazonaws.com", "http://127.0.0.1.example.com"])
def test_a_false_clock_stops_the_start_wherever_aws_is_no_emulator_on_this_machine(endpoint):
    environ = {"ALDIA_CLOCK_AHEAD_S": "60"} | ({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})
    with pytest.raises(ValueError, match="CLOCK_AHEAD_S"):
        read_settings(environ)
    read_settings(environ | {"ALDIA_CLOCK_AHEAD_S": "0"})


def test_on_an_emulator_the_clock_goes_ahead_by_that_much():
    settings = read_settings({"ALDIA_CLOCK_AHEAD_S": "86400", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"})
    ahead = bootstrap.build(settings).clock.now() - datetime.now(UTC)
    assert timedelta(days=1) - timedelta(minutes=1) < ahead <= timedelta(days=1)
