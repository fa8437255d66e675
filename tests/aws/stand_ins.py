"""The little of AWS that a deployment asks for, where the emulator would be too slow: AWS's side alone."""

import io
import json
from hashlib import md5

from botocore.exceptions import ClientError

from infra.aws.account import Account
from infra.aws.wishes import Wishes

REGION = "eu-west-1"
WISHES = Wishes("prod", "aldia.example", "arn", "hola@aldia.example", "op@aldia.example")


def account_with(s3):
    """An account with this S3, its own number and its secrets."""
    account = Account(REGION)
    account._clients = {("s3", REGION): s3, ("sts", REGION): Identity(), ("ssm", REGION): Secrets()}
    return account


def template(*parameters):
    """A template that asks for these."""
    return json.dumps({"Parameters": {name: {"Type": "String"} for name in parameters}})


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

    def head_bucket(self, **_asked):
        pass

    def put_public_access_block(self, **_asked):
        pass

    def generate_presigned_url(self, _name, **asked):
        return f"https://{asked['Params']['Key']}?signed"

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
    """STS."""

    def get_caller_identity(self):
        return {"Account": "111122223333"}


class Secrets:
    """SSM with the secret that a deployment makes by itself."""

    def __init__(self):
        self.kept = {"/aldia/prod/origin_key": "k"}

    def get_parameters(self, **asked):
        return {"Parameters": [{"Value": self.kept[name]} for name in asked["Names"] if name in self.kept]}

    def put_parameter(self, **asked):
        self.kept[asked["Name"]] = asked["Value"]


class Mail:
    """SES with one identity."""

    def __init__(self, configuration_set):
        self.told = {"ConfigurationSetName": configuration_set, "DkimAttributes": {"Tokens": ["t1", "t2", "t3"]}}

    def get_email_identity(self, **_asked):
        return self.told


class Certificates:
    """ACM with the stage's certificate."""

    def describe_certificate(self, **_asked):
        return {"Certificate": {"DomainName": WISHES.domain, "Status": "ISSUED"}}


class Formation:
    """CloudFormation with a stack that every change set changes; `before` is called at the moment it does."""

    def __init__(self, before):
        self._before = before

    def describe_stacks(self, **_asked):
        outputs = {"SiteBucket": "site", "DistributionId": "D1", "DistributionDomain": "d1.cloudfront.net"}
        told = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": told}]}

    def create_change_set(self, **_asked):
        pass

    def describe_change_set(self, **_asked):
        return {"Status": "CREATE_COMPLETE", "Changes": []}

    def execute_change_set(self, **_asked):
        self._before()


class Front:
    """CloudFront: how often it was told to forget."""

    def __init__(self):
        self.refreshed = 0

    def create_invalidation(self, **_asked):
        self.refreshed += 1
