"""Which step of the protocol a message is, told by its own content: it must also fit clients that we did not write."""

from classroom.explain.reading import Reading

TOKEN_STEPS = {
    "authorization_code": "token_request_code",
    "refresh_token": "token_request_refresh",
    "client_credentials": "token_request_client_credentials",
    "password": "token_request_password",
}
AT_BANK_ID = {
    "/token": "token",
    "/introspect": "introspection",
    "/revoke": "revocation",
    "/register": "registration",
    "/logout": "sign_out",
    "/apps": "apps",
}
HELD = "<title>Held in step mode</title>"
FILES = (".css", ".js", ".svg", ".png", ".ico", ".woff2")


def step_of(reading: Reading) -> str:
    """Return the step's name, as `explanations.toml` spells it; a message that is no step is a `page`."""
    kind = str(reading.message["kind"])
    if kind == "note" and reading.party == "attacker":
        return "lab_note"
    if kind not in ("request", "response"):
        return kind
    if reading.is_request and reading.path.startswith("/.wire/held/"):
        return "held_page_request"
    if reading.is_response and reading.status == 200 and HELD in reading.body[:400]:
        return "held_page"
    if reading.method == "OPTIONS":
        return f"preflight_{kind}"
    if "/.well-known/" in reading.path:
        return f"metadata_{kind}"
    if reading.path.endswith(FILES):
        return f"file_{kind}"
    if reading.is_response and reading.location:
        return redirect_step(reading)
    if reading.party == "auth":
        return bank_id_step(reading)
    if reading.party == "bank":
        return bank_step(reading)
    return client_step(reading)


def redirect_step(reading: Reading) -> str:
    """A redirect is named for what it carries."""
    if reading.party == "auth" and reading.location.split("?")[0].endswith("/login"):
        return "sign_in_needed"
    if reading.party == "auth" and reading.path == "/authorize" and reading.told("response_type"):
        return "asked_again_by_get"
    if reading.party == "auth" and (reading.path == "/login" or reading.told("response_type")):
        return "signed_in"
    if reading.told("code_challenge") or reading.told("response_type"):
        return "authorization_request_sent"
    if reading.told("code"):
        return "authorization_response"
    if reading.told("access_token"):
        return "implicit_response"
    if reading.told("error"):
        return "authorization_error"
    return "callback_cleaned" if reading.path.endswith("/callback") else "redirect"


def bank_id_step(reading: Reading) -> str:
    """A message to or from the authorization server."""
    if reading.handed_over:
        return "answer_by_message" if reading.told("code") else "refusal_by_message"
    if reading.path == "/authorize":
        if reading.is_request:
            return "authorization_request"
        return "consent_page" if reading.status == 200 else "authorization_stopped"
    if reading.path == "/login":
        if reading.is_request:
            return "sign_in" if reading.method == "POST" else "sign_in_page_request"
        return "sign_in_page" if reading.method == "GET" else "sign_in_failed"
    if reading.path == "/consent":
        if reading.is_request:
            return "consent_denied" if reading.asked("decision") == "deny" else "consent_given"
        return "authorization_stopped"
    if reading.path == "/token" and reading.is_request:
        return TOKEN_STEPS.get(reading.asked("grant_type") or "", "token_request_other")
    name = AT_BANK_ID.get(reading.path)
    if name is None:
        return "page_request" if reading.is_request else "page_response"
    if reading.is_request:
        return f"{name}_request"
    if name == "introspection" and reading.status == 200:
        return "introspection_active" if reading.json.get("active") is True else "introspection_inactive"
    return f"{name}_response" if reading.status < 400 else f"{name}_error"


def bank_step(reading: Reading) -> str:
    """A message to or from the resource server."""
    if reading.path == "/" and reading.status < 400:
        return f"front_page_{reading.message['kind']}"
    if reading.is_request:
        return "transfer_request" if reading.path == "/transfers" else "resource_request"
    if reading.status < 400:
        return "transfer_response" if reading.path == "/transfers" else "resource_response"
    return {401: "resource_unauthorized", 403: "resource_forbidden"}.get(reading.status, "resource_error")


def client_step(reading: Reading) -> str:
    """A message to or from a client, or from a page's own host."""
    if reading.is_request and reading.asked("code"):
        return "redirection"
    if reading.is_request and reading.asked("error"):
        return "redirection_error"
    if reading.path == "/connect":
        return "connect_request" if reading.is_request else "connect_failed"
    if reading.is_response and reading.path.endswith("/callback"):
        return "callback_page"
    known = {"/disconnect": "disconnect", "/empty-the-account": "empty_the_account", "/transfers": "transfer_form"}
    if reading.method == "POST" and reading.is_request and reading.path in known:
        return known[reading.path]
    return "page_request" if reading.is_request else "page_response"
