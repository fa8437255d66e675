"""`make aws-proof`: deployed by the code of `make deploy`, one debt goes from sign-up to thanks through the zip.

The tests run in this order and share one deployment, as a real installation would.
"""

import json
import re
import threading
import time
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from aldia import bootstrap
from aldia.settings import Settings
from aldia.store import cases, tokens
from infra.aws import account as aws_account
from infra.aws import smoke
from infra.aws.account import Account
from infra.aws.deploy import Deployment
from infra.aws.package import package
from infra.aws.releases import Releases
from infra.aws.wishes import Missing, Wishes
from infra.local.pretend_stripe import PretendStripe
from tests.aws.emulator.emulated import REGION, CloudFront, Emulator, Visitor
from tests.e2e.test_cfdi_to_paid import Form
from tests.world import csrf, mark

SECRET = "whsec_proof"
CLIENT = "bruno@cliente.example"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """Emulator, pretend Stripe, what stands for CloudFront, and a deployment that nobody has made yet."""
    emulator = Emulator(tmp_path_factory.mktemp("aws"))
    monkeypatch = pytest.MonkeyPatch()
    for name, value in (("AWS_ENDPOINT_URL", emulator.url), ("AWS_ACCESS_KEY_ID", "test")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    account = Account(REGION)
    cloudfront = CloudFront(emulator, account.client("s3"))
    server = make_server("127.0.0.1", 0, lambda _environ, start: start("503 .", []) or [b""], threaded=True)
    stripe_url = f"http://127.0.0.1:{server.server_port}"
    stripe = PretendStripe(
        ":memory:", emulator.now, f"{cloudfront.url}/hooks/stripe", SECRET, base_url=stripe_url, background=False
    )
    server.app = stripe.app
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Stage(emulator, account, cloudfront, stripe, stripe_url)
    yield made
    server.shutdown()
    stripe.stop()
    cloudfront.stop()
    emulator.stop()
    monkeypatch.undo()


class Stage:
    def __init__(self, emulator, account, cloudfront, stripe, stripe_url):
        self.emulator, self.account, self.cloudfront, self.stripe = emulator, account, cloudfront, stripe
        acm = account.client("acm", "us-east-1")
        arn = acm.request_certificate(DomainName="aldia.example")["CertificateArn"]
        self.wishes = Wishes(
            "proof", "aldia.example", arn, "hola@aldia.example", "op@aldia.example",
            stripe_endpoint=stripe_url, sweep="1 minute", budget_usd=0,
        )  # fmt: skip
        self.said, self.deployment = [], None
        self.deployment = Deployment(account, self.wishes, self.said.append, 0.3, self.look)

    def look(self, path):
        outputs = self.deployment.stack.outputs()
        self.cloudfront.point_at(outputs, aws_account.origin_keys(self.account, self.wishes)[0])
        return smoke.fetch_from(self.cloudfront.url)(path)

    def visitor(self):
        return Visitor(self.cloudfront.url, self.wishes.base_url)

    def path(self, url):
        return url.removeprefix(self.wishes.base_url)

    def secret(self, name, value):
        self.account.client("ssm").put_parameter(
            Name=f"{self.wishes.secrets}/{name}", Value=value, Type="SecureString", Overwrite=True
        )


KEPT = {}  # what one test leaves for the next


def test_before_anything_is_changed_everything_that_is_missing_is_said_at_once(stage):
    with pytest.raises(Missing) as missing:
        stage.deployment.deploy(package())
    assert len(missing.value.sentences) == 2  # both secrets
    assert stage.deployment.stack.state() == ""


def test_one_command_deploys_it_and_the_second_run_changes_nothing(stage):
    stage.secret("stripe_key", "sk_test_proof")
    stage.secret("stripe_webhook_secrets", SECRET)
    planned = stage.deployment.plan(package())
    assert stage.deployment.stack.state() == ""
    changed = stage.deployment.deploy(package())
    assert [str(each) for each in changed] == [str(each) for each in planned]
    assert len(changed) > 50
    assert stage.deployment.deploy(package()) == []
    assert "Static pages: 0 changed." in stage.said
    assert len(Releases(stage.account, stage.wishes).listed()) == 1


def test_signing_up_with_the_code_from_the_mailbox(stage):
    ana = KEPT["ana"] = stage.visitor()
    assert "Al Día" in ana.get("/registro").text
    asked = ana.post("/registro", email="ana@example.com")
    assert asked.status == 303, asked.text
    code = re.search(r"\b\d{6}\b", stage.emulator.wait_for_mail("ana@example.com")["BodyText"])[0]
    assert ana.post("/entrar/codigo", code=code).status == 303
    page = ana.get("/bienvenida").text
    form = Form(page).values | {"name": "Ana Ruiz", "country": "ES", "csrf": csrf(page)}
    assert ana.post("/bienvenida", **form).status == 303


def test_a_debt_is_written_down_and_its_letter_arrives_when_letters_may(stage):
    ana = KEPT["ana"]
    page = ana.get("/cobros/nuevo").text
    today = stage.emulator.now().date().isoformat()
    form = Form(page.split("<main")[1]).values | {
        "client": "Bruno Paz", "email": CLIENT, "number": "F-001", "concept": "Diseño de la web",
        "amount": "1.210,00", "issued_on": today, "csrf": csrf(page),
    }  # fmt: skip
    saved = ana.post("/cobros/nuevo", **form)
    assert saved.status == 303, re.findall(r'class="error[^>]*>([^<]*)', saved.text)
    KEPT["debt"] = stage.path(saved.location)
    if letters_may_go(stage.emulator.now()):
        letter = stage.emulator.wait_for_mail(CLIENT)
        assert "F-001" in letter["Subject"]
        KEPT["link"] = re.search(r"https://aldia\.example(/p/[\w-]+)", letter["BodyText"])[1]
    else:  # the contact rules hold here too: nothing goes on a Sunday, and the link is made by hand
        KEPT["link"] = made_by_hand(stage)
    KEPT["letters"] = len(stage.emulator.mails(CLIENT))


def letters_may_go(now):
    """Whether it is an hour of a working day in Spain, with time left; a public holiday there is not looked up."""
    local = now.astimezone(ZoneInfo("Europe/Madrid"))
    return local.weekday() < 5 and 9 <= local.hour < 17


def made_by_hand(stage):
    """The path of a link to the client's page, written to the deployed table."""
    _, _, client_id, debt_id = KEPT["debt"].split("?")[0].split("/")
    ports = bootstrap.build(Settings(stage="proof", table="aldia-proof", dynamodb_endpoint=stage.emulator.url))
    found = stage.account.client("dynamodb").scan(TableName="aldia-proof")["Items"]
    account_id = next(item["pk"]["S"] for item in found if item["sk"]["S"] == "CLIENT").split("#")[1]
    case = cases.load_by_id(ports, account_id, client_id)
    link = tokens.PayLink(account_id, client_id, (debt_id,), case.client.link_version, "es")
    ports.table.write(tokens.put_link("by-hand-for-the-proof", link, stage.emulator.now()))
    return "/p/by-hand-for-the-proof"


def test_the_schedule_runs_the_jobs(stage):
    logs = stage.account.client("logs")
    until = time.monotonic() + 90
    while time.monotonic() < until:
        told = logs.filter_log_events(logGroupName="/aws/lambda/aldia-proof-stripe-worker")["events"]
        if any("START" in event["message"] for event in told):  # nobody has nudged it: no webhook was sent yet
            return
        time.sleep(1)
    raise AssertionError("the schedule did not call the function")


def test_the_client_pays_and_is_thanked(stage):
    link = KEPT["link"]
    bruno = stage.visitor()
    shown = bruno.get(link).text
    gone = bruno.post(f"{link}/pagar", csrf=csrf(shown), debt=mark(shown), shown="121000")
    assert gone.status == 303, gone.text
    assert gone.location.startswith(stage.wishes.stripe_endpoint)
    stage.stripe.bank.pay(gone.location.rstrip("/").split("/")[-1])
    stage.stripe.flush()
    thanks = stage.emulator.wait_for_mail(CLIENT, place=KEPT["letters"])
    assert "racias" in thanks["BodyText"]
    ledger = KEPT["ana"].get(KEPT["debt"]).text.replace("\u00a0", " ")
    assert "1210,00" in ledger.replace(".", "")
    assert "agada" in ledger


def test_no_function_runs_code_or_commands_that_an_event_names(stage):
    lambdas = stage.account.client("lambda")
    for name in ("web", "jobs", "mail-events", "stripe-worker"):
        for event in ({"raw_command": "print(1)"}, {"command": "os.getcwd"}, {"manage": "shell"}):
            answer = lambdas.invoke(FunctionName=f"aldia-proof-{name}", Payload=json.dumps(event))
            assert answer.get("FunctionError"), (name, event)
            said = json.loads(answer["Payload"].read())["errorMessage"]
            assert said in ("raw_command", "manage", "this command is not on the list")  # our guard's own words


def test_whoever_finds_the_apis_own_address_is_turned_away(stage):
    key, stage.cloudfront.key = stage.cloudfront.key, "wrong"
    assert stage.visitor().get("/entrar/codigo").status == 403
    stage.cloudfront.key = key


def test_a_poisoned_event_goes_to_dead_letters_and_its_neighbours_are_handled(stage):
    sqs, sns = stage.account.client("sqs"), stage.account.client("sns")
    outputs = stage.deployment.stack.outputs()
    queue = next(url for url in sqs.list_queues()["QueueUrls"] if "MailQueue" in url)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    good = {
        "eventType": "Bounce",
        "mail": {"messageId": "stray-of-the-proof", "tags": {}},
        "bounce": {"bounceType": "Permanent"},
    }
    for message in ("{", json.dumps(good)):
        sns.publish(TopicArn=outputs["MailTopicArn"], Message=message)
    until = time.monotonic() + 60
    dead = outputs["DeadLettersUrl"]
    found = []
    while time.monotonic() < until and not found:
        found = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=2, VisibilityTimeout=1).get("Messages", [])
    assert [message["Body"] for message in found] == ["{"]
    stray = stage.account.client("dynamodb").get_item(
        TableName="aldia-proof", Key={"pk": {"S": "M#stray-of-the-proof"}, "sk": {"S": "bounce"}}
    )
    assert stray["Item"]["kind"]["S"] == "stray"


def test_destroying_refuses_while_dead_letters_wait_and_then_keeps_the_table(stage):
    with pytest.raises(Missing, match="Dead letters"):
        stage.deployment.destroy()
    stage.account.client("sqs").purge_queue(QueueUrl=stage.deployment.stack.outputs()["DeadLettersUrl"])
    stage.deployment.destroy()
    assert stage.deployment.stack.state() == ""
    assert stage.account.client("dynamodb").list_tables()["TableNames"] == ["aldia-proof"]
