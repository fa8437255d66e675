"""Who is answered on a server, and what is believed of what a proxy says."""

from pathlib import Path

import pytest
from werkzeug.test import Client

from aldia.settings import Settings
from infra.server.doors import Door
from infra.server.wishes import Wishes

HTTPS = {"X-Forwarded-Proto": "https"}


def behind(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    told = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST")
    return ["|".join(str(environ.get(name, "")) for name in told).encode()]


def asked(
    *,
    base_url="https://cobros.test",
    proxies=("127.0.0.1",),
    peer="127.0.0.1",
    method="GET",
    path="/hoy?a=1",
    **headers,
):
    wishes = Wishes(Settings(stage="server", base_url=base_url), Path("data"), proxies=proxies)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    client = Client(Door(wishes, behind))
    return client.open(
        path, method=method, headers={"Host": "cobros.test", **given}, environ_base={"REMOTE_ADDR": peer}
    )


def test_the_client_behind_the_proxy_is_who_the_proxy_says():
    told = asked(**HTTPS, X_Forwarded_For="203.0.113.9").text.split("|")
    assert told[:3] == ["203.0.113.9", "https", "cobros.test"]


def test_an_address_that_the_client_made_up_itself_does_not_count():
    assert asked(**HTTPS, X_Forwarded_For="1.1.1.1, 203.0.113.9").text.startswith("203.0.113.9|")
    assert asked(**HTTPS, X_Forwarded_For="2001:db8::7").text.startswith("2001:db8::7|")


def test_no_host_but_the_requests_own_counts_and_other_claims_are_dropped():
    told = asked(**HTTPS, X_Forwarded_Host="evil.test", Forwarded="for=1.1.1.1;host=evil.test", X_Forwarded_Port="81")
    assert "evil" not in told.text
    assert told.text.startswith("127.0.0.1|https|cobros.test")


def test_whoever_comes_past_the_proxy_is_turned_away():
    assert asked(**HTTPS, peer="203.0.113.9").status_code == 403
    assert asked(**HTTPS, peer="10.0.0.2", proxies=("10.0.0.1",)).status_code == 403
    assert asked(**HTTPS, peer="10.0.0.2", proxies=("10.0.0.1", "10.0.0.2")).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Proto": "http"}])
def test_a_page_in_the_clear_is_shown_where_it_is_safe_and_a_form_is_refused(headers):
    told = asked(**headers)
    assert (told.status_code, told.headers["Location"]) == (308, "https://cobros.test/hoy?a=1")
    assert asked(**headers, path="//evil.test/x").headers["Location"].startswith("https://cobros.test/")
    assert asked(**headers, method="POST").status_code == 403


def test_every_answer_says_to_come_by_https_alone():
    assert "max-age=63072000" in asked(**HTTPS).headers["Strict-Transport-Security"]
    trial = asked(base_url="http://127.0.0.1:8000")
    assert trial.status_code == 200
    assert "Strict-Transport-Security" not in trial.headers


def test_a_claim_that_cannot_be_read_is_a_bad_request():
    assert asked(X_Forwarded_Proto="https, http").status_code == 400
