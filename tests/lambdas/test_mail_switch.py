"""The switch that stops all mail: seen soon, letters wait unclaimed, and what goes afterwards is decided anew."""

import json
import threading
from dataclasses import replace

import boto3
import pytest
from botocore.config import Config
from werkzeug.serving import make_server

from aldia.adapters.mail_switch import HOLD_S, MailSwitch, Stoppable
from aldia.flows import run_jobs
from aldia.ports import MailRefused, Message, Query

LETTER = Message(("bruno@example.com",), "Subject", "text", "<p>text</p>")


class Ssm:
    """SSM's answer over HTTP, as far as one parameter goes; `word` None: there is none; "": it breaks."""

    def __init__(self):
        self.word, self.asked = None, []
        self._server = make_server("127.0.0.1", 0, self)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.client = boto3.client(
            "ssm", region_name="eu-west-1", endpoint_url=f"http://127.0.0.1:{self._server.server_port}",
            aws_access_key_id="x", aws_secret_access_key="x", config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip

    def __call__(self, environ, start):
        self.asked += json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))["Names"]
        found = [{"Name": self.asked[-1], "Value": self.word}] if self.word else []
        start("500 ." if self.word == "" else "200 .", [("Content-Type", "application/x-amz-json-1.1")])
        return [json.dumps({"Parameters": found}).encode()]

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def ssm():
    made = Ssm()
    yield made
    made.stop()


def test_a_stop_is_seen_within_seconds_and_asked_for_no_more_often(ssm):
    now = [0.0]
    switch = MailSwitch(ssm.client, "/aldia/prod", seconds=lambda: now[0])
    assert switch()
    assert switch()
    assert ssm.asked == ["/aldia/prod/mail"]
    ssm.word = "stopped"
    now[0] = HOLD_S
    assert not switch()
    ssm.word, now[0] = "goes", 2 * HOLD_S
    assert switch()


def test_when_ssm_does_not_answer_it_stays_as_it_was_and_mail_waits_while_nothing_is_known(ssm):
    now = [0.0]
    ssm.word = ""
    switch = MailSwitch(ssm.client, "/aldia/prod", seconds=lambda: now[0])
    assert not switch()
    ssm.word, now[0] = "goes", HOLD_S
    assert switch()
    ssm.word, now[0] = "", 2 * HOLD_S
    assert switch()


def test_behind_it_the_mailer_is_not_even_asked(world):
    with pytest.raises(MailRefused) as refused:
        Stoppable(world.outbox, lambda: False).send(LETTER)
    assert refused.value.retry
    assert world.outbox.sent == []
    Stoppable(world.outbox, lambda: True).send(LETTER)
    assert len(world.outbox.sent) == 1


def test_while_it_is_stopped_letters_wait_unclaimed_money_is_booked_and_then_one_letter_goes(world):
    ana = world.account()
    debt = world.debt(ana)
    world.clock.at = world.clock.at.replace(hour=15)  # nine in Mexico City
    stopped = replace(world.ports, mail_goes=lambda: False, mailer=Stoppable(world.outbox, lambda: False))
    for _ in range(7):  # more often than a refused letter is tried
        assert run_jobs.run(stopped).seen == 0
    assert world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True)).items == []
    assert run_jobs.run(world.ports).letters == 1
    assert len(world.outbox.sent) == 1
