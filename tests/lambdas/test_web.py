"""The web function: the HTTP API's requests through Zappa to Flask, and nothing else."""

import base64
import contextlib
import io
import json
import logging
from urllib.parse import urlencode

import pytest

from aldia.lambdas.guard import NotAllowed
from tests.lambdas.lambda_world import CONTEXT, HOST, api_event

FORM = {"content-type": "application/x-www-form-urlencoded", "origin": f"https://{HOST}"}


def body_of(answer):
    text = answer["body"] or ""
    return base64.b64decode(text).decode() if answer["isBase64Encoded"] else text


def test_a_page_is_answered_under_our_own_name_with_its_headers(web):
    answer = web.handler(api_event("GET", "/p/unknown"), CONTEXT)
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Security-Policy"].startswith("default-src 'none'")
    assert "max-age=63072000" in answer["headers"]["Strict-Transport-Security"]
    assert "<html" in body_of(answer)


def test_signing_in_sets_each_cookie_once_and_only_for_our_host(web):
    answer = web.handler(api_event("POST", "/entrar", body=urlencode({"email": "nobody"}), headers=FORM), CONTEXT)
    assert answer["statusCode"] < 500
    names = [cookie.split("=")[0] for cookie in answer["cookies"]]
    assert len(names) == len(set(names))
    assert all(name.startswith("__Host-") for name in names)
    assert "set-cookie" not in {name.lower() for name in answer["headers"]}


def test_whoever_comes_past_cloudfront_is_turned_away(web):
    for headers in ({"x-origin-key": "wrong"}, {"x-origin-key": ""}):
        answer = web.handler(api_event("GET", "/entrar/codigo", headers=headers), CONTEXT)
        assert (answer["statusCode"], body_of(answer)) == (403, "Forbidden")


def test_the_clients_pages_are_answered_without_the_freelancers_and_all_of_them_are(web):
    from aldia.lambdas import wsgi

    of_clients = {rule.rule for rule in wsgi._clients.url_map.iter_rules()}
    assert wsgi.whole.cache_info().currsize == 0
    assert web.handler(api_event("GET", "/p/unknown"), CONTEXT)["statusCode"] == 404
    assert web.handler(api_event("POST", "/hooks/stripe", headers=FORM), CONTEXT)["statusCode"] == 400
    assert wsgi.whole.cache_info().currsize == 0
    assert web.handler(api_event("GET", "/hoy"), CONTEXT)["headers"]["Location"].endswith("/entrar")
    rules = {rule.rule for rule in wsgi.whole().url_map.iter_rules()}
    assert {rule for rule in rules if rule.startswith(wsgi.OF_CLIENTS)} == of_clients


def test_no_route_of_the_local_panel_exists(web):
    from aldia.lambdas.wsgi import whole

    assert [rule.rule for rule in whole().url_map.iter_rules() if "_local" in rule.rule] == []
    for path in ("/_local/", "/_local/mail.json", "/_local/clock.json", "/_local/jobs.json"):
        assert web.handler(api_event("GET", path), CONTEXT)["statusCode"] == 404
        assert web.handler(api_event("POST", path, headers=FORM), CONTEXT)["statusCode"] in (404, 405)


@pytest.mark.parametrize(
    "event",
    [
        {"raw_command": "open('/tmp/owned', 'w')"},
        {"command": "os.getcwd"},
        {"command": ""},
        {"manage": "shell"},
        api_event() | {"raw_command": "1"},
        api_event() | {"command": "aldia.lambdas.work.send_due"},
        {"Records": [{"eventSource": "aws:sqs", "body": '{"command": "os.getcwd"}', "messageId": "1"}]},
        {"Records": [{"Sns": {"Message": '{"command": "os.getcwd"}'}, "EventSource": "aws:sns"}]},
        {"detail-type": "Scheduled Event", "resources": ["arn:aws:events:x:1:rule/os.getcwd"]},
        {"httpMethod": "GET", "path": "/", "headers": {}},
        {"version": "2.0"},
        {"awslogs": {"data": ""}},
        {"type": "TOKEN"},
        {},
        [],
        None,
    ],
)
def test_any_other_event_is_refused(web, event):
    with pytest.raises(NotAllowed):
        web.handler(event, CONTEXT)


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/p/{token}", "/p/<token>", 404),
        ("GET", "/c/{token}", "/c/<token>", 404),
        ("POST", "/c/{token}", "/c/<token>", 404),
        ("GET", "/v/{token}", "/v/<token>", 404),
        ("POST", "/v/{token}", "/v/<token>", 404),
        ("GET", "/r/{token}", "/r/<token>", 404),
        ("POST", "/r/{token}", "/r/<token>", 404),
        ("POST", "/comprobar", "/comprobar", 422),
        ("GET", "/nada/{token}", "none", 404),
    ],
)
def test_the_log_has_routes_and_no_token(web, method, path, route, status):
    token, written = "secret-token-of-a-client", io.StringIO()
    everything = logging.StreamHandler(written)
    logging.getLogger().addHandler(everything)
    with contextlib.redirect_stdout(written):
        body = urlencode({"reference": token, "csrf": token})
        web.handler(api_event(method, path.format(token=token), body=body, headers=FORM, query=f"t={token}"), CONTEXT)
    logging.getLogger().removeHandler(everything)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [(method, route, status)]
    assert token not in written.getvalue()


def test_the_clients_own_address_is_the_one_before_cloudfronts(web):
    from flask import request

    from aldia.lambdas.wsgi import _clients

    seen = []
    _clients.before_request_funcs.setdefault(None, []).append(lambda: seen.append(request.remote_addr))
    web.handler(api_event("GET", "/p/x", headers={"x-forwarded-for": "198.51.100.7, 203.0.113.9, 10.0.0.1"}), CONTEXT)
    assert seen == ["203.0.113.9"]
