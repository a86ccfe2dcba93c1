"""How long a program takes from its source to its end (plan B1)."""

import shutil
import tempfile

from harness.model import Benchmark, Contestant, Goal, Metric
from harness.programs import BENCHMARKS_FOLDER, EXAMPLES, execute, seconds_of


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


METRICS = {"cold": Metric("nothing cached", "s"), "warm": Metric("unchanged rerun", "s")}


def goals(reference_seconds):
    """The reference compiler's time on such a machine was measured once, by hand."""
    return [Goal("B1", f"nothing cached, s; a fifth of the reference's {reference_seconds} s", "cold", f"<= {reference_seconds / 5:.3g}",
                 f"<= {reference_seconds / 10:.3g}"),
            Goal("B1", "unchanged rerun, s", "warm", "<= 0.1", "<= 0.05")]


BENCHMARKS = [
    Benchmark("hello", "hello world from source to exit", METRICS, source_to_exit(BENCHMARKS_FOLDER / "programs" / "hello.rg"),
              goals=goals(1.24)),
    Benchmark("daxpy_start", "examples/daxpy.rg from source to exit", METRICS, source_to_exit(EXAMPLES / "daxpy.rg"), goals=goals(1.6)),
]
