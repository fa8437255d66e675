"""The files for systemd, Caddy and nginx say what the program and its documentation say."""

import configparser
import re
from pathlib import Path

import pytest

from aldia.adapters.stripe_events import TYPES
from aldia.app import MOST_BYTES
from aldia.cli import _parser
from infra.server import serve

FOLDER = Path(serve.__file__).parent
DOCS = FOLDER.parents[1] / "docs"
SERVICES = sorted(FOLDER.glob("*.service"))
HELD = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
    "CapabilityBoundingSet": "", "UMask": "0077", "User": "aldia", "StateDirectoryMode": "0700",
}  # fmt: skip


def unit(path):
    found = configparser.ConfigParser(strict=True, interpolation=None)
    found.optionxform = str
    found.read(path, "utf-8")
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_may_do_no_more_than_it_needs_and_its_command_exists(path):
    service = unit(path)["Service"]
    assert {name: service.get(name) for name in HELD} == HELD
    assert _parser().parse_args(service["ExecStart"].split()[1:]).settings == "/etc/aldia/aldia.env"


def test_a_server_that_is_told_to_stop_has_the_time_that_it_takes():
    service = unit(FOLDER / "aldia.service")["Service"]
    assert int(service["TimeoutStopSec"]) > serve.REQUESTS_END_WITHIN_S + serve.WORK_ENDS_WITHIN_S
    assert service["KillMode"] == "mixed"


def test_each_timer_has_its_service():
    assert all(path.with_suffix(".service") in SERVICES for path in FOLDER.glob("*.timer"))


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_lets_through_what_the_application_takes_and_logs_no_addresses(name):
    text = (FOLDER / name).read_text("utf-8")
    most = int(re.search(r"(?:max_size|max_body_size) (\d+)", text)[1])
    assert most * 1024 * 1024 > MOST_BYTES
    assert "127.0.0.1:8000" in text
    assert "access_log off" in text or "\tlog" not in text


@pytest.mark.parametrize("language", ["", ".es"])
def test_the_documentation_asks_stripe_for_the_events_that_are_read(language):
    text = (DOCS / f"self-hosting{language}.md").read_text("utf-8")
    assert set(re.findall(r"`((?:account|charge|checkout|payment_intent|refund)\.[a-z_.]+)`", text)) == set(TYPES)


@pytest.mark.parametrize("language", ["", ".es"])
def test_the_documentation_names_every_command_and_every_file(language):
    text = (DOCS / f"self-hosting{language}.md").read_text("utf-8")
    names = ["serve", "check", "jobs", "backup", "restore", "dsn", "bounced", "mail-stop", "mail-go"]
    assert [name for name in names if f"aldia {name}" not in text] == []
    kept = [path.name for path in FOLDER.iterdir() if path.suffix in (".service", ".timer", ".example", ".conf")]
    assert [name for name in (*kept, "Caddyfile") if name not in text] == []
