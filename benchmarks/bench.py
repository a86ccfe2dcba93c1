#!/usr/bin/env python3
"""Measures Palatine and its peers in turns: `./dev bench [NAMES] [--quick] [--write] [--plot]`.

Each benchmark has contestants; one round runs each of them once, so that whatever slows the machine down slows all of
them. Reported are medians over the rounds with the lowest and the highest value. What runs are measured is in subjects/,
how they are in harness/. Results go to build/bench/results.json, of a quick run to build/bench/quick.json.
"""

import argparse
import fnmatch
import json
import sys
import time
from pathlib import Path

from harness import plot, profile, report, rounds
from harness.model import Workplace
from harness.programs import Failed
from subjects import BENCHMARKS

# So that all of it stays under 40 minutes also on a machine that is never quiet.
SECONDS_OF_REPEATING = 22 * 60
ROOT = Path(__file__).resolve().parent.parent


def chosen(patterns):
    """The benchmarks that match one of the patterns, all where there is none; `machine`, whose limits the others need, too."""
    unmatched = [p for p in patterns if not any(fnmatch.fnmatch(b.name, p) for b in BENCHMARKS)]
    if unmatched:
        raise SystemExit(f"bench: no such benchmark: {', '.join(unmatched)}; `./dev bench --list` names them")
    if not patterns:
        return BENCHMARKS
    return [b for b in BENCHMARKS if any(fnmatch.fnmatch(b.name, p) for p in patterns)]


def run(benchmarks, place):
    results = {"machine": report.machine(ROOT), "quick": place.is_quick, "started": time.strftime("%Y-%m-%d %H:%M:%S"),
               "benchmarks": {}, "disturbed": {}, "failed": {}, "seconds": {}, "profiles": {}}
    for benchmark in benchmarks:
        start = time.monotonic()
        try:
            values, disturbed, failures = rounds.measure(benchmark, place)
        except Failed as failure:
            # One that fails must not cost the results of the others.
            print(f"bench: {benchmark.name} failed: {failure}", file=sys.stderr)
            results["failed"][benchmark.name] = str(failure)
            continue
        results["failed"] |= {f"{benchmark.name}: {who}": why for who, why in failures.items()}
        measured = rounds.summary(values)
        measured |= benchmark.derive(measured)
        results["benchmarks"][benchmark.name] = measured
        results["disturbed"][benchmark.name] = disturbed
        results["seconds"][benchmark.name] = round(time.monotonic() - start, 1)
    return results


def add_profiles(benchmarks, results, place):
    """Says for the benchmarks that miss a target where our time goes."""
    if not profile.is_available():
        print("bench: there is no perf (Debian's linux-perf), so no profiles of what is missed", file=sys.stderr)
        return
    missing = {b.name for b, _, e in report.goals(benchmarks, results) if e["is_must_met"] is False}
    for benchmark in benchmarks:
        if benchmark.name in missing:
            found = profile.profile(benchmark, place)
            if found:
                results["profiles"][benchmark.name] = found


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="benchmarks, also as patterns like 'metg_*'; all where none is named")
    parser.add_argument("--palatine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--write", action="store_true", help="put what was measured into docs/performance.md and docs/plots")
    parser.add_argument("--profile", action="store_true", help="run what misses a target once more under perf; --write does so too")
    parser.add_argument("--plot", action="store_true", help="draw growth curves to build/bench/plots")
    options = parser.parse_args()
    if options.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:18} {benchmark.text}")
        return 0
    benchmarks = chosen(options.names)

    place = Workplace(palatine=Path(options.palatine).resolve(), folder=ROOT / "build/bench", is_quick=options.quick,
                      repeats_until=time.monotonic() + SECONDS_OF_REPEATING)
    place.folder.mkdir(parents=True, exist_ok=True)
    results = run(benchmarks, place)
    if options.profile or options.write:
        add_profiles(benchmarks, results, place)
    (place.folder / ("quick.json" if options.quick else "results.json")).write_text(json.dumps(results, indent=1) + "\n")
    print(report.table(benchmarks, results))
    for line in report.missed(benchmarks, results):
        print(line, file=sys.stderr)
    print(f"bench: measured in {sum(results['seconds'].values()) / 60:.1f} minutes", file=sys.stderr)
    if options.plot or options.write:
        try:
            plot.draw(place.folder / "plots", benchmarks, results)
            if options.write:
                plot.draw(ROOT / "docs/plots", benchmarks, results, is_published=True)
        except ImportError:
            print("bench: no plots without matplotlib (Debian's python3-matplotlib)", file=sys.stderr)
    if options.write:
        path = ROOT / "docs/performance.md"
        plots = sorted(file.name for file in (ROOT / "docs/plots").glob("*.png"))
        path.write_text(report.write_into(path.read_text(), BENCHMARKS, results, plots))
    if results["failed"]:
        print(f"bench: failed: {'; '.join(results['failed'])}", file=sys.stderr)
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
