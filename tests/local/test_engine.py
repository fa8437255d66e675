import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from infra.local.engine import Engine, EngineError, is_healthy
from infra.local.install_engine import NoEngine, _check, engine_path, install, integrity, platform_name
from infra.local.leftover import command_line, stop_leftover


def client(engine):
    return boto3.client(
        "dynamodb",
        endpoint_url=engine.url,
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def make_table(engine):
    client(engine).create_table(
        TableName="notes",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def write(engine, key):
    client(engine).put_item(TableName="notes", Item={"pk": {"S": key}})


def has(engine, key):
    return "Item" in client(engine).get_item(TableName="notes", Key={"pk": {"S": key}}, ConsistentRead=True)


def eventually(condition, within_s=10.0):
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def run_elsewhere(data_file):
    """A process that starts an engine, writes one note, tells its pid, and sleeps."""
    code = (
        "import sys, time; from pathlib import Path; from tests.local.test_engine import *\n"
        "engine = Engine(Path(sys.argv[1])).start(); make_table(engine); write(engine, 'kept')\n"
        "print(engine.pid, engine.port, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(data_file)], stdout=subprocess.PIPE, text=True)
    pid, port = map(int, process.stdout.readline().split())
    return process, pid, port


def test_what_was_written_is_there_after_a_stop_and_a_start(tmp_path):
    with Engine(tmp_path / "a.db") as engine:
        make_table(engine)
        write(engine, "kept")
    assert not is_healthy(engine.port)
    with Engine(tmp_path / "a.db") as engine:
        assert has(engine, "kept")


def test_an_engine_that_is_killed_comes_back_on_the_same_port_with_its_data(tmp_path, capfd):
    with Engine(tmp_path / "a.db") as engine:
        make_table(engine)
        write(engine, "kept")
        killed, url = engine.pid, engine.url
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: engine.pid not in (0, killed) and is_healthy(engine.port))
        assert engine.url == url
        assert has(engine, "kept")


@pytest.mark.slow
def test_an_engine_that_is_killed_now_and_then_never_waits_longer_than_the_first_time(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.local.engine.STEADY_S", 0.2)
    monkeypatch.setattr("infra.local.engine.FIRST_PAUSE_S", 0.5)
    monkeypatch.setattr("infra.local.engine.LONGEST_PAUSE_S", 60.0)
    with Engine(tmp_path / "a.db") as engine:
        for _ in range(6):  # doubling each time it would wait for 16 s before the last
            time.sleep(0.3)
            killed = engine.pid
            os.kill(killed, signal.SIGKILL)
            assert eventually(lambda killed=killed: engine.pid not in (0, killed) and is_healthy(engine.port))


def test_two_runs_on_the_same_data_are_refused_with_a_sentence(tmp_path):
    with Engine(tmp_path / "a.db"), pytest.raises(EngineError, match="already running"):
        Engine(tmp_path / "a.db").start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_the_engine_of_a_killed_run_dies_with_it_and_nothing_is_lost(tmp_path):
    run, pid, port = run_elsewhere(tmp_path / "a.db")
    run.kill()
    run.communicate()
    assert eventually(lambda: not is_healthy(port))
    assert not any(command_line(pid))
    with Engine(tmp_path / "a.db") as engine:
        assert has(engine, "kept")


def test_a_left_over_engine_is_stopped_before_the_new_start(tmp_path):
    data, program = tmp_path / "a.db", install()
    left = subprocess.Popen([program, "--host", "127.0.0.1", "--port", "0", "--db-path", data])
    try:
        assert eventually(lambda: any(command_line(left.pid)))
        (tmp_path / "a.db.pid").write_text(str(left.pid))
        with Engine(data):
            assert left.wait(5) is not None
    finally:
        left.kill()
        left.wait()


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(tmp_path):
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (tmp_path / "a.db.pid").write_text(str(stranger.pid))
        assert not stop_leftover(tmp_path / "a.db.pid", program=engine_path(), data_file=tmp_path / "a.db")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "no number", "999999999"])
def test_a_pid_file_that_says_nothing_does_no_harm(tmp_path, content):
    (tmp_path / "a.db.pid").write_text(content)
    with Engine(tmp_path / "a.db") as engine:
        assert is_healthy(engine.port)


def test_an_engine_that_may_not_be_run_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.local.engine.sys.executable", str(tmp_path))
    with pytest.raises(EngineError, match="cannot be started"):
        Engine(program=tmp_path).start()


def test_an_engine_that_does_not_start_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.local.engine.PORT_TRIES", 1)
    with pytest.raises(EngineError, match="does not start"):
        Engine(program=Path("/bin/false")).start()


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [("Linux", "x86_64", "linux-x64"), ("Linux", "aarch64", "linux-arm64"), ("Darwin", "arm64", "darwin-arm64")],
)
def test_the_package_is_the_one_for_this_platform(monkeypatch, system, machine, name):
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert platform_name() == name


def test_a_platform_without_a_package_is_told_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("platform.system", lambda: "Plan9")
    monkeypatch.setattr("infra.local.install_engine.ROOT", tmp_path)
    monkeypatch.delenv("ALDIA_ENGINE", raising=False)
    with pytest.raises(NoEngine, match="ALDIA_ENGINE="):
        install()


def test_another_program_than_the_pinned_one_is_not_installed(tmp_path):
    archive = tmp_path / "a.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(NoEngine, match="not the pinned one"):
        _check(archive, "linux-x64")


def test_a_platform_without_a_pinned_hash_shows_the_one_to_pin(tmp_path, capsys):
    archive = tmp_path / "a.tgz"
    archive.write_bytes(b"program")
    _check(archive, "linux-riscv")
    assert integrity(archive) in capsys.readouterr().out
