"""Secrets, made at the first start: one folder per party, so that each is shown only its own."""

import hashlib
import os
import secrets
import sys
from pathlib import Path

from sandbox.acl import ADMIN, acl_file
from sandbox.parties import PARTIES, REDIS_UID


def make_secrets(folder: Path) -> None:
    """Write `folder/PARTY/NAME` wherever it is missing; what is there stays."""
    passwords: dict[str, str] = {
        party.name: keep(folder / party.name / f"{party.name}_redis_password") for party in PARTIES
    }
    passwords[ADMIN] = keep(folder / "redis" / "admin_redis_password")
    keep(folder / "auth" / "auth_secret_key")
    keep(folder / "budget" / "budget_secret_key")
    keep(folder / "labs" / "labs_secret_key")  # what the secrets of its worlds are made of
    # The authorization server knows a client's secret by its hash alone: it only ever compares.
    write(folder / "auth" / "auth_budget_secret_sha256", sha256(keep(folder / "budget" / "budget_client_secret")))
    write(folder / "auth" / "auth_bank_secret_sha256", sha256(keep(folder / "bank" / "bank_introspection_secret")))
    write(folder / "redis" / "users.acl", acl_file(passwords))


def keep(path: Path) -> str:
    """Return the secret at `path`, made now where there is none."""
    if not path.exists():
        write(path, secrets.token_urlsafe(32))
    return path.read_text()


def write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def sha256(secret: str) -> str:
    """Return the hexadecimal SHA-256; enough for secrets this random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hand_over(folder: Path, uid: int) -> None:
    """Give the folder and all in it to the user that one container runs as."""
    for path in (folder, *folder.iterdir()):
        os.chown(path, uid, uid)


if __name__ == "__main__":  # Compose's one-shot service `setup`: the secrets, and Redis' folder for its data
    base = Path(sys.argv[1])
    make_secrets(base)
    for each in PARTIES:
        hand_over(base / each.name, each.uid)
    hand_over(base / "redis", REDIS_UID)
    os.chown(sys.argv[2], REDIS_UID, REDIS_UID)
