"""One row for every endpoint: what kind of identity opens it. A route without a row fails the isolation test.

- public: anybody; it tells nothing of anybody
- session: the freelancer's own browser; whoever else is sent to sign in, another freelancer gets 404
- link: the client's token; a token that is not alive gets 404
- reply: the token in a freelancer's mail that lets its reader answer one proposal; what is answered or over gets 404
- terms: the token by which a client reads how the freelancer works; one that is not alive gets 404
- morning: the token in a freelancer's morning mail, for the letters that it lists; one that is not alive gets 404
- door: the freelancer's one-time link; one that is not alive gets 410
- hook: a signature; without it 400
"""

from types import SimpleNamespace
from typing import Any, NamedTuple

from aldia.app import create_app
from aldia.settings import Settings

KINDS = {
    "public": "sign_in.sign_up sign_in.ask sign_in.code_page sign_in.with_code pay.fresh_link check.answer",
    "door": "sign_in.link_page sign_in.with_link",
    "hook": "hooks.stripe",
    "reply": "replies.show replies.answer",
    "terms": "terms.show terms.accept terms.not_me terms.no_more",
    "morning": "approvals.morning approvals.answer_morning",
    "link": """
        pay.show pay.pay pay.came_back pay.promise pay.problem pay.preference pay.other_language pay.tell_opinion
        pay.found_right
        pay.answer_page pay.not_me pay.is_me pay.no_more
        pay.unsubscribe_page pay.unsubscribe pay.receipt pay.invoice_file pay_claim.ask pay_claim.say pay_transfer.show
        ways.more_days ways.in_parts ways.take ways.agreement
    """,
    "session": """
        sign_in.sign_out sign_in.welcome_page sign_in.welcomed
        today.show today.aside today.back restored.show restored.go_on
        approvals.show approvals.answer settings.save_asks clients.asks
        debts.show debts.new.new debts.new.create debts.new.plan debts.new.names
        debts.debt.show debts.debt.download debts.debt.problem_file debts.debt.proof debts.debt.as_client
        debts.write.write debts.would.show debts.note.save debts.note.look_at_note
        debts.actions.prorroga debts.actions.pausa debts.actions.reanudar debts.actions.importe
        debts.actions.vencimiento debts.actions.condonar debts.actions.incobrable debts.actions.devolucion
        debts.actions.problema debts.actions.revision debts.actions.visto-bueno debts.actions.no-llego
        debts.actions.preguntar debts.actions.saldo-aplicar debts.actions.saldo-devuelto
        debts.actions.editar debts.actions.cartas debts.actions.borrar debts.actions.restaurar
        debts.actions.undo debts.actions.payment debts.actions.confirm_claim debts.actions.task
        debts.actions.attach debts.actions.detach debts.actions.propuesta debts.agreement.show
        client_texts.show client_texts.save client_texts.look fence.show fence.save settings.fence settings.save_fence
        client_terms.show client_terms.give settings.working settings.publish_working
        settings.look_at_working
        settings.save_limit risk.show risk.save_limit risk.know risk.keep_note
        clients.index clients.new clients.create clients.contact_rows clients.show clients.edit clients.save
        clients.pause clients.resume clients.confirm_address clients.write_to_suggested
        clients.asked_again clients.remove
        imports.start imports.empty_table imports.upload imports.show imports.letters imports.choose
        imports.columns imports.confirm imports.go_on imports.drop imports.undo
        settings.who settings.save_who settings.switch_language settings.applied settings.go_on
        settings.notices settings.save_notices settings.ladder settings.save_ladder settings.look_at_ladder
        settings.texts settings.save_text settings.look_at_text
        settings.paid settings.save_bank settings.look_at_stripe settings.connect settings.back_from_stripe
        settings.save_links bank.show bank.upload bank.confirm bank.aside bank.back
        settings.terms settings.save_terms settings.look_at_terms settings.email_link settings.confirm_email_link
        settings.data settings.delete settings.export settings.prove_page settings.prove
        settings.contact settings.save_contact settings.pause settings.security settings.ask_for_email
        settings.close_all settings.confirm_email
    """,
}
ROWS = {endpoint: kind for kind, names in KINDS.items() for endpoint in names.split()}
UNCHECKED = ("pay.unsubscribe", "hooks.stripe")  # posted by other programs: no origin, no form token
WITHOUT_TOKEN = (
    "sign_in.sign_up",
    "sign_in.ask",
    "sign_in.with_code",
    "sign_in.with_link",
    "check.answer",
)  # static pages post there


class Route(NamedTuple):
    """One rule and one method of the URL map."""

    method: str
    rule: str
    endpoint: str
    arguments: tuple[str, ...]

    def path(self, values: dict[str, Any]) -> str:
        """The address with its arguments filled."""
        path = self.rule
        for name in self.arguments:
            start = path.index("<")
            path = path[:start] + str(values[name]) + path[path.index(">") + 1 :]
        return path

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def rules() -> list[Any]:
    """The URL map of the application as it is made on AWS."""
    return sorted(create_app(SimpleNamespace(settings=Settings())).url_map.iter_rules(), key=str)  # type: ignore[arg-type]


def routes(*kinds: str, methods: tuple[str, ...] = ("GET", "POST")) -> list[Route]:
    """Every rule × method of these kinds (of all, when none is named)."""
    return [
        Route(method, rule.rule, rule.endpoint, tuple(_names(rule.rule)))
        for rule in rules()
        for method in methods
        if method in rule.methods and (not kinds or ROWS.get(rule.endpoint) in kinds)
    ]


def _names(rule: str) -> list[str]:
    """The arguments in their order."""
    return [part.partition(">")[0].rpartition(":")[2] for part in rule.split("<")[1:]]
