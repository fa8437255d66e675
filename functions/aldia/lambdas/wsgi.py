"""The web application as Zappa's handler finds it: `zappa_settings` names `aldia.lambdas.wsgi.app`.

Who follows a letter's link waits for nothing but the client's pages; the freelancer's are built by the first request
for one of them.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from aldia.app import create_app
from aldia.lambdas.installed import ports
from aldia.lambdas.origin import OneDoor, Start
from aldia.pages import access_log

OF_CLIENTS = ("/p/", "/c/", "/baja/", "/enlace", "/comprobar", "/hooks/")


@cache
def whole() -> Any:
    """Every page: whatever is not found among the clients' is looked for here."""
    return _logged(create_app(ports()))


def _logged(made: Any) -> Any:
    access_log.set_up(made)
    return made


_clients = _logged(create_app(ports(), for_clients_only=True))


def _by_path(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    is_of_clients = str(environ.get("PATH_INFO", "")).startswith(OF_CLIENTS)
    answer: Iterable[bytes] = (_clients if is_of_clients else whole())(environ, start)
    return answer


app = OneDoor(ports().settings, _by_path)
