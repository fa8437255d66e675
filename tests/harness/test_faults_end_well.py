"""What a network and a busy provider do to one reminder: it goes once, or is known to be unknown; never silent."""

import time
import uuid
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from aldia import bootstrap
from aldia.adapters.dynamo_table import DynamoTable
from aldia.flows import run_jobs
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.ports import Query, Unreachable
from aldia.settings import Settings
from tests.harness.fault_proxy import Answer, CutAnswer, CutRequest, Delay, FaultProxy, LeaveKeys
from tests.harness.pretend_ses import PATH, Log, PretendSes
from tests.world import START, World

BUSY = "ProvisionedThroughputExceededException"
OF_ANY_REQUEST = {
    "late": Delay(0.3),
    "the request cut": CutRequest(40),
    "the answer dropped": CutAnswer(0),
    "the answer cut": CutAnswer(60),
    "429": Answer(429),
    "500": Answer(500),
    "500 of DynamoDB": Answer(500, "InternalServerError"),
    "too much": Answer(400, BUSY),
    "throttled": Answer(400, "ThrottlingException"),
}
OF_A_TRANSACTION = {
    "another transaction": Answer(400, "TransactionCanceledException", ("TransactionConflict",)),
    "another transaction, later": Answer(400, "TransactionCanceledException", ("None", "TransactionConflict")),
    "a busy partition": Answer(400, "TransactionCanceledException", ("None", "ThrottlingError")),
    "too much for one item": Answer(400, "TransactionCanceledException", ("ProvisionedThroughputExceeded",)),
    "the same one still running": Answer(400, "TransactionInProgressException"),
}
TRANSACTION = "TransactWriteItems"
OUTCOME = "UpdateItem"
# Every request of a reminder: the list of what is due, the account, the client, the claim, the outcome.
PLACES = [("GetItem", 1), ("Query wakeups", 1), ("BatchGetItem", 1), ("Query", 1), (TRANSACTION, 1), (OUTCOME, 1)]


class Nth:
    """Spoils the n-th request of one kind, `times` times."""

    def __init__(self, operation, n, fault, times=1):
        self.operation, self.range, self.fault, self.seen = operation, range(n, n + times), fault, 0

    def __call__(self, asked):
        self.seen += asked.operation == self.operation
        return self.fault if asked.operation == self.operation and self.seen in self.range else None


class Stage:
    """A world whose runs go through both proxies, with the real SDKs. One for all tests: each has its own client."""

    def __init__(self, dynamodb, table, mail, log):
        self.table, self.mail, self._log = table, mail, log
        self.world = World.start(dynamodb, f"faults-{uuid.uuid4().hex[:8]}")
        settings = Settings(dynamodb_endpoint=table.url, table=self.world.ports.table.name)
        dynamo = DynamoTable(bootstrap.dynamodb(settings), settings.table)
        self.direct = self.world.ports
        self.ports = replace(self.direct, table=dynamo, mailer=bootstrap.mailer(settings))
        self._number = 0

    def begin(self):
        """A new client, whose first letter is due now; no faults."""
        self._number += 1
        self.table.spoil_nothing()
        self.mail.spoil_nothing()
        self.world.clock.at = START
        self.address = f"client{self._number}@example.com"
        self.ana = self.world.account(f"ana{self._number}@example.com")
        self.debt = self.world.debt(self.ana, client=f"Client {self._number}", email=self.address)
        self.world.clock.at = START.replace(hour=15)

    def run(self):
        """One run of the scheduled function; False when the table was away."""
        try:
            run_jobs.run(self.ports)
        except Unreachable:
            return False
        return True

    def hours_pass(self, hours=3):
        for _ in range(hours):
            self.world.clock.at += timedelta(hours=1)
            assert self.run()

    def mails(self):
        """What the provider took for this client."""
        return [mail for mail in self._log.read() if self.address in mail["to"]]

    def partition(self, begins_with):
        pk = f"A#{self.ana.id}#C#{self.debt.client_id}"
        return self.direct.table.query(Query(pk, begins_with=begins_with, strong=True)).items

    def states(self):
        return [item["state"] for item in self.partition("R#")]

    def told_unknown(self):
        return [item for item in self.partition("K#") if item["row"]["kind"] == "unknown"]

    def troubles(self):
        found = self.direct.table.query(Query("J#trouble", strong=True)).items
        return [item["sk"] for item in found if self.debt.client_id in item["sk"]]

    def tell_delivery(self):
        mail = self.mails()[0]
        mail_event(self.ports, MailEvent("delivery", mail["id"], mail["tags"]))


@pytest.fixture(scope="module")
def only_stage(engine, dynamodb, tmp_path_factory):
    log = tmp_path_factory.mktemp("ses") / "mails.jsonl"
    ses = PretendSes(log).start()
    with FaultProxy(engine.url) as table, FaultProxy(ses.url) as mail, pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 50)))
        for name, value in {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_ENDPOINT_URL_SESV2": mail.url,
        }.items():
            patch.setenv(name, value)
        made = Stage(dynamodb, table, mail, Log(log))
        yield made
        made.world.close()
        dynamodb.delete_table(TableName=made.direct.table.name)
    ses.stop()


