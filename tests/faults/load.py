"""The load: people and clients who sign in, redeem, refresh, introspect, pay and revoke, so many times a second."""

import hashlib
import json
import random
import re
import secrets
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.faults.http import Answer, Browser, until_certain
from tests.faults.ledger import Flow, Grant, Ledger, Order
from tests.faults.places import Place

PASSWORDS = {"alice": "looking-glass", "bob": "brass-lantern", "carol": "winter-garden"}
NEIGHBOUR = {"alice": "bob", "bob": "carol", "carol": "alice"}
SCOPE = "balance:read transactions:read transfers:write offline_access"
RACES = 0.1  # the share of redemptions and refreshes that are sent twice at the same moment
MOST_GRANTS = 60  # that one customer keeps
SETTLES = 20.0  # seconds within which a request that may be repeated has a certain answer


class Customer:
    """One person with Bank ID's cookie, and the client that acts for her; one thread works for her."""

    def __init__(self, place: Place, ledger: Ledger, user: str, seed: int) -> None:
        self.place, self.ledger, self.user = place, ledger, user
        self.random = random.Random(seed)
        self.browser = Browser(place.addresses, ledger.responses)
        self.rival = Browser(place.addresses, ledger.responses)  # a second connection, for what is sent twice at once
        self.basic = {name: basic(name, place.secret(name, file)) for name, file in SECRETS.items()}
        self.mine: list[Grant] = []
        self.pool = ThreadPoolExecutor(2)

    def sign_in(self) -> None:
        """Sign in, consent to Budget once, and connect Budget itself."""
        page = self.browser.get("auth", "/login")
        token = hidden(page.text, "/login")["csrf_token"]
        form = {"username": self.user, "password": PASSWORDS[self.user], "csrf_token": token}
        assert self.browser.post("auth", "/login", form).status == 303, "nobody can sign in"
        page = self.browser.get("auth", self.authorization_request("a-verifier" * 5))
        self.consent(page)
        self.connect_budget()

    def consent(self, page: Answer) -> Answer:
        """Press Allow where Bank ID asks; nothing is asked where consent is remembered."""
        fields = hidden(page.text, "/consent")
        if not fields:
            return page
        pairs = [*fields.items(), ("decision", "allow"), *(("scope", name) for name in SCOPE.split())]
        return self.browser.post("auth", "/consent", pairs)

    def connect_budget(self) -> None:
        """Let Budget connect through this browser, so that its pages can be looked at."""
        begun = self.browser.get("budget", "/connect?with=transfers:write")
        answer = self.consent(self.browser.get("auth", path_of(begun.location)))
        self.browser.get("budget", path_of(answer.location))
        assert "You have" in self.browser.get("budget", "/").text, "Budget cannot be connected"

    def authorization_request(self, verifier: str) -> str:
        """Return the path of Budget's authorization request (RFC 6749 §4.1.1)."""
        digest = hashlib.sha256(verifier.encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": "budget",
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": "a-state",
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return "/authorize?" + urlencode(parameters)

    @property
    def redirect_uri(self) -> str:
        return self.place.addresses.origin("budget") + "/callback"

    # What is done over and over.

    def flow(self) -> None:
        """Go from the authorization request to the bank's answer (RFC 6749 §4.1)."""
        began, verifier = time.monotonic(), secrets.token_urlsafe(32)
        answer = self.browser.get("auth", self.authorization_request(verifier))
        if not answer.is_certain:
            return
        if not answer.location.startswith(self.redirect_uri):
            self.ledger.lost.append(f"somebody's session or consent: {answer.status} {answer.location[:60]}")
            return self.sign_in()
        code = parse_qs(urlsplit(answer.location).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        grant = self.redeem(form | {"code_verifier": verifier})
        if grant and self.bank("GET", "/accounts", grant).status == 200:
            self.ledger.flows.append(Flow(began, time.monotonic()))

    def redeem(self, form: dict[str, str]) -> Grant | None:
        """Redeem a code; once more where the answer asks for it, as an obedient client does."""
        if self.random.random() < RACES:
            return self.race(form, "a code")
        return self.granted(self.obedient(form, "a code"), "a code")

    def obedient(self, form: dict[str, str], what: str) -> list[Answer]:
        """Send a token request, and once more where the answer says when: then it must be safe to do so."""
        answers = [self.token_request(form)]
        again = answers[0].headers.get("retry-after", "")
        if answers[0].is_certain and answers[0].status != 200:
            self.ledger.lost.append(f"{what}: {answers[0].text[:80]}")
        if answers[0].status == 503 and again:
            time.sleep(min(2.0, float(again)))
            answers.append(self.token_request(form))
            if answers[1].is_certain and answers[1].status != 200:
                self.ledger.broken_promises.append(f"{what} was asked for again, as the 503 said, and refused")
        return answers

    def race(self, form: dict[str, str], what: str) -> None:
        """Send the same at the same moment; only one may be told yes, and the grant ends (RFC 6749 §4.1.2)."""
        answers = list(self.pool.map(lambda browser: self.token_request(form, browser), (self.browser, self.rival)))
        self.granted(answers, what, is_kept=False)

    def granted(self, answers: list[Answer], what: str, *, is_kept: bool = True) -> Grant | None:
        """Return the grant of the only answer that says yes."""
        good = [json.loads(answer.text) for answer in answers if answer.status == 200]
        if len(good) > 1:
            self.ledger.twice.append(f"{what} was redeemed twice")
        if len(good) != 1 or not is_kept:
            return None
        grant = self.ledger.keep(Grant(self.user, good[0]["access_token"], good[0]["refresh_token"]))
        self.mine.append(grant)
        return grant

    def refresh(self) -> None:
        """Redeem a refresh token (RFC 6749 §6)."""
        grant = self.take()
        if not grant:
            return
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        self.ledger.drop(grant)  # until it is known what has become of it
        if self.random.random() < RACES:
            return self.race(form, "a refresh token")
        self.granted(self.obedient(form, "a refresh token"), "a refresh token")

    def introspect(self) -> None:
        """Ask as the bank does whether a token is good (RFC 7662 §2)."""
        grant = self.random.choice(self.mine) if self.mine else None
        if grant and self.is_active(grant.access) is False:
            self.ledger.lost.append("an access token")

    def is_active(self, token: str, patience: float = 0.0) -> bool | None:
        """Return what introspection says, or None where it says nothing certain."""

        def attempt() -> Answer:
            return self.browser.post("auth", "/introspect", {"token": token}, Authorization=self.basic["bank"])

        answer = until_certain(attempt, patience)
        return bool(json.loads(answer.text)["active"]) if answer.status == 200 else None

    def pay(self) -> None:
        """Send the neighbour a cent, under a key of its own; sometimes the same once more."""
        grant = self.random.choice(self.mine) if self.mine else None
        if not grant:
            return
        order = Order(secrets.token_hex(12), f"{self.user}-current", f"{NEIGHBOUR[self.user]}-current")
        self.ledger.orders[order.key] = order
        self.settle(order, grant)
        if order.id and self.random.random() < RACES:
            self.settle(order, grant)

    def settle(self, order: Order, grant: Grant) -> None:
        """Ask for a transfer; the key makes it safe to ask again."""
        body = {"from_account": order.payer, "to_account": order.payee, "amount": 1, "reference": order.key[:8]}
        answer = self.bank("POST", "/transfers", grant, json.dumps(body), **{"Idempotency-Key": order.key})
        if answer.status == 201:
            made = str(json.loads(answer.text)["id"])
            if order.id and made != order.id:
                self.ledger.twice.append(f"transfer {order.id} is {made} when it is asked for again")
            order.id = made

    def revoke(self) -> None:
        """Give a grant up (RFC 7009 §2.1)."""
        grant = self.take()
        if not grant:
            return
        form = {"token": grant.refresh, "token_type_hint": "refresh_token"}
        self.ledger.drop(grant)
        answer = self.browser.post("auth", "/revoke", form, Authorization=self.basic["budget"])
        if answer.status == 200:
            self.ledger.is_revoked(grant)

    def look(self) -> None:
        """Load Budget's page, as a person does who is connected."""
        answer = self.browser.get("budget", "/")
        if answer.is_certain and "You have" not in answer.text:
            self.ledger.lost.append(f"Budget's connection: {answer.status} {answer.heading}")
            self.connect_budget()
        elif answer.status >= 500:
            self.ledger.responses.pages[f"{answer.status} {answer.heading}"] += 1

    def take(self) -> Grant | None:
        """Take a grant away from the others, or none where there are few."""
        if len(self.mine) < 3:
            return None
        grant = self.mine.pop(self.random.randrange(len(self.mine)))
        while len(self.mine) > MOST_GRANTS:
            self.ledger.drop(self.mine.pop(0))
        return grant

    def token_request(self, form: dict[str, str], browser: Browser | None = None) -> Answer:
        return (browser or self.browser).post("auth", "/token", form, Authorization=self.basic["budget"])

    def bank(self, method: str, path: str, grant: Grant, body: str = "", **headers: str) -> Answer:
        json_body = {"Content-Type": "application/json"} if body else {}
        return self.browser.ask(
            "bank", method, path, body, Authorization=f"Bearer {grant.access}", **json_body, **headers
        )

    def close(self) -> None:
        self.browser.close()
        self.rival.close()
        self.pool.shutdown()


SECRETS = {"budget": "budget_client_secret", "bank": "bank_introspection_secret"}
TASKS: dict[Callable[[Customer], None], int] = {
    Customer.flow: 4,
    Customer.refresh: 3,
    Customer.introspect: 3,
    Customer.pay: 4,
    Customer.revoke: 1,
    Customer.look: 1,
}


class Load:
    """Customers at work, so many tasks a second in all."""

    def __init__(self, place: Place, ledger: Ledger, rate: float, customers: int, seed: int) -> None:
        users = [list(PASSWORDS)[number % len(PASSWORDS)] for number in range(customers)]
        self.ledger, self.pause = ledger, customers / rate
        self.customers = [Customer(place, ledger, user, seed + number) for number, user in enumerate(users)]
        self.working, self.ended = threading.Event(), threading.Event()
        self.busy = threading.Semaphore(customers)
        self.wrong: list[BaseException] = []
        self.threads = [threading.Thread(target=self.work, args=(each,), daemon=True) for each in self.customers]

    def start(self) -> None:
        """Let everybody sign in; work begins with `go_on`."""
        for customer in self.customers:
            customer.sign_in()
        for thread in self.threads:
            thread.start()

    def work(self, customer: Customer) -> None:
        """Do one task after another, at the pace that is asked for."""
        while not self.ended.is_set():
            self.working.wait()
            began = time.monotonic()
            [task] = customer.random.choices(list(TASKS), list(TASKS.values()))
            with self.busy:
                if self.working.is_set():
                    self.do(task, customer)
            self.ended.wait(max(0.0, began + self.pause - time.monotonic()))

    def do(self, task: Callable[[Customer], None], customer: Customer) -> None:
        try:
            task(customer)
            self.ledger.done[task.__name__] += 1
        except Exception as problem:  # told by whoever waits for the load
            self.wrong.append(problem)

    def rest(self) -> None:
        """Let nobody begin anything, and wait until all have ended what they do."""
        self.working.clear()
        for _ in self.customers:
            self.busy.acquire()
        self.busy.release(len(self.customers))
        if self.wrong:
            raise self.wrong[0]

    def go_on(self) -> None:
        self.working.set()

    def stop(self) -> None:
        self.ended.set()
        self.working.set()
        for thread in self.threads:
            thread.join(30)
        for customer in self.customers:
            customer.close()


def basic(name: str, secret: str) -> str:
    """Return HTTP Basic credentials (RFC 6749 §2.3.1)."""
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode()


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


def path_of(address: str) -> str:
    """Return an address without its origin."""
    parts: Any = urlsplit(address)
    return str(parts._replace(scheme="", netloc="").geturl())
