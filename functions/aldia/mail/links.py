"""The links that we mail: absolute, ours, and made from one setting only (never from a request's host)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    """Every address that may stand in a mail. `base_url` is the installation's, such as https://aldia.example."""

    base_url: str

    def client_page(self, token: str) -> str:
        """Where a client sees what it owes, pays and answers."""
        return self._to(f"p/{token}")

    def terms(self, token: str) -> str:
        """Where a client reads how the freelancer works, and says yes."""
        return self._to(f"c/{token}")

    def stop(self, token: str) -> str:
        """The one-click address of the List-Unsubscribe header; it can only stop letters."""
        return self._to(f"baja/{token}")

    def sign_in(self, token: str) -> str:
        """The freelancer's one-time link; opening it signs nobody in, its button does."""
        return self._to(f"entrar/{token}")

    def today(self) -> str:
        """The freelancer's first screen."""
        return self._to("hoy")

    def reply(self, token: str) -> str:
        """Where the freelancer answers one proposal; a page with buttons."""
        return self._to(f"r/{token}")

    def morning(self, token: str, letter: str = "") -> str:
        """Where the freelancer lets today's letters go; or the one of that name on the page."""
        return self._to(f"v/{token}#c{letter}" if letter else f"v/{token}")

    def restored(self) -> str:
        """What is in doubt after a restore, and the button to go on."""
        return self._to("copia")

    def client(self, client_id: str) -> str:
        """The freelancer's page of one client."""
        return self._to(f"clientes/{client_id}")

    def debt(self, client_id: str, debt_id: str) -> str:
        """The freelancer's page of one debt."""
        return self._to(f"cobros/{client_id}/{debt_id}")

    def settings(self, tab: str = "") -> str:
        """The freelancer's settings, or one page of them."""
        return self._to(f"ajustes/{tab}" if tab else "ajustes")

    def _to(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path}"


def not_me(client_page: str) -> str:
    """Where the reader says "I do not know this"; a page with a button."""
    return f"{client_page}/no-soy-yo"


def check(client_page: str, language: str) -> str:
    """Where anybody checks a reference; "" without a client's page to stand beside."""
    base, is_page, _ = client_page.rpartition("/p/")
    return f"{base}/{'comprobar' if language == 'es' else 'en/check'}" if is_page else ""


def no_more(client_page: str) -> str:
    """Where the reader asks for no more reminders; a page with a button."""
    return f"{client_page}/no-mas"
