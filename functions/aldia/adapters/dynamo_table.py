"""The table port over boto3: the same code for AWS and for the embedded engine."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from aldia.adapters.system import short_pause
from aldia.ports import (
    Add,
    AlreadyThere,
    CapReached,
    Check,
    Conflict,
    Delete,
    Item,
    PageOfItems,
    Put,
    Query,
    Set,
    Unreachable,
    Write,
)

COME_LATER = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
TOO_MANY = 429
NOT_NOW = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")  # why a transaction was not done
MOST_ASKED = 5  # times in vain for the same keys
INDEXES = {"wakeups": ("wake_pk", "wake_sk"), "by_account": ("account_pk", "account_sk")}


class _Plain(TypeDeserializer):
    """Numbers come back as int (we store no fractions), binary as bytes."""

    def _deserialize_n(self, value: str) -> int:
        return int(value)

    def _deserialize_b(self, value: bytes) -> bytes:
        return bytes(value)


_any_in: Any = TypeSerializer().serialize
_out = _Plain().deserialize


def _in(value: Any) -> dict[str, Any]:
    """A value as DynamoDB writes it. What nearly all values are needs no look at its type's ancestors."""
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is int:
        return {"N": str(value)}
    if kind is dict:
        return {"M": {name: _in(held) for name, held in value.items()}}
    return {"B": value} if kind is bytes else _any_in(value)


def _encoded(item: Item) -> dict[str, Any]:
    return {name: _in(value) for name, value in item.items() if value is not None}


def _decoded(item: dict[str, Any]) -> Item:
    return {name: _out(value) for name, value in item.items()}


@contextmanager
def _reached() -> Iterator[None]:
    """What the SDK's own repetitions did not get through is Unreachable; every other error stays what it is."""
    try:
        yield
    except (HTTPClientError, NotConnected) as error:
        raise Unreachable(type(error).__name__) from error
    except ClientError as error:
        code, status = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        if code in COME_LATER or status >= 500 or status == TOO_MANY or not _is_whole(error.response):
            raise Unreachable(code) from error
        raise


def _is_whole(answer: Mapping[str, Any]) -> bool:
    headers = answer["ResponseMetadata"].get("HTTPHeaders")
    return headers is None or "content-length" in headers or "transfer-encoding" in headers


