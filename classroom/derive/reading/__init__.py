"""One reading of a message: what it carries, and what it is."""
