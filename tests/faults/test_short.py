"""Three kills and one stop under load: flows go on, nothing acknowledged is lost, and nothing happens twice.

The other faults take minutes: `make test-faults`.
"""

from pathlib import Path

from tests.faults.faults import SHORT
from tests.faults.places import local
from tests.faults.runner import tracebacks, under_load

RATE, SEED = 25, 1


def test_after_a_fault_everything_goes_on(tmp_path: Path) -> None:
    with local(tmp_path) as place:
        with under_load(place, RATE, SEED, customers=3) as trial:
            rows = [trial.run(fault) for fault in SHORT]
        assert [row.wrong for row in rows] == [[], [], [], []]
        assert tracebacks(place.logs()) == []
