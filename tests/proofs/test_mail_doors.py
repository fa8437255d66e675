"""Whoever opens the doors of the freelancer's mails, a scanner before its reader, changes nothing: their buttons do."""

import pytest

from tests.proofs.html_forms import Page
from tests.proofs.routes import routes
from tests.proofs.test_scanners import PROFILES

DOORS = {"reply": lambda stage: stage.replies["asked"], "morning": lambda stage: stage.morning}
ENDS = ("", "?lang=en", "?do=yes&follow=true")


@pytest.mark.parametrize("kind", DOORS)
def test_a_live_door_is_read_by_every_scanner_and_only_its_button_changes_something(stage, kind):
    [route] = routes(kind, methods=("GET",))
    path = route.path({"token": DOORS[kind](stage)})
    with stage.put_back():
        before, mails = stage.scan(), len(stage.world.outbox.sent)
        for headers, _methods in PROFILES.values():
            for method in ("HEAD", "OPTIONS", "GET"):
                for end in ENDS:
                    answer = stage.browser().open(path + end, method=method, headers=headers)
                    assert answer.status_code == 200, (method, end)
                    assert "Set-Cookie" not in answer.headers
        assert stage.touched == set()
        assert stage.scan() == before
        assert len(stage.world.outbox.sent) == mails
        page = Page(stage.browser().get(path).text)
        form = next(form for form in page.forms if ("do", "yes") in form.buttons)
        assert stage.browser().post(path, data=form.values | {"do": "yes"}).status_code == 303
        assert stage.scan() != before  # the same look sees one press
