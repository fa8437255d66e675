"""The dictionary store does what the engine does: the same cases against both, and a thousand random transactions."""

import random
from dataclasses import replace

import pytest

from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.ports import Add, AlreadyThere, CapReached, Check, Conflict, Delete, Put, Query, Set
from tests.simulator.dict_table import DictTable


class Repeating:
    """A boto3 client whose every transaction is sent twice under one token, as by an SDK that lost the first answer."""

    def __init__(self, client):
        self.client = client

    def __getattr__(self, name):
        return getattr(self.client, name)

    def transact_write_items(self, **request):
        token = f"token-{id(request)}"
        self.client.transact_write_items(**request, ClientRequestToken=token)
        return self.client.transact_write_items(**request, ClientRequestToken=token)


class OfDict:
    def make(self):
        return DictTable()

    def twice(self, table, *writes):
        table.write(*writes, token="t")
        table.write(*writes, token="t")


class OfEngine:
    def __init__(self, dynamodb, table_name):
        self.dynamodb, self.name = dynamodb, table_name

    def make(self):
        create_table(self.dynamodb, self.name)
        return DynamoTable(self.dynamodb, self.name)

    def twice(self, table, *writes):
        DynamoTable(Repeating(self.dynamodb), table.name).write(*writes)


@pytest.fixture(params=["dictionaries", "engine"])
def kind(request):
    if request.param == "dictionaries":
        return OfDict()
    return OfEngine(request.getfixturevalue("dynamodb"), request.getfixturevalue("table_name"))


@pytest.fixture
def table(kind):
    return kind.make()


def put(pk, sk, **values):
    return Put({"pk": pk, "sk": sk, **values})


def sks(page):
    return [item["sk"] for item in page.items]


def test_what_is_written_is_read_with_none_left_out_and_tuples_as_lists(table):
    row = {"names": ("a", "b"), "gone": None, "n": 3, "yes": True}
    table.write(put("p", "s", row=row, none=None, text="ñ", raw=b"\x00\xff"))
    assert table.get("p", "s") == {
        "pk": "p", "sk": "s", "text": "ñ", "raw": b"\x00\xff",
        "row": {"names": ["a", "b"], "gone": None, "n": 3, "yes": True},
    }  # fmt: skip
    assert table.get("p", "other") is None


def test_what_a_reader_changes_stays_its_own(table):
    table.write(put("p", "s", row={"list": [1]}))
    table.get("p", "s")["row"]["list"].append(2)
    table.query(Query("p")).items[0]["row"]["list"].append(3)
    assert table.get("p", "s")["row"] == {"list": [1]}


def test_a_query_for_some_attributes_gives_those_alone_and_goes_on_where_it_was(table):
    table.write(put("p", "a", n=1, data="x"), put("p", "b", data="y"))
    page = table.query(Query("p", only=("sk", "n"), limit=1))
    assert page.items == [{"sk": "a", "n": 1}]
    assert table.query(Query("p", only=("sk", "n"), after=page.last)).items == [{"sk": "b"}]


def test_many_come_in_the_order_of_their_keys_each_once(table):
    table.write(put("p", "a"), put("p", "b"), put("q", "c"))
    keys = [("q", "c"), ("p", "a"), ("p", "nobody"), ("q", "c")]
    assert [item["sk"] for item in table.get_many(keys)] in (["c", "a"], ["a", "c"])
    assert [item["sk"] for item in table.get_many(keys[:3])] == ["c", "a"]


def test_put_if_absent_is_refused_the_second_time_and_changes_nothing(table):
    table.write(Put({"pk": "p", "sk": "s", "n": 1}, absent=True))
    with pytest.raises(AlreadyThere):
        table.write(Put({"pk": "p", "sk": "s", "n": 2}, absent=True), put("p", "t"))
    assert table.get("p", "s")["n"] == 1
    assert table.get("p", "t") is None


@pytest.mark.parametrize("version", [1, 3])
def test_a_put_with_another_version_is_refused(table, version):
    table.write(put("p", "s", version=2))
    with pytest.raises(Conflict):
        table.write(Put({"pk": "p", "sk": "s", "version": 9}, version=version))
    table.write(Put({"pk": "p", "sk": "s", "version": 3}, version=2))
    assert table.get("p", "s")["version"] == 3


def test_a_put_over_what_was_changed_since_is_refused(table):
    table.write(put("p", "s"))
    table.write(Put({"pk": "p", "sk": "s", "seal": "1"}, where={"seal": None}))
    for was in ({"seal": None}, {"seal": "0"}, {"seal": 1}):
        with pytest.raises(Conflict):
            table.write(Put({"pk": "p", "sk": "s", "seal": "2"}, where=was))
    table.write(Put({"pk": "p", "sk": "s", "seal": "2"}, where={"seal": "1", "other": None}))
    assert table.get("p", "s")["seal"] == "2"
    with pytest.raises(Conflict):
        table.write(Put({"pk": "p", "sk": "nobody", "seal": "1"}, where={"seal": None}))


