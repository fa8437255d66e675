"""The linter: sentences that must be stopped, sentences that must pass, and what a complete letter says."""

import pytest

from aldia.domain.tone import check
from aldia.domain.tone_phrases import folded, matcher
from aldia.i18n import catalog
from aldia.rules import load

WHOLE = {
    "es": "Hola, Bruno: la factura F-001 por 1.210,00 € venció el 18 de diciembre de 2026, y quizá se traspapeló.\n\n"
    "{}\n\nVer y pagar:\nhttps://aldia.example/p/x\n\n¿Necesitas otra fecha o hay algún problema? "
    "Responde a este correo.\n\nSi ya pagaste, no hagas caso de este mensaje.\n\nGracias.\n\nAna\n",
    "en": "Hi Bruno, invoice F-001 for €1,210.00 was due on 18 December 2026, and may have slipped through.\n\n"
    "{}\n\nSee it and pay:\nhttps://aldia.example/p/x\n\nNeed another date, or is there a problem? Reply to this email."
    "\n\nIf you've already paid, please ignore this.\n\nThanks.\n\nAna\n",
}


def verdict(sentence, language, step="overdue_1", **more):
    return check(WHOLE[language].format(sentence), step=step, language=language, **more)


def rules(found):
    return {finding.rule for finding in found.findings}


BLOCKED = [
    ("es", "Puedes acabar en la cárcel.", "crime"),
    ("es", "Esto es un FRAUDE.", "crime"),
    ("es", "Presentaré una denuncia penal.", "crime"),
    ("es", "Llamaré a la policia.", "crime"),
    ("es", "Pediré el embargo.", "seizure"),
    ("es", "Embargaremos tu cuenta.", "seizure"),
    ("es", "Van a quitar sus bienes.", "seizure"),
    ("es", "Irás al buró.", "bureau"),
    ("es", "Te pondré en ASNEF.", "bureau"),
    ("es", "Consta en Datacredito.", "bureau"),
    ("es", "Eres un moroso.", "shame"),
    ("es", "Los morosos pagan más.", "shame"),
    ("es", "Qué VERGÜENZA.", "shame"),
    ("es", "Voy a publicar tu nombre.", "shame"),
    ("es", "Todos sabrán lo que hiciste.", "shame"),
    ("es", "Hablaré con su jefe.", "third_parties"),
    ("es", "Llamaré a tu familia.", "third_parties"),
    ("es", "Es una notificación judicial.", "fake_court"),
    ("es", "Notificacion\njudicial.", "fake_court"),
    ("es", "Expediente núm. 33.", "fake_court"),
    ("es", "Recibirás un citatorio.", "fake_court"),
    ("es", "Tomaré medidas.", "threat"),
    ("es", "Atente a las consecuencias.", "threat"),
    ("es", "Iré a la vía judicial.", "consequences"),
    ("es", "Hablaré con mi abogado.", "consequences"),
    ("es", "Aprovecha mi oferta especial.", "promotion"),
    ("en", "You may go to jail.", "crime"),
    ("en", "This is fraud.", "crime"),
    ("en", "We will seize your car.", "seizure"),
    ("en", "A lien on your house.", "seizure"),
    ("en", "We tell the credit bureau.", "bureau"),
    ("en", "Do not be a deadbeat.", "shame"),
    ("en", "We will expose you.", "shame"),
    ("en", "I will call your boss.", "third_parties"),
    ("en", "You will get a summons.", "fake_court"),
    ("en", "You'll regret it.", "threat"),
    ("en", "You’ll regret it.", "threat"),
    ("en", "We consider legal action.", "consequences"),
]


@pytest.mark.parametrize(("language", "sentence", "rule"), BLOCKED)
def test_a_cruel_sentence_is_blocked(language, sentence, rule):
    found = verdict(sentence, language)
    assert found.level == "block"
    assert rule in rules(found)


OF_THE_INVOICE = {
    "es": "la factura F-12 por 1.210,00 €, que venció el 24 de marzo de 2027, hace 8 días",
    "en": "invoice F-12 for $1,210.00, which was due on 24 March 2027, 8 days ago",
}


@pytest.mark.parametrize(
    ("language", "sentence", "rule"),
    [
        ("es", "Gracias por pagar {}, o iremos a la policía.", "crime"),
        ("es", "Te recuerdo {}, y que si no se resuelve constará en ASNEF.", "bureau"),
        ("es", "Te escribo por {}, y si no la veo pagada esta semana, hablaré con tu jefe.", "third_parties"),
        ("es", "Quedó abierta {}, no me obligues a publicar tu nombre.", "shame"),
        ("en", "Thank you for paying {}, so that I need not report you to the credit bureau.", "bureau"),
        ("en", "This is about {}, and I would rather not call the police about it.", "crime"),
        ("en", "This is about {}; I may mention it to your boss and your family.", "third_parties"),
        ("en", "Could you take a look at {}, before I ask for a lien on your property?", "seizure"),
    ],
)
def test_sum_date_and_thanks_around_it_do_not_make_a_threat_milder(language, sentence, rule):
    found = verdict(sentence.format(OF_THE_INVOICE[language]), language)
    assert (found.level, rule in rules(found)) == ("block", True)