@pytest.fixture
def stage(only_stage):
    only_stage.begin()
    return only_stage


CASES = [(*place, name, fault) for place in PLACES for name, fault in OF_ANY_REQUEST.items()]
CASES += [(TRANSACTION, 1, name, fault) for name, fault in OF_A_TRANSACTION.items()]
CASES += [(OUTCOME, 1, "a transaction at the same item", Answer(400, "TransactionConflictException"))]
NAMES = [f"{name} at {operation} {n}" for operation, n, name, _fault in CASES]


@pytest.mark.parametrize(("operation", "n", "_name", "fault"), CASES, ids=NAMES)
@pytest.mark.parametrize("times", [1, 6], ids=["once", "for a while"])
def test_whatever_happens_between_us_and_the_table_one_letter_goes(stage, operation, n, _name, fault, times):
    stage.table.choose = Nth(operation, n, fault, times)
    stage.run()
    assert stage.table.spoiled, "the request was never made"
    stage.table.spoil_nothing()
    is_claimed_in_vain = stage.states() == ["sending"] and not stage.mails()
    if times > 1 and stage.mails():
        stage.tell_delivery()
    stage.hours_pass()
    assert stage.troubles() == []
    if is_claimed_in_vain:  # the claim was written and every answer to it lost: nobody knows, and that is said
        assert isinstance(fault, CutAnswer)
        assert times > 1
        assert (stage.mails(), stage.states(), len(stage.told_unknown())) == ([], ["unknown"], 1)
    else:
        assert len(stage.mails()) == 1
        assert stage.states() in (["accepted"], ["delivered"])
        assert stage.told_unknown() == []


@pytest.mark.parametrize(
    ("fault", "mails", "state"),
    [
        (Delay(0.3), 1, "accepted"),
        (CutRequest(200), 0, "unknown"),
        (CutAnswer(0), 1, "unknown"),
        (CutAnswer(40), 1, "unknown"),
        (CutAnswer(90), 1, "unknown"),
        (Answer(500), 0, "unknown"),
        (Answer(503, "ServiceUnavailable"), 0, "unknown"),
        (Answer(429, "TooManyRequestsException"), 1, "accepted"),
        (Answer(429), 1, "accepted"),
        (Answer(400, "ThrottlingException"), 1, "accepted"),
        (Answer(400, "LimitExceededException"), 1, "accepted"),
        (Answer(400, "MessageRejected"), 0, "failed"),
    ],
    ids=str,
)
def test_whatever_happens_between_us_and_ses_nothing_goes_twice_and_nobody_is_left_in_the_dark(
    stage, fault, mails, state
):
    stage.mail.choose = Nth(PATH, 1, fault)
    assert stage.run()
    stage.hours_pass()
    assert len(stage.mails()) == mails
    assert stage.states() == [state]
    assert len(stage.told_unknown()) == (state == "unknown")
    assert stage.troubles() == []


def test_a_lost_answer_of_ses_is_made_good_by_its_event(stage):
    stage.mail.choose = Nth(PATH, 1, CutAnswer(0))
    assert stage.run()
    stage.tell_delivery()
    stage.hours_pass()
    assert stage.states() == ["delivered"]
    assert not stage.told_unknown()


def test_an_event_that_comes_after_the_hour_lifts_what_was_unknown(stage):
    stage.mail.choose = Nth(PATH, 1, CutAnswer(0))
    assert stage.run()
    stage.hours_pass()
    assert stage.states() == ["unknown"]
    stage.tell_delivery()
    stage.hours_pass()
    assert stage.states() == ["delivered"]
    assert len(stage.mails()) == 1


@pytest.mark.slow
def test_ses_that_answers_too_late_is_not_asked_again(stage):
    stage.mail.choose = Nth(PATH, 1, Delay(8.5))  # half a second longer than we wait
    assert stage.run()
    stage.hours_pass()
    assert sum(stage.address.encode() in asked.body for asked in stage.mail.asked) == 1
    assert stage.states() == ["unknown"]
    assert len(stage.told_unknown()) == 1
    until = time.monotonic() + 10
    while not stage.mails() and time.monotonic() < until:
        time.sleep(0.05)
    assert len(stage.mails()) == 1


def test_keys_left_unprocessed_are_asked_for_again(stage):
    stage.table.choose = lambda asked: LeaveKeys() if asked.operation == "BatchGetItem" else None
    pk = f"A#{stage.ana.id}#C#{stage.debt.client_id}"
    keys = [(f"A#{stage.ana.id}", "PROFILE"), (pk, "CLIENT"), (pk, "NOTHING"), (pk, f"D#{stage.debt.id}")]
    assert [item["sk"] for item in stage.ports.table.get_many(keys)] == ["PROFILE", "CLIENT", f"D#{stage.debt.id}"]
    assert len(stage.table.spoiled) == 4


def test_keys_that_stay_unprocessed_are_no_endless_loop(stage):
    stage.table.choose = lambda asked: LeaveKeys(read=0) if asked.operation == "BatchGetItem" else None
    with pytest.raises(Unreachable):
        stage.ports.table.get_many([(f"A#{stage.ana.id}", "PROFILE")])
    assert len(stage.table.spoiled) <= 10
