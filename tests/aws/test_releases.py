"""What a rollback needs: the parameters of its own template, its own Python, and the style sheets of both releases."""

import io
import json
from hashlib import md5

import pytest
from botocore.exceptions import ClientError

from infra.aws import package, pages
from infra.aws.account import Account
from infra.aws.deploy import Deployment
from infra.aws.releases import Release
from infra.aws.wishes import Wishes

REGION = "eu-west-1"
WISHES = Wishes("prod", "aldia.example", "arn", "hola@aldia.example", "op@aldia.example")


class Buckets:
    """The little of S3 that is asked here: one namespace of keys for all buckets."""

    def __init__(self):
        self.kept = {}

    def put_object(self, **asked):
        self.kept[asked["Key"]] = asked["Body"]

    def get_object(self, **asked):
        return {"Body": io.BytesIO(self.kept[asked["Key"]])}

    def head_object(self, **asked):
        if asked["Key"] not in self.kept:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    def delete_object(self, **asked):
        del self.kept[asked["Key"]]

    def get_paginator(self, _name):
        return self

    def paginate(self, **asked):
        tags = {key: md5(body, usedforsecurity=False).hexdigest() for key, body in self.kept.items()}
        return [
            {
                "Contents": [
                    {"Key": key, "ETag": f'"{tags[key]}"'} for key in tags if key.startswith(asked.get("Prefix", ""))
                ]
            }
        ]


class Identity:
    def get_caller_identity(self):
        return {"Account": "111122223333"}


class Secrets:
    def __init__(self):
        self.kept = {"/aldia/prod/origin_key": "k"}

    def get_parameters(self, **asked):
        return {"Parameters": [{"Value": self.kept[name]} for name in asked["Names"] if name in self.kept]}

    def put_parameter(self, **asked):
        self.kept[asked["Name"]] = asked["Value"]


@pytest.fixture
def s3():
    return Buckets()


@pytest.fixture
def account(s3):
    account = Account(REGION)
    account._clients = {("s3", REGION): s3, ("sts", REGION): Identity(), ("ssm", REGION): Secrets()}
    return account


def template(*parameters):
    return json.dumps({"Parameters": {name: {"Type": "String"} for name in parameters}})


def test_an_older_template_gets_the_parameters_that_it_has_and_no_newer_ones(account, tmp_path):
    made = tmp_path / "zip"
    made.write_bytes(b"zip")
    deployment = Deployment(account, WISHES)
    release = deployment.releases.upload(made, template("Stage", "PackageKey", "Runtime"))
    asked = deployment.parameters(release)
    assert asked == {"Stage": "prod", "PackageKey": release.package, "Runtime": package.RUNTIME}


def test_a_release_remembers_the_python_that_it_was_compiled_for(account, s3):
    releases = Deployment(account, WISHES).releases
    s3.kept["templates/a.json"] = template("Runtime").encode()
    releases.note(Release("packages/a.zip", "templates/a.json", "python3.9"))
    releases.note(Release("packages/b.zip", "templates/b.json"))
    before = releases.before()
    assert before.runtime == "python3.9"
    assert Deployment(account, WISHES).parameters(before) == {"Runtime": "python3.9"}


def test_a_note_without_a_python_is_still_read(account, s3):
    s3.kept["releases/1.json"] = b'{"package": "packages/a.zip", "template": "templates/a.json"}'
    assert Deployment(account, WISHES).releases.listed() == [Release("packages/a.zip", "templates/a.json")]


def test_styles_of_other_releases_stay_and_pages_that_are_gone_go(account, s3):
    s3.kept = {"assets/app-old.css": b"old", "gone.html": b"gone", "index.html": b"was"}
    wanted = {"assets/app-new.css": b"new", "index.html": b"is"}
    assert pages.send_assets(account, "site", wanted) == ["assets/app-new.css"]
    assert s3.kept["index.html"] == b"was"  # a page that links what the stack does not serve yet would be too early
    assert pages.publish(account, "site", wanted) == ["index.html", "gone.html"]
    assert set(s3.kept) == {"assets/app-old.css", "assets/app-new.css", "index.html"}
    assert pages.publish(account, "site", wanted) == []
    pages.empty(account, "site")
    assert s3.kept == {}
