"""Acts of a freelancer about letters before they go: yes and no, the switch, a note for one, words for one client."""

import random
from collections.abc import Callable
from typing import Any

from aldia.domain.look import Look
from aldia.flows import ask_first, client_text, letter_note
from tests.simulator.other_dates import one_debt
from tests.simulator.stage import Stage, Work

OLD_PAGE = 0.15  # of the presses are on a page from before
TEXTS = ("invoice_sent/es", "overdue_1/es")


def decides(stage: Stage, dice: random.Random) -> Work:
    """Looks at what waits and says yes or no to one letter or undoes it; at times on a page from before."""
    do = dice.choice(("yes", "yes", "yes", "yes", "no", "undo"))
    is_read, pick, is_old = dice.random() < 0.9, dice.random(), dice.random() < OLD_PAGE
    if not ask_first.is_asked(stage.plain, stage.account()):
        return lambda: None

    def work() -> None:
        cards = stage.cards if is_old else _cards(stage, do)
        if cards:
            _press(stage, do, cards[int(pick * len(cards))], is_read=is_read)

    return work


def _cards(stage: Stage, do: str) -> list[tuple[str, str, str]]:
    """What the page shows for that button."""
    board = ask_first.board(stage.ports, stage.read_account(), stage.clock.at)
    shown = [(one.case.client.id, one.name, one.mark) for one in board.letters if one.has_yes == (do == "undo")]
    stage.cards.extend(shown)
    return [*shown, *((one.case.client.id, one.name, "") for one in board.left)] if do == "undo" else shown


def _press(stage: Stage, do: str, card: tuple[str, str, str], *, is_read: bool) -> None:
    client_id, name, mark = card
    ids = (stage.ports, stage.account_id, client_id)
    if do == "yes":
        ask_first.allow(*ids, mark, is_read=is_read)
    elif do == "no":
        ask_first.leave_out(*ids, mark)
    else:
        ask_first.take_back(*ids, name)


def switches_asking(stage: Stage, dice: random.Random) -> Work:
    """For all clients, or for one."""
    client_id, _ = one_debt(stage, dice)
    wish, is_on, is_one = dice.choice((True, True, False, None)), dice.random() < 0.7, dice.random() < 0.5

    def work() -> None:
        account = stage.read_account()
        if is_one:
            ask_first.switch_client(stage.ports, account, client_id, wish=wish)
        else:
            ask_first.switch(stage.ports, account, is_on=is_on)

    return work


def notes_letter(stage: Stage, dice: random.Random) -> Work:
    """A few words for the next letter about a debt, in the place of earlier ones; or they are taken away."""
    client_id, debt_id = one_debt(stage, dice)
    ids, is_gone = (stage.account_id, client_id, debt_id), dice.random() < 0.15
    case = stage.case(client_id)
    seen, steps = letter_note.seen_as(case, debt_id), Look(case, case.debt(debt_id), stage.clock.at).open_steps
    key = next((step.key for step in steps if not step.is_task), "")
    stage.notes.append(f"Gracias por el café número {len(stage.notes) + 1}.")
    text = stage.notes[-1]
    if is_gone:
        return lambda: letter_note.remove(stage.ports, ids, seen=seen)
    return lambda: letter_note.write(stage.ports, ids, key=key, text=text, seen=seen)


def words_for_client(stage: Stage, dice: random.Random) -> Work:
    """An opening for one client alone, taken back, or ours again."""
    client_id, _ = one_debt(stage, dice)
    name, number = dice.choice(TEXTS), dice.randrange(100)
    to = (stage.ports, (stage.account_id, client_id), name)
    deeds: list[Callable[[], Any]] = [
        lambda: client_text.save(*to, text=f"Hola, {{nombre}}: va de nuevo {{factura}}, por vez {number}."),
        lambda: client_text.undo(*to),
        lambda: client_text.reset(*to),
    ]
    return dice.choice(deeds)
