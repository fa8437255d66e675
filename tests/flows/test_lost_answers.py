"""The database does what it was asked and its answer is lost: the SDK asks again, and nothing is said or done wrong."""

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aldia import bootstrap
from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.ports import Add, AlreadyThere, Conflict, Delete, Put, Set
from aldia.settings import Settings


class Forgetful(BaseHTTPRequestHandler):
    """Passes every request on; the first answer to a write is lost on its way back."""

    engine = ""
    lost: set[str]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = urllib.request.Request(self.engine, body, dict(self.headers), method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        if operation in self.lost:
            self.lost.discard(operation)
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        pass


WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


@pytest.fixture
def forgetful(engine, dynamodb, table_name):
    create_table(dynamodb, table_name)
    handler = type("Here", (Forgetful,), {"engine": engine.url, "lost": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = Settings(dynamodb_endpoint=f"http://127.0.0.1:{server.server_port}", table=table_name)
    yield DynamoTable(bootstrap.dynamodb(settings), table_name), handler.lost
    server.shutdown()
    server.server_close()


ITEM = {"pk": "a", "sk": "b", "version": 1, "n": 1}


@pytest.mark.parametrize(
    "write",
    [
        Put({"pk": "new", "sk": "b"}, absent=True),
        Put({**ITEM, "version": 2}, version=1),
        Set("a", "b", {"version": 2}, where={"version": 1}),
        Delete("a", "b", where={"version": 1}),
        Put({"pk": "plain", "sk": "b"}),
        Set("a", "b", {"version": 2}),
        Delete("a", "b"),
    ],
    ids=lambda write: f"{type(write).__name__} {'if' if getattr(write, 'where', None) else ''}",
)
def test_a_write_whose_answer_was_lost_is_not_said_to_have_failed(forgetful, write):
    table, lost = forgetful
    table.write(Put(ITEM))
    lost.update(WRITES)
    table.write(write)
    assert len(lost) < len(WRITES)


def test_a_counter_whose_answer_was_lost_counts_once(forgetful):
    table, lost = forgetful
    lost.update(WRITES)
    table.write(Add("c", "d", {"n": 1}))
    assert table.get("c", "d")["n"] == 1


def test_a_transaction_whose_answer_was_lost_is_done_once(forgetful):
    table, lost = forgetful
    lost.update(WRITES)
    table.write(Put({"pk": "new", "sk": "b"}, absent=True), Add("c", "d", {"n": 1}))
    assert table.get("c", "d")["n"] == 1


def test_what_is_really_there_already_is_still_said(forgetful):
    table, _lost = forgetful
    table.write(Put(ITEM))
    with pytest.raises(AlreadyThere):
        table.write(Put(ITEM, absent=True))
    with pytest.raises(Conflict):
        table.write(Put(ITEM, version=7))


def test_a_write_that_meets_a_transaction_is_a_conflict(dynamodb, table_name):
    from botocore.stub import Stubber

    settings = Settings(dynamodb_endpoint="http://127.0.0.1:1", table=table_name)
    client = bootstrap.dynamodb(settings)
    with Stubber(client) as stub:
        stub.add_client_error("put_item", "TransactionConflictException")
        with pytest.raises(Conflict):
            DynamoTable(client, table_name).write(Put(ITEM))