def test_a_put_over_a_version_is_refused_by_whatever_else_it_names(table):
    table.write(put("p", "s", version=2, state="old"))
    for where in ({"state": "other"}, {"state": None}):
        with pytest.raises(Conflict):
            table.write(Put({"pk": "p", "sk": "s", "version": 3}, version=2, where=where))
    with pytest.raises(Conflict):
        table.write(Put({"pk": "p", "sk": "s", "version": 3}, version=1, where={"state": "old"}))
    table.write(Put({"pk": "p", "sk": "s", "version": 3}, version=2, where={"state": "old"}))
    assert table.get("p", "s") == {"pk": "p", "sk": "s", "version": 3}


def test_a_version_of_nothing_is_refused(table):
    with pytest.raises(Conflict):
        table.write(Put({"pk": "p", "sk": "s", "version": 1}, version=0))


@pytest.mark.parametrize(
    "write",
    [
        Set("p", "s", {"x": 1}, where={"state": "other"}),
        Set("p", "s", {"x": 1}, where={"unknown": 1}),
        Set("p", "nobody", {"x": 1}),
        Set("p", "s", {"x": 1}, where={"n": "1"}),
        Check("p", "s", {"state": "other"}),
        Check("p", "s", {"state": None}),
        Check("p", "nobody", {}),
        Delete("p", "s", where={"state": "other"}),
        Delete("p", "nobody", where={"state": "old"}),
    ],
    ids=str,
)
def test_a_condition_that_does_not_hold_refuses_everything(table, write):
    table.write(put("p", "s", state="old", n=1))
    with pytest.raises(Conflict):
        table.write(put("p", "t"), write)
    assert table.get("p", "t") is None
    assert table.get("p", "s") == {"pk": "p", "sk": "s", "state": "old", "n": 1}


def test_conditions_that_hold_let_everything_through(table):
    table.write(put("p", "s", state="old", gone="x"), put("p", "d", state="old"))
    table.write(
        Set("p", "s", {"state": "new", "gone": None}, where={"state": "old", "gone": "x"}),
        Delete("p", "d", where={"state": "old"}),
        Delete("p", "nobody"),
    )
    assert table.get("p", "s") == {"pk": "p", "sk": "s", "state": "new"}
    assert table.get("p", "d") is None
    table.write(Check("p", "s", {"state": "new"}), put("p", "t"))
    assert table.get("p", "t")


def test_counters_begin_at_nothing_and_stop_at_their_cap(table):
    for _ in range(3):
        table.write(Add("p", "c", {"n": 2}, {"n": 6}, {"kind": "counter"}))
    with pytest.raises(CapReached) as refused:
        table.write(put("p", "t"), Add("p", "c", {"n": 2}, {"n": 6}))
    assert refused.value.write.sk == "c"
    assert table.get("p", "c") == {"pk": "p", "sk": "c", "n": 6, "kind": "counter"}
    with pytest.raises(CapReached):
        table.write(Add("p", "new", {"n": 7}, {"n": 6}))
    assert table.get("p", "new") is None
    assert table.get("p", "t") is None
    table.write(Add("p", "free", {"n": 7, "m": 1}, {"m": 1}))
    assert table.get("p", "free") == {"pk": "p", "sk": "free", "n": 7, "m": 1}


def test_a_transaction_repeated_by_the_sdk_is_done_once(kind, table):
    kind.twice(table, Put({"pk": "p", "sk": "s"}, absent=True), Add("p", "c", {"n": 1}))
    assert table.get("p", "c")["n"] == 1


def test_more_than_a_hundred_writes_or_two_of_one_item_are_an_error_and_no_conflict(table):
    for writes in ([put("p", f"{n:03}") for n in range(101)], [put("p", "s"), Delete("p", "s")]):
        with pytest.raises(Exception, match=r".") as error:
            table.write(*writes)
        assert not isinstance(error.value, Conflict)
    assert table.query(Query("p")).items == []


def test_queries_take_a_range_a_beginning_either_direction_and_pages(table):
    for n in range(7):
        table.write(put("p", f"D#{n}"))
    table.write(put("p", "CLIENT"), put("p", "E"), put("q", "D#9"))
    assert sks(table.query(Query("p", begins_with="D#"))) == [f"D#{n}" for n in range(7)]
    assert sks(table.query(Query("p", between=("CLIENT", "D#2")))) == ["CLIENT", "D#0", "D#1", "D#2"]
    assert sks(table.query(Query("p", begins_with="D#", backwards=True, limit=2))) == ["D#6", "D#5"]
    assert table.query(Query("nobody")).items == []


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_go_on_where_they_ended_even_when_that_item_has_gone(table, limit, backwards):
    for n in range(6):
        table.write(put("p", f"{n}"))
    query, seen = Query("p", limit=limit, backwards=backwards), []
    while True:
        page = table.query(query)
        seen += sks(page)
        if page.last is None:
            break
        table.write(Delete("p", page.last["sk"]))
        query = replace(query, after=page.last)
    assert seen == [f"{n}" for n in range(6)][:: -1 if backwards else 1]


