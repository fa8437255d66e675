"""The template: clean for the linter, true to the code, and no role may do more than it needs."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from aldia.adapters import dynamo_table
from aldia.settings import PREFIX, Settings
from aldia.site import PAGES
from infra.aws import package, template
from infra.local.site import POLICY

ROOT = Path(__file__).parents[2]
STACK = template.load()
RESOURCES = STACK["Resources"]
VALUES = {"Stage": "prod", "MailDomain": "aldia.example", "AWS::Partition": "aws", "AWS::Region": "eu-west-1"}
VALUES |= {"AWS::AccountId": "111122223333", "MailFrom": "hola@aldia.example"}


# -- what a role may do --------------------------------------------------------------------------


def resolved(value):
    """A resource's ARN as one string; resources of the stack are `arn:<logical id>`."""
    if isinstance(value, str):
        return value
    ((kind, inner),) = value.items()
    if kind == "Ref":
        return VALUES.get(inner, f"ref:{inner}")
    if kind == "Fn::GetAtt":
        return f"arn:{inner[0]}"
    assert kind == "Fn::Sub"
    return re.sub(r"\$\{([\w:.]+)\}", lambda found: _inside(found[1]), inner)


def _inside(name):
    return f"arn:{name[:-4]}" if name.endswith(".Arn") else VALUES.get(name, f"ref:{name}")


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(role):
    for policy in RESOURCES[role]["Properties"]["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def may(role, action, resource):
    """IAM's answer: any statement that allows the pair (there is no Deny here)."""
    return any(
        any(fnmatchcase(action, given) for given in listed(each["Action"]))
        and any(fnmatchcase(resource, resolved(given)) for given in listed(each["Resource"]))
        for each in statements(role)
        if each["Effect"] == "Allow"
    )


ITEMS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem")
SSM = "arn:aws:ssm:eu-west-1:111122223333:parameter/aldia/prod/"
SES = "arn:aws:ses:eu-west-1:111122223333:"
SENDING = {("ses:SendEmail", SES + "identity/aldia.example"), ("ses:SendEmail", SES + "configuration-set/aldia-prod")}
KEY, SIGNED = ("ssm:GetParameters", SSM + "stripe_key"), ("ssm:GetParameters", SSM + "stripe_webhook_secrets")
SWITCH = {("ssm:GetParameters", SSM + "mail")}
TABLE = {(f"dynamodb:{name}", "arn:Table") for name in ITEMS}
BY_ACCOUNT, DUE = ("dynamodb:Query", "arn:Table/index/by_account"), ("dynamodb:Query", "arn:Table/index/wakeups")
NUDGE, CRASHED = ("sqs:SendMessage", "arn:LettersQueue"), ("sqs:SendMessage", "arn:DeadLetters")


def reads(queue):
    return {(f"sqs:{name}", f"arn:{queue}") for name in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


def writes_log(log):
    return {("logs:CreateLogStream", f"arn:{log}"), ("logs:PutLogEvents", f"arn:{log}")}


FILE = "arn:Files/acc/debt"
ALLOWED = {
    "WebRole": TABLE | SWITCH | SENDING | writes_log("WebLog") | {BY_ACCOUNT, NUDGE, KEY, SIGNED}
    | {("sqs:SendMessage", "arn:StripeQueue")}
    | {("s3:GetObject", FILE), ("s3:PutObject", FILE), ("s3:DeleteObject", FILE), ("s3:ListBucket", "arn:Files")},
    "JobsRole": TABLE | SWITCH | SENDING | writes_log("JobsLog") | reads("LettersQueue")
    | {BY_ACCOUNT, DUE, NUDGE, CRASHED, KEY} | {("s3:DeleteObject", FILE), ("s3:ListBucket", "arn:Files")},
    "MailRole": TABLE | writes_log("MailLog") | reads("MailQueue") | {NUDGE},
    "StripeRole": TABLE | writes_log("StripeLog") | reads("StripeQueue") | {DUE, NUDGE, CRASHED, KEY},
    "ScheduleRole": {
        ("lambda:InvokeFunction", "arn:JobsFunction"),
        ("lambda:InvokeFunction", "arn:StripeFunction"),
        CRASHED,
    },
}  # fmt: skip
NEVER = {
    ("dynamodb:Scan", "arn:Table"), ("dynamodb:DeleteTable", "arn:Table"), ("dynamodb:UpdateTable", "arn:Table"),
    ("dynamodb:ExportTableToPointInTime", "arn:Table"), ("s3:GetObject", "arn:Site/index.html"),
    ("s3:PutObject", "arn:Site/index.html"), ("s3:PutBucketPolicy", "arn:Files"), ("iam:PassRole", "arn:WebRole"),
    ("sts:AssumeRole", "arn:WebRole"), ("lambda:UpdateFunctionCode", "arn:WebFunction"),
    ("lambda:InvokeFunction", "arn:WebFunction"), ("lambda:InvokeFunction", "arn:MailFunction"),
    ("ssm:GetParameters", SSM + "origin_key"), ("ssm:GetParameters", SSM.replace("aldia/prod", "other")),
    ("ssm:PutParameter", SSM + "stripe_key"), ("ses:SendRawEmail", SES + "identity/aldia.example"),
    ("ses:SendEmail", SES + "identity/other.example"), ("sqs:PurgeQueue", "arn:MailQueue"),
    ("sqs:SendMessage", "arn:MailQueue"), ("sns:Publish", "ref:MailTopic"), ("logs:PutLogEvents", "arn:ApiLog"),
    ("kms:Decrypt", "arn:any"), ("sqs:ReceiveMessage", "arn:DeadLetters"),
}  # fmt: skip
EVERY_PAIR = sorted(set().union(*ALLOWED.values()) | NEVER)


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_a_role_may_do_what_is_listed_for_it_and_nothing_else(role):
    allowed = {pair for pair in EVERY_PAIR if may(role, *pair)}
    assert allowed - ALLOWED[role] == set(), "more than it needs"
    assert ALLOWED[role] - allowed == set(), "less than it needs"


def test_the_simulation_looks_at_more_than_two_hundred_pairs():
    assert len(EVERY_PAIR) * len(ALLOWED) >= 200


def test_every_role_of_the_stack_is_in_the_list():
    assert {name for name, each in RESOURCES.items() if each["Type"] == "AWS::IAM::Role"} == set(ALLOWED)


def test_no_action_and_no_resource_is_everything():
    for role in ALLOWED:
        for each in statements(role):
            assert not [action for action in listed(each["Action"]) if "*" in action]
            assert "*" not in [resolved(given) for given in listed(each["Resource"])]
            assert not [
                given for given in map(resolved, listed(each["Resource"])) if "*" in given.removesuffix("arn:Files/*")
            ]


def test_letters_go_out_under_our_own_address_only():
    for role in ("WebRole", "JobsRole"):
        (sending,) = [each for each in statements(role) if each["Action"] == "ses:SendEmail"]
        assert sending["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_only_ses_may_publish_and_only_that_topic_may_fill_the_queue():
    (topic,) = RESOURCES["MailTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (queue,) = RESOURCES["MailQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert topic["Principal"] == {"Service": "ses.amazonaws.com"}
    assert topic["Condition"]["StringEquals"] == {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert queue["Principal"] == {"Service": "sns.amazonaws.com"}
    assert queue["Condition"]["ArnEquals"] == {"aws:SourceArn": {"Ref": "MailTopic"}}


# -- true to the code ------------------------------------------------------------------------------


def functions():
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::Function"}


def test_four_functions_each_with_its_entry_and_its_role():
    found = functions().values()
    assert {each["Handler"] for each in found} == {
        f"{name[:-3]}.handler" for name in package.OURS if name.endswith(".py")
    }
    assert len({each["Role"]["Fn::GetAtt"][0] for each in found}) == 4
    assert not [each for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Url"]


def test_every_variable_is_a_setting_and_no_secret_is_a_variable():
    known = {PREFIX + name.upper() for name in Settings.__slots__}
    secret = {"ALDIA_STRIPE_KEY", "ALDIA_STRIPE_WEBHOOK_SECRETS"}
    for each in functions().values():
        names = set(each["Environment"]["Variables"])
        assert names <= known
        assert not names & secret
        assert "OriginKey" not in json.dumps(each["Environment"]).replace("OriginKeyHashes", "")


def test_the_table_is_the_one_that_the_tests_run_on():
    made = {}

    class Client:
        def create_table(self, **asked):
            made.update(asked)

        exceptions = type("E", (), {"ResourceInUseException": KeyError})

    dynamo_table.create_table(Client(), "aldia")
    table = RESOURCES["Table"]["Properties"]
    assert table["KeySchema"] == made["KeySchema"]
    assert table["AttributeDefinitions"] == made["AttributeDefinitions"]
    assert table["GlobalSecondaryIndexes"] == made["GlobalSecondaryIndexes"]


def test_what_must_not_be_lost_survives_the_stack():
    for name in ("Table", "Files"):
        assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")
    table = RESOURCES["Table"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_queues_wait_six_times_as_long_as_their_function_and_report_single_failures():
    for each in RESOURCES.values():
        if each["Type"] != "AWS::Lambda::EventSourceMapping":
            continue
        own = each["Properties"]
        queue = RESOURCES[own["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        timeout = functions()[own["FunctionName"]["Ref"]]["Timeout"]
        assert queue["VisibilityTimeout"] > 6 * timeout
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
        assert own["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_schedules_ask_for_works_that_the_functions_know():
    asked = {
        (
            each["Properties"]["Target"]["Arn"]["Fn::GetAtt"][0],
            json.loads(each["Properties"]["Target"]["Input"])["command"],
        )
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Scheduler::Schedule"
    }
    assert asked == {("JobsFunction", "send_due"), ("StripeFunction", "settle"), ("StripeFunction", "reconcile")}
    assert '"send_due": work.send_due' in (ROOT / "functions/jobs.py").read_text("utf-8")


def test_static_pages_have_the_applications_headers_and_their_clean_addresses():
    headers = RESOURCES["StaticHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    policy = headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert policy == POLICY
    code = RESOURCES["StaticPages"]["Properties"]["FunctionCode"]
    assert dict(re.findall(r"'(/[^']*)': '(/[^']*)'", code)) == {page.url: f"/{page.file}" for page in PAGES}


def test_when_the_api_has_no_page_cloudfront_shows_one_and_lets_the_applications_own_pass():
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    shown = {each["ErrorCode"]: each for each in config["CustomErrorResponses"]}
    assert set(shown) == {500, 502, 504}  # 403, 404 and 503 are the application's: a form that says what is wrong
    for code, each in shown.items():
        assert (each["ResponseCode"], each["ErrorCachingMinTTL"]) == (code, 0)
        (behaviour,) = [one for one in config["CacheBehaviors"] if one["PathPattern"] == each["ResponsePagePath"]]
        assert behaviour["TargetOriginId"] == "site"
        assert each["ResponsePagePath"].lstrip("/") in {page.file for page in PAGES}


def test_the_access_log_has_no_path():
    written = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    assert not re.search(r"path|routeKey|identity|authorizer", written)


def test_what_alarms_look_for_is_what_the_code_logs():
    source = "".join(path.read_text("utf-8") for path in (ROOT / "functions/aldia").rglob("*.py"))
    patterns = [
        each["Properties"]["FilterPattern"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::MetricFilter"
    ]
    assert patterns
    for word in (word.lstrip("?") for pattern in patterns for word in pattern.split()):
        assert f'"{word}"' in source, word


def test_every_function_that_runs_due_work_alarms_when_it_puts_something_aside():
    watched = {
        each["Properties"]["LogGroupName"]["Ref"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Logs::MetricFilter" and each["Properties"]["FilterPattern"] == "poisoned"
    }
    assert watched == {"JobsLog", "StripeLog"}


def test_every_alarm_that_is_promised_is_there_and_reaches_the_one_address():
    alarms = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    assert set(alarms) == {
        "UnknownLetters", "Differences", "Troubles", "Unheard", "DeadLettersWait", "ServerErrors", "JobsSilent",
        "Bounces", "Complaints",
    }  # fmt: skip
    assert all(each["AlarmActions"] == [{"Ref": "Alarms"}] for each in alarms.values())
    assert RESOURCES["Alarms"]["Properties"]["Subscription"] == [
        {"Protocol": "email", "Endpoint": {"Ref": "MailOperator"}}
    ]
    told = RESOURCES["Budget"]["Properties"]["NotificationsWithSubscribers"]
    assert {each["Notification"]["NotificationType"] for each in told} == {"FORECASTED", "ACTUAL"}
    assert all(each["Subscribers"][0]["Address"] == {"Ref": "MailOperator"} for each in told)


def test_every_metric_that_a_filter_counts_has_an_alarm():
    counted = {
        each["Properties"]["MetricTransformations"][0]["MetricName"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Logs::MetricFilter"
    }
    alarmed = {each["Properties"]["MetricName"] for each in RESOURCES.values() if each["Type"].endswith("::Alarm")}
    assert counted <= alarmed


def test_what_the_code_cannot_hear_is_counted_wherever_it_is_logged():
    found = {
        (each["Properties"]["LogGroupName"]["Ref"], word.lstrip("?"))
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Logs::MetricFilter"
        for word in each["Properties"]["FilterPattern"].split()
    }
    assert {("WebLog", "mail_switch_unread"), ("JobsLog", "mail_switch_unread")} <= found
    assert {("StripeLog", "not_heard"), ("StripeLog", "provider_silent")} <= found


def test_a_scheduled_run_that_crashes_ends_in_dead_letters():
    scheduled = {
        each["Properties"]["Target"]["Arn"]["Fn::GetAtt"][0]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Scheduler::Schedule"
    }
    told = {
        each["Properties"]["FunctionName"]["Ref"]: each["Properties"]
        for each in RESOURCES.values()
        if each["Type"] == "AWS::Lambda::EventInvokeConfig"
    }
    assert set(told) == scheduled
    for each in told.values():
        assert each["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
        assert each["Qualifier"] == "$LATEST"


def test_every_schedule_is_in_utc_tries_again_and_ends_in_dead_letters():
    schedules = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Scheduler::Schedule"]
    assert len(schedules) == 3
    for each in schedules:
        assert each["ScheduleExpressionTimezone"] == "UTC"
        assert each["Target"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert each["Target"]["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}}


def test_every_log_ends_some_day():
    logs = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert [each["RetentionInDays"] for each in logs] == [30] * 5


# What Zappa would do by itself: debug prints cookies, keep_warm calls it all day, manage_roles makes a role that
# may do nearly everything, apigateway makes a REST API of its own, exclude matches folders inside every library.
SAFE = {
    "debug": False, "keep_warm": False, "manage_roles": False, "apigateway_enabled": False, "apigateway_version": "v2",
    "slim_handler": False, "use_precompiled_packages": False, "async_resources": False, "xray_tracing": False,
    "environment_variables": {}, "aws_environment_variables": {}, "events": [], "exclude": [], "log_level": "WARNING",
}  # fmt: skip


def test_every_unsafe_default_of_zappa_has_a_safe_value():
    settings = json.loads(package.SETTINGS.read_text("utf-8"))["aws"]
    assert {name: settings.get(name, "its default") for name in SAFE} == SAFE


# -- the linter ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_linter_has_nothing_to_say_of_the_file_nor_of_what_is_deployed(tmp_path):
    deployed = tmp_path / "stack.json"
    deployed.write_text(template.as_json("prod", "111122223333", "eu-west-1"))
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(template.STACK), str(deployed)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_is_deployed_by_address_and_stays_well_below_what_that_allows():
    assert len(template.as_json("prod", "111122223333", "eu-west-1")) < 100_000
