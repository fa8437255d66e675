"""Every form that a page of Al Día shows, found by opening the pages; what a valid answer to each is; sending one."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.exceptions import HTTPException

from aldia.pages.guard import form_token
from infra.local.run import WEB
from tests.proofs.html_forms import Form, Page
from tests.proofs.routes import routes
from tests.proofs.stage import Stage

STATIC = ("registro.html", "entrar.html", "comprobar.html", "en/sign-up.html", "en/sign-in.html", "en/check.html")
# What a person would type. A field that is not here keeps what the page proposes.
VALID = {
    "name": "Gala Ríos", "client": "Gala Ríos", "email": "gala2@example.org", "email_0": "gala2@example.org",
    "name_0": "Gala", "number": "N-1", "concept": "Folleto de otoño", "amount": "100", "issued_on": "2026-05-25",
    "due_on": "2026-07-20", "until": "2026-06-20", "paid_on": "2026-06-01", "on": "2026-06-12",
    "text": "Falta el logo.",
    "words": "Me escribió el lunes.", "reason": "Vacaciones", "resolution": "Lo arreglamos.", "note": "Gracias.",
    "outcome": "reopen", "part": "500", "count": "3", "first_on": "2026-06-10",
    "code": "123456", "holder": "Ana Ruiz", "bank": "Banco",
    "extra": "Referencia", "tax_id": "XAXX010101000", "address": "Calle Uno 1", "phone": "+52 55 1234 5678",
    "footer": "Hasta pronto.", "consent_source": "Contrato", "consent_on": "2026-01-02", "quiet_days": "90",
    "due_days": "30", "pasted": "cliente,correo,importe,fecha\nLuz,luz@example.com,10.00,2026-05-20\n",
    "limit": "500", "source": "Boletín 77",
    "by": "Gala Ríos", "words_es": "Dos rondas de cambios.", "words_en": "Two rounds of changes.",
    "reference": "AD-XMBF-GPG2", "phrase": "el gato se llama Nube",
    "closed_days": "2026-12-24", "confirm": "borrar", "country": "MX", "timezone": "America/Mexico_City",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A form, the page on which it stands and the endpoint that it is sent to."""

    endpoint: str
    page: str
    form: Form
    button: tuple[str, str] | None
    secret: str  # whose form tokens it carries; empty: nobody's

    def __str__(self) -> str:
        return f"{self.endpoint}{'+' + self.button[1] if self.button else ''} on {self.page}"

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that a person or a program can change."""
        return tuple(name for name in self.form.names if name != "csrf" and self.form.kind(name) != "file")

    def valid(self) -> dict[str, list[str]]:
        """A valid answer."""
        given = {name: values for name, values in self.form.values.items() if name != "csrf"}
        typed = {
            name: [VALID[name]]
            for name in self.names
            if name in VALID and not (self.form.kind(name) in ("hidden", "select") and given.get(name, [""])[0])
        }
        pressed = {self.button[0]: [self.button[1]]} if self.button else {}
        return given | typed | pressed


def discover(stage: Stage) -> list[Found]:
    """Open every page that the stage has; each kind of form once."""
    rules = stage.world.app.url_map.bind("stage")
    found: dict[tuple[Any, ...], Found] = {}
    for page, secret, html in shown(stage):
        assert html, page
        for form in Page(html).forms:
            action = form.action.partition("?")[0] or page
            try:
                endpoint = rules.match(action, method=form.method.upper())[0]
            except HTTPException as error:
                raise AssertionError(f"{page} has a form that leads nowhere: {form.method} {action}") from error
            form.action = action
            for button in form.buttons or [None]:
                kind = (endpoint, form.names, button)
                found.setdefault(kind, Found(endpoint, page, form, button, secret))
    return list(found.values())


def pages(stage: Stage) -> list[tuple[str, str]]:
    """(path, secret) of every page that can be read with GET, in every state that the stage has."""
    from tests.proofs.test_isolation import own_values

    mine = [debt for name, debt in stage.debts.items() if name != "of eva"]
    ana = stage.browsers["fresh"].secret
    session = [route.path(own_values(stage)) for route in routes("session", methods=("GET",))]
    session += [f"/cobros/{debt.client_id}/{debt.id}" for debt in mine] + [f"/clientes/{one.client_id}" for one in mine]
    session += [f"/clientes/{stage.idle_client}", *(f"/importar/{place}" for place in stage.imports.values())]
    session += ["/clientes?q=nada-que-ver", "/cobros?q=nada-que-ver", "/ajustes/textos?carta=overdue_1"]
    session += [f"/clientes/{stage.debts['open'].client_id}/textos?carta=overdue_1"]
    client = [(f"/p/{token}", token) for token in stage.links.values()] + [("/p/dead", "dead")]
    client += [(f"/r/{token}", token) for token in stage.replies.values()]
    client += [(f"/c/{stage.terms}", stage.terms)]
    client += [(f"/v/{stage.morning}", stage.morning)]
    client += [(route.path(own_values(stage)), stage.links["open"]) for route in routes("link", methods=("GET",))]
    return (
        [(path, ana) for path in dict.fromkeys(session)]
        + list(dict.fromkeys(client))
        + [
            ("/entrar/codigo", ""),
            ("/ajustes/eres-tu", stage.browsers["doubted"].secret),
        ]
    )


def shown(stage: Stage) -> list[tuple[str, str, str]]:
    """(path, secret, HTML) of every page, the static ones with forms included."""
    seen = [(f"/{name}", "", (WEB / name).read_text("utf-8")) for name in STATIC]
    for path, secret in pages(stage):
        answer = browser_of(stage, secret).get(path)
        if answer.mimetype == "text/html":
            seen.append((path, secret, answer.text))
    return seen


def browser_of(stage: Stage, secret: str) -> Any:
    """The browser that a page was shown to, with its own session whatever happened before."""
    browser = next((one for one in stage.browsers.values() if one.secret == secret), stage.browsers["fresh"])
    browser.set_cookie("s", browser.secret, domain="127.0.0.1")
    return browser


Files = dict[str, tuple[bytes, str]]


def send(stage: Stage, found: Found, values: dict[str, list[str]], files: Files | None = None) -> Any:
    """Send the form as a browser would, from its own page."""
    data: dict[str, Any] = dict(values)
    browser = browser_of(stage, found.secret)
    if found.form.method == "get":
        return browser.get(found.form.action, query_string=data)
    if "csrf" in found.form.names:
        data["csrf"] = form_token(found.secret)
    more: dict[str, Any] = {}
    if found.form.is_multipart:
        more["content_type"] = "multipart/form-data"
        data |= {name: (BytesIO(content), file) for name, (content, file) in (files or {}).items()}
    return browser.post(found.form.action, data=data, **more)
