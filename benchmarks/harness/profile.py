"""Where our own time goes in benchmarks whose targets are missed: one more run under Linux's perf."""

import re
import shutil
import subprocess
from pathlib import Path

from harness.model import OURS
from harness.programs import Failed

TOP = 8
LINE = re.compile(r"^\s*(\d+\.\d+)%\s+(\S+)\s+\[[.k]\]\s+(.*\S)\s*$")


def is_available():
    return shutil.which("perf") is not None


def parse(text):
    """[(percent, function)] of `perf report --stdio --sort dso,symbol`, the largest first; the kernel's as one."""
    found, kernel = [], 0.0
    for line in text.splitlines():
        parts = LINE.match(line)
        if not parts:
            continue
        percent, place, symbol = float(parts[1]), parts[2], parts[3]
        if place.startswith("[kernel"):
            kernel += percent
        else:
            # Columns that perf adds to some reports; arguments make names of C++ long and say little.
            symbol = re.sub(r"(\s+-)+$", "", symbol).replace("(anonymous namespace)::", "")
            found.append((percent, re.sub(r"\(.*", "", symbol)))
    if kernel:
        found.append((round(kernel, 2), "the kernel"))
    return sorted(found, reverse=True)


def profile(benchmark, place):
    """[(percent, function)] of the run of our contestant, [] where it is no program that perf can run."""
    contestant = next((c for c in benchmark.contestants if c.name == OURS), None)
    prepared = contestant.prepare(place) if contestant else None
    if not isinstance(prepared, Path) or not prepared.is_file():
        return []
    data = place.folder / f"{benchmark.name}.perf"
    wrapper = place.folder / f"profiled_{prepared.name}"
    wrapper.write_text(f'#!/bin/sh\nexec perf record -q -o "{data}" -- "{prepared}" "$@"\n')
    wrapper.chmod(0o755)
    try:
        (benchmark.profile_run or contestant.run)(place, wrapper)
        done = subprocess.run(["perf", "report", "-i", data, "--stdio", "--sort", "dso,symbol", "--percent-limit", "0.5"],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    except (Failed, subprocess.TimeoutExpired):
        return []
    finally:
        data.unlink(missing_ok=True)
    return parse(done.stdout)[:TOP]
