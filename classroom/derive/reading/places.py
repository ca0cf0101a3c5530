"""The one table of the places in which a message may carry a secret, and of the names under which it does."""

AUTHORIZATION = {
    "state": "state",
    "nonce": "nonce",
    "code_challenge": "challenge",
    "request_uri": "request_uri",
    "id_token_hint": "id_token",
    "code": "code",
    "access_token": "access_token",
    "id_token": "id_token",
    "refresh_token": "refresh_token",
    "user_code": "user_code",
}
TOKEN = AUTHORIZATION | {
    "code_verifier": "verifier",
    "device_code": "device_code",
    "client_secret": "client_secret",
    "password": "password",
    "token": "token",  # an access or a refresh token: its kind is known by where it came from
    "subject_token": "token",
}
ANSWER = {
    "access_token": "access_token",
    "refresh_token": "refresh_token",
    "id_token": "id_token",
    "request_uri": "request_uri",
    "device_code": "device_code",
    "user_code": "user_code",
    "client_secret": "client_secret",
    "registration_access_token": "access_token",
    "password": "password",
}
CLAIMS = {"nonce": "nonce", "state": "state", "code_challenge": "challenge", "code": "code"}
NOTE = TOKEN | {"verifier": "verifier", "challenge": "challenge"}
OURS = {"transaction": "transaction"}  # the number that Bank ID's pages give to one authorization request

# place in the message → the names that are looked for in it, and the kind of what stands there
NAMES: dict[str, dict[str, str]] = {
    "query": TOKEN,
    "form": TOKEN,
    "json": ANSWER,
    "json.request": TOKEN | ANSWER,
    "cookie": TOKEN,
    "location.query": TOKEN,
    "location.fragment": AUTHORIZATION,
    "referer.query": TOKEN,
    "page": AUTHORIZATION,
    "next": AUTHORIZATION,
    "note": NOTE,
    "jwt": CLAIMS,
}
# What is no secret, but says whom and what a message is about; read at the same places.
FACTS = {
    "client_id",
    "client_name",
    "redirect_uri",
    "response_type",
    "scope",
    "grant_type",
    "token_type_hint",
    "token_endpoint_auth_method",
    "client_assertion_type",
    "username",
    "sub",
    "active",
    "aud",
    "iss",
    "exp",
    "expires_in",
    "error",
    "decision",
    "code_challenge_method",
    "resource",
    "what",
}
JWTS = ("id_token", "id_token_hint", "access_token", "request", "response", "client_assertion")
HANDED_OVER = ("uri",)  # a system hands an app the URL that it was opened with in this
NEXT = ("next",)  # Bank ID's pages carry the authorization request on in these

# Kinds that belong to one transaction: messages that share one belong to one flow. A password, a session or a client
# secret is used in many, and joins none.
JOINS = (
    "state",
    "nonce",
    "challenge",
    "verifier",
    "transaction",
    "request_uri",
    "code",
    "access_token",
    "refresh_token",
    "id_token",
    "device_code",
    "user_code",
    "token",
)
CHOSEN_BY_CLIENTS = ("state", "nonce", "challenge", "verifier")
SHORTEST_THAT_JOINS = 8  # characters of these: a `state` of "xyz" is used by many, and does not tell flows apart
