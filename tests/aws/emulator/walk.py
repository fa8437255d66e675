"""What people do in the walk, as they do it: pages, forms, links from mails. Each step that fails says so itself."""

import re

from tests.aws.emulator.emulated import within
from tests.e2e.test_cfdi_to_paid import Form
from tests.world import csrf, mark


def said(answer):
    """What a refused form answers, short enough to read."""
    return answer.status, re.findall(r'class="error[^>]*>([^<]*)', answer.text)


def asked_for_a_code(stage, email):
    """(visitor, answer) after the sign-up form."""
    visitor = stage.visitor()
    visitor.get("/registro")
    return visitor, visitor.post("/registro", email=email)


def signed_up(stage, email, name):
    """A freelancer in Spain, by the code from the mailbox."""
    visitor, asked = asked_for_a_code(stage, email)
    assert asked.status == 303, said(asked)
    code = re.search(r"\b\d{6}\b", stage.emulator.wait_for_mail(email, seconds=20)["BodyText"])[0]
    entered = visitor.post("/entrar/codigo", code=code)
    assert entered.status == 303, said(entered)
    page = visitor.get("/bienvenida").text
    form = Form(page).values | {"name": name, "country": "ES", "csrf": csrf(page)}
    welcomed = visitor.post("/bienvenida", **form)
    assert welcomed.status == 303, said(welcomed)
    return visitor


def wrote_a_debt(stage, visitor, client, email, number):
    """The path of a new debt's page: 1.210,00 €, issued today."""
    page = visitor.get("/cobros/nuevo").text
    form = Form(page.split("<main")[1]).values | {
        "client": client, "email": email, "number": number, "concept": "Diseño de la web",
        "amount": "1.210,00", "issued_on": stage.emulator.now().date().isoformat(), "csrf": csrf(page),
    }  # fmt: skip
    saved = visitor.post("/cobros/nuevo", **form)
    assert saved.status == 303, said(saved)
    return stage.path(saved.location).split("?")[0]


def link_of(mail):
    """The path of the client's page, from the letter itself."""
    return re.search(r"https://aldia\.example(/p/[\w-]+)", mail["BodyText"])[1]


def went_to_pay(visitor, link, amount="121000"):
    """Where the client's page sends to when the client pays its first debt."""
    shown = visitor.get(link).text
    gone = visitor.post(f"{link}/pagar", csrf=csrf(shown), debt=mark(shown), shown=amount)
    assert gone.status == 303, said(gone)
    return gone.location


def paid_at_stripe(stage, address):
    """The card is charged; Stripe's webhooks come."""
    stage.stripe.bank.pay(address.rstrip("/").split("/")[-1])
    stage.stripe.flush()


def reads(visitor, path):
    """A page's text, with common spaces."""
    return visitor.get(path).text.replace("\u00a0", " ").replace("\u202f", " ")


def wait_until_it_reads(visitor, path, words, seconds=90):
    """Wait until a page says these words."""
    return within(seconds, lambda: words in reads(visitor, path), f"{path} says {words!r}")
