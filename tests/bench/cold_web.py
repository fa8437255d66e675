"""What the web entry imports: the application on the ports that the environment describes. Used by `cold.py` alone."""

from aldia.app import create_app
from aldia.bootstrap import build

app = create_app(build())
