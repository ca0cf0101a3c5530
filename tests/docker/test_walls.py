"""The walls of container and network: what each party can reach, read and change from inside."""

import json
import time
from typing import Any

import docker
import pytest
from docker.models.containers import Container

from tests.docker.conftest import PROJECT, containers_of
from wire.addresses import Addresses
from wire.session import http_session

Containers = dict[str, Container]
PARTIES = ("auth", "bank", "budget", "balance", "classroom", "labs")
PORTS = {party: getattr(Addresses(), f"{party}_port") for party in PARTIES} | {"redis": 6379}
PUBLISHED = {party: {("127.0.0.1", PORTS[party])} for party in PARTIES} | {"redis": set(), "browser": set()}
PUBLISHED["labs"] |= {("127.0.0.1", Addresses().cafe_port)}
BOTH_WAYS = (("budget", "auth"), ("budget", "bank"), ("bank", "auth"))  # a network joins two, whoever speaks first
SPEAK = {
    *((party, "redis") for party in PARTIES),
    *(("classroom", party) for party in PARTIES if party != "classroom"),
    ("labs", "classroom"),  # for verdicts; nobody else asks the classroom
    *BOTH_WAYS,
    *((there, here) for here, there in BOTH_WAYS),
}
OWN_SECRETS = {
    "auth": {"auth_redis_password", "auth_secret_key", "auth_budget_secret_sha256", "auth_bank_secret_sha256"},
    "bank": {"bank_redis_password", "bank_introspection_secret"},
    "budget": {"budget_redis_password", "budget_secret_key", "budget_client_secret"},
    "balance": {"balance_redis_password"},
    "classroom": {"classroom_redis_password"},
    "labs": {"labs_redis_password", "labs_secret_key"},
}
CONNECT = """
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor
def reached(target):
    try:
        socket.create_connection(target, 1.5).close()
        return True
    except OSError:
        return False
print(json.dumps(list(ThreadPoolExecutor(16).map(reached, json.loads(sys.argv[1])))))
"""
WRITE = """
import json, os, sys
def written(folder):
    try:
        path = os.path.join(folder, "written")
        open(path, "w").close()
        os.unlink(path)
        return True
    except OSError:
        return False
print(json.dumps({folder: written(folder) for folder in json.loads(sys.argv[1])}))
"""
ASK = """
import json, sys
from wire.session import http_session
origin, paths = json.loads(sys.argv[1])
print(json.dumps([http_session("a test").get(origin + path).status_code for path in paths]))
"""
READ = """
import json, os
folder = "/run/sandbox-secrets"
print(json.dumps({name: open(os.path.join(folder, name)).read() for name in os.listdir(folder)}))
"""
REDIS = """
import json, os, sys
from pathlib import Path
import redis
party, foreign = json.loads(sys.argv[1])
password = Path(f"/run/sandbox-secrets/{party}_redis_password").read_text()
mine = redis.Redis.from_url(os.environ[f"{party.upper()}_REDIS_URL"], username=party, password=password)
def refused(*words):
    try:
        mine.execute_command(*words)
        return False
    except redis.exceptions.NoPermissionError:
        return True
told = [refused(*words, *foreign) for words in (["MGET"], ["SET"], ["DEL"], ["RENAME"])]
stream = "wire:" + foreign[0].partition(":")[0]
wire = [refused(*words) for words in (["XADD", stream, "*", "a", "b"], ["XTRIM", stream, "MAXLEN", 0], ["SCAN", 0])]
wire += [refused(*words) for words in (["EVAL", "return 1", 0], ["SCRIPT", "DEBUG", "SYNC"], ["FUNCTION", "LOAD", "x"])]
wire += [refused("FCALL", "auth_uncount", 1, foreign[0])]
print(json.dumps({"others": told, "wire": wire, "reads": not refused("XRANGE", stream, "-", "+", "COUNT", 1)}))
"""


def inside(container: Container, program: str, argument: Any = None) -> Any:
    """Run a Python program in a container as the container's own user; return what it prints."""
    return json.loads(said_inside(container, "python", "-c", program, json.dumps(argument)))


def said_inside(container: Container, *command: str) -> str:
    """Run a command in a container as the container's own user; return what it prints."""
    answer = container.exec_run(list(command))
    assert answer.exit_code == 0 and isinstance(answer.output, bytes), answer.output
    return answer.output.decode()


def addresses_of(container: Container) -> list[str]:
    """Return a container's address in every network that it has joined."""
    container.reload()
    return [network["IPAddress"] for network in container.attrs["NetworkSettings"]["Networks"].values()]


@pytest.mark.parametrize("here", PARTIES)
def test_only_those_reach_each_other_who_have_something_to_say(containers: Containers, here: str) -> None:
    others = [there for there in PORTS if there != here]
    targets = [(there, address, PORTS[there]) for there in others for address in addresses_of(containers[there])]
    assert {there for there, _, _ in targets} == set(others)
    answers = inside(containers[here], CONNECT, [target[1:] for target in targets])
    reached = {there for (there, _, _), answered in zip(targets, answers, strict=True) if answered}
    assert reached == {there for there in others if (here, there) in SPEAK}


def test_the_labs_are_told_verdicts_and_of_their_own_worlds_only(containers: Containers) -> None:
    asked: tuple[str, ...] = (
        "/",
        "/wire",
        "/api/flows",
        "/api/messages",
        "/api/messages?world=",
        "/api/verdict",
        "/api/events",
    )
    asked += ("/api/messages?world=code-replay", "/api/verdict?world=code-replay&predicate=loot")
    told = dict(zip(asked, inside(containers["labs"], ASK, [Addresses().origin("classroom"), asked]), strict=True))
    assert told == dict.fromkeys(asked[:7], 403) | dict.fromkeys(asked[7:], 200)