def test_every_item_of_a_kind_is_found_in_the_whole_table(table):
    table.write(put("p", "a", kind="x"), put("q", "b", kind="x", n=1), put("q", "c", kind="y"), put("q", "d"))
    found = sorted(table.every("x"), key=lambda item: item["sk"])
    assert found == [{"pk": "p", "sk": "a", "kind": "x"}, {"pk": "q", "sk": "b", "kind": "x", "n": 1}]
    assert list(table.every("z")) == []


def indexed(n, at, *, day="DUE#1"):
    return put("p", f"{n}", wake_pk=day, wake_sk=at, data="x", kind="k", row={"a": 1}, account_pk="A", account_sk=at)


def test_an_index_is_in_its_own_order_and_shows_what_it_projects(table):
    table.write(indexed(1, "09"), indexed(2, "07"), indexed(3, "08", day="DUE#2"), put("p", "4", wake_pk="DUE#1"))
    page = table.query(Query("DUE#1", between=("0", "09"), index="wakeups"))
    assert page.items == [
        {"pk": "p", "sk": "2", "wake_pk": "DUE#1", "wake_sk": "07"},
        {"pk": "p", "sk": "1", "wake_pk": "DUE#1", "wake_sk": "09"},
    ]
    shown = table.query(Query("A", index="by_account", limit=1))
    assert shown.items == [{"pk": "p", "sk": "2", "account_pk": "A", "account_sk": "07", "kind": "k", "row": {"a": 1}}]
    assert shown.last == {"pk": "p", "sk": "2", "account_pk": "A", "account_sk": "07"}
    following = table.query(Query("A", index="by_account", after=shown.last))
    assert sks(following) == ["3", "1"]


def test_an_item_leaves_the_index_with_its_attributes_and_moves_in_it_with_them(table):
    table.write(indexed(1, "09"), indexed(2, "10"))
    table.write(Set("p", "1", {"wake_pk": None, "wake_sk": None}))
    table.write(Set("p", "2", {"wake_sk": "05"}))
    due = table.query(Query("DUE#1", index="wakeups"))
    assert [(item["sk"], item["wake_sk"]) for item in due.items] == [("2", "05")]
    table.write(Delete("p", "2"))
    assert table.query(Query("DUE#1", index="wakeups")).items == []


def random_write(random_):
    sk = f"{random_.randrange(5)}"
    at = (
        f"{random_.randrange(4):02}-{sk}"  # no two items share a place in an index: its order there is nobody's promise
    )
    item = {"pk": "p", "sk": sk, "version": random_.randrange(3), "state": random_.choice("ab"), "n": 1}
    item |= random_.choice([{}, {"wake_pk": "DUE", "wake_sk": at}, {"account_pk": "A", "account_sk": at}])
    where = random_.choice([{}, {"state": "a"}, {"state": "b", "version": 1}, {"wake_pk": None}])
    return random_.choice(
        [
            Put(item),
            Put(item, absent=True),
            Put(item, version=1),
            Put(item, version=1, where={"state": "a"}),
            Put(item, where={"state": "a"}),
            Put(item, where={"state": "b", "wake_pk": None}),
            Delete("p", sk, where=where),
            Set("p", sk, {"state": random_.choice("ab"), "wake_pk": None, "wake_sk": None}, where=where),
            Set("p", sk, {"wake_pk": "DUE", "wake_sk": at}, where=where),
            Add("p", sk, {"n": 1}, {"n": 3}),
            Check("p", sk, where),
        ]
    )


def outcome(table, writes):
    try:
        table.write(*writes)
    except Conflict as refusal:
        return type(refusal).__name__
    return "done"


def test_a_thousand_random_transactions_end_the_same_on_both(dynamodb, table_name):
    random_ = random.Random(11)
    create_table(dynamodb, table_name)
    both, seen = (DictTable(), DynamoTable(dynamodb, table_name)), set()
    for _ in range(1000):
        writes = list({(w.item if isinstance(w, Put) else {"sk": w.sk})["sk"]: w for w in
                       (random_write(random_) for _ in range(random_.choice((1, 1, 2, 3))))}.values())  # fmt: skip
        first, second = (outcome(table, writes) for table in both)
        assert first == second, writes
        seen.add(first)
        if random_.random() < 0.1:
            asked = random_.choice([Query("p"), Query("DUE", index="wakeups"), Query("A", index="by_account")])
            asked = replace(asked, limit=random_.choice([None, 1, 2, 3]), backwards=random_.random() < 0.5)
            assert both[0].query(asked) == both[1].query(asked)
    assert seen == {"done", "Conflict", "AlreadyThere", "CapReached"}
