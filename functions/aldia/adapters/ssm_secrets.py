"""Secrets from SSM's parameter store."""

from collections.abc import Sequence
from typing import Any


def read_secrets(client: Any, path: str, names: Sequence[str]) -> dict[str, str]:
    """The secrets `<path>/<name>` by name; ValueError names (not tells) those that are missing."""
    answer = client.get_parameters(Names=[f"{path}/{name}" for name in names], WithDecryption=True)
    found = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in answer["Parameters"]}
    missing = [f"{path}/{name}" for name in names if name not in found]
    if missing:
        raise ValueError(f"SSM has no parameter {', '.join(missing)}")
    return found
