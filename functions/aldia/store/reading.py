"""Queries that are read to their end, however many pages they have."""

from collections.abc import Iterator
from dataclasses import replace

from aldia.ports import Item, Ports, Query


def every(ports: Ports, query: Query) -> Iterator[Item]:
    """All that the query finds, page by page."""
    page = ports.table.query(query)
    yield from page.items
    while page.last:
        page = ports.table.query(replace(query, after=page.last))
        yield from page.items


def partition(ports: Ports, pk: str, *, index: str = "") -> Iterator[Item]:
    """All of a partition as it is now, or of an index."""
    return every(ports, Query(pk, index=index, strong=not index))
