"""The static site in front of the application, as it is served on one machine."""

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from infra.local.site import Site

OURS = "http://127.0.0.1:8000"


@pytest.fixture
def site(tmp_path):
    """A small site before an application that answers everything with "behind"."""
    (tmp_path / "web" / "en").mkdir(parents=True)
    (tmp_path / "web" / "assets").mkdir()
    files = {
        "index.html": "home",
        "registro.html": "sign up",
        "en/index.html": "english",
        "assets/app-1.css": "a{}",
        ".hidden.html": "no",
        "assets/notes.py": "no",
    }
    for name, text in files.items():
        (tmp_path / "web" / name).write_text(text)
    (tmp_path / "secret.html").write_text("secret")
    return Client(Site(tmp_path / "web", OURS, Response("behind")))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "home"),
        ("/registro", "sign up"),
        ("/en/", "english"),
        ("/en/index.html", "english"),
        ("/assets/app-1.css", "a{}"),
        ("/hoy", "behind"),
        ("/.hidden", "behind"),
        ("/.hidden.html", "behind"),
        ("/assets/notes.py", "behind"),
        ("/../secret", "behind"),
        ("/..%2Fsecret.html", "behind"),
        ("/en", "behind"),
    ],
)
def test_files_come_first_and_only_those_meant_to_be_seen(site, path, shown):
    assert site.get(path, base_url=OURS).text == shown


def test_a_form_posted_to_a_static_page_reaches_the_application(site):
    assert site.post("/registro", base_url=OURS).text == "behind"


def test_only_files_with_their_version_in_the_name_are_kept_for_ever(site):
    assert "immutable" in site.get("/assets/app-1.css", base_url=OURS).headers["Cache-Control"]
    assert "immutable" not in site.get("/registro", base_url=OURS).headers["Cache-Control"]


def test_static_pages_carry_the_same_protection_as_the_others(site):
    headers = site.get("/", base_url=OURS).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_head_has_the_headers_and_no_body(site):
    answer = site.head("/", base_url=OURS)
    assert (answer.text, answer.headers["Content-Length"]) == ("", "4")


@pytest.mark.parametrize("method", ["get", "post"])
def test_programs_find_the_panels_json_on_localhost_too(tmp_path, method):
    def behind(environ, start):
        return Response(environ["HTTP_HOST"])(environ, start)

    said = Client(Site(tmp_path, OURS, behind))
    answer = getattr(said, method)("/_local/mail.json", base_url="http://localhost:8000")
    assert (answer.status_code, answer.text) == (200, "127.0.0.1:8000")
    assert said.get("/_local/", base_url="http://localhost:8000").status_code == 307


def test_localhost_leads_to_the_one_address(site):
    answer = site.get("/registro?x=1", base_url="http://localhost:8000")
    assert (answer.status_code, answer.headers["Location"]) == (307, f"{OURS}/registro?x=1")


def test_another_host_is_left_to_the_guard(site):
    assert site.get("/", base_url="http://evil.example:8000").text == "behind"
