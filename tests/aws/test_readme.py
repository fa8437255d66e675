"""What infra/README.md lets a person type: AWS knows each command, and each option of it; make knows each target."""

import re
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "infra" / "README.md").read_text("utf-8")
TYPED = re.compile(r"aws ([a-z0-9]+) ([a-z-]+)([^`\n;>)]*)")
OF_EVERY_COMMAND = {"region", "query", "output", "cli-input-json"}
OF_THE_COMMAND_LINE_ALONE = {("sso", "login"), ("logs", "tail")}  # no operation of AWS's stands behind these


@cache
def service(name):
    return botocore.session.get_session().get_service_model(name)


def options(name, operation):
    """What the command line takes for an operation: its parameters, and how to say no to those that are yes or no."""
    model = service(name)
    operations = {xform_name(each, "-"): each for each in model.operation_names}
    assert operation in operations, (name, operation)
    members = model.operation_model(operations[operation]).input_shape.members
    yes = {xform_name(member, "-") for member in members}
    no = {f"no-{xform_name(member, '-')}" for member, shape in members.items() if shape.type_name == "boolean"}
    return yes | no | OF_EVERY_COMMAND


def waits(name, what):
    """The options of `aws SERVICE wait WHAT`."""
    waiters = botocore.session.get_session().get_waiter_model(name)
    found = {xform_name(each, "-"): each for each in waiters.waiter_names}
    return options(name, xform_name(waiters.get_waiter(found[what]).operation, "-"))


def wrong(name, operation, rest):
    """The options that AWS would refuse."""
    given = re.findall(r"--([a-z-]+)", rest)
    known = waits(name, rest.split()[0]) if operation == "wait" else options(name, operation)
    return [option for option in given if option not in known]


def test_every_command_of_aws_in_the_readme_is_one_and_takes_these_options():
    typed = [found for found in TYPED.findall(README) if found[:2] not in OF_THE_COMMAND_LINE_ALONE]
    assert len(typed) > 15
    assert [(one, wrong(*one)) for one in typed if wrong(*one)] == []


def test_every_target_of_make_in_the_readme_is_one():
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"`make ([a-z0-9-]+)", README)
    assert [name for name in named if name not in targets] == []
    assert {"deploy", "deploy-plan", "rollback", "destroy", "mail-stop", "mail-go"} <= set(named)
