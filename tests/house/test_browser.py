"""Which browser the tests and the labs take, and how `make browser` gets one where there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox import browser
from sandbox.settings import Trouble
from wire.browser import ON_THE_PATH, executable, for_pages

STARTS, ONLY_SAYS_WHERE = "#!/bin/sh\n", "#!/bin/sh\nexit 1\n"
SHELL = "ms-playwright/chromium_headless_shell-1/chrome-linux/headless_shell"
APT_INSTALLS = """#!/bin/sh
case "$*" in
  *install*chromium) printf "#!/bin/sh\\n" >{0}; chmod +x {0};;
  *) exit 100;;
esac
"""


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a folder that is all the path there is, on a machine without any browser, where nothing is downloaded."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "env", "chmod"):
        (folder / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "ms-playwright"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("wire.browser.ON_THE_PATH", ON_THE_PATH[:4])
    monkeypatch.setattr(browser, "PLAYWRIGHT", ["sh", "-c", "exit 1"])
    return folder


def program(path: Path, text: str = STARTS) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def download_of(shell: Path) -> list[str]:
    """Return a stand-in for `playwright install`, with what it leaves behind."""
    marker = shell.parents[1] / "INSTALLATION_COMPLETE"
    written = f"mkdir -p {shell.parent}; touch {marker}; printf '#!/bin/sh\\n' >{shell}; chmod +x {shell}"
    return ["/bin/sh", "-c", f"PATH=/bin:/usr/bin; {written}"]


@pytest.mark.parametrize("name", ON_THE_PATH[:4])
def test_a_browser_is_found_under_each_of_its_names(path: Path, name: str) -> None:
    assert executable() is None
    there = program(path / name)
    assert executable() == there


def test_the_one_that_is_named_comes_first(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(path / "chromium")
    monkeypatch.setenv("CHROMIUM", program(tmp_path / "another"))
    assert browser.browser() == str(tmp_path / "another")


def test_the_one_that_is_named_must_start(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(path / "chromium")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert executable() is None
    with pytest.raises(Trouble, match="/nowhere/chromium"):
        browser.browser()


def test_one_that_does_not_start_is_passed_over(path: Path) -> None:
    program(path / "chromium-browser", ONLY_SAYS_WHERE)
    assert executable() is None
    there = program(path / "google-chrome")
    assert executable() == there


def test_pages_are_opened_without_windows_where_that_can_be_done(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert for_pages() is None
    whole = program(path / "chromium")
    assert for_pages() == whole
    program(path / "chromium-headless-shell", ONLY_SAYS_WHERE)
    assert for_pages() == whole
    download_into(tmp_path)
    assert for_pages() == str(tmp_path / SHELL)
    assert executable() == whole
    monkeypatch.setenv("CHROMIUM", whole)
    assert for_pages() == whole


def download_into(folder: Path) -> None:
    subprocess.run(download_of(folder / SHELL), check=True)


def test_playwrights_own_is_downloaded_before_a_package_is_installed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(path / "apt-get", APT_INSTALLS.format(path / "chromium"))
    monkeypatch.setattr(browser, "PLAYWRIGHT", download_of(tmp_path / SHELL))
    assert browser.browser() == str(tmp_path / SHELL)
    assert executable() == str(tmp_path / SHELL)


@pytest.mark.parametrize("who", ["root", "sudo"])
def test_a_package_is_installed_where_one_may(path: Path, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    """`apt-get update` may fail for one source of several."""
    program(path / "apt-get", APT_INSTALLS.format(path / "chromium"))
    program(path / "sudo", '#!/bin/sh\n[ "$1" = -n ] && shift && [ "$1" = true ] || exec "$@"\n')
    monkeypatch.setattr("os.getuid", lambda: 0 if who == "root" else 1000)
    assert browser.browser() == str(path / "chromium")


@pytest.mark.parametrize("there", [[], ["apt-get"], ["apt-get", "sudo"], ["sudo"]], ids=" and ".join)
def test_where_nobody_may_one_sentence_names_both_commands(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], there: list[str]
) -> None:
    for name in there:
        program(path / name, ONLY_SAYS_WHERE)
    monkeypatch.setattr("os.getuid", lambda: 1000)
    assert browser.main() == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert "playwright install --only-shell chromium" in sentence and "apt install chromium" in sentence


def test_a_download_that_does_not_end_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "PLAYWRIGHT", ["/bin/sh", "-c", "/bin/sleep 60 & wait"])
    monkeypatch.setattr(browser, "LONGEST_DOWNLOAD", 0.05)
    assert not browser.download()
