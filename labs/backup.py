"""Budget's backup, as somebody who copied it would read it: which connection was stored last."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from client_app.models import Connection
    from client_app.store import Store


class Backup:
    """Looks on while Budget stores a connection; nobody may list the keys in Redis."""

    def __init__(self, store: "Store") -> None:
        self.store, self.id = store, ""
        self.save = store.save_connection
        store.save_connection = self.look_on  # type: ignore[method-assign]

    def look_on(self, connection: "Connection", *, known: bool = False) -> bool:
        """Store it, and remember its name."""
        self.id = connection.id
        return self.save(connection, known=known)

    def newest(self) -> "Connection | None":
        """Return the connection that was stored last, if it still stands."""
        return self.store.find_connection(self.id)
