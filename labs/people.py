"""People with a browser of their own, over HTTP: a jar for each host, redirects, forms, and what browsers say."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from auth_server.seed import PASSWORDS
from labs.config import Here
from labs.seeds import MALLORY
from wire.session import http_session

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ATTACKER = "glassbox-attacker/1.0"
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SCOPE = re.compile(r'name="scope" value="([^"]+)" checked')
MOST_HOPS = 12
GONE = ("max-age=0", "expires=thu, 01 jan 1970")


class Stuck(Exception):
    """A step could not be done: the page was another one, or what it needs is not there."""


class Person:
    """Somebody in front of a browser: follows links, signs in at the real Bank ID, presses the default button."""

    def __init__(self, name: str, here: Here, agent: str = FIREFOX) -> None:
        self.name, self.here = name, here
        self.password = dict([*PASSWORDS.items(), MALLORY])[name]
        self.http = http_session(agent, timeout=(2.0, 15.0))
        self.jars: dict[str, dict[str, tuple[str, str]]] = {}  # host → cookie → value and SameSite
        self.address, self.page, self.status = "about:blank", "", 0
        self.history: list[str] = []  # pages that were shown
        self.apps: dict[str, str] = {}  # scheme → the app that claimed it last
        self.holds_back = ""  # URLs that begin so are not opened: the train is in a tunnel, or Mallory waits
        self.handed_over = ""  # a URL that was held back, or that no app of this device takes

    def go(self, url: str) -> "Person":
        """Type a URL, or open a link from a mail."""
        return self.navigate("GET", url, b"", "none")

    def press(self, action: str, button: str = "", holding: str = "", **typed: str) -> "Person":
        """Send the page's form that goes to a path and holds a text, with what is typed; `button` is `name=value`."""
        forms = (part.split("</form>")[0] for part in self.page.split("<form")[1:])
        form = next((each for each in forms if f'action="{action}"' in each.split(">")[0] and holding in each), None)
        if form is None:
            raise Stuck(f"{self.name} sees no form for {action} at {self.address} ({self.status})")
        pairs = [(unescape(name), unescape(value)) for name, value in FIELD.findall(form)]
        pairs += [("scope", scope) for scope in SCOPE.findall(form)]
        pairs += list(typed.items())
        if button:
            name, _, value = button.partition("=")
            pairs.append((name, value))
        url = urljoin(self.address, action)
        return self.navigate("POST", url, urlencode(pairs).encode(), site_of(self.address, url))

    def sign_in(self) -> "Person":
        """Type name and password, if this is Bank ID's sign-in page."""
        if self.address.startswith(f"{self.here.auth}/login"):
            self.press("/login", username=self.name, password=self.password)
        return self

    def consent(self, decision: str = "allow") -> "Person":
        """Press a button of the consent page, if Bank ID asks."""
        if self.address.startswith(self.here.auth) and 'name="decision"' in self.page:
            self.press("/consent", f"decision={decision}")
        return self

    def agree(self) -> "Person":
        """Sign in and allow, wherever Bank ID asks."""
        return self.sign_in().consent()

    def visited(self, path: str, at: str = "") -> str:
        """Return the newest URL with this path from the history, or an empty text."""
        return next((url for url in reversed(self.history) if urlsplit(url).path == path and url.startswith(at)), "")

    def navigate(self, method: str, url: str, body: bytes, site: str) -> "Person":
        """Load a page and go wherever it leads."""
        for _ in range(MOST_HOPS):
            if not url.startswith("http://"):  # a scheme of an app's: the browser is done with it
                return self.hand_over(url)
            url = normal(url)
            self.history.append(url)
            if self.holds_back and url.startswith(self.holds_back):  # not opened, so its code stays unused
                self.handed_over = url
                return self
            response = self.ask(method, url, body, site)
            if response.status_code not in (301, 302, 303, 307, 308):
                self.address, self.page, self.status = url, response.text, response.status_code
                return self
            onward = urljoin(url, response.headers["Location"])
            if not urlsplit(onward).fragment and urlsplit(url).fragment:  # it survives (RFC 9110 §10.2.2)
                onward += f"#{urlsplit(url).fragment}"
            site = site if site == "cross-site" else site_of(url, onward)  # one hop elsewhere taints the rest
            if response.status_code < 307:  # 307 and 308 keep the body: a password goes on with it
                method, body = "GET", b""
            url = onward
        raise Stuck(f"{self.name} was sent in circles, last to {url}")

    def hand_over(self, url: str) -> "Person":
        """Give a URL to the app that claimed its scheme last, as the system of a phone does."""
        handler = self.apps.get(urlsplit(url).scheme)
        if handler is None:
            self.handed_over = url
            return self
        return self.navigate("GET", f"{handler}?{urlencode({'uri': url})}", b"", "cross-site")

    def ask(self, method: str, url: str, body: bytes, site: str) -> requests.Response:
        only_in(self.here, url)
        headers = {
            "Accept": "text/html,application/xhtml+xml",
            "Sec-Fetch-Site": site,
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        }
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin_told(self.address, site)}
        if cookies := self.cookies(url, method, site):
            headers["Cookie"] = cookies
        response = self.http.request(
            method, url.partition("#")[0], data=body or None, headers=headers, allow_redirects=False
        )
        self.http.cookies.clear()  # the jars are ours: one for each host, and `SameSite` is kept
        self.keep(urlsplit(url).hostname or "", response)
        return response

    def cookies(self, url: str, method: str, site: str) -> str:
        """Return the cookies that go along: across sites a POST carries none that are Lax."""
        pairs = []
        for name, (value, same_site) in self.jars.get(urlsplit(url).hostname or "", {}).items():
            if site == "cross-site" and (same_site == "strict" or (same_site == "lax" and method != "GET")):
                continue
            pairs.append(f"{name}={value}")
        return "; ".join(pairs)

    def keep(self, host: str, response: requests.Response) -> None:
        """Put cookies into the jar of their host, and take out those that are told to go."""
        jar = self.jars.setdefault(host, {})
        for line in response.raw.headers.getlist("Set-Cookie"):
            pair, _, attributes = line.partition(";")
            name, _, value = pair.strip().partition("=")
            by_name = dict(part.strip().lower().partition("=")[::2] for part in attributes.split(";"))
            if any(end in attributes.lower() for end in GONE):
                jar.pop(name, None)
            else:
                jar[name] = (value, by_name.get("samesite", "lax"))


