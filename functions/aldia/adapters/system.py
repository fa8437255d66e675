"""Time, randomness and files as a machine has them."""

import random
import secrets
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter looks like another


class SystemClock:
    """The machine's clock; `ahead`: of it, for proofs that cannot wait for a working day."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self._ahead


class RandomIds:
    """Ids and secrets from the operating system's randomness."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock

    def new(self) -> str:
        """16 characters: nine of time (milliseconds) and seven random ones."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return _base32(milliseconds, 9) + "".join(secrets.choice(ALPHABET) for _ in range(7))

    def token(self) -> str:
        """256 random bits."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Six random digits."""
        return f"{secrets.randbelow(1_000_000):06d}"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


class FolderFiles:
    """Private files in a folder of this machine. Keys are ours: letters, digits, dashes and slashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, content: bytes) -> None:
        """Write the file whole or not at all."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)

    def get(self, key: str) -> bytes:
        """The file; FileNotFoundError when there is none."""
        return self._path(key).read_bytes()

    def delete(self, key: str) -> None:
        """Take the file away; nothing happens when there is none."""
        self._path(key).unlink(missing_ok=True)

    def erase(self, folder: str) -> None:
        """Take a folder of keys away with all in it; nothing happens when there is none."""
        path = self._path(folder)
        if path != self._folder.resolve():
            shutil.rmtree(path, ignore_errors=True)

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise ValueError(f"a key that leaves the folder: {key!r}")
        return path


def short_pause(attempt: int) -> None:
    """Wait 5 to 50 ms, longer with each attempt, so that writers do not collide in step."""
    time.sleep(random.uniform(0.005, 0.01) * (attempt + 1))  # noqa: S311  not a secret
