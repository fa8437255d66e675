"""What is in the zip, and that it runs alone."""

import importlib.util
import subprocess
import sys
import zipfile
from hashlib import sha256

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import countries
from infra.aws import package, ready, trim

UNCHECKED = 0b01  # PEP 552: a hash that is not compared with the source
DEPLOYERS = ("troposphere", "pip", "setuptools", "hjson", "tqdm", "placebo", "yaml", "cfn_flip", "slugify", "toml")


@pytest.fixture(scope="module")
def zipped():
    with zipfile.ZipFile(package.package()) as archive:
        yield archive


def tops(archive):
    return {name.split("/")[0] for name in archive.namelist()}


@pytest.mark.slow
def test_it_holds_the_four_entries_and_neither_tests_nor_the_deployer(zipped):
    assert {"web_app.py", "jobs.py", "mail_events.py", "stripe_worker.py", "aldia", "templates"} <= tops(zipped)
    assert not tops(zipped) & {*DEPLOYERS, "tests", "infra", "waitress", "bin"}
    assert not [name for name in zipped.namelist() if "/tests/" in name or name.startswith("zappa/cli")]


@pytest.mark.slow
def test_templates_and_sentences_are_ready_made_in_it_and_without_sources_of_their_own(zipped):
    made = [name for name in zipped.namelist() if name.startswith(trim.READY)]
    assert f"{ready.FOLDER}/" in trim.READY
    templates = [name for name in made if "/tmpl_" in name]
    assert len(templates) > 200
    assert {name.rpartition(".")[2] for name in templates} == {"pyc"}
    assert {f"{trim.READY}es.json", f"{trim.READY}en.json"} <= set(made)


@pytest.mark.slow
def test_zappas_own_handler_which_runs_any_code_cannot_be_called(zipped):
    assert "handler.py" not in zipped.namelist()


@pytest.mark.slow
def test_every_source_has_bytecode_that_is_believed_whatever_the_clock_says(zipped):
    names = set(zipped.namelist())
    sources = [name for name in names if name.endswith(".py")]
    assert [name for name in sources if importlib.util.cache_from_source(name) not in names] == []
    for name in (name for name in names if name.endswith(".pyc")):
        head = zipped.read(name)[:8]
        assert head[:4] == importlib.util.MAGIC_NUMBER, name
        assert int.from_bytes(head[4:], "little") == UNCHECKED, name
    assert {member.date_time for member in zipped.infolist()} == {trim.STAMP}


@pytest.mark.slow
def test_no_path_of_the_building_machine_is_in_the_bytecode(zipped):
    here = str(package.ROOT).encode()
    assert [name for name in zipped.namelist() if name.endswith(".pyc") and here in zipped.read(name)] == []


@pytest.mark.slow
def test_compiled_parts_are_linuxs_on_x86_64(zipped):
    libraries = [name for name in zipped.namelist() if name.endswith((".so", ".dll", ".dylib", ".pyd"))]
    assert libraries
    for name in libraries:
        head = zipped.read(name)[:20]
        assert head[:5] == b"\x7fELF\x02", name
        assert int.from_bytes(head[18:20], "little") == package.X86_64, name


@pytest.mark.slow
def test_of_aws_and_of_languages_only_what_is_used_is_there(zipped):
    names = zipped.namelist()
    services = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == {"dynamodb", "s3", "sesv2", "sqs", "ssm"}
    assert "certifi/cacert.pem" in names  # botocore takes it where it is there; its own list stays out
    locales = {name.split("/")[2][:2] for name in names if name.startswith("babel/locale-data/")}
    assert locales == {"es", "en", "ro"}  # ro: root.dat


@pytest.mark.slow
def test_it_is_small(zipped):
    size = package.Sizes.of(package.PACKAGE)
    assert size.packed <= 15e6
    assert size.unpacked <= 60e6


@pytest.mark.slow
def test_the_same_sources_give_the_same_bytes(zipped, tmp_path):
    package.cut(package.WHOLE, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == package.PACKAGE.read_bytes()


@pytest.mark.slow
def test_every_module_of_ours_and_every_client_loads_from_the_zips_content_alone(zipped, tmp_path):
    zipped.extractall(tmp_path)
    script = f"""
import importlib, pkgutil, sys
from hashlib import sha256
sys.path.insert(0, {str(tmp_path)!r})
import aldia, boto3, stripe
from datetime import date
for found in pkgutil.walk_packages(aldia.__path__, "aldia."):
    if found.name != "aldia.lambdas.wsgi":  # builds the installation
        importlib.import_module(found.name)
for name in ("jobs", "mail_events", "stripe_worker", "zappa.handler", "zappa_settings"):
    importlib.import_module(name)
for name in ("dynamodb", "s3", "sesv2", "sqs", "ssm"):
    boto3.client(name, region_name="eu-west-1")
client = stripe.StripeClient("sk_test_none")
client.v1.checkout.sessions, client.v1.events, client.v1.refunds, client.v1.disputes, client.v1.account_links
from aldia.adapters.public_holidays import national_holidays
from aldia.domain import countries
days = sorted((day.isoformat(), country) for country in countries.known() for day in national_holidays(country, 2026))
print(sha256(repr(days).encode()).hexdigest())
from aldia.i18n import formats
print(formats.money(123456, "EUR", "es", "ES"), formats.day(date(2026, 5, 4), "en"))
from aldia.banking import accounts, scan
for is_right in accounts._IS_RIGHT.values():  # each library that knows a kind of number is there
    is_right("0000000000")
assert accounts.checked("iban", "ES91 2100 0418 4502 0005 1332") and accounts.checked("iban", "DE89370400440532013000")
assert not accounts.checked("iban", "ES56 2100 0418 4402 0005 1332")  # right as an IBAN, wrong as a Spanish account
outside = [m.__file__ for m in sys.modules.values() if "site-packages" in (getattr(m, "__file__", "") or "")]
assert not outside, outside
"""
    command = [sys.executable, "-I", "-S", "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "1234,56" in done.stdout.replace(".", "")
    days = sorted((day.isoformat(), name) for name in countries.known() for day in national_holidays(name, 2026))
    assert sha256(repr(days).encode()).hexdigest() in done.stdout


def test_every_thing_left_out_says_why():
    assert all(rule.why and rule.globs for rule in trim.rules())


@pytest.mark.parametrize(
    ("head", "is_fine"),
    [
        (b"\x7fELF\x02".ljust(18, b"\0") + (62).to_bytes(2, "little"), True),
        (b"\x7fELF\x02".ljust(18, b"\0") + (183).to_bytes(2, "little"), False),  # Linux on ARM
        (b"\xcf\xfa\xed\xfe".ljust(20, b"\0"), False),  # a Mac
    ],
)
def test_a_part_compiled_for_another_machine_is_refused_by_name(tmp_path, head, is_fine):
    made = tmp_path / "made.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("lib/speedups.so", head + b"rest")
    if is_fine:
        package.check_platform(made)
        return
    with pytest.raises(package.NotPackaged, match=r"lib/speedups\.so"):
        package.check_platform(made)
    assert not made.exists()  # else the next run would take it for made
