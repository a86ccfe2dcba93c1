"""The benchmarks: what is measured, and against whom."""

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


def build_peer(name):
    def prepare(place):
        output = place.folder / f"peer_{name}"
        execute(["clang++-19", "-std=c++20", "-O3", "-march=native", "-fopenmp", "-fuse-ld=lld",
                 HERE / "peers" / f"{name}.cpp", "-o", output])
        return output

    return prepare


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
]