def _broke_off(response: Any = None, attempts: int = 1, **_more: Any) -> float | None:
    """Seconds until the SDK asks again when an answer broke off within its headers, which it would take for an empty
    one: that something is not there."""
    if response is None or _is_whole(response[1]) or attempts >= MOST_ASKED:
        return None
    return 0.1


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer; Unreachable when even the last one broke off."""
    if not _is_whole(answer):
        raise Unreachable("half an answer")
    return answer


class DynamoTable:
    """One table. `client` is a boto3 DynamoDB client, made in bootstrap."""

    def __init__(self, client: Any, name: str) -> None:
        client.meta.events.register("needs-retry.dynamodb", _broke_off, unique_id="aldia-broke-off")
        self._client = client
        self.name = name

    def get(self, pk: str, sk: str, *, strong: bool = True) -> Item | None:
        """One item, or None."""
        key = _encoded({"pk": pk, "sk": sk})
        with _reached():
            answer = _whole(self._client.get_item(TableName=self.name, Key=key, ConsistentRead=strong))
        return _decoded(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]], *, strong: bool = True) -> list[Item]:
        """The items that exist, in the order of the keys; at most 100 keys."""
        wanted = {"Keys": [_encoded({"pk": pk, "sk": sk}) for pk, sk in dict.fromkeys(keys)], "ConsistentRead": strong}
        found: list[Item] = []
        request = {self.name: wanted}
        for attempt in range(MOST_ASKED + len(keys)):  # each time at least one key is read, or the table is too busy
            with _reached():
                answer = _whole(self._client.batch_get_item(RequestItems=request))
            some = answer["Responses"].get(self.name, [])
            found += [_decoded(item) for item in some]
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                break
            if not some:
                short_pause(attempt)
        else:
            raise Unreachable("keys stay unprocessed")
        places = {key: place for place, key in enumerate(keys)}
        return sorted(found, key=lambda item: places[item["pk"], item["sk"]])

    def query(self, query: Query) -> PageOfItems:
        """One page of a partition or of an index."""
        pk, sk = INDEXES.get(query.index, ("pk", "sk"))
        names, values = {"#p": pk}, {":p": query.pk}
        condition = "#p = :p"
        if query.between:
            condition += " AND #s BETWEEN :a AND :b"
            names["#s"], values[":a"], values[":b"] = sk, *query.between
        elif query.begins_with:
            condition += " AND begins_with(#s, :a)"
            names["#s"], values[":a"] = sk, query.begins_with
        asked: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": _encoded(values),
            "ScanIndexForward": not query.backwards,
        }
        if query.index:
            asked["IndexName"] = query.index
        else:
            asked["ConsistentRead"] = query.strong
        if query.only:
            names |= {f"#o{n}": name for n, name in enumerate(query.only)}
            asked["ProjectionExpression"] = ", ".join(f"#o{n}" for n in range(len(query.only)))
        if query.limit:
            asked["Limit"] = query.limit
        if query.after:
            asked["ExclusiveStartKey"] = _encoded(query.after)
        with _reached():
            answer = _whole(self._client.query(**asked))
        last = answer.get("LastEvaluatedKey")
        return PageOfItems([_decoded(item) for item in answer["Items"]], _decoded(last) if last else None)

    def every(self, kind: str) -> Iterator[Item]:
        """Every item of a kind, reading the whole table."""
        asked: dict[str, Any] = {
            "TableName": self.name,
            "FilterExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": "kind"},
            "ExpressionAttributeValues": _encoded({":k": kind}),
            "ConsistentRead": True,
        }
        with _reached():
            for page in self._client.get_paginator("scan").paginate(**asked):
                yield from map(_decoded, _whole(page)["Items"])

    def write(self, *writes: Write) -> None:
        """All or nothing. What may be repeated as it is goes alone; everything else as a transaction.

        A transaction carries a token of its own: when its answer is lost and the SDK repeats it, it is not done twice,
        and not refused by what it did itself.
        """
        operations = [_operation(write, self.name) for write in writes]
        try:
            with _reached():
                if len(operations) == 1 and _is_repeatable(writes[0]):
                    self._alone(*operations[0])
                elif operations:
                    transaction = [{kind: body} for kind, body in operations]
                    _whole(self._client.transact_write_items(TransactItems=transaction))
        except ClientError as error:
            raise _as_conflict(error, writes) from error

    def _alone(self, kind: str, body: dict[str, Any]) -> None:
        method = {"Put": "put_item", "Delete": "delete_item", "Update": "update_item"}[kind]
        _whole(getattr(self._client, method)(**body))


def _is_repeatable(write: Write) -> bool:
    """Whether writing it twice is the same as once, or whoever writes it says that a refusal is as good."""
    if isinstance(write, (Put, Set)) and write.alone:
        return True
    if isinstance(write, Put):
        return not write.absent and write.version is None and not write.where
    return isinstance(write, (Delete, Set)) and not write.where


def _operation(write: Write, table: str) -> tuple[str, dict[str, Any]]:
    if isinstance(write, Put):
        return "Put", _put(write, table)
    body: dict[str, Any] = {"TableName": table, "Key": _encoded({"pk": write.pk, "sk": write.sk})}
    if isinstance(write, Delete):
        return "Delete", body | (_condition(write.where) if write.where else {})
    if isinstance(write, Check):
        return "ConditionCheck", body | _condition(write.where)
    return "Update", body | (_add(write) if isinstance(write, Add) else _set(write))


def _put(write: Put, table: str) -> dict[str, Any]:
    body: dict[str, Any] = {"TableName": table, "Item": _encoded(write.item)}
    if write.absent:
        return body | {"ConditionExpression": "attribute_not_exists(pk)"}
    where = ({} if write.version is None else {"version": write.version}) | dict(write.where)
    return body | (_condition(where) if where else {})


def _condition(where: Mapping[str, Any]) -> dict[str, Any]:
    """That the item is there and these attributes are as they were read; None: not there."""
    names = {f"#w{n}": name for n, name in enumerate(where)}
    values = {f":w{n}": _in(value) for n, value in enumerate(where.values()) if value is not None}
    equal = (f"#w{n} = :w{n}" if f":w{n}" in values else f"attribute_not_exists(#w{n})" for n in range(len(where)))
    tests = ["attribute_exists(pk)", *equal]
    body: dict[str, Any] = {"ConditionExpression": " AND ".join(tests)}
    body |= {"ExpressionAttributeNames": names} if names else {}
    return body | ({"ExpressionAttributeValues": values} if values else {})


def _add(write: Add) -> dict[str, Any]:
    names = {f"#a{n}": name for n, name in enumerate(write.amounts)}
    values = {f":a{n}": _in(amount) for n, amount in enumerate(write.amounts.values())}
    update = "ADD " + ", ".join(f"#a{n} :a{n}" for n in range(len(write.amounts)))
    tests = []
    for n, (name, amount) in enumerate(write.amounts.items()):
        if name in write.at_most:
            values[f":m{n}"] = _in(write.at_most[name] - amount)
            tests.append(f"(attribute_not_exists(#a{n}) OR #a{n} <= :m{n})")
            if write.at_most[name] < amount:  # a new counter would pass the cap at once
                tests.append(f"attribute_exists(#a{n})")
    if write.values:
        update += " SET " + ", ".join(f"#s{n} = :s{n}" for n in range(len(write.values)))
        names |= {f"#s{n}": name for n, name in enumerate(write.values)}
        values |= {f":s{n}": _in(value) for n, value in enumerate(write.values.values())}
    body: dict[str, Any] = {
        "UpdateExpression": update,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    return body | ({"ConditionExpression": " AND ".join(tests)} if tests else {})


def _set(write: Set) -> dict[str, Any]:
    body = _condition(write.where)
    names = dict(body.get("ExpressionAttributeNames", {}))
    values = dict(body.get("ExpressionAttributeValues", {}))
    kept = [(n, name, value) for n, (name, value) in enumerate(write.values.items()) if value is not None]
    gone = [(n, name) for n, (name, value) in enumerate(write.values.items()) if value is None]
    names |= {f"#s{n}": name for n, name in enumerate(write.values)}
    values |= {f":s{n}": _in(value) for n, _name, value in kept}
    update = "SET " + ", ".join(f"#s{n} = :s{n}" for n, _name, _value in kept) if kept else ""
    if gone:
        update += " REMOVE " + ", ".join(f"#s{n}" for n, _name in gone)
    body |= {"UpdateExpression": update.strip(), "ExpressionAttributeNames": names}
    return body | ({"ExpressionAttributeValues": values} if values else {})


def _as_conflict(error: ClientError, writes: Sequence[Write]) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return _refused(writes[0])
    if code == "TransactionInProgressException":
        return Conflict("the same request is still running")
    if code == "TransactionConflictException":  # a write alone, while a transaction holds the item
        return Conflict("a transaction holds the item")
    if code == "TransactionCanceledException":
        reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        for write, reason in zip(writes, reasons, strict=False):
            if reason == "ConditionalCheckFailed":
                return _refused(write)
        if any(reason in NOT_NOW for reason in reasons):
            return Conflict("another transaction holds one of the items, or the table asks to come later")
    return error


def _refused(write: Write) -> Conflict:
    if isinstance(write, Put) and write.absent:
        return AlreadyThere(write.item["sk"])
    if isinstance(write, Add):
        return CapReached(write)
    return Conflict(f"{type(write).__name__} refused")


def create_table(client: Any, name: str) -> None:
    """Make the table and its indexes; nothing happens when it is there. (On AWS the stack makes it.)"""
    names = ["pk", "sk", *(attribute for pair in INDEXES.values() for attribute in pair)]
    projections: dict[str, dict[str, Any]] = {
        "wakeups": {"ProjectionType": "KEYS_ONLY"},
        "by_account": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind", "row"]},
    }
    try:
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in names],
            KeySchema=_key("pk", "sk"),
            GlobalSecondaryIndexes=[
                {"IndexName": index, "KeySchema": _key(*pair), "Projection": projections[index]}
                for index, pair in INDEXES.items()
            ],
        )
    except client.exceptions.ResourceInUseException:
        return


def _key(pk: str, sk: str) -> list[dict[str, str]]:
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]
