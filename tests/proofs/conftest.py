"""One stage for each file and worker; what a test writes is put back by the test."""

import uuid

import pytest

from tests.proofs.stage import Stage
from tests.world import World


@pytest.fixture(scope="session")
def _stages():
    """Keep them until the end: files share one."""
    made: list[World] = []
    yield made
    for world in made:
        world.close()


@pytest.fixture(scope="session")
def stage(dynamodb, _stages):
    """Ana's account with everything in it, and Eva's."""
    world = World.start(dynamodb, f"proofs-{uuid.uuid4().hex[:8]}")
    _stages.append(world)
    return Stage.set(world)
