"""What a client reads on the pretend pages, in Spanish and English, and sums as they are written there."""

from decimal import Decimal

from infra.local.pretend_stripe.limits import decimals

TEXTS = {
    "es": {
        "pretend": "Página de pago de prueba. Aquí no se mueve dinero de verdad.",
        "pay_to": "Pagar a {name}",
        "how": "¿Cómo quieres pagar?",
        "card": "Pagar con tarjeta",
        "card_declined": "Probar una tarjeta que se rechaza",
        "oxxo": "Pagar en OXXO con un vale",
        "customer_balance": "Pagar por transferencia (SPEI)",
        "sepa_debit": "Domiciliar el pago (SEPA)",
        "cancel": "Volver sin pagar",
        "declined": "Tu banco no aceptó la tarjeta. Puedes probar otra vez o pagar de otra forma.",
        "expired_title": "Esta página de pago ya se cerró",
        "expired": "Vuelve al enlace que recibiste por correo para pagar.",
        "complete_title": "Este pago ya se hizo desde aquí",
        "complete": "No hace falta que hagas nada más en esta página.",
        "voucher_title": "Tu vale de OXXO",
        "transfer_title": "Datos para tu transferencia",
        "number": "Número",
        "clabe": "CLABE",
        "reference": "Referencia",
        "until": "Págalo antes del {day} a las 23:59, hora de Ciudad de México.",
        "back": "Volver a {name}",
        "shop": "Solo en esta prueba: hacer como si ya se hubiera pagado",
        "connect_title": "Conectar una cuenta de cobros de prueba",
        "connect": "Aquí Stripe pediría tus datos. En esta prueba basta con un clic.",
        "connect_done": "Terminar y volver",
        "merchant": "la persona que te envió este cobro",
    },
    "en": {
        "pretend": "Practice payment page. No real money moves here.",
        "pay_to": "Pay {name}",
        "how": "How would you like to pay?",
        "card": "Pay by card",
        "card_declined": "Try a card that is declined",
        "oxxo": "Pay at OXXO with a voucher",
        "customer_balance": "Pay by bank transfer (SPEI)",
        "sepa_debit": "Pay by direct debit (SEPA)",
        "cancel": "Go back without paying",
        "declined": "Your bank did not accept the card. You can try again or pay another way.",
        "expired_title": "This payment page has closed",
        "expired": "Go back to the link in your mail to pay.",
        "complete_title": "This payment was already made from here",
        "complete": "There is nothing more to do on this page.",
        "voucher_title": "Your OXXO voucher",
        "transfer_title": "Details for your transfer",
        "number": "Number",
        "clabe": "CLABE",
        "reference": "Reference",
        "until": "Pay it by {day}, 23:59 Mexico City time.",
        "back": "Back to {name}",
        "shop": "Only in this practice: act as if it had been paid",
        "connect_title": "Connect a practice account for payments",
        "connect": "Stripe would ask for your details here. In this practice one click is enough.",
        "connect_done": "Finish and go back",
        "merchant": "the person who sent you this",
    },
}


def language_of(locale: str, accepted: str) -> str:
    """`es` or `en`: the session's, else the browser's."""
    wanted = accepted if locale == "auto" else locale
    return "es" if wanted.lower().startswith("es") else "en"


def sum_of(amount: int, currency: str, language: str) -> str:
    """`1,234.56 MXN`; euros in Spanish as `1.234,56 EUR`."""
    places = decimals(currency)
    text = f"{Decimal(amount).scaleb(-places):,.{places}f}"
    if language == "es" and currency in ("eur", "clp", "cop", "ars"):
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{text} {currency.upper()}"
