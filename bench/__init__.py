"""Measures what the sandbox can carry, next to a bare Flask app under the same server on the same machine."""
