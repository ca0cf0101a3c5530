"""One folder a lab: its text, the defence that it takes away, and the attack (see `labs/README.md`)."""
