"""The ports of this installation, built once per process and kept while it is warm."""

from functools import cache

from aldia import bootstrap, logs
from aldia.ports import Ports
from aldia.settings import read_settings


@cache
def ports() -> Ports:
    """From the function's environment; clients that are not used are not built."""
    logs.set_up(replace=True)  # before it, Lambda's own handler would print what errors quote
    settings = read_settings()
    if settings.is_local:
        raise ValueError("ALDIA_STAGE must name the stage: the local panel's world does not exist on AWS")
    return bootstrap.build(settings)
