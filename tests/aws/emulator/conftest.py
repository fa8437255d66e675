"""One emulator and one deployment for all of `make e2e`: its tests run in order and build on each other."""

from types import SimpleNamespace

import pytest

from tests.aws.emulator.emulated import Emulator
from tests.aws.emulator.stage import Stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    emulator = Emulator(tmp_path_factory.mktemp("aws"))
    monkeypatch = pytest.MonkeyPatch()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    made = None
    try:
        made = Stage(emulator)
        yield made
    finally:
        if made:
            made.stop()
        emulator.stop()
        monkeypatch.undo()


@pytest.fixture(scope="session")
def kept():
    """What one test leaves for the next."""
    return SimpleNamespace()