@pytest.mark.parametrize("lab", ["code-replay", "cookie-csrf", "front-channel-eavesdropper"])
@pytest.mark.parametrize("defence", ["off", "on"])
def test_an_attack_runs_in_the_labs_container_and_in_its_browsers(
    containers: Containers, lab: str, defence: str
) -> None:
    assert {"labs", "browser"} <= containers.keys()
    labs, http = f"{Addresses().origin('labs')}/api/labs/{lab}", http_session("a test", timeout=(2, 60))
    assert http.put(f"{labs}/defence", json={"on": defence == "on"}).status_code == 200
    answer = http.post(f"{labs}/attack")
    assert answer.status_code == 200, answer.text
    verdict = answer.json()
    assert verdict["verdict"] == ("refused" if defence == "on" else "succeeded") and verdict["evidence"]


@pytest.mark.parametrize(
    ("here", "there"), [*BOTH_WAYS, *(("classroom", party) for party in PARTIES[:4])], ids=lambda name: name
)
def test_whoever_asks_another_finds_it_under_its_address_in_the_browser(
    containers: Containers, here: str, there: str
) -> None:
    host = getattr(Addresses(), f"{there}_host")
    assert inside(containers[here], CONNECT, [(host, PORTS[there])]) == [True]


@pytest.mark.parametrize("party", PARTIES)
def test_no_party_reaches_the_outside(containers: Containers, engine: docker.DockerClient, party: str) -> None:
    networks = containers[party].attrs["NetworkSettings"]["Networks"]
    for name in networks:
        network = engine.networks.get(name).attrs
        masked = network["Options"].get("com.docker.network.bridge.enable_ip_masquerade") == "false"
        assert network["Internal"] or masked, name
    assert inside(containers[party], CONNECT, [("1.1.1.1", 80), ("8.8.8.8", 53)]) == [False, False]


@pytest.mark.parametrize("party", PARTIES)
def test_a_party_can_write_nothing_but_its_temporary_folder(containers: Containers, party: str) -> None:
    folders = ["/", "/app", "/app/wire", "/venv", "/etc", "/usr/local/bin", "/var/tmp", "/run/sandbox-secrets"]
    written = inside(containers[party], WRITE, [*folders, "/tmp"])
    assert written == dict.fromkeys(folders, False) | {"/tmp": True}


@pytest.mark.parametrize("service", [*PARTIES, "redis", "browser"])
def test_nobody_is_root_or_has_any_capability(containers: Containers, service: str) -> None:
    status = said_inside(containers[service], "sh", "-c", "cat /proc/1/status; id -u")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert status.split()[-1] != "0"
    assert "0" not in fields["Uid"].split()
    assert {int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert fields["NoNewPrivs"] == "1"
    root = containers[service].exec_run(["touch", "/written"])
    assert root.exit_code != 0


@pytest.fixture(scope="module")
def secrets(engine: docker.DockerClient) -> dict[str, dict[str, str]]:
    """Return what each party reads in the folder of its secrets."""
    return {party: inside(containers_of(engine)[party], READ) for party in PARTIES}


@pytest.mark.parametrize("party", PARTIES)
def test_a_party_reads_its_own_secrets_and_no_other(
    containers: Containers, secrets: dict[str, dict[str, str]], party: str
) -> None:
    assert secrets[party].keys() == OWN_SECRETS[party]
    mounted = {mount["Name"]: mount["RW"] for mount in containers[party].attrs["Mounts"] if mount["Type"] == "volume"}
    assert mounted == {f"{PROJECT}_secrets-{party}": False}
    environment = " ".join(containers[party].attrs["Config"]["Env"])
    assert not [name for known in secrets.values() for name, value in known.items() if value in environment]


@pytest.mark.parametrize("party", PARTIES)
def test_the_server_of_records_keeps_the_parties_apart(containers: Containers, party: str) -> None:
    """The same table of users as locally, tried at Docker's own Redis with the party's own password."""
    other = "bank" if party == "auth" else "auth"
    told = inside(containers[party], REDIS, [party, [f"{other}:seeded", f"{other}:stolen"]])
    assert told == {"others": [True] * 4, "wire": [True] * 7, "reads": party == "classroom"}


def test_no_image_carries_a_secret_or_anothers_code(containers: Containers) -> None:
    packages = {"auth": "auth_server", "bank": "resource_server", "budget": "client_app", "balance": "spa"}
    packages["classroom"] = "classroom"
    weak = said_inside(containers["labs"], "ls", "/app").split()
    assert set(weak) == {"requirements.txt", "requirements-browser.txt", "wire", *packages.values(), "labs"} - {
        "classroom"
    }
    for party, package in packages.items():
        found = said_inside(containers[party], "ls", "/app").split()
        assert set(found) == {"requirements.txt", "wire", package}


def test_only_the_parties_publish_a_port_and_only_on_loopback(containers: Containers) -> None:
    published = {
        service: {
            (binding["HostIp"], int(binding["HostPort"]))
            for bindings in container.attrs["NetworkSettings"]["Ports"].values()
            for binding in bindings or []
        }
        for service, container in containers.items()
    }
    assert published == PUBLISHED


def test_every_container_becomes_healthy(containers: Containers) -> None:
    assert containers.keys() == {*PARTIES, "redis", "browser"}
    assert {service: health(container) for service, container in containers.items()} == dict.fromkeys(
        containers, "healthy"
    )


def health(container: Container) -> str:
    """Return what the engine finds, once it has looked for the first time (half a minute at most)."""
    for _ in range(60):
        container.reload()
        if (found := str(container.attrs["State"]["Health"]["Status"])) != "starting":
            return found
        time.sleep(0.5)
    return "starting"
