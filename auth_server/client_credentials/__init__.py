"""Client credentials: a client acts for itself, no person takes part (RFC 6749 §4.4)."""
