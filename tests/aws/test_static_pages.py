"""Static pages and the code: nothing leads to a page that is not there yet, on the way forward and on the way back."""

import json
import zipfile

import pytest

from infra.aws import pages, smoke
from infra.aws.deploy import Deployment
from tests.aws.stand_ins import REGION, WISHES, Buckets, Certificates, Formation, Front, Mail, account_with

FIRST = {"index.html": b"old", "help.html": b"help", "assets/app-1.css": b"1"}
SECOND = {"check.html": b"check", "index.html": b"new", "assets/app-2.css": b"2"}
STYLE = "/assets/app.css"


class Prod:
    """A stage that answers as it should."""

    def __init__(self, folder):
        self.s3, self.front, self.at_the_change = Buckets(), Front(), []
        self._made, account = folder / "zip", account_with(self.s3)
        zipfile.ZipFile(self._made, "w").close()
        account.client("ssm").kept |= {f"/aldia/prod/{name}": "k" for name in ("stripe_key", "stripe_webhook_secrets")}
        account._clients |= {
            ("cloudformation", REGION): Formation(lambda: self.at_the_change.append(self.site())),
            ("cloudfront", REGION): self.front,
            ("sesv2", REGION): Mail("aldia-prod"),
            ("acm", "us-east-1"): Certificates(),
        }
        link = f'<link rel="stylesheet" href="{STYLE}">'
        looks = {path: (status, says + link, {header: "x"}) for path, status, says, header in smoke.LOOKS}
        looks[STYLE] = (200, "a{}", {"Content-Type": "text/css"})
        self.deployment = Deployment(account, WISHES, lambda _told: None, 0, looks.__getitem__)

    def deploy(self, site):
        self.deployment.site = site
        self.deployment.deploy(self._made)

    def site(self):
        """The static files; packages and the like stand in a bucket of their own on AWS."""
        others = ("packages/", "templates/", "releases/", "sites/")
        return {key: body for key, body in self.s3.kept.items() if not key.startswith(others)}


@pytest.fixture
def prod(tmp_path):
    return Prod(tmp_path)


def test_what_is_new_is_there_before_the_code_changes_and_what_changed_comes_after_it(prod):
    prod.deploy(FIRST)
    prod.deploy(SECOND)
    assert prod.at_the_change[-1] == SECOND | FIRST
    assert prod.site() == FIRST | SECOND
    assert prod.front.refreshed == 2


def test_styles_go_before_the_pages_that_link_them(prod):
    account = prod.deployment.account
    assert pages.send_ahead(account, "site", SECOND) == ["assets/app-2.css", "check.html", "index.html"]
    assert pages.send_ahead(account, "site", SECOND | {"index.html": b"newer"}) == []
    assert pages.publish(account, "site", SECOND | {"index.html": b"newer"}) == ["index.html"]


def test_a_page_that_only_is_new_is_published_too(prod):
    prod.deploy(FIRST)
    prod.deploy(FIRST | {"check.html": b"check"})
    prod.deploy(FIRST | {"check.html": b"check"})
    assert prod.front.refreshed == 2


def test_going_back_brings_the_pages_of_the_release_before_after_its_code(prod):
    prod.deploy(FIRST)
    prod.deploy(SECOND)
    prod.deployment.rollback()
    assert prod.at_the_change[-1] == FIRST | SECOND
    assert prod.site() == SECOND | FIRST  # what the newer one led to may be open somewhere
    assert prod.deployment.releases.site(prod.deployment.releases.listed()[-1]) == FIRST


def test_a_release_whose_pages_were_not_kept_leaves_them_as_they_are(prod):
    prod.deploy(FIRST)
    (note,) = [key for key in prod.s3.kept if key.startswith("releases/")]
    told = json.loads(prod.s3.kept[note])
    prod.s3.kept[note] = json.dumps({name: told[name] for name in told if name != "site"}).encode()
    prod.deploy(SECOND)
    prod.deployment.rollback()
    assert prod.site() == FIRST | SECOND


def test_a_stage_that_goes_away_leaves_no_page_behind(prod):
    prod.s3.kept = FIRST.copy()
    pages.empty(prod.deployment.account, "site")
    assert prod.s3.kept == {}
