"""What may happen in a life of agreements, and lives read from bytes.

Hypothesis draws a life as one text of bytes: what happens first, which deeds this life knows, then two bytes a step. So
a step costs nothing but itself, and a life that fails is still made short: a step of 0 is none.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from aldia.domain import answers, checkouts, decisions, payments, proposals, reversals
from aldia.domain.concessions import Wish, day_choices, outside, part_choices, wished_parts
from aldia.domain.debt import Checkout
from aldia.domain.ledger import stand
from tests.proofs.money.agreement_life import TERMS, AgreementLife

STEPS = 48
HEAD = 5  # bytes before the steps

lives = st.binary(min_size=HEAD + 2 * STEPS, max_size=HEAD + 2 * STEPS)


class Deed(NamedTuple):
    """Something that may happen: when, and what with which of 256 values."""

    name: str
    may: Callable[[AgreementLife], Any]
    do: Callable[[AgreementLife, int], None]


DEEDS: list[Deed] = []
OFTEN: list[int] = []
"""Places of the deeds in the lot: common ones stand there more often."""


def _always(_life: AgreementLife) -> bool:
    return True


def _unheard(_line: str) -> None:
    """Nobody asked what happens."""


def deed(may: Callable[[AgreementLife], Any] = _always, times: int = 1) -> Callable[..., Any]:
    def noted(do: Callable[[AgreementLife, int], None]) -> Callable[[AgreementLife, int], None]:
        OFTEN.extend([len(DEEDS)] * times)
        DEEDS.append(Deed(do.__name__, may, do))
        return do

    return noted


def spelled(life: bytes) -> Iterator[tuple[int, int]]:
    """(deed, value) of each step that is one."""
    steps = life[HEAD:]
    yield from ((what - 1, how) for what, how in zip(steps[::2], steps[1::2], strict=True) if what)


def lived(life: bytes, tell: Callable[[str], None] = _unheard) -> AgreementLife:
    """Play a life to its end; each step is told before it is done."""
    alive = AgreementLife(*TERMS[life[0] % len(TERMS)])
    unknown = int.from_bytes(life[1:HEAD], "big") & ~1  # a bit for each deed; days always pass
    known = [place for place in OFTEN if not unknown >> place & 1]
    for what, how in spelled(life):
        possible = [place for place in known if DEEDS[place].may(alive)]
        chosen = DEEDS[possible[what % len(possible)]]
        tell(f"{alive.today} {chosen.name} {how}")
        chosen.do(alive, how)
    return alive


def one_of(values: Any, how: int) -> Any:
    return values[how % len(values)]


# -- time and money ------------------------------------------------------------------------------


@deed(times=6)
def days_pass(life, how):
    life.days_pass(one_of([1, 2, 3, 5, 8, 13, 25], how))


@deed(times=2)
def money_comes(life, how):
    minor = one_of([1, 5_000, 30_001, 60_000, 121_003], how)
    life.do("payment", payments.record_payment, "f1", key=life.key(), amount_minor=minor, method="card", on=life.today)


@deed(lambda life: stand(life.debt, life.today).paid_minor > 0)
def money_goes_back(life, how):
    back = -(-stand(life.debt, life.today).paid_minor // one_of([1, 2], how))
    reverse = one_of([reversals.refund, reversals.refund, reversals.chargeback], how // 2)
    life.do(reverse.__name__, reverse, "f1", key=life.key(), amount_minor=back)


@deed(lambda life: life.debt.review_since, times=2)
def the_review_ends(life, how):
    life.do("review ends", decisions.decide_review, "f1", outcome=one_of(["reopen"] * 3 + ["waive", "write_off"], how))


@deed()
def a_part_is_forgiven(life, how):
    minor = 1_000 if how % 4 else None
    if minor or how % 16 == 0:
        life.do("waived", decisions.waive, "f1", key=life.key(), amount_minor=minor)


@deed()
def it_is_given_up(life, how):
    if how % 4 == 0:
        life.do("written off", decisions.write_off, "f1", key=life.key(), amount_minor=None if how % 8 else 2_000)


@deed(lambda life: not any(one.state in ("open", "processing") for one in life.debt.checkouts[-1:]))
def paying_begins(life, how):
    """As a client's page begins it: the price of now is held until its end."""
    minor = max(stand(life.debt, life.today).payable_minor, 1)
    method = one_of(["card", "spei", "oxxo"], how)
    ends_at = checkouts.checkout_end(method, life.now)
    made = Checkout(life.key(), method, minor, life.today, life.now, ends_at)
    life.do("checkout", checkouts.open_checkout, "f1", checkout=made)


@deed(lambda life: life.debt.checkouts, times=2)
def paying_goes_on(life, how):
    """The provider's word: it is on its way, paid, failed or expired; late and repeated words too."""
    last = life.debt.checkouts[-1]
    result = one_of(["paid", "failed", "expired", "processing"], how)
    if result == "processing":
        life.do("on its way", checkouts.checkout_processing, "f1", checkout_id=last.id)
    elif result == "paid":
        facts = {"key": f"c{last.id}", "amount_minor": last.amount_minor}
        life.do("checkout paid", checkouts.checkout_paid, "f1", checkout_id=last.id, **facts)
    else:
        life.do("checkout ended", checkouts.checkout_ended, "f1", checkout_id=last.id, result=result)


