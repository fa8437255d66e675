"""The freelancer's own words: threats are refused in each sort; what names work, registers or ways to pay is not."""

from dataclasses import replace

import pytest

from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words, unkind, without_unkind
from aldia.domain.outcomes import answer
from tests.domain.answer_world import at, case, debt

NOW = at("2026-07-20 12:00")
THREATS = [
    "Eres un moroso y un sinvergüenza, si no pagas te denuncio a la policía.",
    "Mentiroso, sé que no has pagado: te denunciaré por estafa.",
    "Los morosos acaban en la cárcel: te denunciaré",
    "Pay or I will sue you",
    "Si no pagas hoy, se lo cuento a tu jefe",
]
KIND = [
    "Inscrita en el Registro Mercantil de Madrid, tomo 123", "Registered in England and Wales, company no. 123",
    "Abogada · Colegio de Abogados de Madrid", "Autónoma dada de alta en el RETA", "No sujeto a retención según la ley",
    "Incluye las dos rondas de cambios que pediste", "Sin embargo, el importe sigue igual", "",
]  # fmt: skip
WORK = ["Manual contra fraude", "Redacción de denuncia penal", "Fotos de boda de tu familia", "Special offer banner",
        "Asesoría legal a abogados", "Pon tu nombre en el concepto", "Prison reform report editing"]  # fmt: skip

ANSWERS = [
    "Tienes razón, la anulo", "Te hago una rectificativa", "Lo miro mañana y te digo", "Te debo una",
    "La he anulado y te hago otra",
    "Te hago un abono.", "Borro la línea de los gastos", "Me falta la clave de rastreo", "I owe you one",
    "I'll call you tomorrow",
    "I'll check tomorrow and tell you", "You're right, I cancel it.", "I take it back",
    "I don't see it that way, but I'll take half off",
]  # fmt: skip


@pytest.mark.parametrize("sort", ["sentences", "line", "title"])
@pytest.mark.parametrize("text", THREATS)
def test_a_threat_is_refused_wherever_it_is_written_and_the_sentence_shows_its_words(text, sort):
    with pytest.raises(Refused, match=r"tone\.") as refused:
        kind_words(text, field="note", sort=sort)
    assert refused.value.field == "note"
    assert refused.value.facts["excerpt"] in text


def test_registers_professions_and_kinds_of_work_may_be_named():
    assert [text for text in KIND if unkind(text, "line")] == []
    assert [text for text in (*KIND, *WORK) if unkind(text, "title")] == []


def test_everyday_answers_to_a_problem_pass():
    assert [text for text in ANSWERS if unkind(text)] == []


def test_a_country_may_forbid_more_once_it_is_known_whom_it_reaches():
    asked = "¿Por qué no has pagado?"
    assert (unkind(asked), unkind(asked, country="CO").rule) == (None, "asks_reason")


HARSH, AT_COURT = "Vaya basura de cliente", "Nos vemos en el juzgado, te lo aviso"


def test_a_register_may_be_named_in_a_line_and_a_title_and_not_in_a_sentence():
    texts = ("Tribunal de cuentas", "Bufete de abogados")
    assert [[unkind(text, sort) is None for text in texts] for sort in ("title", "line", "sentences")] == [
        [True, True], [True, True], [False, False],
    ]  # fmt: skip
    assert unkind(AT_COURT, "line").rule == "consequences"  # it speaks to somebody
    assert unkind(HARSH, "sentences").rule == "harsh"


def test_only_what_is_unkind_is_left_out_of_a_letter():
    known = case(debt(note="Gracias por tu confianza"))
    known = replace(known, account=replace(known.account, footer="Ana · Madrid"))
    (letter,) = answer(
        known, known.debt("f1"), "dispute_resolved", NOW, facts={"resolution": "Listo", "question": AT_COURT}
    )
    same, cleaned = without_unkind(known, letter)
    assert same == known
    assert cleaned.facts == {"resolution": "Listo"}
    rude = replace(known.with_debt(debt(note=AT_COURT)), account=replace(known.account, footer=AT_COURT))
    clean, _ = without_unkind(rude, letter)
    assert (clean.account.footer, clean.debt("f1").note) == ("", "")
