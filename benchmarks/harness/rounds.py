"""Runs the contestants of a benchmark in turns, and leaves out what neighbours have disturbed."""

import os
import resource
import statistics
import sys
import time
from pathlib import Path

from harness.model import OURS, Benchmark, Workplace
from harness.programs import Failed

# Shares of the machine's time: more than this taken by the hypervisor, or by processes that are not ours, disturbs a run.
MAX_STOLEN = 0.02
MAX_OTHERS = 0.10


class Load:
    """What happened on the machine since it was made."""

    def __init__(self):
        self.start = self._now()

    @staticmethod
    def _now():
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        self_usage = resource.getrusage(resource.RUSAGE_SELF)
        own_seconds = own.ru_utime + own.ru_stime + self_usage.ru_utime + self_usage.ru_stime
        ticks = os.sysconf("SC_CLK_TCK")
        try:
            fields = [int(word) / ticks for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        except (OSError, ValueError):
            fields = [0.0] * 8
        user, nice, system, _, _, irq, softirq, stolen = fields
        return time.monotonic(), user + nice + system + irq + softirq, stolen, own_seconds

    def shares(self):
        """(stolen, used by others) as shares of the time of all cores"""
        wall, busy, stolen, own = (now - then for now, then in zip(self._now(), self.start))
        available = max(wall * (os.cpu_count() or 1), 1e-3)
        return stolen / available, max(busy - own, 0.0) / available

    def is_disturbed(self):
        stolen, others = self.shares()
        # A tick of the clock is all that short runs can see.
        slack = 2.5 / os.sysconf("SC_CLK_TCK") / max(time.monotonic() - self.start[0], 1e-3)
        return stolen > MAX_STOLEN + slack or others > MAX_OTHERS + slack


def without_failed_peers(benchmark, contestants, step):
    """The contestants for which step(contestant) succeeds, with what it gave, and what the others said. Ours must succeed."""
    found, failures = [], {}
    for contestant in contestants:
        try:
            found.append((contestant, step(contestant)))
        except Failed as failure:
            if contestant.name == OURS:
                raise
            print(f"bench: {benchmark.name} goes on without {contestant.name}: {failure}", file=sys.stderr)
            failures[contestant.name] = str(failure)
    return found, failures


def measure(benchmark: Benchmark, place: Workplace):
    """({metric: {contestant: [values of all rounds]}}, number of disturbed runs that were kept, {peer: why it failed})

    A disturbed run is repeated, as long as there are fewer repetitions than half of the runs and time is left; then it counts.
    """
    contestants, failures = without_failed_peers(benchmark, benchmark.contestants, lambda c: c.prepare(place))
    prepared = {contestant.name: what for contestant, what in contestants}
    contestants = [contestant for contestant, _ in contestants]
    values = {}
    rounds = benchmark.quick_rounds if place.is_quick else benchmark.rounds
    repetitions = 0 if place.is_quick else len(contestants) * rounds // 2
    disturbed = 0

    def run(contestant):
        nonlocal repetitions, disturbed
        load = Load()
        found = contestant.run(place, prepared[contestant.name])
        while load.is_disturbed() and repetitions and time.monotonic() < place.repeats_until:
            repetitions -= 1
            load = Load()
            found = contestant.run(place, prepared[contestant.name])
        disturbed += load.is_disturbed()
        return found

    for number in range(rounds):
        # Who begins changes, and every other round runs backwards, so that nobody always follows the same one.
        shift = number // 2 % len(contestants)
        order = contestants[shift:] + contestants[:shift]
        done, failed = without_failed_peers(benchmark, order if number % 2 == 0 else order[::-1], run)
        failures |= failed
        contestants = [c for c in contestants if c.name not in failed]
        in_round = {contestant.name: found for contestant, found in done}
        benchmark.verify(in_round)
        for who, found in in_round.items():
            for metric, value in found.items():
                values.setdefault(metric, {}).setdefault(who, []).append(value)
        print(f"  {benchmark.name}: round {number + 1} of {rounds}", file=sys.stderr)
    return values, disturbed, failures


def summary(values):
    """{metric: {contestant: {median, low, high, rounds}}}; values that are no numbers are left out."""
    return {metric: {who: {"median": statistics.median(v), "low": min(v), "high": max(v), "rounds": len(v)}
                     for who, v in by_contestant.items()}
            for metric, by_contestant in values.items()
            if all(isinstance(x, (int, float)) for v in by_contestant.values() for x in v)}
