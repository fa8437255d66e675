"""A server's settings: what is missing or unsafe is said at once, and nothing starts."""

from dataclasses import fields
from pathlib import Path

import pytest

from aldia.cli import main
from aldia.settings import Settings
from infra.server import wishes
from infra.server.wishes import ON_AWS_ALONE, OURS, Wrong, read
from tests.server.settings_file import TRIAL, written

EXAMPLE = Path(wishes.__file__).with_name("aldia.env.example")


@pytest.fixture(autouse=True)
def not_root(monkeypatch):
    monkeypatch.setattr(wishes.os, "geteuid", lambda: Path(wishes.__file__).stat().st_uid or 1000)


def said(tmp_path, **values):
    with pytest.raises(Wrong) as wrong:
        read(written(tmp_path, **values))
    return " ".join(wrong.value.args)


def test_a_whole_file_is_read(tmp_path):
    found = read(
        written(tmp_path, ALDIA_SMTP_USER='"ana"', ALDIA_SMTP_PASSWORD="'a=b#c'", ALDIA_STRIPE_OWN_ACCOUNT="off")
    )
    settings = found.settings
    assert (settings.stage, settings.base_url) == ("server", "https://cobros.aldia.test")
    assert (settings.smtp_user, settings.smtp_password) == ("ana", "a=b#c")
    assert not settings.stripe_own_account
    assert found.listen == ("127.0.0.1", 8000)
    assert found.proxies == ("127.0.0.1", "::1")
    assert not found.is_trial
    assert settings.files == str(tmp_path / "data" / "files")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_everything_that_is_missing_is_said_at_once(tmp_path, capsys):
    gone = dict.fromkeys(
        ("ALDIA_BASE_URL", "ALDIA_MAIL_FROM", "ALDIA_SMTP_HOST", "ALDIA_STRIPE_KEY", "ALDIA_STRIPE_WEBHOOK_SECRETS")
    )
    file = written(tmp_path, **gone, ALDIA_COLOUR="blue")
    assert main(["serve", "--settings", str(file)]) == 2
    told = capsys.readouterr().err
    for name in (*gone, "ALDIA_COLOUR"):
        assert name in told
    assert len(told.strip().splitlines()) == 1 + len(gone) + 1  # a heading, and the one that is no setting


WRONG = [
    ({"ALDIA_BASE_URL": "http://cobros.aldia.test"}, "ALDIA_BASE_URL must be where people go"),
    ({"ALDIA_BASE_URL": "https://cobros.aldia.test/app"}, "without a path"),
    ({"ALDIA_LISTEN": "0.0.0.0:8000"}, "open to others without TLS"),
    ({"ALDIA_LISTEN": "8000"}, "ALDIA_LISTEN and ALDIA_PROXIES must be addresses"),
    ({"ALDIA_LISTEN": "127.0.0.1:http"}, "ALDIA_LISTEN must be an address and a port"),
    ({"ALDIA_PROXIES": "caddy"}, "must be addresses in numbers"),
    ({"ALDIA_SCHEDULER": "cron"}, "ALDIA_SCHEDULER must be thread or timer"),
    ({"ALDIA_THREADS": "0"}, "ALDIA_THREADS"),
    ({"ALDIA_MAIL_FROM": "hola@aldia.example"}, "ALDIA_MAIL_FROM must be an address of yours"),
    ({"ALDIA_MAIL_OPERATOR": "me"}, "ALDIA_MAIL_OPERATOR"),
    ({"ALDIA_MAILER": "pigeon"}, "ALDIA_MAILER must be smtp or ses"),
    ({"ALDIA_SMTP_TLS": "none"}, "everybody between could read the mail"),
    ({"ALDIA_SMTP_TLS": "maybe"}, "ALDIA_SMTP_TLS must be"),
    ({"ALDIA_SMTP_USER": "ana"}, "go together"),
    ({"ALDIA_SMTP_PORT": "many"}, "ALDIA_SMTP_PORT must be a whole number"),
    ({"ALDIA_STRIPE_KEY": "pk_live_1"}, "Stripe's secret key"),
    ({"ALDIA_STRIPE_KEY": "sk_live_1"}, "ALDIA_STRIPE_IS_LIVE does not fit the key"),
    ({"ALDIA_STRIPE_IS_LIVE": "on"}, "ALDIA_STRIPE_IS_LIVE does not fit the key"),
    ({"ALDIA_STRIPE_ENDPOINT": "http://127.0.0.1:9"}, "ALDIA_STRIPE_ENDPOINT is for a trial"),
    ({"ALDIA_DYNAMODB_ENDPOINT": "http://127.0.0.1:9"}, "ALDIA_DYNAMODB_ENDPOINT is no setting of a server"),
    ({"ALDIA_CLOCK_AHEAD_S": "9"}, "ALDIA_CLOCK_AHEAD_S is no setting of a server"),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG)
def test_what_is_unsafe_or_cannot_be_is_named_with_how_to_mend_it(tmp_path, values, sentence):
    assert sentence in said(tmp_path, **values)


def test_root_is_refused_and_so_is_a_file_or_folder_that_others_may_read(tmp_path, monkeypatch):
    path = written(tmp_path)
    path.chmod(0o644)
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    monkeypatch.setattr(wishes.os, "geteuid", lambda: 0)
    with pytest.raises(Wrong) as wrong:
        read(path)
    told = " ".join(wrong.value.args)
    assert f"chmod 640 {path}" in told
    assert f"chmod 700 {tmp_path / 'data'}" in told
    assert "does not need to be root" in told


def test_a_line_that_is_none_and_one_that_is_said_twice_are_named(tmp_path):
    path = written(tmp_path)
    path.write_text(path.read_text() + "export X\nALDIA_MAILER=ses\n")
    with pytest.raises(Wrong) as wrong:
        read(path)
    assert sum("is not NAME=value, or says it again" in one for one in wrong.value.args) == 2


def test_a_trial_on_this_machine_may_go_without_https(tmp_path):
    assert read(written(tmp_path, **TRIAL, ALDIA_STRIPE_ENDPOINT="http://127.0.0.1:9")).is_trial
    assert "open to others" in said(tmp_path, **TRIAL, ALDIA_LISTEN="0.0.0.0:80", ALDIA_PROXIES="10.0.0.1")


def test_the_example_names_every_setting_and_no_other_and_holds_no_secret():
    lines = [line.lstrip("#") for line in EXAMPLE.read_text().splitlines() if "=" in line and not line.startswith("# ")]
    named = {line.partition("=")[0] for line in lines}
    shared = {field.name for field in fields(Settings)} - set(ON_AWS_ALONE)
    assert named == {f"ALDIA_{name.upper()}" for name in (*shared, *OURS)} | set(wishes.OF_SES)
    held = {line.partition("=")[0]: line.partition("=")[2] for line in lines}
    assert not any(held[name] for name in held if any(word in name for word in ("KEY", "SECRET", "PASSWORD", "TOKEN")))
