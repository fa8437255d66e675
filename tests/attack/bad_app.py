"""The control: an application with holes planted on purpose. A scan that finds nothing here proves nothing."""

from pathlib import Path
from typing import Any

from flask import Flask, make_response, request

HOLES = {  # what is planted, by the scanner's own name of it
    "Reflected Cross Site Scripting",
    "Open Redirect",
    "Path Traversal",
    "Cross Site Request Forgery",
    "Content Security Policy Configuration",
    "Clickjacking Protection",
    "MIME Type Confusion",
    "HttpOnly Flag cookie",
    "Secure Flag cookie",
}
LINKS = ("/said?word=x", "/go?to=/", "/file?name=bad_app.py")


def bad_app() -> Flask:
    """Every hole once."""
    app = Flask("bad")

    @app.get("/")
    def home() -> Any:
        links = "".join(f'<a href="{link}">x</a>' for link in LINKS)
        form = '<form method="post" action="/save"><input name="amount" value="1"><input type="submit"></form>'
        answer = make_response(f"<!doctype html><html><body>{links}{form}</body></html>")
        answer.set_cookie("session", "1")
        return answer

    @app.get("/said")
    def said() -> str:
        return f"<!doctype html><html><body>{request.args.get('word', '')}</body></html>"

    @app.get("/go")
    def go() -> Any:
        answer = make_response("", 302)
        answer.headers["Location"] = request.args.get("to", "/")
        return answer

    @app.get("/file")
    def file() -> str:
        return (Path(__file__).parent / request.args.get("name", "")).read_text("utf-8")

    @app.post("/save")
    def save() -> str:
        return f"<p>{len(request.form)}</p>"

    return app
