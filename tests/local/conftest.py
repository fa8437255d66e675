"""A machine in this process: everything that `aldia run` puts together, answering on free ports."""

import pytest
import requests

from infra.local.machine import build, open_doors
from infra.local.run import Servers


class Running:
    """The machine, and a program that talks to its panel."""

    def __init__(self, machine, url):
        self.machine, self.url = machine, url

    def get(self, path, **more):
        return requests.get(self.url + path, timeout=60, **more)

    def post(self, path, **more):
        return requests.post(self.url + path, timeout=60, allow_redirects=False, **more)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One machine for the tests of a file; its jobs run only when told."""
    doors = open_doors(0)
    machine = build(tmp_path_factory.mktemp("data"), doors)
    servers = Servers(machine, doors)
    servers.start()
    yield Running(machine, doors.base_url)
    servers.stop()
    machine.stop()
