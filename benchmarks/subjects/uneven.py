"""METG's graphs with tasks of uneven lengths (plan B3): who is done with its own takes from others."""

from harness.model import Benchmark, Goal, Metric, Peer, median
from harness.programs import THREADS
from subjects.metg import CHECK, LIMIT, contestants, sweep, verify

WIDTHS = (2, 8)
GRAPHS = 4
# The mean of the tasks' iterations, and how long those take.
SIZES = {2**10: 3, 2**12: 12, 2**14: 50}


def arguments(place, width):
    imbalance = 2
    return ["nearest", width, GRAPHS, 0.01 if place.is_quick else 0.1, THREADS, imbalance, *SIZES]


def rates(found):
    return {f"rate_{size}": operations / seconds for size, (_, seconds, _, operations) in found.items()}


def derive(measured):
    peak = median(measured, "peak", LIMIT)
    if not peak:
        return {}
    return {f"efficiency_{size}": {who: {part: value / peak if part != "rounds" else value for part, value in summary.items()}
                                   for who, summary in measured[f"rate_{size}"].items() if who != CHECK}
            for size in SIZES}


def goals():
    largest = max(SIZES)
    # The plan's target is for large tasks; the others show from where on stealing pays.
    found = [Goal("B3", f"efficiency of tasks of {us} us, from none to twice that", f"efficiency_{size}", ">= 1.0" if size == largest else "",
                  peer=Peer(f"efficiency_{size}", is_more_better=True)) for size, us in SIZES.items()]
    return found + [Goal("B3", f"the same of {SIZES[largest]} us, alone", f"efficiency_{largest}", "", ">= 0.95")]


METRICS = {f"efficiency_{size}": Metric(f"efficiency of tasks of 0 to {2 * us} us", "of peak") for size, us in SIZES.items()}

BENCHMARKS = [
    Benchmark(f"metg_uneven_{width}", f"METG's graphs with uneven tasks, {GRAPHS} graphs of nearest 5, {width} tasks a row, two cores", METRICS,
              contestants(sweep(lambda place, width=width: arguments(place, width), lambda place: SIZES, rates), False),
              rounds=3, quick_rounds=1, goals=goals(), derive=derive, verify=verify)
    for width in WIDTHS
]
