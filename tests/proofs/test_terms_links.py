"""A link to the terms that is not alive tells nothing and changes nothing; GET never changes a thing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.store.tokens import TERMS_LIFE
from tests.proofs.routes import routes
from tests.proofs.test_isolation import CANARIES, ask_with_token, told


def _wrong(stage):
    stage.change("open", lambda case, _debt_id, now: answers.wrong_person(case, suggested=None, now=now))
    return stage.terms


def _old(stage):
    stage.world.clock.at += TERMS_LIFE + timedelta(seconds=1)
    return stage.terms


DEAD = {
    "withdrawn": lambda stage: stage.terms_link("open", terms_links=2),
    "of another address": lambda stage: stage.terms_link("open", link_version=2),
    "of a closed account": lambda stage: stage.terms_link("open", account=replace(stage.ana, id="gone")),
    "of a wrong person": _wrong,
    "too old": _old,
    "a link to what is owed": lambda stage: stage.links["open"],
    "a link of the freelancer's mail": lambda stage: stage.replies["asked"],
    "a session": lambda stage: stage.session(stage.ana),
}


@pytest.mark.parametrize("route", routes("terms"), ids=str)
def test_dead_links_to_the_terms_look_alike_and_change_nothing(stage, route):
    nobody = {"token": "z" * 64}
    with stage.put_back():
        wanted = ask_with_token(stage.browser(), route, nobody)
        assert wanted.status_code == 404
    for name, make in DEAD.items():
        with stage.put_back():
            gone = {"token": make(stage)}
            before = set(stage.touched)
            answer = ask_with_token(stage.browser(), route, gone)
            assert told(answer, gone) == told(wanted, nobody), name
            assert not CANARIES.findall(answer.text)
            assert stage.touched == before, name


@pytest.mark.parametrize("route", routes("terms"), ids=str)
def test_a_live_link_to_the_terms_answers_and_only_a_post_changes_something(stage, route):
    with stage.put_back():
        before = stage.scan()
        answer = ask_with_token(stage.browser(), route, {"token": stage.terms})
        assert answer.status_code in (200, 303, 422), answer.text[:500]
        if route.method == "GET":
            for headers in ({"User-Agent": "gateway"}, {"Sec-Purpose": "prefetch"}, {"HX-Request": "true"}):
                for method in ("GET", "HEAD", "OPTIONS"):
                    stage.browser().open(route.path({"token": stage.terms}), method=method, headers=headers)
            assert stage.scan() == before
            assert stage.touched == set()


def test_the_terms_of_one_client_name_nobody_else(stage):
    page = stage.browser().get(f"/c/{stage.terms}").text
    assert "Zafiro a medida." in page
    assert "Zafiro open" in page
    for other in ("Zafiro late", "ZAF-", "@zafiro.example", "012180"):
        assert other not in page
