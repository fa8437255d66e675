"""`aldia restored` on a machine that cannot reach the table: one sentence that says what is missing, and a status."""

import boto3
import pytest

from aldia import cli

SINCE = ["restored", "2026-11-22T10:00:00Z"]


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A machine that knows no credentials of AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "ALDIA_TABLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # nothing listens, whatever is tried
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return monkeypatch


@pytest.mark.parametrize("more", [[], ["--tell"]], ids=["the drill", "--tell"])
def test_without_credentials_it_says_so_in_one_sentence(elsewhere, capsys, more):
    assert cli.main([*SINCE, *more]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Not done: Unable to locate credentials.")
    assert said.err.count("\n") == 1


def test_with_a_setting_that_cannot_be_it_says_which(elsewhere, capsys):
    elsewhere.setenv("ALDIA_CLOCK_AHEAD_S", "x")
    assert cli.main(SINCE) == 2
    said = capsys.readouterr().err
    assert "CLOCK_AHEAD_S" in said
    assert said.count("\n") == 1
