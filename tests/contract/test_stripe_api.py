"""Keys, accounts, idempotency, lists: what holds for every call."""

import threading

import pytest
import requests
import stripe

from tests.contract.conftest import KEY


def post(pretend, path="/v1/customers", *, key="k1", data=None, **headers):
    head = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": key, **headers}
    return requests.post(pretend.url + path, data=data or {}, headers=head, timeout=10)


# -- who asks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "pk_test_1", "sk_live_1", "nonsense"])
def test_without_a_secret_test_key_nothing_is_answered(pretend, key):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = requests.get(pretend.url + "/v1/account", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")


def test_the_sdk_reads_a_401_as_an_authentication_error(pretend):
    client = stripe.StripeClient("sk_live_never", base_addresses={"api": pretend.url}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError):
        client.v1.accounts.retrieve_current()


# -- accounts are walls ---------------------------------------------------------------------------


def test_objects_of_one_account_do_not_exist_for_another(session, client, connected):
    theirs = session(options={"stripe_account": connected})
    ours = session()
    assert client.v1.checkout.sessions.retrieve(theirs.id, {}, {"stripe_account": connected}).id == theirs.id
    for object_id, options in ((theirs.id, {}), (ours.id, {"stripe_account": connected})):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.checkout.sessions.retrieve(object_id, {}, options)
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_lists_show_one_account_only(session, client, connected):
    session(options={"stripe_account": connected})
    assert client.v1.checkout.sessions.list().data == []
    assert len(client.v1.checkout.sessions.list({}, {"stripe_account": connected}).data) == 1


def test_events_of_a_connected_account_name_it_and_ours_do_not(session, bank, pretend, endpoint, connected):
    bank.pay(session(options={"stripe_account": connected}).id, "card")
    bank.pay(session().id, "card")
    pretend.flush()
    told = [event.get("account") for event in endpoint.events if event["type"] == "checkout.session.completed"]
    assert told == [connected, None]


def test_an_account_that_is_not_ours_is_forbidden(session):
    with pytest.raises(stripe.PermissionError):
        session(options={"stripe_account": "acct_of_somebody_else"})


def test_one_connected_account_cannot_read_another(client, connected):
    other = client.v1.accounts.create({"country": "ES"})
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(other.id, {}, {"stripe_account": connected})


def test_an_account_takes_payments_only_after_onboarding(session, client, bank):
    account = client.v1.accounts.create({"country": "MX"})
    assert client.v1.accounts.retrieve(account.id).charges_enabled is False
    with pytest.raises(stripe.InvalidRequestError):
        session(options={"stripe_account": account.id})
    bank.onboard(account.id)
    assert client.v1.accounts.retrieve(account.id).charges_enabled is True
    assert session(options={"stripe_account": account.id}).status == "open"


def test_an_account_link_opens_once_and_for_minutes(client, pretend, clock):
    account = client.v1.accounts.create({"country": "MX"})

    def link():
        wish = {"account": account.id, "type": "account_onboarding"}
        urls = {"return_url": "https://us.example/back", "refresh_url": "https://us.example/again"}
        return client.v1.account_links.create(wish | urls).url

    browser = pretend.stripe.app.test_client()
    old = link().removeprefix(pretend.url)
    clock.move(minutes=5)
    assert browser.get(old).location == "https://us.example/again"
    fresh = link().removeprefix(pretend.url)
    assert browser.get(fresh).status_code == 200
    assert client.v1.accounts.retrieve(account.id).charges_enabled is False  # looking changes nothing
    assert browser.post(fresh).location == "https://us.example/back"
    assert client.v1.accounts.retrieve(account.id).charges_enabled is True
    assert browser.post(fresh).location == "https://us.example/again"


# -- idempotency ----------------------------------------------------------------------------------


def test_the_same_key_and_parameters_give_the_first_answer_again(pretend):
    first, second = post(pretend), post(pretend)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_other_parameters_is_a_mistake(pretend):
    post(pretend, data={"email": "a@example.com"})
    answer = post(pretend, data={"email": "b@example.com"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")


def test_the_same_key_at_another_endpoint_is_a_mistake(pretend):
    post(pretend)
    assert post(pretend, "/v1/accounts").json()["error"]["type"] == "idempotency_error"


def test_a_key_belongs_to_one_account(pretend, connected):
    ours, theirs = post(pretend), post(pretend, **{"Stripe-Account": connected})
    assert ours.json()["id"] != theirs.json()["id"]


def test_a_key_in_use_is_a_conflict(pretend, bank):
    bank.fault("slow", "/v1/customers", seconds=1)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(post(pretend).status_code)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]


@pytest.mark.parametrize(("hours", "replayed"), [(24, True), (25, False)])
def test_a_key_is_kept_for_24_hours(pretend, clock, hours, replayed):
    first = post(pretend).json()["id"]
    clock.move(hours=hours)
    assert (post(pretend).json()["id"] == first) is replayed


def test_a_key_has_at_most_255_characters(pretend):
    assert post(pretend, key="k" * 255).status_code == 200
    assert post(pretend, key="k" * 256).status_code == 400


def test_a_refusal_before_the_work_began_does_not_use_the_key_up(pretend):
    assert post(pretend, data={"nonsense": "1"}).status_code == 400
    assert post(pretend, data={"email": "a@example.com"}).status_code == 200


def test_a_refusal_by_the_work_itself_is_kept(session, client, bank, pretend):
    made = session()
    payment = bank.pay(made.id, "card")["id"]
    too_much = {"payment_intent": payment, "amount": 150_001}
    first = post(pretend, "/v1/refunds", data=too_much)
    assert (first.status_code, post(pretend, "/v1/refunds", data=too_much).headers["Idempotent-Replayed"]) == (
        400,
        "true",
    )


def test_an_error_500_is_kept_too(pretend, bank):
    bank.fault("broken", "/v1/customers")
    assert post(pretend).status_code == 500
    again = post(pretend)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (500, "true")


def test_after_a_lost_answer_the_same_key_finds_what_was_done(pretend, bank):
    bank.fault("lost_answer", "/v1/customers")
    assert post(pretend).status_code == 502
    again = post(pretend)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")


# -- lists and the rest ---------------------------------------------------------------------------


def test_lists_are_newest_first_and_paged(session, client):
    made = [session().id for _ in range(5)]
    page = client.v1.checkout.sessions.list({"limit": 2})
    assert ([item.id for item in page.data], page.has_more) == ([made[4], made[3]], True)
    everything = client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [item.id for item in everything] == made[::-1]


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_from_1_to_100_objects(client, limit):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.list({"limit": limit})


def test_events_can_be_listed_by_when_they_were_created_and_by_type(session, client, bank, clock):
    bank.expire(session().id)
    clock.move(hours=1)
    bank.pay(session().id, "card")
    later = client.v1.events.list({"created": {"gte": int(clock.now().timestamp())}, "limit": 100})
    assert {event.type for event in later.data} >= {"checkout.session.completed", "charge.succeeded"}
    assert "checkout.session.expired" not in {event.type for event in later.data}
    [only] = client.v1.events.list({"types": ["checkout.session.expired"]}).data
    assert only.data.object.status == "expired"


def test_events_are_listed_for_30_days(session, client, bank, clock):
    bank.expire(session().id)
    clock.move(days=30)
    assert len(client.v1.events.list().data) == 1
    clock.move(seconds=1)
    assert client.v1.events.list().data == []


def test_an_expanded_path_brings_the_object(session, client, bank):
    made = session()
    bank.pay(made.id, "card")
    path = "payment_intent.latest_charge.balance_transaction"
    now = client.v1.checkout.sessions.retrieve(made.id, {"expand": [path]})
    assert now.payment_intent.latest_charge.balance_transaction.net == 150_000


def test_an_endpoint_that_is_not_modelled_is_a_404_of_stripes_and_is_counted(pretend, client, bank):
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payouts.list()
        assert refusal.value.http_status == 404
    assert bank.overview()["unknown"] == {"GET /v1/payouts": 2}


def test_too_many_requests_are_429(client, bank):
    bank.fault("busy")
    with pytest.raises(stripe.RateLimitError):
        client.v1.accounts.retrieve_current()
    assert client.v1.accounts.retrieve_current().charges_enabled
