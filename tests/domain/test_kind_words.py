"""The freelancer's own words: threats are refused in each sort; what names work, registers or ways to pay is not."""

import pytest

from aldia.domain.errors import Refused
from aldia.domain.kind_words import kind_words, unkind

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
