"""A collection told in a file is played through the real flows on the embedded engine: `aldia replay`."""