@pytest.mark.parametrize(
    ("language", "sentence", "rule"),
    [
        ("es", "Hijo de puta, tres meses esperando por la edición del podcast.", "insult"),
        ("en", "Thanks for the photos of the wedding, you idiot.", "insult"),
        ("es", "Sé donde estás.", "harsh"),
        ("en", "You disgust me.", "harsh"),
    ],
)
def test_an_insult_is_never_kind_and_a_threat_needs_few_words(language, sentence, rule):
    assert (verdict(sentence, language).level, rules(verdict(sentence, language))) == ("block", {rule})


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("es", "Tienes razón, la anulo"),
        ("es", "Te debo una"),
        ("es", "La he anulado y te hago otra"),
        ("en", "I owe you one"),
        ("en", "I'll call you tomorrow"),
        ("en", "I cancelled it and made a new one"),
    ],
)
def test_a_short_answer_passes_with_and_without_its_last_point(language, answer):
    assert [verdict(answer + end, language).level for end in ("", ".")] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("language", "sentence", "rule"),
    [
        ("es", "Es el último aviso.", "last_call"),
        ("es", "Paga inmediatamente.", "urgency"),
        ("es", "De lo contrario, ya veremos.", "urgency"),
        ("es", "Es urgente.", "urgency"),
        ("es", "¡¡Hola!", "exclamations"),
        ("es", "¡Hola! ¡Qué tal! ¡Bien!", "exclamations"),
        ("es", "GRACIAS POR TODO", "capitals"),
        ("es", "¿Por qué no has pagado?", "asks_reason"),
        ("es", "Dime el motivo del impago.", "asks_reason"),
        ("es", "Es tu culpa.", "blame"),
        ("es", "gracias por todo y " * 16, "long_paragraph"),
        ("en", "This is the final notice.", "last_call"),
        ("en", "Pay immediately.", "urgency"),
        ("en", "Pay, or else.", "urgency"),
        ("en", "Why haven't you paid?", "asks_reason"),
        ("en", "You failed to pay.", "blame"),
    ],
)
def test_a_pushy_sentence_asks_to_confirm(language, sentence, rule):
    found = verdict(sentence, language)
    assert found.level == "warn"
    assert rules(found) == {rule}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("es", "Sin embargo, puedes elegir otra fecha."),
        ("es", "Sin  embargo, aquí estoy."),
        ("es", "La cédula de ciudadanía no hace falta."),
        ("es", "Ya puedes publicar la web."),
        ("es", "El encarcelado del dibujo quedó bien."),  # whole words only
        ("es", "Paga por SPEI, OXXO o con tu CLABE."),
        ("es", "¡Hola! ¡Gracias!"),
        ("en", "The client of my client is happy."),
        ("en", "A tissue of lies is a phrase."),  # not "sue"
        ("en", "The exposure of the photo is right."),
    ],
)
def test_an_innocent_sentence_passes(language, sentence):
    assert verdict(sentence, language).findings == ()


def test_names_and_concepts_are_left_out():
    text = "Saludos a Editorial Cárcel por «Embargo, la espera» y FUNDACIÓN POLICÍA."
    values = ("Editorial Cárcel", "Embargo,  la espera", "Fundación Policía")
    assert verdict(text, "es").level == "block"
    assert verdict(text, "es", values=values).findings == ()


def test_a_value_hides_only_whole_words():
    assert verdict("Pediré el embargo.", "es", values=("emb", "a", "")).level == "block"


def test_colombia_never_asks_for_the_reason():
    assert verdict("¿Por qué no has pagado?", "es", country="CO").level == "block"
    assert verdict("Why haven't you paid?", "en", country="CO").level == "block"


@pytest.mark.parametrize("step", ["formal_letter", "last_notice"])
def test_the_firm_letters_may_name_a_consequence_and_still_not_threaten(step):
    decided = "Hasta el 2 de enero de 2027 puede responder; después he decidido presentar un monitorio."
    assert verdict(decided, "es", step=step).findings == ()
    assert verdict(decided + " Tomaré medidas.", "es", step=step).level == "block"


def test_the_last_notice_may_call_itself_so():
    assert verdict("Es el último aviso, hasta el lunes.", "es", step="last_notice").findings == ()


@pytest.mark.parametrize("step", ["invoice_sent", "pre_due"])
def test_before_it_is_due_nobody_owes(step):
    assert rules(verdict("Tu deuda vence pronto.", "es", step=step)) == {"debt_word"}
    assert rules(verdict("Your debt is due soon.", "en", step=step)) == {"debt_word"}
    assert verdict("Tu deuda vence pronto.", "es", step="overdue_1").findings == ()


