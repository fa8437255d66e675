"""Works that begin at the same moment."""

import threading

from aldia.domain.errors import Refused


def at_once(*works):
    """Run them in threads that start together; their exceptions, if any."""
    start, errors = threading.Barrier(len(works)), []

    def run(work):
        start.wait()
        try:
            work()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def refused_at_once(*works):
    """The same; the keys of what was refused. Any other exception is raised."""
    errors = at_once(*works)
    for error in errors:
        if not isinstance(error, Refused):
            raise error
    return [error.key for error in errors]
