"""The fault: this server takes a challenge that is the verifier itself (RFC 7636 §4.2)."""

from collections.abc import Iterable

from auth_server.defences import Defences


class TheVerifierMayStandInTheOpen(Defences):
    def challenge_method_is_s256(self, code_challenge: str | None, method: str | None, offered: Iterable[str]) -> None:
        """Take `plain`, too, and a missing method, which means the same."""
        # A missing method counts as `plain`: RFC 7636 §4.3. Who forgets that offers `plain` without knowing.
        if method not in ("plain", None):
            super().challenge_method_is_s256(code_challenge, method, offered)


def plain(verifier: str) -> str:
    return verifier


FEATURES = {"code_challenge_methods": {"plain": plain}}
