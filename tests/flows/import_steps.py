"""Shared by the import's tests: files, a set saved step by step, a table that fails where it is told."""

from dataclasses import replace

from aldia.flows import import_debts, import_files
from aldia.ports import Ports

HEADER = "number,client,email,issue_date,due_date,amount,currency,paid,tax_id"


def csv(*lines, header=HEADER):
    return ("\n".join([header, *lines]) + "\n").encode()


def invoices(count, *, clients=1, first=1, email=True):
    """That many good lines over that many clients."""
    return csv(
        *(
            f"F-{n},Cliente {n % clients},{f'c{n % clients}@example.com' if email else ''},2026-05-01,2026-06-15,"
            f"{100 + n}.00,MXN,,"
            for n in range(first, first + count)
        )
    )


def stage(world, account, *files, name="facturas.csv"):
    uploads = [file if isinstance(file, tuple) else (name, file) for file in files]
    record, readings = import_files.stage(world.ports, account, uploads)
    assert record, readings
    return record


def confirm(world, account, record, ports=None):
    ports = ports or world.ports
    draft = import_files.draft(ports, account, record)
    return import_debts.confirm(ports, account, draft)


def save(world, account, *files, **choices):
    """Stage, choose, confirm and save to the end."""
    record = stage(world, account, *files)
    if choices:
        record = import_files.choose(world.ports, record, replace(record.choices, **choices))
    record = confirm(world, account, record)
    while record.state == "saving":
        record = import_debts.save_some(world.ports, account, record)
    return record


def content(world):
    """Every item of the table by its key."""
    items = {}
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=world.ports.table.name)
    for page in pages:
        for item in page["Items"]:
            items[item["pk"]["S"], item["sk"]["S"]] = item
    return items


class Stopped(Exception):
    """The process was killed here."""


class Failing:
    """A table that stops the process at the n-th write: before it, or just after it was done."""

    def __init__(self, table, at, *, after):
        self._table, self._left, self._after = table, at, after
        self.writes = 0

    def __getattr__(self, name):
        return getattr(self._table, name)

    def write(self, *writes):
        self.writes += 1
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Stopped
        self._table.write(*writes)
        if self._left == 0:
            raise Stopped


def failing(ports: Ports, at, *, after):
    return replace(ports, table=Failing(ports.table, at, after=after))
