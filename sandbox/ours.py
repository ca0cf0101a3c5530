"""Which processes belong to the sandbox of this state folder, also where nobody watches over them any more."""

import contextlib

import psutil

from sandbox import supervisor
from sandbox.settings import STATE

PATIENCE = 20.0  # seconds until what was asked to end is killed


def watcher() -> psutil.Process | None:
    """Return supervisor's process; a number left in a file may long belong to another."""
    try:
        process = psutil.Process(int(supervisor.PIDFILE.read_text()))
        return process if is_supervisor(process) else None
    except (OSError, ValueError, psutil.Error):
        return None


def left_behind() -> list[psutil.Process]:
    """Return what runs on without supervisor, which was killed, or whose file was deleted: supervisors come first."""
    if watcher():
        return []
    processes = [process for process in psutil.process_iter() if is_ours(process)]
    return sorted(processes, key=lambda process: not is_supervisor(process))


def is_ours(process: psutil.Process) -> bool:
    """Whether a process was started for this state folder; of another user's the system does not tell."""
    with contextlib.suppress(psutil.Error, OSError):
        return is_supervisor(process) or is_valkey(process) or is_told_our_folder(process)
    return False


def is_supervisor(process: psutil.Process) -> bool:
    words = process.cmdline()
    return supervisor.MODULE in words and str(supervisor.CONFIG) in words


def is_valkey(process: psutil.Process) -> bool:
    """Whether it keeps our records: it writes its title over its environment, but it works in their folder."""
    return process.exe() == str(supervisor.binary()) and process.cwd() == str(supervisor.DATA)


def is_told_our_folder(process: psutil.Process) -> bool:
    """Whether supervisor started it, or what supervisor started: a browser of the labs' inherits the word, too."""
    return process.environ().get(supervisor.MARK) == str(STATE)


def end(some: list[psutil.Process], every: list[psutil.Process]) -> None:
    """Ask some to end, and kill whoever of all still runs after a while."""
    for process in some:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(every, timeout=PATIENCE)
    for straggler in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            straggler.kill()
