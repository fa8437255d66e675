"""Which column of a spreadsheet holds what, by its header in Spanish or English."""

from collections.abc import Mapping, Sequence

from aldia.domain.parsing import fold

# Field → headers it is known by, folded, the surest first.
_KNOWN = {
    "number": (
        "numero de factura|numero factura|n factura|no factura|num factura|nro factura|no de factura|"
        "n de factura|nro de factura|num de factura|invoice number|invoice no|invoice num|invoice id|factura|"
        "invoice|folio|serie y numero|serie numero|serie folio|numero|number|nro|num|no|n|"
        "numero de documento|documento|comprobante|referencia|reference|ref|id"
    ),
    "client": (
        "cliente|client|customer|nombre del cliente|nombre cliente|client name|customer name|razon social|"
        "nombre o razon social|cliente razon social|receptor|comprador|deudor|bill to|billed to|buyer|"
        "empresa|company|nombre|name"
    ),
    "email": (
        "correo electronico|email|e mail|correo|mail|correo del cliente|email del cliente|email cliente|"
        "correo cliente|client email|customer email|email address|direccion de correo|"
        "correo electronico cliente"
    ),
    "issue_date": (
        "fecha de emision|fecha emision|issue date|invoice date|fecha de factura|fecha factura|"
        "fecha de expedicion|emision|emitida|emitida el|date issued|issued|issued on|fecha|date|"
        "created"
    ),
    "due_date": (
        "fecha de vencimiento|fecha vencimiento|vencimiento|due date|due|due on|vence|vence el|date due|"
        "payment due|payment due date|fecha limite|fecha limite de pago|vto|fecha vto"
    ),
    "amount": (
        "total factura|importe total|monto total|total con iva|total iva incluido|invoice total|total amount|"
        "grand total|total|total a pagar|importe|monto|amount|valor total|valor|importe factura|"
        "importe a cobrar"
    ),
    "open": (
        "saldo pendiente|importe pendiente|pendiente de cobro|pendiente de pago|pendiente|por cobrar|saldo|"
        "balance due|amount due|open balance|open amount|open|outstanding|balance"
    ),
    "currency": "moneda|divisa|currency|currency code|codigo de moneda|codigo moneda",
    "tax_id": (
        "nif|cif|nif cif|cif nif|nif dni|rfc|rfc receptor|rut|nit|ruc|cuit|dni|tax id|tax number|vat id|"
        "vat number|identificacion fiscal|id fiscal|numero fiscal|nif cliente|cif cliente|rfc cliente"
    ),
    "concept": (
        "concepto|descripcion|detalle|concept|description|trabajo|servicio|proyecto|asunto|project|work|"
        "service|subject|details|memo"
    ),
    "net": (
        "base imponible|base|subtotal|sub total|neto|importe neto|total sin iva|net|net amount|net total|"
        "taxable amount|amount without tax"
    ),
    "tax": (
        "iva|cuota iva|cuota de iva|importe iva|total iva|igv|impuesto|impuestos|total impuestos|tax|vat|"
        "tax amount|vat amount|total tax"
    ),
    "withheld": (
        "retencion|retenciones|irpf|retencion irpf|importe irpf|isr retenido|withheld|withholding|"
        "withholding tax|total retenciones"
    ),
    "paid": (
        "pagado|importe pagado|cobrado|importe cobrado|abonado|a cuenta|anticipo|pagada|cobrada|paid|"
        "amount paid|paid amount|total paid"
    ),
}
FIELDS = tuple(_KNOWN)
MONEY = ("amount", "open", "net", "tax", "withheld", "paid")
DATES = ("issue_date", "due_date")

# A header nobody thought of: the first field one of whose beginnings starts one of its words.
_BEGINNINGS: tuple[tuple[str, str], ...] = (
    ("email", "mail email correo"),
    ("due_date", "venc vto due"),
    ("currency", "moneda divisa currency"),
    ("tax_id", "nif cif rfc cuit ruc"),
    ("open", "pendiente saldo outstanding balance"),
    ("paid", "pagad cobrad abonad paid"),
    ("withheld", "reten irpf withh"),
    ("net", "base subtotal net"),
    ("tax", "iva igv impuest tax vat"),
    ("issue_date", "fecha date emision"),
    ("amount", "total importe monto amount"),
    ("client", "client customer razon"),
    ("number", "factura invoice folio numero"),
    ("concept", "concept descrip detalle"),
)
_NOT_DATES_OF_OURS = frozenset("pago cobro pagado pagada cobrada paid payment entrega delivery inicio fin".split())
_GUESSED = 1000

_RANKS = {name: (field, rank) for field, names in _KNOWN.items() for rank, name in enumerate(names.split("|"))}


def guess(columns: Sequence[str]) -> dict[str, int]:
    """Field → column, from 0; each field and each column at most once, the surest header first."""
    claims = sorted((rank, index, field) for index, name in enumerate(columns) for field, rank in _claim(name))
    mapping: dict[str, int] = {}
    for _, index, field in claims:
        if field not in mapping:
            mapping[field] = index
    return mapping


def checked(mapping: Mapping[str, int], width: int) -> dict[str, int]:
    """A person's correction: only fields and columns that exist."""
    return {field: index for field, index in mapping.items() if field in _KNOWN and 0 <= index < width}


def known(columns: Sequence[str]) -> int:
    """How many fields a line of cells names outright: what makes it a header."""
    return len({_RANKS[name][0] for name in map(_folded, columns) if name in _RANKS})


def _claim(name: str) -> tuple[tuple[str, int], ...]:
    """The field a header means and how surely (0 is surest); nothing when it says nothing."""
    folded = _folded(name)
    if folded in _RANKS:
        return (_RANKS[folded],)
    words = folded.split()
    for field, beginnings in _BEGINNINGS:
        if field == "issue_date" and _NOT_DATES_OF_OURS.intersection(words):
            return ()
        if any(word.startswith(tuple(beginnings.split())) for word in words):
            return ((field, _GUESSED),)
    return ()


def _folded(name: str) -> str:
    """A header for comparing; "#" is a number."""
    return "numero" if name.strip() == "#" else fold(name) if len(name) <= 80 else ""
