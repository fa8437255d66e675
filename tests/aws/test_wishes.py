"""What a stage's file may say, and that everything wrong is said at once."""

import pytest

from infra.aws import deploy, smoke, template, wishes

GOOD = {
    "domain": "aldia.example",
    "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/x",
    "mail_from": "hola@aldia.example",
    "mail_operator": "ana@aldia.example",
}


@pytest.fixture
def stages(tmp_path, monkeypatch):
    monkeypatch.setattr(wishes, "STAGES", tmp_path)

    def write(name="prod", **values):
        told = {name: value for name, value in (GOOD | values).items() if value is not None}
        lines = [
            f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for name, value in told.items()
        ]
        (tmp_path / f"{name}.toml").write_text("\n".join(lines))

    return write


def sentences(stage="prod"):
    with pytest.raises(wishes.Missing) as missing:
        wishes.read(stage)
    return missing.value.sentences


def test_a_good_file_is_read(stages):
    stages(stripe_is_live=True, budget_usd=5)
    found = wishes.read("prod")
    assert (found.stack, found.base_url, found.budget_usd) == ("aldia-prod", "https://aldia.example", 5)


def test_a_missing_file_says_what_to_copy(stages):
    assert "example.toml" in sentences("staging")[0]


def test_everything_that_is_wrong_is_said_at_once(stages):
    stages(domain="https://aldia.example", certificate_arn="", mail_from="nobody", mail_operator="x@y")
    assert len(sentences()) == 4


def test_missing_unknown_and_mistyped_settings_are_said_at_once(stages):
    stages(domain=None, mail_from=None, stripe_is_live="yes", colour="red")
    found = "\n".join(sentences())
    for name in ("domain is missing", "mail_from is missing", "colour is not", "stripe_is_live must be bool"):
        assert name in found


def test_the_command_says_what_is_wrong_with_the_file_and_with_the_credentials_together(stages, monkeypatch, capsys):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    stages(domain="https://aldia.example", mail_from="nobody")
    assert deploy.main(["deploy", "prod"]) == 1
    told = capsys.readouterr().err
    assert told.count("\n- ") == 3
    assert "AWS does not know who you are" in told


def test_the_local_stage_is_no_stage_of_aws(stages):
    stages(name="local")
    assert "local" in sentences("local")[0]


def test_the_example_names_every_setting_that_a_person_chooses(monkeypatch):
    text = (wishes.STAGES / "example.toml").read_text("utf-8")
    for field in wishes.Wishes.__dataclass_fields__:
        assert field in ("stage", "stripe_endpoint", "sweep") or f"{field} = " in text


def test_what_outlives_its_stack_has_a_literal_name_so_that_a_new_stack_takes_it_over():
    import json

    own = json.loads(template.as_json("prod", "111122223333", "eu-west-1"))["Resources"]
    assert own["Table"]["Properties"]["TableName"] == "aldia-prod"
    assert own["Files"]["Properties"]["BucketName"] == "aldia-prod-files-111122223333-eu-west-1"


def test_the_look_after_a_deployment_sees_a_wrong_status_a_wrong_page_and_missing_headers():
    answers = {
        "/": (200, "another site", {}),
        "/entrar/codigo": (502, "", {}),
        "/p/not-a-link-of-anybody": (404, "<html", {}),
    }
    found = smoke.troubles(lambda path: answers[path])
    assert len(found) == 3
    link = '<link rel="stylesheet" href="/assets/app-1.css">'
    good = {path: (status, says + link, {header.lower(): "x"}) for path, status, says, header in smoke.LOOKS}
    style = {"/assets/app-1.css": (200, "a{}", {"Content-Type": "text/css; charset=utf-8"})}
    assert smoke.troubles(lambda path: (good | style)[path]) == []
    for gone in (403, "<Error>", {}), (200, "<html", {"Content-Type": "text/html"}):
        assert len(smoke.troubles(lambda path, gone=gone: good.get(path, gone))) == 1
    bare = {path: (status, says, {header: "x"}) for path, status, says, header in smoke.LOOKS}
    assert smoke.troubles(lambda path: bare[path]) == ["No page links a style sheet."]