# -- letters by hand -------------------------------------------------------------------------------


@deed()
def the_freelancer_writes(life, how):
    """Once, or as often as it goes."""
    life.written_by_hand()
    for _ in range(one_of([0, 0, 0, 8], how)):
        life.days_pass(1)
        life.written_by_hand()


# -- other dates -----------------------------------------------------------------------------------


@deed()
def days_are_chosen(life, how):
    choices = day_choices(life.case, life.debt, life.now)
    if choices:
        chosen(life, Wish(until=one_of(choices, how)))


@deed()
def parts_are_chosen(life, how):
    choices = part_choices(life.case, life.debt, life.now)
    if choices:
        chosen(life, Wish(parts=one_of(choices, how)))


def chosen(life, wish):
    """What is shown as granted is granted, whatever else goes on; only a payment under way is waited for."""
    assert outside(life.case, life.debt, wish, life.now) == ""
    standing = stand(life.debt, life.today)
    assert not wish.parts or sum(minor for _, minor in wish.parts) == standing.balance_minor
    is_new = wish != proposals.agreed_wish(life.debt) or life.debt.proposal is not None
    is_busy = checkouts.under_way(life.debt, life.now) and is_new
    life.do("granted", proposals.ask, "f1", wish=wish)
    is_granted = life.debt.agreements and life.debt.agreements[-1].by == "fence" and life.debt.proposal is None
    assert is_granted or is_busy or standing.payable_minor <= 0


@deed()
def a_far_day_is_asked_for(life, how):
    life.do("asked", proposals.ask, "f1", wish=Wish(until=life.today + timedelta(days=16 + how % 105)))


@deed()
def many_parts_are_asked_for(life, how):
    life.do("asked", _ask_parts, count=5 + how % 5, first_on=life.today + timedelta(days=how // 8))


def _ask_parts(case, *, count, first_on, now):
    parts = wished_parts(case, case.debts[0], count=count, first_on=first_on, now=now)
    return proposals.ask(case, "f1", wish=Wish(parts=parts), now=now)


@deed(lambda life: life.debt.proposal, times=3)
def it_is_answered(life, how):
    life.do("answered", one_of([proposals.accept, proposals.decline, proposals.take], how), "f1")


@deed(lambda life: life.debt.proposal)
def other_terms_are_offered(life, how):
    wish = Wish(until=life.today + timedelta(days=10 + how % 51))
    life.do("offered", proposals.offer, "f1", wish=wish)


@deed()
def a_day_is_promised(life, how):
    """All or a part, on the client's page or told to the freelancer, who may note as many as there are."""
    day, limits = life.today + timedelta(days=how % 15), one_of([answers.CLIENT_PAGE, answers.PromiseLimits()], how)
    minor = 5_000 if how % 4 == 3 else None
    life.do("promise", answers.promise, "f1", on=day, amount_minor=minor, limits=limits)


@deed()
def the_due_date_is_corrected(life, how):
    if how % 4 == 0:
        due_on = life.today + timedelta(days=5 + how // 4 % 36)
        life.do("due changed", decisions.change_due, "f1", due_on=due_on)


# -- words -----------------------------------------------------------------------------------------


@deed(lambda life: life.debt.dispute is None)
def there_is_a_problem(life, how):
    life.do("dispute", answers.dispute, "f1", text="x")


@deed(lambda life: life.debt.dispute, times=2)
def the_problem_is_solved(life, how):
    minor = one_of([None, 90_000, 140_000], how)
    life.do("resolved", answers.resolve_dispute, "f1", key=life.key(), amount_minor=minor)


@deed()
def it_is_said_to_be_paid(life, how):
    life.do("claim", answers.claim_paid, "f1", amount_minor=one_of([None, 30_000], how))


@deed(lambda life: life.debt.claim, times=2)
def the_bank_is_looked_at(life, how):
    if how % 3 == 0:
        life.do("claim confirmed", answers.confirm_claim, "f1", key=life.key())
    elif how % 3 == 1:
        life.do("claim not found", answers.claim_not_found, "f1")
    else:
        life.do("claim asked about", answers.ask_about_claim, "f1", words="When?")


@deed(lambda life: life.debt.pause is None)
def it_is_paused(life, how):
    until = life.today + timedelta(days=how // 2 % 20) if how % 2 else None
    life.do("pause", answers.pause, "f1", until=until)


@deed(lambda life: life.debt.pause, times=2)
def it_goes_on(life, how):
    life.do("resume", answers.resume, "f1")


@deed(lambda life: not life.case.client.stopped_at)
def no_more_please(life, how):
    life.do("stop", answers.stop)


@deed(lambda life: life.case.client.stopped_at, times=3)
def write_again_please(life, how):
    life.do("asked again", answers.asked_again, words="Please do.")
