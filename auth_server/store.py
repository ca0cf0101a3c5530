"""Where codes, tokens, clients, people and consents are kept: Redis, tokens only as hashes (RFC 6749 §10.3)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from flask import g

from auth_server.config import Settings
from auth_server.errors import RedemptionUnknown
from auth_server.models import Client, Code, Grant, Record, Token, Tokens, User
from wire.current import Current
from wire.functions import done_and_on_disk, store_is_ready
from wire.quick_redis import AnswerLost, quick_redis

R = TypeVar("R", bound=Record)
UNKNOWN = "whether this was redeemed is not known: do not send it again, begin a new authorization request"
MARGIN = 3600  # seconds a record outlives its `expires_at`: Redis only collects garbage


def sha256(secret: str) -> str:
    """Return the hex digest under which a random secret is stored and found."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Store:
    """One method for each thing that happens, one round trip each unless it says otherwise."""

    def __init__(self, settings: Settings) -> None:
        self.prefix = settings.key_prefix
        self.redis: Any = quick_redis(
            settings.redis_url,
            username=settings.redis_username,
            password=settings.redis_password,
            decode_responses=True,
            socket_timeout=2,
            socket_connect_timeout=1,
        )

    def key(self, *parts: str) -> str:
        return self.prefix + ":".join(parts)

    def at_once(self, function: str, keys: Sequence[str], args: Sequence[str | int] = ()) -> Any:
        """Call one of `functions.lua`: Redis runs it whole, and nothing in between."""
        return self.redis.fcall(f"auth_{function}", len(keys), *keys, *args)

    def read_ahead(self, *keys: str) -> dict[str, str | None]:
        """Fetch what this request will ask for in one round trip; return all that it has fetched."""
        fetched = self.fetched
        wanted = [key for key in keys if key not in fetched]
        if wanted:
            fetched.update(zip(wanted, self.redis.mget(wanted), strict=True))
        return fetched

    @property
    def fetched(self) -> dict[str, str | None]:
        return cast("dict[str, str | None]", g.setdefault("fetched", {}))

    def find(self, model: type[R], key: str) -> R | None:
        record = self.read_ahead(key)[key]
        return model.from_json(record) if record else None

    def client_key(self, client_id: str) -> str:
        return self.key("client", client_id)

    def code_key(self, code: str) -> str:
        return self.key("code", sha256(code))

    def token_key(self, token: str) -> str:
        return self.key("token", sha256(token))

    def used_key(self, secret: str) -> str:
        return self.key("used", sha256(secret))

    def consent_key(self, sub: str, client_id: str) -> str:
        return self.key("consent", sub, client_id)

    def find_user(self, username: str) -> User | None:
        return self.find(User, self.key("user", username))

    def find_client(self, client_id: str, now: int) -> Client | None:
        client = self.find(Client, self.client_key(client_id))
        return client if client and (client.expires_at is None or now < client.expires_at) else None

    def find_code(self, code: str) -> Code | None:
        return self.find(Code, self.code_key(code))

    def find_token(self, token: str) -> Token | None:
        return self.find(Token, self.token_key(token))

    def was_used(self, secret_hash: str) -> bool:
        key = self.key("used", secret_hash)
        return self.read_ahead(key)[key] is not None

    def consented_scope(self, sub: str, client_id: str) -> set[str]:
        key = self.consent_key(sub, client_id)
        return set(json.loads(self.read_ahead(key)[key] or "[]"))

    def save_client(self, client: Client, lifetime: int | None = None) -> None:
        self.redis.set(self.client_key(client.client_id), client.to_json(), ex=lifetime)

    def remember_consent(self, sub: str, client_id: str, asked_for: Iterable[str], allowed: Iterable[str]) -> None:
        """Remember what a person allows of what was asked for; what is not asked for stays as it was."""
        keys = [self.consent_key(sub, client_id), self.key("consents", sub)]
        self.at_once("remember", keys, [client_id, json.dumps(list(asked_for)), json.dumps(list(allowed))])

    def begin_grant(self, grant: Grant, code: Code | None = None, *, by_consent: bool = False) -> bool:
        """Store a grant, the code that carries it, and its place on the page of apps with access.

        `by_consent`: only while the remembered consent covers it; return whether it was stored.
        """
        is_a_persons = grant.sub != grant.client_id  # a client that acts for itself stands on nobody's page
        stored = self.at_once(
            "begin_grant",
            keys=[
                self.key("grant", grant.grant_id),
                self.key("code", code.code_hash if code else "none"),
                self.key("grants_of", grant.sub),
                self.consent_key(grant.sub, grant.client_id),
            ],
            args=[
                grant.to_json(),
                grant.expires_at - grant.granted_at + MARGIN,
                code.to_json() if code else "",
                grant.grant_id if is_a_persons else "",
                grant.expires_at,
                grant.granted_at,
                json.dumps(grant.scope if by_consent else ()),
            ],
        )
        return bool(stored)

    def issue(self, tokens: Tokens, spent: str = "") -> bool:
        """Store tokens whose grant stands; if they were bought before with what is `spent`, revoke it instead."""
        # In one step: between marking and storing, or storing and revoking, a second request would slip through.
        access, refresh, grant = tokens.access, tokens.refresh, tokens.access.grant
        # As long as the grant, thirty days for one that outlives its session: whoever copied a refresh token may use it
        # on the last day, and it must then be known as used, and whose family to end. "The previous refresh token is
        # invalidated, but information about the relationship is retained": RFC 9700 §4.14.2.
        life = max(1, grant.expires_at - access.issued_at + MARGIN)
        keys = [
            self.key("used", spent or "nothing"),
            self.key("grant", grant.grant_id),
            self.key("token", access.token_hash),
            self.key("token", refresh.token_hash if refresh else "none"),
        ]
        args: list[str | int] = [
            access.to_json(),
            max(1, access.expires_at - access.issued_at + MARGIN),
            refresh.to_json() if refresh else "",
            life,
            life if spent else "",
        ]
        try:
            return bool(self.at_once("redeem_code", keys, args))
        except AnswerLost as problem:
            if not spent:  # nothing was used up: the same request may come again
                raise
            raise RedemptionUnknown(UNKNOWN) from problem

    def introspect(self, token: str, now: int) -> Token | None:
        """Return a token whose grant stands, and note when its client last used it, in the same round trip."""
        record = self.at_once(
            "introspect",
            keys=[self.token_key(token)],
            args=[self.key("grant", ""), now, self.key("used_by", "")],
        )
        return Token.from_json(record) if record else None

    def revoke_grant(self, grant_id: str) -> None:
        """End a grant for good: what was said to be revoked must not come back, whatever happens to the machine."""
        done_and_on_disk(self.redis, "FCALL", "auth_revoke", 1, self.key("grant", grant_id))

    def revoke_token(self, token_hash: str) -> None:
        done_and_on_disk(self.redis, "DEL", self.key("token", token_hash))

    def grants_of(self, sub: str) -> list[Grant]:
        """Return the standing grants of a person; forgets those that are gone (3 trips)."""
        ids: list[str] = self.redis.zrange(self.key("grants_of", sub), 0, -1)
        pipe = self.redis.pipeline(transaction=False)
        for grant_id in ids:
            pipe.hmget(self.key("grant", grant_id), "record", "revoked")
        grants = dict(zip(ids, pipe.execute(), strict=True))
        gone = [grant_id for grant_id, (record, revoked) in grants.items() if revoked != "0" or not record]
        if gone:
            self.redis.zrem(self.key("grants_of", sub), *gone)
        return [Grant.from_json(grants[grant_id][0]) for grant_id in ids if grant_id not in gone]

    def consents_of(self, sub: str) -> dict[str, set[str]]:
        """Return what a person allowed and is not asked again, by client."""
        clients = sorted(self.redis.smembers(self.key("consents", sub)))
        self.read_ahead(*(self.consent_key(sub, client_id) for client_id in clients))
        return {client_id: self.consented_scope(sub, client_id) for client_id in clients}

    def last_uses(self, sub: str) -> dict[str, int]:
        """Return when each client last used what the person allowed it."""
        moments = cast("dict[str, str]", self.redis.hgetall(self.key("used_by", sub)))
        return {client_id: int(moment) for client_id, moment in moments.items()}

    def withdraw(self, sub: str, client_id: str) -> None:
        """End all that a person allowed a client, consent and every grant, for good."""
        keys = [
            self.consent_key(sub, client_id),
            self.key("consents", sub),
            self.key("used_by", sub),
            self.key("grants_of", sub),
        ]
        args = [client_id, self.key("grant", "")]
        done_and_on_disk(self.redis, "FCALL", "auth_withdraw", len(keys), *keys, *args)

    def count(self, limits: Mapping[str, int], seconds: int) -> bool:
        """Count one more towards every limit, for so many seconds; False, and nothing counted, where one is reached."""
        return bool(self.at_once("count", keys=list(limits), args=[seconds, *limits.values()]))

    def uncount(self, limits: Mapping[str, int]) -> None:
        """Take back what was counted."""
        self.at_once("uncount", keys=list(limits))

    def ready(self) -> None:
        """Raise where Redis is away, does not know our functions, or takes nothing."""
        store_is_ready(self.redis, "auth", self.key("ready"))


store = cast("Store", Current("store"))
