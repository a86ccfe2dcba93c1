#!/usr/bin/env python3
"""Measures Palatine and its peers in turns: `./dev bench [NAMES] [--quick] [--write]`.

Each benchmark has contestants; one round runs each of them once, so that whatever slows the machine down slows all of
them. Reported are medians over the rounds with the lowest and the highest value. Results go to build/bench/results.json.
"""

import argparse
import json
import os
import platform
import re
import statistics
import sys
from pathlib import Path

from definitions import BENCHMARKS, Workplace

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def machine():
    cpu = "unknown processor"
    memory_gb = 0
    try:
        cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
        memory_gb = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) // 1000000
    except (OSError, TypeError):
        pass
    return {"cpu": cpu, "cores": os.cpu_count(), "memory_gb": memory_gb, "system": platform.platform()}


def measure(benchmark, place):
    """{metric: {contestant: [values of all rounds]}}"""
    contestants = [(c, c.prepare(place)) for c in benchmark.contestants]
    values = {}
    rounds = benchmark.quick_rounds if place.is_quick else benchmark.rounds
    for number in range(rounds):
        # Every other round runs backwards, so that nobody always follows the same one.
        for contestant, prepared in contestants if number % 2 == 0 else reversed(contestants):
            for metric, value in contestant.run(place, prepared).items():
                values.setdefault(metric, {}).setdefault(contestant.name, []).append(value)
        print(f"  {benchmark.name}: round {number + 1} of {rounds}", file=sys.stderr)
    return values


def summary(values):
    return {metric: {who: {"median": statistics.median(v), "low": min(v), "high": max(v), "rounds": len(v)}
                     for who, v in by_contestant.items()}
            for metric, by_contestant in values.items()}


def number(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def table(results, names):
    host = results["machine"]
    lines = [f"{host['cpu']}, {host['cores']} cores, {host['memory_gb']} GB{'; quick run' if results['quick'] else ''}", "",
             "| benchmark | what | unit | value | target |", "|---|---|---|---|---|"]
    for benchmark in BENCHMARKS:
        if benchmark.name not in names:
            continue
        measured = results["benchmarks"][benchmark.name]
        for metric, by_contestant in measured.items():
            info = benchmark.metrics[metric]
            for who, s in by_contestant.items():
                target = info.target if who == "palatine" else ""
                lines.append(f"| {benchmark.name} | {info.text}, {who} | {info.unit} | "
                             f"{number(s['median'])} [{number(s['low'])} .. {number(s['high'])}] | {target} |")
        for text, value, target in benchmark.ratios(measured):
            lines.append(f"| {benchmark.name} | {text} | | {number(value)} | {target} |")
    return "\n".join(lines)


def rows_of(text):
    """{benchmark: its lines}"""
    rows = {}
    for line in text.splitlines():
        if line.startswith("| "):
            rows.setdefault(line.split("|")[1].strip(), []).append(line)
    return rows


def write_table(text, names):
    """Rows of benchmarks that were not measured stay as they are."""
    path = ROOT / "docs/performance.md"
    before, rest = path.read_text().split(BEGIN)
    old, after = rest.split(END)
    old_rows, new_rows = rows_of(old), rows_of(text)
    lines = text.splitlines()[:4]
    for benchmark in BENCHMARKS:
        lines += (new_rows if benchmark.name in names else old_rows).get(benchmark.name, [])
    path.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="benchmarks; all where none is named")
    parser.add_argument("--palatine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--write", action="store_true", help="put what was measured into the table of docs/performance.md")
    options = parser.parse_args()
    if options.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:12} {benchmark.text}")
        return 0
    unknown = set(options.names) - {b.name for b in BENCHMARKS}
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    names = options.names or [b.name for b in BENCHMARKS]

    place = Workplace(palatine=Path(options.palatine).resolve(), folder=ROOT / "build/bench", is_quick=options.quick)
    place.folder.mkdir(parents=True, exist_ok=True)
    results = {"machine": machine(), "quick": options.quick, "benchmarks": {}}
    for benchmark in BENCHMARKS:
        if benchmark.name in names:
            results["benchmarks"][benchmark.name] = summary(measure(benchmark, place))
    (place.folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    text = table(results, names)
    print(text)
    if options.write:
        write_table(text, names)
    return 0


if __name__ == "__main__":
    sys.exit(main())
