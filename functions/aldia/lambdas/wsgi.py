"""The web application as Zappa's handler finds it: `zappa_settings` names `aldia.lambdas.wsgi.app`."""

from aldia.app import create_app
from aldia.lambdas.installed import ports
from aldia.lambdas.origin import OneDoor
from aldia.pages import access_log

_flask = create_app(ports())
access_log.set_up(_flask)
app = OneDoor(ports().settings, _flask)
