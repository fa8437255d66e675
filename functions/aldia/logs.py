"""What is logged never names anybody: an error is told by its kind and place, not by what it quotes."""

import copy
import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

FORMAT = "%(levelname)s %(name)s %(message)s"
CODE = re.compile(r"[A-Za-z][A-Za-z0-9.]{1,60}")


class Discreet(logging.Formatter):
    """Errors by their kind and place; what they say may quote a name, a sum or a token, and is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, without the text that another handler may have made of its error."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        """Frames and kinds of the error and of those behind it, the last one last."""
        return "\n".join(_told(error) for error in reversed(list(_chain(ei[1]))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    frames: TracebackType | None = error.__traceback__
    return "".join(traceback.format_tb(frames)) + f"{type(error).__module__}.{type(error).__qualname__}{_code(error)}"


def _code(error: BaseException) -> str:
    """AWS's own word for what it refused (`AccessDenied`), which quotes nobody; the sentence beside it may."""
    answer = getattr(error, "response", None)
    code = str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""
    return f" {code}" if CODE.fullmatch(code) else ""


def set_up(level: int = logging.WARNING, *, replace: bool = False) -> None:
    """Send the process's log to stderr, discreetly. `replace`: instead of what was set up before."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=replace)
