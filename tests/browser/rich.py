"""A machine with the sample data, a person signed in to it, and every page that it has to show."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

import requests

DEMO = "demo@aldia.example"
NEWCOMER = "nueva@aldia.example"


class Rich:
    """`aldia run --demo` in its own process, and the addresses of its pages."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._said = (folder / "said.txt").open("w+")
        environ = os.environ | {"PORT": str(port), "DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "aldia.cli", "run", "--demo"]
        self.process = subprocess.Popen(command, env=environ, stdout=self._said, stderr=subprocess.STDOUT)
        self._wait()
        self.owner, self.newcomer = self.enter(DEMO), self.enter(NEWCOMER)
        self.set_up_newcomer()
        self.read_statement()

    def _wait(self):
        for _ in range(3000):
            if "Ctrl-C" in self.said() or self.process.poll() is not None:
                break
            time.sleep(0.1)
        assert "Ctrl-C" in self.said(), self.said()

    def said(self):
        """What the machine has printed."""
        self._said.seek(0)
        return self._said.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self._said.close()

    # -- people -----------------------------------------------------------------------------------

    def enter(self, email):
        """The session cookie of whoever reads that address."""
        person = requests.Session()
        person.post(self.url + "/registro", data={"email": email}, timeout=60)
        mail = [one for one in self.mails() if email in one["to"]][-1]
        code = re.search(r"\b\d{3} ?\d{3}\b", mail["text"])[0]
        person.post(self.url + "/entrar/codigo", data={"code": code}, timeout=60, allow_redirects=False)
        return person.cookies["s"]

    def set_up_newcomer(self):
        """Name and country, so that the empty pages can be seen."""
        page = self.get("/bienvenida", self.newcomer)
        form = {"csrf": re.search(r'name="csrf" value="(\w+)"', page)[1], "name": "Nora Nueva", "country": "ES"}
        cookies = {"s": self.newcomer}
        answer = requests.post(self.url + "/bienvenida", data=form, cookies=cookies, timeout=60, allow_redirects=False)
        assert answer.status_code == 303, answer.text

    def read_statement(self):
        """A bank statement with a payment for one debt, one for two of a client, and one that nothing points to."""
        day = datetime.now(UTC).date()
        rows = "".join(
            f"{day},{text},{amount},{currency}\n"
            for text, amount, currency in (
                ("TRANSF EDITORIAL JACARANDA", "18560.00", "MXN"),
                ("TRANSF NOPAL", "13920.00", "MXN"),
                ("INGRESO", "77.00", "EUR"),
            )
        )
        file = {"file": ("banco.csv", f"Fecha,Concepto,Importe,Moneda\n{rows}")}
        form = {"csrf": re.search(r'name="csrf" value="(\w+)"', self.get("/banco", self.owner))[1]}
        sent = {"cookies": {"s": self.owner}, "timeout": 60, "allow_redirects": False}
        answer = requests.post(self.url + "/banco", data=form, files=file, **sent)
        assert answer.status_code == 303, answer.text

    def get(self, path, session=""):
        return requests.get(self.url + path, cookies={"s": session} if session else {}, timeout=120).text

    def mails(self):
        return requests.get(self.url + "/_local/mail.json", timeout=60).json()

    # -- pages ------------------------------------------------------------------------------------

    def static(self):
        """The pages of web/, both languages."""
        return ["/", "/ayuda", "/privacidad", "/condiciones", "/registro", "/entrar", "/comprobar", "/404", "/fallo",
                "/en/", "/en/help", "/en/privacy", "/en/terms", "/en/sign-up", "/en/sign-in", "/en/check", "/en/404",
                "/en/failed"]  # fmt: skip

    def account(self):
        """The freelancer's pages: one debt of every state that the list names, all clients of different silences."""
        found = [
            "/hoy",
            "/cobros",
            "/cobros/nuevo",
            "/clientes",
            "/clientes/nuevo",
            "/importar",
            "/banco",
            "/visto-bueno",
            "/ajustes/cobro?tipo=co",
            "/bienvenida",
        ]
        found += ["/ajustes", *sorted(set(re.findall(r'href="(/ajustes/[a-z-]+)"', self.get("/ajustes", self.owner))))]
        found += self.debts() + self.of_clients()
        return found

    def debts(self):
        """One debt of each badge."""
        one_of = {}
        page = self.get("/cobros", self.owner)
        for address in dict.fromkeys(re.findall(r'href="(/cobros\?[^"]+)"', page)):
            page += self.get(address.replace("&amp;", "&"), self.owner)
        for path, rest in re.findall(r'href="(/cobros/\w{8,}/\w{8,})[^"]*"(.*?)</(?:li|tr|article)>', page, re.S):
            for badge in re.findall(r'class="badge[^"]*">([^<]+)<', rest) or ["none"]:
                one_of.setdefault(badge, path)
        assert len(one_of) > 5, one_of
        found = sorted(set(one_of.values()))
        return [*found, f"{found[0]}/habria-enviado"]

    def of_clients(self):
        """Three clients; the form, the terms, the words, the limit with notes and the agreements of one."""
        found = sorted(set(re.findall(r'href="(/clientes/\w{8,})"', self.get("/clientes", self.owner))))
        assert found
        more = ("editar", "condiciones", "textos?carta=overdue_1", "riesgo", "acuerdos")
        return [*found[:3], *(f"{found[0]}/{page}" for page in more)]

    def empty(self):
        """What somebody sees who has nothing yet."""
        return ["/hoy", "/cobros", "/clientes", "/importar"]

    def of_the_client(self):
        """The last letter's page of every client, with what belongs to it."""
        last = {}
        for mail in self.mails():
            link = next((link for link in mail["links"] if re.search(r"/p/[\w-]+$", link)), None)
            if link:
                last[mail["to"][0]] = link.removeprefix(self.url)
        pages = list(last.values())
        receipts = {found for page in pages for found in re.findall(r'href="(/p/[\w-]+/recibo/[\w-]+)', self.get(page))}
        ways = {
            found
            for page in pages
            for found in re.findall(r'href="(/p/[\w-]+/(?:ya-pague|transferencia)/[\w-]+)', self.get(page))
        }
        own = [next((way for way in sorted(ways) if name in way), "") for name in ("/ya-pague/", "/transferencia/")]
        return [
            *pages,
            *filter(None, own),
            f"{pages[0]}/no-mas",
            f"{pages[0]}/no-soy-yo",
            f"{pages[0]}/gracias",
            *sorted(receipts)[:2],
        ]

    def doors(self):
        """Pages for nobody in particular."""
        return ["/entrar/codigo", "/entrar/" + "x" * 43, "/p/" + "x" * 43, "/v/" + "x" * 43, "/nada"]

    def panel(self):
        """The local panel, and one mail of each kind as its receiver sees it."""
        mails = {re.sub(r"\d+", "", mail["subject"]): mail["id"] for mail in self.mails()}
        shown = [f"/_local/mail/{place}" for place in sorted(mails.values())[:2]]
        return ["/_local/", *shown, "/_local/clock", "/_local/bank", "/_local/trouble"]

    def letters(self):
        """The HTML of letters: one for each subject without its numbers and names."""
        kinds = {}
        for mail in self.mails():
            words = re.findall(r"<h1[^>]*>(.*?)</h1>", mail["html"], re.S)
            opening = re.sub(r"[\d.,$€]+", "", (words or [mail["text"][:40]])[0])
            kinds.setdefault(opening, f"/_local/mail/{mail['id']}/html")
        return list(kinds.values())[:24]
