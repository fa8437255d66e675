"""How long a large file takes: `python -m tests.imports.bench` from the root, with functions/ on the path."""

import sys
from time import perf_counter

from aldia.imports.reading import read_file
from aldia.imports.rows import Books

LINE = (
    "F-{n};Peluquería Ñandú {c}, S.L.;hola{c}@nandu.example;{d:02}/01/2026;04/03/2026;"
    "1.{a:03},56 €;EUR;Diseño {n};B0000{c}"
)


def large_file(lines):
    """A Spanish export of that many lines in Windows-1252."""
    header = "Nº factura;Cliente;Correo electrónico;Fecha;Vencimiento;Importe;Moneda;Concepto;NIF"
    body = (LINE.format(n=n, c=n % 300, d=n % 28 + 1, a=n % 1000) for n in range(lines))
    return "\r\n".join([header, *body]).encode("cp1252")


def main(lines=10_000):
    data = large_file(lines)
    started = perf_counter()
    reading = read_file("large.csv", data, Books("EUR", "ES", "es"))
    took = perf_counter() - started
    verdicts = {verdict: sum(row.verdict == verdict for row in reading.rows) for verdict in ("ok", "bad")}
    sys.stdout.write(f"{lines} lines, {len(data)} bytes: {took:.2f} s, {verdicts}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