class Program:
    """The attacker's own program: ordinary HTTP, under a name that says what it is; it reaches its world only."""

    def __init__(self, here: Here, collection: Any) -> None:
        self.here, self.collection = here, collection
        self.http = http_session(ATTACKER, timeout=(2.0, 15.0))
        self.answers: list[requests.Response] = []  # to its requests, the newest last

    def ask(self, method: str, url: str, **options: Any) -> requests.Response:
        """Send a request; nothing is followed by itself."""
        only_in(self.here, url)
        response = self.http.request(method, url, allow_redirects=False, **options)
        self.answers.append(response)
        place = f"answer to {method} {urlsplit(url).path}"
        if method == "POST":  # a page that only asks for a password begins a session that is nobody's yet
            begun = next((value for name, value in response.cookies.items() if name.endswith("_session")), "")
            self.collection.keep({"session": begun}, place)
        if "json" in response.headers.get("Content-Type", ""):
            body = response.json()
            self.collection.keep(body if isinstance(body, dict) else {}, place)
        return response

    def sign_in(self, username: str, password: str, headers: dict[str, str] | None = None) -> int:
        """Type a name and a password at Bank ID; return the status."""
        page = self.ask("GET", f"{self.here.auth}/login").text
        if 'action="/login"' not in page:
            raise Stuck("this is not the sign-in page")
        form = dict(FIELD.findall(page)) | {"username": username, "password": password}
        return self.ask("POST", f"{self.here.auth}/login", data=form, headers=headers).status_code

    def register(self, client_name: str, *redirect_uris: str, **metadata: Any) -> dict[str, Any]:
        """Register a client, as anybody may; return the client information response (RFC 7591 §3.2.1)."""
        body = {"client_name": client_name, "redirect_uris": list(redirect_uris)} | metadata
        response = self.ask("POST", f"{self.here.auth}/register", json=body)
        if response.status_code != 201:
            raise Stuck("Bank ID registers no such app")
        return dict(response.json())

    def token(self, **form: str) -> str:
        """Send an access token request; return the access token, or an empty text where it is refused."""
        filled = {name: value for name, value in form.items() if value}
        response = self.ask("POST", f"{self.here.auth}/token", data=filled)
        return str(response.json().get("access_token", "")) if response.status_code == 200 else ""

    def redeem(self, code: str, **form: str) -> str:
        """Redeem a code (RFC 6749 §4.1.3)."""
        return self.token(grant_type="authorization_code", code=code, **form)

    def bank(self, method: str, path: str, token: str, **options: Any) -> requests.Response:
        """Ask the bank with a token; where there is none, there is nothing to ask."""
        if not token:
            raise Stuck("the attacker holds no token")
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return self.ask(method, f"{self.here.bank}{path}", headers=headers, **options)


def only_in(here: Here, url: str) -> None:
    """Refuse any URL outside this world: the tools of an attack reach nobody else."""
    parts = urlsplit(url)
    # A URL may come from a learner's field: this program must not become a way into the machine's other servers.
    inside = (parts.hostname or "").endswith(f"-{here.world}.localhost") and parts.port == here.port
    if parts.scheme != "http" or not inside:
        raise Stuck(f"{url} is not of this world")


def normal(url: str) -> str:
    """Return a URL as browsers send it: dots in its path are followed, as RFC 3986 tells."""
    parts = urlsplit(url)
    rest = parts._replace(scheme="", netloc="").geturl() or "/"
    return urljoin(f"{parts.scheme}://{parts.netloc}/", rest)


def site_of(source: str, target: str) -> str:
    """Return what a browser tells of two URLs: each party of a world is a site of its own."""
    if urlsplit(source).netloc == urlsplit(target).netloc:
        return "same-origin"
    ends = [".".join((urlsplit(url).hostname or "").split(".")[-2:]) for url in (source, target)]
    return "same-site" if ends[0] == ends[1] else "cross-site"


def origin_told(address: str, site: str) -> str:
    """Return the `Origin` of a form's POST: pages that withhold their referrer keep it to themselves across sites."""
    parts = urlsplit(address)
    return "null" if site == "cross-site" or not parts.netloc else f"{parts.scheme}://{parts.netloc}"


def parameters_in(uri: str) -> dict[str, str]:
    """Return the parameters of a URI, its fragment's too; what is no URI has none."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return {}
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))
