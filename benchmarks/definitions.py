"""The benchmarks: what is measured, and against whom."""

import json
import math
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples"


@dataclass
class Workplace:
    palatine: Path
    folder: Path
    is_quick: bool


@dataclass
class Contestant:
    name: str
    # Builds what is needed; its result goes to `run`, which gives {metric: value}.
    prepare: Callable
    run: Callable


@dataclass
class Metric:
    text: str
    unit: str
    target: str = ""


@dataclass
class Benchmark:
    name: str
    text: str
    metrics: dict
    contestants: list
    rounds: int = 7
    quick_rounds: int = 3
    # From the summary: [(text, value, target)].
    ratios: Callable = field(default=lambda measured: [])


def execute(command, **environment):
    done = subprocess.run([str(word) for word in command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} gave exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds_of(command, **environment):
    start = time.monotonic()
    execute(command, **environment)
    return time.monotonic() - start


def labelled_numbers(text):
    """{label: [numbers]} of lines `label number`."""
    numbers = {}
    for line in text.splitlines():
        label, _, value = line.partition(" ")
        numbers.setdefault(label, []).append(float(value))
    return numbers


def build_program(name):
    def prepare(place):
        output = place.folder / name
        execute([place.palatine, "build", HERE / "programs" / f"{name}.rg", "-o", output])
        return output

    return prepare


def build_peer(name, *libraries):
    def prepare(place):
        output = place.folder / f"peer_{name}"
        execute(["clang++-19", "-std=c++20", "-O3", "-march=native", "-fopenmp", "-fuse-ld=lld",
                 HERE / "peers" / f"{name}.cpp", "-o", output, *libraries])
        return output

    return prepare


def build_micro(name):
    """A program of micro/, in the build of the command that is measured."""

    def prepare(place):
        build = place.palatine.parent.parent
        execute(["cmake", "-DPALATINE_BENCHMARKS=ON", build])
        execute(["cmake", "--build", build, "--target", f"bench_{name}"])
        return build / "bin" / f"bench_{name}"

    return prepare


def run_micro(cases, repetitions=25):
    """`cases`: {metric: (benchmark's name, its number, factor)}. The best of many short repetitions, as in the peers."""

    def run(place, program):
        names = "|".join(f"^{name}$" for name, _, _ in cases.values())
        text = execute([program, f"--benchmark_filter={names}", "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
                        f"--benchmark_min_time={0.004 if place.is_quick else 0.01}"])
        found = {}
        for entry in json.loads(text)["benchmarks"]:
            if entry["run_type"] == "iteration":
                found.setdefault(entry["run_name"], []).append(entry)
        best = {True: max, False: min}
        return {metric: best[number.endswith("_per_second")](entry[number] for entry in found[name]) * factor
                for metric, (name, number, factor) in cases.items()}

    return run


def run_labelled(place, program):
    return {label: values[-1] for label, values in labelled_numbers(execute([program])).items()}


def threads():
    return "2"


# ---- how long a program takes from its source to its end -------------------------------------------------------------


def source_to_exit(program):
    def prepare(place):
        cache = place.folder / "warm-cache"
        execute([place.palatine, "run", program], PALATINE_CACHE_DIR=str(cache))
        return cache

    def run(place, warm_cache):
        cold_cache = tempfile.mkdtemp(prefix="cold-", dir=place.folder)
        try:
            cold = seconds_of([place.palatine, "run", program], PALATINE_CACHE_DIR=cold_cache)
        finally:
            shutil.rmtree(cold_cache)
        return {"cold": cold, "warm": seconds_of([place.palatine, "run", program], PALATINE_CACHE_DIR=str(warm_cache))}

    return [Contestant("palatine", prepare, run)]


def start_metrics(reference):
    return {"cold": Metric("nothing cached", "s", f"<= 0.45 (reference compiler: {reference})"),
            "warm": Metric("unchanged rerun", "s", "<= 0.1")}


# ---- DAXPY ---------------------------------------------------------------------------------------------------------


def daxpy_size(place):
    return "10000000" if place.is_quick else "100000000"


def best_bandwidth(place, text):
    # The first repetition of ours and of the peer pays for what is done once; medians over rounds take the rest.
    seconds = labelled_numbers(text)["seconds"]
    return {"bandwidth": 24e-9 * int(daxpy_size(place)) / min(seconds)}


def run_daxpy(place, program):
    return best_bandwidth(place, execute([program, "-n", daxpy_size(place), "-b", threads(), "-r", "8",
                                          "-ll:cpu", threads(), "-ll:csize", "4000"]))


def run_daxpy_openmp(place, program):
    return best_bandwidth(place, execute([program, daxpy_size(place), "8"], OMP_NUM_THREADS=threads(),
                                         OMP_PROC_BIND="true"))


def daxpy_ratio(measured):
    by = measured["bandwidth"]
    if len(by) < 2:
        return []
    return [("ours / C++ with OpenMP", by["palatine"]["median"] / by["C++ with OpenMP"]["median"], ">= 0.95")]


def run_triad(place, program):
    text = execute([program, "20000000" if not place.is_quick else "5000000"], OMP_NUM_THREADS=threads())
    return {"triad": labelled_numbers(text)["triad"][0]}


# ---- launches ------------------------------------------------------------------------------------------------------


def run_launches(place, program):
    text = execute([program, "-ll:cpu", threads()])
    return {label: values[-1] for label, values in labelled_numbers(text).items()}


def run_openmp_tasks(place, program):
    return {label: values[-1] for label, values in labelled_numbers(execute([program], OMP_NUM_THREADS=threads())).items()}


# ---- the low-level runtime -----------------------------------------------------------------------------------------

NS = 1e9
GB = 1e-9

EVENTS = {
    "chain": ("event_chain", "per_item", NS),
    "fan_out": ("event_fan_out/65536", "per_item", NS),
    "fan_in": ("event_fan_in/65536", "per_item", NS),
}
ALLOCATION = {
    "immediate": ("instance_immediate_pair", "real_time", 1),
    "deferred": ("instance_chain/1000", "per_item", NS),
    "planned": ("planner_deferred_pair/100000", "real_time", 1),
}
COPIES = {
    "contiguous": ("copy_large/0/0/1/1/real_time", "bytes_per_second", GB),
    "aos_soa": ("copy_large/1/0/8/1/real_time", "bytes_per_second", GB),
    "soa_aos": ("copy_large/0/1/8/1/real_time", "bytes_per_second", GB),
    "transpose": ("copy_large/0/2/1/1/real_time", "bytes_per_second", GB),
    "gather": ("gather_or_scatter/0/0/real_time", "per_item", NS),
    "small": ("copy_small/64", "real_time", 1),
}
PARTITIONS = {
    f"{what}_{order}": (f"{what}/elements:10000000/pieces:64/order:{number}", "per_item", NS)
    for what in ("by_field", "image", "preimage") for number, order in ((1, "clustered"), (2, "random"))
}


# ---- the pool: patterns of allocating and freeing; {metric: (benchmark, number, factor)} for an allocator of pool.cpp


def pool_cases(allocator):
    def time_of(name):
        return (name, "per_operation", NS)

    def at(pattern, argument):
        return time_of(f"{pattern}<{allocator}>/{argument}")

    cases = {name: time_of(f"one_size<{allocator}, FreeOrder::{order}>/live:1000")
             for name, order in (("lifo", "last_first"), ("fifo", "first_first"), ("shuffled", "shuffled"))}
    cases |= {"live_10": at("random_sizes", "live:10"), "live_100000": at("random_sizes", "live:100000"),
              "random": at("random_allocations", "operations:100000/mib:1"),
              "holes_10": at("separated_holes", "holes:10"), "holes_65536": at("separated_holes", "holes:65536"),
              "pending_10": at("streams_with_pending", "pending:10"), "pending_100000": at("streams_with_pending", "pending:100000"),
              "thread_1": (f"threads_and_streams<{allocator}>/real_time/threads:1", "real_time", 0.5),
              "threads_2": (f"threads_and_streams<{allocator}>/real_time/threads:2", "real_time", 0.5)}
    if allocator == "PoolUnderTest":
        cases |= {"seen": time_of("producer_consumer<PoolUnderTest, Proof::event_seen>/pending:100000"),
                  "order": time_of("producer_consumer<PoolUnderTest, Proof::known_order>/pending:100000"),
                  "growth": time_of("growth_and_trim/live:100000"),
                  "reserved": ("reserved_over_live/iterations:1", "reserved_over_live", 1)}
    return cases


# How time grows with a number n: the exponent of n.
SLOPES = {"slope_live": ("live_10", "live_100000", 1e4), "slope_holes": ("holes_10", "holes_65536", 6553.6),
          "slope_pending": ("pending_10", "pending_100000", 1e4)}


def run_pool(allocator):
    run = run_micro(pool_cases(allocator), 5)

    def run_with_slopes(place, program):
        found = run(place, program)
        found |= {slope: math.log(found[many] / found[few]) / math.log(factor) for slope, (few, many, factor) in SLOPES.items()}
        return found

    return run_with_slopes


POOL = {
    "lifo": Metric("1000 of 2 KiB, freed last first", "ns", "<= 60"),
    "fifo": Metric("the same, first first", "ns", "<= 60"),
    "shuffled": Metric("the same, shuffled", "ns", "<= 60"),
    "live_10": Metric("64 to 4096 bytes, 10 live", "ns", "<= 60"),
    "live_100000": Metric("the same, 10^5 live", "ns"),
    "slope_live": Metric("slope over live", ""),
    "random": Metric("up to 1 MiB, 10^5 operations", "ns", "<= 60"),
    "holes_10": Metric("beside 10 holes that do not fit", "ns", "<= 60"),
    "holes_65536": Metric("beside 65536", "ns", "<= 60"),
    "slope_holes": Metric("slope over holes", "", "<= 0.1"),
    "pending_10": Metric("8 streams, 10 pending", "ns", "<= 60"),
    "pending_100000": Metric("8 streams, 10^5 pending", "ns", "<= 60"),
    "slope_pending": Metric("slope over pending", "", "<= 0.1"),
    "seen": Metric("freed on one stream, taken by another, event seen", "ns", "<= 150"),
    "order": Metric("the same, by the known order", "ns", "<= 150"),
    "thread_1": Metric("one thread with its stream", "ns", "<= 60"),
    "threads_2": Metric("two threads, each with its stream, all operations", "ns"),
    "growth": Metric("growing to 10^5 blocks of 2 KiB and giving back", "ns"),
    "reserved": Metric("reserved / live, peaks", "", "<= 1.15"),
}


def copy_ratios(measured):
    def median(metric, who):
        return measured[metric][who]["median"]

    stream = median("stream", "C++ by hand")
    return [(f"{text} / streaming copy", median(metric, "palatine") / stream, target)
            for metric, text, target in (("contiguous", "contiguous", ">= 0.95"), ("aos_soa", "structures to columns", ">= 0.7"),
                                         ("soa_aos", "columns to structures", ">= 0.7"), ("transpose", "transpose", ">= 0.7"))
            ] + [("gather by hand / ours", median("gather", "C++ by hand") / median("gather", "palatine"), ">= 1")]


def partition_ratios(measured):
    return [(f"by hand / ours, {metric}", by["C++ by hand"]["median"] / by["palatine"]["median"], "")
            for metric, by in measured.items() if len(by) == 2]


BENCHMARKS = [
    Benchmark("machine", "what memory can do, two threads", {"triad": Metric("triad", "GB/s")},
              [Contestant("C++ with OpenMP", build_peer("triad"), run_triad)], rounds=3, quick_rounds=1),
    Benchmark("hello", "hello world from source to exit", start_metrics("1.24 s"),
              source_to_exit(HERE / "programs" / "hello.rg")),
    Benchmark("daxpy_start", "examples/daxpy.rg from source to exit", start_metrics("1.6 s"),
              source_to_exit(EXAMPLES / "daxpy.rg")),
    Benchmark("daxpy", "DAXPY over 10^8 elements, two workers", {"bandwidth": Metric("bandwidth", "GB/s")},
              [Contestant("palatine", build_program("daxpy_bandwidth"), run_daxpy),
               Contestant("C++ with OpenMP", build_peer("daxpy_openmp"), run_daxpy_openmp)],
              rounds=5, quick_rounds=2, ratios=daxpy_ratio),
    Benchmark("launch", "what launching an empty task costs, two workers",
              {"chain": Metric("tasks that write one region", "us", "<= 2"),
               "readers": Metric("tasks that read one region", "us", "<= 2"),
               "pieces": Metric("tasks on pieces of one region", "us", "<= 2"),
               "point": Metric("point of an index launch", "us", "<= 0.5")},
              [Contestant("palatine", build_program("launches"), run_launches),
               Contestant("C++ with OpenMP", build_peer("tasks_openmp"), run_openmp_tasks)]),
    Benchmark("events", "events of the low-level runtime, made and triggered, one core",
              {"chain": Metric("link of a chain", "ns", "<= 15"), "fan_out": Metric("one of 65536 waiters", "ns"),
               "fan_in": Metric("one of 65536 inputs", "ns")},
              [Contestant("palatine", build_micro("runtime"), run_micro(EVENTS)),
               Contestant("oneTBB flow graph", build_peer("events_tbb", "-ltbb"), run_labelled)], rounds=3, quick_rounds=1),
    Benchmark("allocation", "instances made and destroyed, one core",
              {"immediate": Metric("instance, at once", "ns", "<= 3 x mimalloc"),
               "deferred": Metric("instance, chained on the one before", "ns"),
               "planned": Metric("the plan for one of 10^5 outstanding", "ns", "<= 60")},
              [Contestant("palatine", build_micro("data"), run_micro(ALLOCATION)),
               Contestant("mimalloc", build_peer("allocation_mimalloc", "-lmimalloc"), run_labelled)], rounds=3, quick_rounds=1),
    Benchmark("pool", "allocating and freeing across streams, an operation", POOL,
              [Contestant(name, build_micro("pool"), run_pool(allocator))
               for name, allocator in (("palatine", "PoolUnderTest"), ("palatine with caches of streams", "CachedPool"),
                                       ("malloc", "Malloc"), ("mimalloc", "Mimalloc"))],
              rounds=3, quick_rounds=1),
    Benchmark("copies", "copies of 32 MiB, one core",
              {"contiguous": Metric("contiguous", "GB/s"), "aos_soa": Metric("structures of 8 fields to columns", "GB/s"),
               "soa_aos": Metric("columns to structures of 8 fields", "GB/s"), "transpose": Metric("transpose, 8 bytes", "GB/s"),
               "memcpy": Metric("memcpy", "GB/s"), "stream": Metric("with streaming stores", "GB/s"),
               "gather": Metric("element of a random gather", "ns"), "small": Metric("copy of 64 bytes", "ns", "<= 80")},
              [Contestant("palatine", build_micro("data"), run_micro(COPIES)),
               Contestant("C++ by hand", build_peer("copies_by_hand"), run_labelled)],
              rounds=5, quick_rounds=1, ratios=copy_ratios),
    Benchmark("partitions", "10^7 elements, 64 pieces, one core",
              {metric: Metric(metric.replace("_", " ") + " pointers", "ns an element") for metric in PARTITIONS},
              [Contestant("palatine", build_micro("spaces"), run_micro(PARTITIONS, 3)),
               Contestant("C++ by hand", build_peer("partitions_by_hand"), run_labelled)],
              rounds=3, quick_rounds=1, ratios=partition_ratios),
]