MISSING = [
    ("factura F-001", "cosa", "no_reason", "block"),
    ("por 1.210,00 €", "", "no_amount", "block"),
    ("el 18 de diciembre de 2026", "", "no_due_on", "block"),
    ("https://aldia.example/p/x", "", "no_link", "block"),
    ("Si ya pagaste, no hagas caso de este mensaje.", "", "no_if_paid", "block"),
    ("¿Necesitas otra fecha o hay algún problema?", "", "no_option", "warn"),
    ("Gracias.", "", "no_thanks", "warn"),
    ("Responde a este correo.", "", "no_contact", "warn"),
]


@pytest.mark.parametrize(("phrase", "instead", "rule", "level"), MISSING)
def test_an_incomplete_letter_is_told_what_it_lacks(phrase, instead, rule, level):
    text = WHOLE["es"].format("")
    assert phrase in text
    found = check(text.replace(phrase, instead), step="overdue_1", language="es")
    assert (found.level, rules(found)) == (level, {rule})


def test_chile_says_that_it_is_no_court_proceeding():
    said = "Este mensaje no corresponde a un procedimiento judicial."
    assert rules(verdict("", "es", country="CL")) == {"no_not_judicial"}
    assert verdict(said, "es", country="CL").findings == ()


def test_a_letter_to_the_wrong_person_tells_nothing():
    found = check("Gracias. Era 1.210,00 € en https://aldia.example/p/x", step="wrong_person_noted", language="es")
    assert rules(found) == {"has_amount", "has_link"}


def test_what_blocks_comes_first_and_each_finding_costs():
    found = verdict("Es urgente: irás a la cárcel.", "es")
    assert [finding.rule for finding in found.findings] == ["crime", "urgency"]
    assert found.findings[0].excerpt == "cárcel"
    assert found.score == 60
    assert verdict("", "es").score == 100


def test_every_rule_has_its_sentence_in_both_languages():
    data = load("tone")
    keys = {rule["rule"] for rows in data["words"].values() for rule in rows}
    keys |= {rule["rule"] for language in catalog.LANGUAGES for rule in load("tone_phrases")[language]["rules"]}
    keys |= {f"no_{name}" for wanted in data["steps"].values() for name in (*wanted["must"], *wanted["should"])}
    keys |= {f"has_{name}" for wanted in data["steps"].values() for name in wanted.get("must_not", ())}
    keys |= {"capitals", "exclamations", "long_paragraph", "no_not_judicial"}
    for language in catalog.LANGUAGES:
        assert [key for key in sorted(keys) if not catalog.has(language, f"tone.{key}")] == []


def test_the_rules_say_where_they_come_from():
    for data in (load("tone"), load("tone_phrases")):
        assert data["source"]
        assert data["as_of"]


def test_no_phrase_of_the_data_is_found_in_nothing():
    for language in catalog.LANGUAGES:
        data = load("tone_phrases")[language]
        lists = [data["work"], data["menace"], *(rule["phrases"] for rule in data["rules"])]
        empty = [phrase for phrases in lists for phrase in phrases if matcher([phrase], data["groups"]).search("")]
        assert empty == []


@pytest.mark.parametrize(
    ("phrase", "found", "not_found"),
    [
        ("voy a .. llamar|contar", "voy a, si quieres, llamar", "voy a casa. Llamar"),
        ("voy a .. llamar", "voy a llamar", "voy allamar"),
        ("sube* # por", "subes 1.200 por", "subes mucho por"),
        ("va muy? mal", "va mal", "va muy"),
        ("sin_ti|sin_mi nada", "sin mi nada", "sin nada"),
        ("a {who}s", "a pianos", "a piano"),
    ],
)
def test_a_phrase_says_which_words_may_stand_where(phrase, found, not_found):
    pattern = matcher([phrase], {"who": ["piano"]})
    assert pattern.search(folded(found))
    assert not pattern.search(folded(not_found))


@pytest.mark.parametrize(
    ("language", "work", "threat"),
    [
        ("es", "Diseñé la portada de la novela «Estafa».", "Voy a contar a todos que eres una estafa."),
        ("en", "I designed the cover of the crime novel.", "I will tell everyone that you are a fraud."),
    ],
)
def test_a_word_may_name_the_work_and_not_the_client(language, work, threat):
    assert verdict(work, language).findings == ()
    assert verdict(threat, language).level == "block"


def test_what_is_written_in_another_language_is_not_judged_by_its_sound():
    for sentence, language, other in (
        ("Me debes dinero desde hace meses, nunca contestas, nunca pagas", "es", "en"),
        ("Nobody pays worse than your company", "en", "es"),
    ):
        heard = {
            spoken: {one.rule for one in check(sentence, step="overdue_1", language=spoken).findings}
            for spoken in (language, other)
        }
        assert ("harsh" in heard[language], "harsh" in heard[other]) == (True, False)


def test_a_whole_sentence_that_sounds_only_a_little_harsh_is_stopped_all_the_same():
    faint = (
        "Nadie más me hace esperar tanto por un pago tan pequeño",
        "Siempre tengo que recordarte las cosas varias veces",
    )
    found = [
        one for text in faint for one in check(text, step="overdue_1", language="es").findings if one.rule == "harsh"
    ]
    assert [(one.level, 0 < one.excess < 1) for one in found] == [("block", True)] * 2
