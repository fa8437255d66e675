"""Backup, restore and upgrade of a server's data: on the real engine with a real file."""

import io
import json
import os
import shutil
import tarfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aldia.domain.account import Account
from aldia.domain.debt import Debt, Step
from aldia.flows import open_debt, run_jobs
from aldia.flows.after_restore import go_on
from aldia.ports import Put
from aldia.store import accounts, codec, restored
from infra.local.engine import InUse
from infra.server import archive, disk, room
from infra.server.restore import restore
from infra.server.wishes import read
from infra.server.workers import tidy
from tests.server.settings_file import TRIAL, written
from tests.world import Clock, Outbox

CLIENTS = 3
LADDER = (Step("pre_due", "due", -7),)


@pytest.fixture
def wishes(tmp_path):
    return read(written(tmp_path, **TRIAL, ALDIA_TRUST_LIMITS="off"))


class Server:
    """One freelancer's server, whose clock and mailbox are the test's."""

    def __init__(self, wishes):
        self.wishes, self.outbox = wishes, Outbox()
        self.clock = Clock(datetime.now(UTC).replace(hour=15, minute=0) + timedelta(days=1))

    def opened(self, **more):
        return room.opened(self.wishes, clock=self.clock, mailer=self.outbox, **more)

    def begin(self, ports):
        ana = accounts.save(
            ports,
            Account("ana", "ana@example.com", name="Ana Ruiz", country="MX", timezone="America/Mexico_City",
                currency="MXN", created_at=self.clock.at),
            accounts.claim_email("ana@example.com", "ana"),
        )  # fmt: skip
        for number in range(CLIENTS):
            person = open_debt.new_client(ports, ana, name=f"Bruno {number}", email=f"b{number}@example.com")
            today = self.clock.at.date()
            debt = Debt(
                id=ports.ids.new(), client_id=person.id, number=f"F-{number}", currency="MXN", amount_minor=10_000,
                issued_on=today, due_on=today + timedelta(days=9 + 3 * number), opened_at=self.clock.at,
                concept="Diseño", ladder=LADDER,
            )  # fmt: skip
            open_debt.open_debt(ports, ana, person, debt)
        ports.files.put("A/ana/invoice", b"%PDF")

    def pass_days(self, ports, days):
        for _ in range(days * 2):
            self.clock.at += timedelta(hours=12)
            run_jobs.run(ports)

    def letters(self):
        return [message.to[0] for message in self.outbox.sent if message.to[0].startswith("b")]


