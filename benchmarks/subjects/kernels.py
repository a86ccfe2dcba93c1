"""Programs in the language beside C++ with OpenMP (plan B10)."""

from harness.model import Benchmark, Contestant, Goal, Metric, Peer
from harness.programs import THREADS, build_peer, build_program, execute, labelled_numbers

OPENMP = "C++ with OpenMP"


def daxpy_size(place):
    return "10000000" if place.is_quick else "100000000"


def best_bandwidth(place, text):
    # The first repetition of ours and of the peer pays for what is done once; medians over rounds take the rest.
    return {"bandwidth": 24e-9 * int(daxpy_size(place)) / min(labelled_numbers(text)["seconds"])}


def run_daxpy(place, program):
    return best_bandwidth(place, execute([program, "-n", daxpy_size(place), "-b", THREADS, "-r", "8",
                                          "-ll:cpu", THREADS, "-ll:csize", "4000"]))


def run_daxpy_openmp(place, program):
    return best_bandwidth(place, execute([program, daxpy_size(place), "8"], OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true"))


def triad_limit(results):
    return results.get("machine", {}).get("stream_triad", {}).get("limits", {}).get("median")


BENCHMARKS = [
    Benchmark("daxpy", "DAXPY over 10^8 elements, two workers", {"bandwidth": Metric("bandwidth", "GB/s")},
              [Contestant("palatine", build_program("daxpy_bandwidth"), run_daxpy),
               Contestant(OPENMP, build_peer("daxpy_openmp"), run_daxpy_openmp)],
              rounds=5, quick_rounds=2,
              goals=[Goal("B10", "bandwidth, GB/s", "bandwidth", ">= 0.97", ">= 1.0", peer=Peer("bandwidth", is_more_better=True),
                          limit=triad_limit)]),
]
