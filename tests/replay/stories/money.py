"""The law of money over the output: what is said of each debt at the end is what came, what went and what is open."""

from decimal import Decimal

from tests.replay.stories.reading import sum_of


def broken(reading):
    """Each breach as a line."""
    for asked in reading.document["quotes"]:
        parts = [sum_of(asked[name]) for name in ("balance", "interest", "compensation")]
        if sum_of(asked["payable"]) != sum(parts) - sum_of(asked["discount"]) or min(parts) < 0:
            yield f"a price does not add up: {asked}"
    for debt_id, owed in reading.debts.items():
        if any(event["type"] == "quote" for event in reading.about(debt_id)):
            yield from (f"{debt_id}: {line}" for line in _of_debt(reading, debt_id, owed))


def _of_debt(reading, debt_id, owed):
    end = {name: sum_of(text) for name, text in reading.document["debts"][debt_id].items() if name in SUMS}
    asked = reading.quotes[reading.about(debt_id, "quote")[-1]["place"]]
    last = {name: sum_of(asked[name]) for name in ("payable", "interest", "compensation", "balance", "discount")}
    amounts = [event["amount"] for event in reading.about(debt_id, "dispute_resolved") if "amount" in event]
    charged = sum_of((amounts or [owed["amount"]])[-1]) + end["interest"] + end["compensation"]
    settled = end["paid"] - end["credit"] + end["discount"] + end["waived"] + end["written_off"]
    if charged != settled + end["balance"] + last["interest"] + last["compensation"]:
        yield f"charged {charged}, settled {settled}, open {last}, {end}"
    if end["balance"] != last["balance"] or min(end.values()) < 0:
        yield f"the price is of another balance, or a sum is below nothing: {last}, {end}"
    came = _came(reading, debt_id)
    if end["paid"] != came:
        yield f"{came} came and stayed, {end['paid']} is told"
    yield from _parts(reading, debt_id, end["balance"])
    told, is_so = reading.document["debts"][debt_id]["state"], _state(reading, debt_id, last["payable"], end)
    if told != is_so:
        yield f"the state is {told} and should be {is_so}"


def _parts(reading, debt_id, balance):
    parts = reading.document["debts"][debt_id]["instalments"]
    left = [sum_of(part["amount"]) - sum_of(part["paid"]) for part in parts]
    if sum(left) != balance or min(left) < 0:
        yield f"of the instalments {left} is open, of the debt {balance}"


def _came(reading, debt_id):
    """Money received less what went back, by the events alone."""
    came, backs, paid, asked = Decimal(0), [], set(), {}
    last_price = None
    for event in reading.about(debt_id):
        kind, amount = event["type"], sum_of(event.get("amount", "0"))
        if kind == "quote":
            last_price = sum_of(reading.quotes[event["place"]]["payable"])
        elif kind == "checkout":
            asked[event["id"]] = amount or last_price
        elif kind == "checkout_result" and event["result"] == "paid" and event["id"] not in paid:
            paid.add(event["id"])
            came += asked[event["id"]]
        elif kind in ("payment", "payment_confirmed"):
            came += amount
        elif kind in ("refund", "chargeback"):
            came -= amount
            backs += [amount] if kind == "chargeback" else []
        elif kind == "chargeback_closed":
            back = backs.pop(0)
            came += back if event["won"] else 0
    return came


def _state(reading, debt_id, payable, end):
    """The first that holds: written off, paid, in review, disputed, open."""
    if payable == 0:
        return "written_off" if end["written_off"] else "paid"
    review = [event["type"] for event in reading.about(debt_id, "refund", "chargeback", "decide")]
    if review and review[-1] != "decide":
        return "review"
    problem = [event["type"] for event in reading.about(debt_id, "dispute", "dispute_resolved")]
    return "disputed" if problem[-1:] == ["dispute"] else "open"


SUMS = ("balance", "paid", "discount", "waived", "written_off", "interest", "compensation", "credit")
