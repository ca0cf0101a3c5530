"""Proof Key for Code Exchange: from verifier to challenge (RFC 7636 §4.2)."""

import hashlib
from base64 import urlsafe_b64encode


def s256(verifier: str) -> str:
    """Return BASE64URL(SHA256(ASCII(code_verifier))), without padding."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
