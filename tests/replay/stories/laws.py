"""Every law of the format that can be seen in the output alone; nothing here asks our own rules."""

from tests.replay.stories import letters, money
from tests.replay.stories.reading import Reading


def broken(story, document):
    """What was not kept, a line each; empty when all was."""
    reading = Reading(story, document)
    return [*money.broken(reading), *letters.broken(reading)]
