"""`python -m sandbox.alone LOCK COMMAND …`: becomes the command, unless one that was started so still runs.

Two servers would write to one log of changes. The lock ends with its process, however that ends.
"""

import fcntl
import os
import sys


def main() -> None:
    """Take the lock, and hand it on to the program that takes this one's place."""
    lock, *command = sys.argv[1:]
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"{command[0]} still runs on {os.path.dirname(lock)}; `make down` ends it.")
    os.set_inheritable(descriptor, True)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