@pytest.mark.slow
def test_a_backup_of_a_running_server_brings_everything_back_and_nobody_is_written_to_twice(wishes, tmp_path):
    server, file = Server(wishes), tmp_path / "kept" / "one.tar.gz"
    with server.opened() as opened:
        server.begin(opened.ports)
        server.pass_days(opened.ports, 4)
        earlier = server.letters()
        about = archive.backup(wishes.data, file)
        server.pass_days(opened.ports, 9)
        opened.ports.files.put("A/ana/later", b"x")
        before = server.letters()
        assert len(before) > len(earlier)
        with pytest.raises(InUse):  # not under a running server
            restore(wishes, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert about["schema"] == codec.SCHEMA
    told = len(server.outbox.sent)
    assert restore(wishes, file, clock=server.clock, mailer=server.outbox).doubts >= len(before) - len(earlier)
    with server.opened() as opened:
        assert opened.ports.files.get("A/ana/invoice") == b"%PDF"
        with pytest.raises(FileNotFoundError):
            opened.ports.files.get("A/ana/later")
        account = accounts.load(opened.ports, "ana")
        assert account.paused.reason == "restored"
        assert len(list(restored.lost(opened.ports, "ana"))) >= len(before) - len(earlier)
        server.pass_days(opened.ports, 2)
        assert server.letters() == before  # stopped until Ana says so
        assert [message.to for message in server.outbox.sent[told:]] == [("ana@example.com",)]
        go_on(opened.ports, accounts.load(opened.ports, "ana"))
        server.pass_days(opened.ports, 12)
        after = server.letters()
        assert len(after) == len(set(after))  # one step each: nobody twice
    assert [path.name for path in wishes.data.glob("replaced-*/aldia.sqlite")] == ["aldia.sqlite"]


def test_a_backup_is_of_one_moment_while_others_write(wishes, tmp_path):
    with room.opened(wishes) as opened:
        stop, written_up_to = threading.Event(), [0]

        def write():
            while not stop.is_set():
                number = written_up_to[0] = written_up_to[0] + 1
                pair = [Put({"pk": f"P{number}", "sk": side, "kind": "pair", "n": number}) for side in "ab"]
                opened.ports.table.write(*pair)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            for place in range(3):
                archive.backup(wishes.data, tmp_path / f"{place}.tar.gz")
        finally:
            stop.set()
            thread.join()
        assert written_up_to[0] > 3
    folder = tmp_path / "other"
    archive.unpacked(tmp_path / "2.tar.gz", folder)
    with room.opened(replace(wishes, data=folder)) as opened:
        sides = [item["pk"] for item in opened.ports.table.every("pair")]
        assert sides
        assert all(sides.count(name) == 2 for name in set(sides))


def spoiled(good):
    content = good.read_bytes()
    yield "cut", content[: len(content) // 2]
    yield "text", b"not an archive"
    yield "empty", b""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../evil"))
    yield "leaves the folder", out.getvalue()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    yield "a link", out.getvalue()
    out = io.BytesIO()
    with tarfile.open(good, "r:gz") as source, tarfile.open(fileobj=out, mode="w:gz") as tar:
        for member in source:
            body = source.extractfile(member).read()
            if member.name == archive.DATA:
                body = body[:-1] + bytes([body[-1] ^ 1])
            tar.addfile(member, io.BytesIO(body))
    yield "one bit", out.getvalue()


def test_a_backup_that_is_not_whole_replaces_nothing(wishes, tmp_path):
    with room.opened(wishes):
        pass
    good = tmp_path / "good.tar.gz"
    archive.backup(wishes.data, good)
    before = archive.digest(wishes.data / room.DATA)
    for name, content in spoiled(good):
        bad = tmp_path / "bad.tar.gz"
        bad.write_bytes(content)
        with pytest.raises(archive.BadArchive):
            restore(wishes, bad)
        assert archive.digest(wishes.data / room.DATA) == before, name
    assert list(tmp_path.rglob("evil")) == []
    assert not (wishes.data / room.UNFINISHED).exists()


def test_a_restore_that_broke_off_lets_nothing_else_start_and_is_done_again(wishes, tmp_path, monkeypatch):
    with room.opened(wishes) as opened:
        opened.ports.files.put("A/one", b"1")
    file = tmp_path / "one.tar.gz"
    archive.backup(wishes.data, file)
    with monkeypatch.context() as broken:
        broken.setattr("infra.server.restore.after_restore", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore(wishes, file)
    with pytest.raises(room.CannotOpen, match=f"aldia restore {file}"), room.opened(wishes):
        pass
    restore(wishes, file)
    with room.opened(wishes) as opened:
        assert opened.ports.files.get("A/one") == b"1"


def test_older_programs_leave_newer_data_alone_and_newer_ones_make_a_backup_first(wishes):
    about = wishes.data / room.ABOUT
    with room.opened(wishes):
        pass
    ours = json.loads(about.read_text())
    for newer in ({"schema": codec.SCHEMA + 1}, {"engine": "99.0.0"}):
        about.write_text(json.dumps(ours | newer))
        with pytest.raises(room.CannotOpen, match="A newer Al Día"), room.opened(wishes):
            pass
    for older in ({"schema": codec.SCHEMA - 1}, {"engine": "1.2.0"}):
        about.write_text(json.dumps(ours | older))
        with room.opened(wishes):
            assert json.loads(about.read_text()) == ours
        [made] = (wishes.data / "backups").iterdir()
        assert archive.unpacked(made, wishes.data / "looked")["schema"] == (ours | older)["schema"]
        made.unlink()
        shutil.rmtree(wishes.data / "looked")


def test_what_has_expired_is_taken_away(wishes):
    with room.opened(wishes) as opened:
        for number, until in (("1", 99), ("2", 101), ("3", None)):
            item = {"pk": "Q", "sk": number, "kind": "count"} | ({"expires_at": until} if until else {})
            opened.ports.table.write(Put(item))
        assert tidy(opened.ports.settings, 100.0) == 1
        assert sorted(item["sk"] for item in opened.ports.table.every("count")) == ["2", "3"]


def test_what_was_claimed_is_on_disk_before_a_mail_goes_and_before_a_form_is_answered(wishes, monkeypatch):
    order, fsync = [], os.fsync

    def noted(file):
        order.append(os.fstat(file).st_ino)
        fsync(file)

    class Mailer:
        def send(self, _message):
            order.append("mail")
            return "id"

    def application(_environ, _start):
        order.append("written")
        return [b""]

    with room.opened(wishes):
        log = (wishes.data / (room.DATA + "-wal")).stat().st_ino
        monkeypatch.setattr("infra.server.disk.os.fsync", noted)
        disk.OnDiskFirst(Mailer(), wishes.data / room.DATA).send(None)
        disk.AnswerAfter(application, wishes.data / room.DATA)({"REQUEST_METHOD": "POST"}, None)
        disk.AnswerAfter(application, wishes.data / room.DATA)({"REQUEST_METHOD": "GET"}, None)
    assert order == [log, "mail", "written", log, "written"]
