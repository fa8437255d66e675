"""The command: exit statuses, what goes where, one file, several, standard input."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aldia.cli import main
from aldia.replay.command import replay

AT = "2026-06-20T12:00:00-06:00"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path):
    """Writes documents into files; their names."""

    def _written(*documents):
        names = []
        for place, document in enumerate(documents):
            path = tmp_path / f"story{place}.json"
            path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
            names.append(str(path))
        return names

    return _written


@pytest.fixture
def command(engine, capsys):
    """Runs it in this process; (status, standard output, standard error)."""

    def _command(names):
        status = replay(names, lambda: contextlib.nullcontext(engine))
        said = capsys.readouterr()
        return status, said.out, said.err

    return _command


def test_one_file_gives_one_document(story, written, command):
    status, out, err = command(written(story))
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert list(document) == ["rules", "letters", "tasks", "skips", "quotes", "debts"]
    assert document["letters"][0] == {
        "at": "2026-06-01T09:00:00-06:00",
        "client": "bruno",
        "debts": ["f1"],
        "step": "invoice_sent",
        "steps": ["invoice_sent"],
        "language": "es",
        "subject": "Factura F-001 · Ana",
        "amount": "1000.00",
        "currency": "MXN",
    }
    assert list(document["debts"]["f1"]) == [
        "state", "balance", "paid", "discount", "waived", "written_off", "interest", "compensation", "credit",
        "due_on", "extended_to", "instalments",
    ]  # fmt: skip


def test_several_files_give_an_array_in_their_order(story, written, command):
    other = json.loads(json.dumps(story).replace("f1", "f9"))
    status, out, _ = command(written(story, other))
    assert status == 0
    assert [list(document["debts"]) for document in json.loads(out)] == [["f1"], ["f9"]]


def test_a_dash_reads_standard_input(story, command, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(story).encode())))
    status, out, _ = command(["-"])
    assert (status, list(json.loads(out)["debts"])) == (0, ["f1"])


def test_faults_are_status_2_one_line_each_and_nothing_is_played(story, written, command):
    story["debts"][0]["due_on"] = "2026-05-01"
    story["run"]["every_minutes"] = -1
    status, out, err = command(written(story))
    assert (status, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["debts[0].due_on", "run.every_minutes"]


def test_of_several_files_the_faulty_one_is_named_and_none_is_printed(story, written, command):
    faulty = {**story, "format": 3}
    names = written(story, faulty)
    status, out, err = command(names)
    assert (status, out) == (2, "")
    assert err.startswith(f"{names[1]}: format: ")


@pytest.mark.parametrize(
    "text", ["", "{", '{"format": 1, "format": 1}', '{"format": NaN}', "[" * 100_000, '\ufeff{"format": 1}']
)
def test_what_is_not_json_is_a_fault(text, written, command):
    status, out, err = command(written(text))
    assert (status, out, err.partition(":")[0], err.count("\n")) == (2, "", "document", 1)


def test_a_file_that_is_not_there_is_a_fault(tmp_path, command):
    status, out, err = command([str(tmp_path / "none.json")])
    assert (status, out) == (2, "")
    assert err.startswith("document: cannot be read")


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"type": "refund", "amount": "1.00"}, "events[0].amount"),
        ({"type": "decide", "outcome": "reopen"}, "events[0]"),
        ({"type": "payment_confirmed"}, "events[0]"),
        ({"type": "payment_not_found"}, "events[0]"),
        ({"type": "dispute_resolved"}, "events[0]"),
        ({"type": "chargeback_closed", "won": True}, "events[0]"),
        ({"type": "promise", "on": "2026-06-19"}, "events[0].on"),
        ({"type": "plan", "instalments": [{"due_on": "2026-07-01", "amount": "1.00"}]}, "events[0].instalments"),
        ({"type": "waive", "amount": "1000.01"}, "events[0].amount"),
        ({"type": "due_changed", "due_on": "2026-05-01"}, "events[0].due_on"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else value,
)
def test_what_only_playing_shows_to_be_impossible_is_status_2_too(event, path, story, written, command):
    story["events"] = [{"at": AT, "debt": "f1", **event}]
    status, out, err = command(written(story))
    assert (status, out, err.partition(":")[0]) == (2, "", path)


def test_a_failure_of_ours_is_status_1_and_the_highest_status_wins(story, written, command, monkeypatch):
    failing = json.loads(json.dumps(story).replace("bruno@", "fail@"))
    impossible = {**story, "events": [{"at": AT, "type": "refund", "debt": "f1", "amount": "1.00"}]}
    send = "aldia.replay.stage.Outbox.send"

    def refuse(outbox, message):
        if "fail@example.com" in message.to:
            raise RuntimeError("the outbox burns")
        return "mail"

    monkeypatch.setattr(send, refuse)
    status, out, err = command(written(failing))
    assert (status, out) == (1, "")
    assert "mistake of ours" in err
    assert command(written(failing, impossible))[0] == 2


def test_resuming_what_is_not_paused_and_the_same_address_again_change_nothing(story, written, command):
    plain = command(written(story))[1]
    story["events"] = [
        {"at": AT, "type": "resume", "client": "bruno"},
        {"at": AT, "type": "resume", "debt": "f1"},
        {"at": AT, "type": "client_changed", "client": "bruno", "email": "bruno@example.com"},
        {"at": AT, "type": "approve", "debt": "f1", "step": "overdue_2"},
    ]
    assert command(written(story))[1] == plain


RICH = (
    "already-paid", "back-dated-payments", "checkouts", "discount-kinds", "interest-kinds", "midnight-that-is-not",
    "money-goes-back", "plan-missed-and-resumed", "several-currencies-and-languages", "zones",
)  # fmt: skip
MACHINES = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "ar_EG.UTF-8", "LANG": "ar_EG.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Mexico_City", "LC_ALL": "C", "LANG": "C"},
)
"""Two machines between which it is never the same hour, often not the same day, and no number looks alike."""


def test_the_program_prints_the_same_bytes_in_every_run_whatever_the_machines_zone_and_locale():
    names = [str(ROOT / "tests" / "scenarios" / f"{name}.json") for name in RICH]
    runs = [_program(names, machine) for machine in MACHINES]
    assert runs[0] == runs[1]
    assert sum(len(document["letters"]) for document in json.loads(runs[0])) >= 40
    assert not runs[0].isascii()  # else the locale's letters would not be asked for


def _program(names, machine):
    command = [sys.executable, "-m", "aldia.cli", "replay", *names]
    environment = os.environ | machine | {"PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"}
    return subprocess.run(command, capture_output=True, check=True, env=environment, cwd=ROOT).stdout


def test_the_command_line_knows_it(story, written, capsys):
    story["format"] = 2
    assert main(["replay", *written(story)]) == 2
    assert capsys.readouterr().err.startswith("format: ")
