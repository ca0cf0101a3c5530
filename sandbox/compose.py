"""The sandbox in Docker Compose: a container for each party, and a network for each pair that may speak."""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable

from sandbox.parties import PARTIES, PORTS, Part
from sandbox.ports import port_is_free
from sandbox.ready import wait_until_ready
from sandbox.settings import ROOT, Trouble, say
from sandbox.store import cause_in
from wire.addresses import Addresses

VOLUME = "label=com.docker.compose.volume=redis-data"
FLUSH = 'REDISCLI_AUTH="$(cat /run/sandbox-secrets/admin_redis_password)" redis-cli --user admin flushdb'


def problem() -> str | None:
    """Return why no containers can be started here, or None."""
    try:
        for command in (["docker", "compose", "version"], ["docker", "info"]):
            subprocess.run(command, capture_output=True, check=True, timeout=15, text=True)
    except subprocess.CalledProcessError as failed:
        if "permission denied" in failed.stderr.lower():
            return "Docker: permission denied; join the docker group (sudo usermod -aG docker $USER) and log in anew"
    except (OSError, subprocess.SubprocessError):
        pass
    else:
        return None
    return "No Docker engine with Compose answers; start one"


def answers() -> bool:
    """Whether Compose is installed and an engine answers."""
    return problem() is None


def up() -> None:
    """Build what is missing, start all parts and wait for them; Ctrl-C takes them down again."""
    if why := problem():
        raise Trouble(f"{why}, or do without: RUNTIME=local make up")
    was_running = running()
    if was_running:
        say("The sandbox is running already, in Docker.")
    else:
        for name in PORTS:
            port_is_free(name)
        say("Starting the sandbox in Docker (the first time builds its images) …")
    try:
        compose("up", "--build", "--detach", "--quiet-pull", unless=why_the_store_does_not_start)
        wait_until_ready(has_failed)
    except BaseException:
        if why_the_store_does_not_start():
            compose("stop")  # its log is what `make doctor` reads
        elif not was_running:
            down()
        raise


def down() -> None:
    """Remove the containers and networks; the volumes with secrets and records stay."""
    compose("down", "--remove-orphans")
    say("The sandbox is down.")


def reset() -> None:
    """Empty Redis as its administrator, then have every party plant what it begins with."""
    if running() and not why_the_store_does_not_start():
        compose("exec", "-T", "redis", "sh", "-c", FLUSH)
        return wait_until_ready(has_failed)
    if not something_is_stored():
        raise Trouble("Nothing is running and nothing is stored; `make up` starts the sandbox.")
    compose("down", "--remove-orphans")
    compose("run", "--rm", "--no-deps", "--entrypoint", "sh", "redis", "-c", "rm -rf /data/*")
    compose("down")
    say("Nothing is running: what was stored is deleted. `make up` starts the sandbox.")


def something_is_stored() -> bool:
    """Whether there is the volume in which Redis keeps its data."""
    command = ["docker", "compose", "config", "--format", "json"]
    try:
        configuration = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=False).stdout or "{}")
    except OSError:
        return False
    label = f"label=com.docker.compose.project={configuration.get('name')}"
    command = ["docker", "volume", "ls", "--quiet", "--filter", label, "--filter", VOLUME]
    return bool(subprocess.run(command, capture_output=True, check=False).stdout.strip())


def logs() -> None:
    """Follow every container's log."""
    with contextlib.suppress(KeyboardInterrupt):
        compose("logs", "--follow", "--tail", "20")


def running() -> bool:
    """Whether any container of ours runs; where no engine answers, none does."""
    command = ["docker", "compose", "ps", "--quiet", "--status", "running"]
    with contextlib.suppress(OSError):
        return bool(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip())
    return False


def started_under() -> Addresses | None:
    """Return the addresses of the parties that run, as their containers have them; None where none do."""
    command = ["docker", "compose", "ps", "--quiet", "--status", "running", *(party.name for party in PARTIES)]
    try:
        containers = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return None
    if not containers:
        return None
    command = ["docker", "inspect", "--format", "{{json .Config.Env}}", containers[0]]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    environment = dict(line.partition("=")[::2] for line in json.loads(answer or "[]"))
    fields = {name: environment.get(f"SANDBOX_{name.upper()}") for name in Addresses.model_fields}
    return Addresses.model_validate({name: value for name, value in fields.items() if value})


def why_the_store_does_not_start() -> str | None:
    """Return what keeps Redis from starting, as its log tells it; None where nothing is known."""
    command = ["docker", "compose", "logs", "--no-log-prefix", "--no-color", "--tail", "60", "redis"]
    with contextlib.suppress(OSError):
        return cause_in(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout)
    return None


def has_failed(party: Part) -> str | None:
    """Return why Redis cannot start, or the end of the log of a container that has ended."""
    if cause := why_the_store_does_not_start():
        return cause
    command = ["docker", "compose", "ps", "--all", "--quiet", "--status", "exited", party.name]
    if not subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip():
        return None
    tail = ["docker", "compose", "logs", "--no-color", "--tail", "15", party.name]
    log = subprocess.run(tail, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return f"{party.title} does not start:\n{log}"


def profile(command: str) -> list[str]:
    """Return what adds the labs' browser, where `SANDBOX_BROWSER` asks for it; it is always taken down."""
    return ["--profile", "browser"] if os.environ.get("SANDBOX_BROWSER") or command == "down" else []


def compose(*words: str, unless: Callable[[], str | None] = lambda: None) -> None:
    """Run Compose with its output shown; `unless` says, every two seconds, why there is nothing to wait for."""
    failed = f"`docker compose {words[0]}` failed; RUNTIME=local make up does without Docker."
    try:
        process = subprocess.Popen(["docker", "compose", *profile(words[0]), *words], cwd=ROOT)
    except OSError:
        raise Trouble(failed) from None
    try:
        while not has_ended(process):
            if why := unless():
                raise Trouble(why)
    finally:
        process.terminate()  # nothing happens to one that has ended
        process.wait()
    if process.returncode:
        raise Trouble(unless() or failed)


def has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Wait two seconds for a process, and say whether it has ended."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2)
    return process.returncode is not None
