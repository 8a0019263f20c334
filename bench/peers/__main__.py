"""Runs every peer, prints two tables, writes bench/results/peers-<date>.json."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.peers.environments import ROOT, database, python_of

# Rounds each. Ours has to be right every time; the others are there to compare.
OURS, THEIRS = 500, 60
PEERS = ["caluma", "viewflow"]


def measure(peer: str, python: Path, rounds: int) -> dict:
    """What the peer's own program found, on a database of its own."""
    with database(os.environ["DATABASE_URL"], peer) as address:
        done = subprocess.run(
            [python, "-m", f"bench.peers.{peer}", str(rounds)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"{peer} failed, see above.")
    return json.loads(done.stdout)


def main() -> None:
    found = [measure("portal", Path(sys.executable), OURS)]
    found += [measure(peer, python_of(peer), THEIRS) for peer in PEERS]
    races, paces = ({k: v for f in found for k, v in f[name].items()} for name in found[0])
    show_races(races)
    show_paces(paces)
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    file = folder / f"peers-{datetime.now(UTC).date()}.json"
    file.write_text(json.dumps({"races": races, "paces": paces}, indent=2))
    print(f"written to {file.relative_to(ROOT)}")


def show_races(races: dict) -> None:
    columns = ["rounds", "once", "never", "twice", "error"]
    print(
        f"\n{'the step after the join opened':46}", *(f"{name:>7}" for name in columns), "  ms"
    )
    for name, race in races.items():
        cells = (f"{race[column]:7}" for column in columns)
        print(f"{name:46}", *cells, f"{race['median_ms']:4.0f}")
        for error, times in race["errors"].items():
            print(f"    {times} × {error}")


def show_paces(paces: dict) -> None:
    print(f"\n{'per second, one thread':46} {'create 25':>10} {'one act':>10}")
    ours = paces["this portal"]
    for name, pace in paces.items():
        print(f"{name:46} {pace['create']:10.1f} {pace['act']:10.1f}", end="")
        print(
            f"   ours × {ours['create'] / pace['create']:.1f}, {ours['act'] / pace['act']:.1f}"
        )


if __name__ == "__main__":
    main()
