"""The stand-in for Lambda that `make lambda-bench` measures with: in order, one at a time, and nothing is hidden."""

import json
import urllib.request

import pytest

from tests.bench.lambda_start import imports, packages, report
from tests.bench.lambda_start.process import Run
from tests.bench.lambda_start.runtime_api import VERSION, Broken, RuntimeApi


def ask(api):
    with urllib.request.urlopen(f"http://{api.address}{VERSION}/invocation/next", timeout=5) as answer:
        return answer.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(answer.read())


def tell(api, path, content):
    body = json.dumps(content).encode()
    urllib.request.urlopen(f"http://{api.address}{VERSION}{path}", data=body, timeout=5).close()


def test_events_go_out_in_order_and_the_time_is_read_each_time_the_function_asks():
    clock = iter([1.0, 1.5])
    with RuntimeApi([{"n": 1}, {"n": 2}]) as api:
        api.watch(lambda: next(clock))
        number, event = ask(api)
        assert event == {"n": 1}
        tell(api, f"/invocation/{number}/response", {"ok": 1})
        assert ask(api)[1] == {"n": 2}
    assert api.readings == [1.0, 1.5]
    assert api.answers == [{"ok": 1}]


@pytest.mark.parametrize("path", ["/init/error", "/invocation/request-0/error"])
def test_a_function_that_breaks_is_not_measured(path):
    with RuntimeApi([{}]) as api:
        api.watch(lambda: 0.0)
        tell(api, path, {"errorType": "ImportError"})
        with pytest.raises(Broken, match="ImportError"):
            api.wait(1)


def test_the_ratio_is_of_the_medians_and_its_spread_of_the_rounds():
    def runs(*seconds):
        return [Run(each, [0.0], each, [], "") for each in seconds]

    found = report.ratios({name: runs(1, 2, 30) for name in report.NAMES} | {"ours": runs(2, 3, 30)})
    assert found["plain"] == {"of_medians": 1.5, "quartiles": [1.0, 2.0]}


def test_what_an_import_costs_is_summed_up_by_package():
    said = ["import time: self [us] | cumulative | imported package", "import time:   120 |   120 |   aldia.pages.pay"]
    assert imports.told("\n".join(said)) == [("aldia.pages.pay", 120.0)]
    assert imports.package_of("aldia.pages.pay") == "aldia.pages"
    assert imports.package_of("botocore.docs.utils") == "botocore"


def test_files_are_unpacked_as_old_as_the_zip_says(tmp_path, monkeypatch):
    import zipfile
    from time import localtime

    monkeypatch.setattr(packages, "BUILD", tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("a/b.py", (1980, 1, 1, 0, 0, 0)), "x = 1")
    made = packages.unpacked(tmp_path / "a.zip", "a")
    assert localtime((made / "a/b.py").stat().st_mtime).tm_year == 1980
