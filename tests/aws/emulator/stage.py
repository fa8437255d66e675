"""One stage on the emulator, deployed by the code of `make deploy`, and hands to look into it and to move it."""

import json
import re
import shutil
import threading
import warnings
import zipfile
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from aldia import assets
from aldia.store import keys
from infra.aws import package, smoke, trim
from infra.aws.account import Account
from infra.aws.deploy import Deployment
from infra.aws.releases import Releases
from infra.aws.wishes import Wishes
from infra.local.pretend_stripe import PretendStripe
from tests.aws.emulator.edge import Edge
from tests.aws.emulator.emulated import REGION, Visitor, ask, within

SECRET = "whsec_proof"
WORKS = ("web", "jobs", "mail-events", "stripe-worker")


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C."""


class Stage:
    """Emulator, pretend Stripe, what stands for CloudFront, and a deployment that nobody has made yet."""

    def __init__(self, emulator):
        self.emulator, self.account, self.said = emulator, Account(REGION), []
        self.edge = Edge(emulator, self.account)
        self._server = make_server("127.0.0.1", 0, lambda _environ, start: start("503 .", []) or [b""], threaded=True)
        self.stripe_url = f"http://127.0.0.1:{self._server.server_port}"
        self.stripe = PretendStripe(
            ":memory:", emulator.now, f"{self.edge.url}/hooks/stripe", SECRET,
            base_url=self.stripe_url, background=False,
        )  # fmt: skip
        self._server.app = self.stripe.app
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        acm = self.account.client("acm", "us-east-1")
        self.deployment = self.deployment_of(acm.request_certificate(DomainName="aldia.example")["CertificateArn"])
        self.wishes, self.stack = self.deployment.wishes, self.deployment.stack
        self.base_url = self.wishes.base_url

    def deployment_of(self, certificate, interrupt_at=""):
        """The stage with this certificate; it breaks off when it is about to say something like this pattern."""
        wishes = Wishes(
            "proof", "aldia.example", certificate, "hola@aldia.example", "op@aldia.example",
            stripe_endpoint=self.stripe_url, sweep="1 minute", budget_usd=0,
        )  # fmt: skip

        def say(told):
            self.said.append(told)
            if interrupt_at and re.search(interrupt_at, told):
                raise Interrupted

        return Deployment(self.account, wishes, say, 0.3, self._look)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self.stripe.stop()
        self.edge.stop()

    # -- deploying ----------------------------------------------------------------------------------

    def _look(self, path):
        if self.edge.read(self.stack.outputs()["DistributionId"]):
            self.let_the_emulator_judge()
        return smoke.fetch_from(self.edge.url)(path)

    def let_the_emulator_judge(self):
        """ministack judges SendEmail and GetParameters against `*`, which our narrow statements do not allow."""
        for role, actions in (
            ("WebRole", ["ses:SendEmail", "ssm:GetParameters"]),
            ("JobsRole", ["ses:SendEmail", "ssm:GetParameters"]),
            ("StripeRole", ["ssm:GetParameters"]),
        ):
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self.account.client("iam").put_role_policy(
                RoleName=self.physical(role), PolicyName="because-of-the-emulator", PolicyDocument=document
            )

    def releases(self):
        return Releases(self.account, self.wishes).listed()

    def packages(self):
        """The names of the packages' buckets that there are."""
        listed = self.account.client("s3").list_buckets()["Buckets"]
        return [each["Name"] for each in listed if "-packages-" in each["Name"]]

    def site_files(self):
        """The keys in the static pages' bucket."""
        told = self.account.client("s3").list_objects_v2(Bucket=self.stack.outputs()["SiteBucket"])
        return [each["Key"] for each in told["Contents"]]

    def secret(self, name, value):
        self.account.client("ssm").put_parameter(
            Name=f"{self.wishes.secrets}/{name}", Value=value, Type="SecureString", Overwrite=True
        )

    def physical(self, name):
        cfn = self.account.client("cloudformation")
        found = cfn.describe_stack_resource(StackName=self.wishes.stack, LogicalResourceId=name)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def code(self):
        """The digest of the code that each function runs."""
        lambdas = self.account.client("lambda")
        told = [lambdas.get_function_configuration(FunctionName=f"aldia-proof-{name}") for name in WORKS]
        return {each["CodeSha256"] for each in told}

    # -- people and what they see ---------------------------------------------------------------------

    def visitor(self):
        return Visitor(self.edge.url, self.base_url)

    def past_the_edge(self, path):
        """(status, headers, body) of the API's own address."""
        host = urlsplit(self.stack.outputs()["ApiEndpoint"]).netloc
        return ask("GET", f"{self.emulator.url}{path}", {"Host": host})

    def path(self, url):
        return url.removeprefix(self.base_url)

    # -- queues, schedules, logs, items ------------------------------------------------------------------

    def queue(self, name):
        return self.physical(name)

    @contextmanager
    def held(self, mapping):
        """Messages of this mapping's queue stay there, until its function may have them again."""
        lambdas, name = self.account.client("lambda"), self.physical(mapping)
        lambdas.update_event_source_mapping(UUID=name, Enabled=False)
        yield
        lambdas.update_event_source_mapping(UUID=name, Enabled=True)

    def waiting(self, queue):
        """How many messages nobody has fetched yet."""
        asked = ["ApproximateNumberOfMessages"]
        told = self.account.client("sqs").get_queue_attributes(QueueUrl=self.queue(queue), AttributeNames=asked)
        return int(told["Attributes"][asked[0]])

    def nudge(self):
        """What the application does when work waits."""
        body = json.dumps({"command": "send_due"})
        self.account.client("sqs").send_message(QueueUrl=self.queue("LettersQueue"), MessageBody=body)

    def jobs_ran(self, seconds=60):
        """Nudge the jobs and wait until a run that began afterwards has ended; what their log says of it."""
        before = self.logged("jobs")
        self.nudge()
        within(seconds, lambda: self.logged("jobs").count("END Req") > before.count("END Req"), "the jobs run")
        return self.logged("jobs")[len(before) :]

    def publish(self, *messages):
        """As SES does: to the topic of mail events."""
        for message in messages:
            self.account.client("sns").publish(TopicArn=self.stack.outputs()["MailTopicArn"], Message=message)

    def logged(self, *works):
        """All that the functions' logs say."""
        logs, told = self.account.client("logs"), []
        for name in works or WORKS:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/aldia-proof-{name}")
            told += [event["message"] for page in pages for event in page["events"]]
        return "\n".join(told)

    def items(self, kind=""):
        """Every item of a kind in the table, as plain values."""
        from boto3.dynamodb.types import TypeDeserializer

        read = TypeDeserializer().deserialize
        found = self.account.client("dynamodb").scan(TableName="aldia-proof", ConsistentRead=True)["Items"]
        plain = [{name: read(value) for name, value in item.items()} for item in found]
        return [item for item in plain if item.get("kind") == kind] if kind else plain

    def bounce(self, letter):
        """SES's word that the address of this letter (an item) does not exist."""
        _, account_id, _, client_id = letter["pk"].split("#")
        tags = {"account": account_id, "client": client_id, "letter": keys.hashed(letter["sk"][2:])[:32]}
        mail = {"messageId": "told-by-the-proof", "tags": {name: [value] for name, value in tags.items()}}
        bounce = {"bounceType": "Permanent", "bounceSubType": "General"}
        self.publish(json.dumps({"eventType": "Bounce", "mail": mail, "bounce": bounce}))

    def dead_letters(self, seconds=60):
        """The bodies of the dead letters, once there are any."""
        sqs, url = self.account.client("sqs"), self.stack.outputs()["DeadLettersUrl"]

        def found():
            return sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, MaxNumberOfMessages=10).get("Messages")

        return [message["Body"] for message in within(seconds, found, "a dead letter")]


def changed_package(made, changes):
    """The package with changed files, `{name: (was, now)}`, compiled as packaging does. Later ones in a zip hold."""
    target = made.with_name("changed.zip")
    shutil.copy(made, target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name is there already
        changed = {}
        for name, (was, now) in changes.items():
            text = archive.read(name).decode()
            assert text.count(was) == 1, (name, was)
            changed[name] = text.replace(was, now).encode()
        for member, body in (changed | dict(trim.compiled(changed))).items():
            archive.writestr(zipfile.ZipInfo(member, trim.STAMP), body, zipfile.ZIP_DEFLATED)
    return target


def restyled(site, was, now):
    """The static files as they would be after that change of the style sheet, which has another name then."""
    name, style = assets.app_style_name(), assets.app_style()
    assert style.count(was) == 1
    style = style.replace(was, now).encode()
    other = f"app-{sha256(style).hexdigest()[:8]}.css"
    pages = {key: body.replace(name.encode(), other.encode()) for key, body in site.items()}
    del pages[f"assets/{name}"]
    return pages | {f"assets/{other}": style}


def made():
    """The package of this checkout."""
    return package.package()
