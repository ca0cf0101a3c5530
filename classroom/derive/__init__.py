"""What the classroom makes of the wire: pure functions over messages, no web framework and no Redis."""
