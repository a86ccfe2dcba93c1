"""How long a program takes from its source to its end, and where the time goes (plan B1)."""

import os
import re
import shutil
import subprocess
import tempfile
import time

from harness.growth import slopes
from harness.model import Benchmark, Contestant, Goal, Metric, Peer
from harness.programs import BENCHMARKS_FOLDER, CLANG, EXAMPLES, Failed, execute, seconds_of

PHASES = {"front": ("cimport", "specialize", "check", "passes", "lua"), "emit": ("emit",), "clang": ("clang",), "lld": ("lld",)}


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


# ---- to an executable, by phase --------------------------------------------------------------------------------------


def timed(command, **environment):
    """(what it says on the error stream, seconds, peak memory in MB) of a command that must succeed"""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen([str(word) for word in command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        errors.seek(0)
        text = errors.read()
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} gave exit code {child.returncode}\n{text}")
    return text, seconds, usage.ru_maxrss / 1024


def phases_of(text):
    """{phase: seconds} of the line that --timing prints"""
    line = re.search(r"times in ms:(.*)", text)
    if not line:
        raise Failed(f"--timing printed no times: {text}")
    words = line[1].split()
    times = dict(zip(words[::2], map(float, words[1::2])))
    return {phase: 1e-3 * sum(times.get(name, 0.0) for name in names) for phase, names in PHASES.items()}


def build_of(source):
    def run(place, prepared):
        cache = tempfile.mkdtemp(prefix="cold-", dir=place.folder)
        try:
            text, seconds, memory = timed([place.palatine, "build", "--timing", source, "-o", place.folder / "built"], PALATINE_CACHE_DIR=cache)
        finally:
            shutil.rmtree(cache)
        return {"total": seconds, "memory": memory, **phases_of(text)}

    return Contestant("palatine", lambda place: None, run)


def build_of_cpp(source, *flags):
    def run(place, prepared):
        _, seconds, memory = timed([CLANG, "-std=c++20", "-O2", "-march=native", "-fopenmp", "-fuse-ld=lld", source, "-o",
                                    place.folder / "built_cpp", *flags])
        return {"total": seconds, "memory": memory}

    return Contestant("clang++ -O2, the peer in C++", lambda place: None, run)


BUILD_METRICS = {"total": Metric("source to executable", "s"), "memory": Metric("peak memory", "MB"), "front": Metric("front end", "s"),
                 "emit": Metric("emitting C++", "s"), "clang": Metric("Clang and LLVM", "s"), "lld": Metric("linking", "s")}


def build_benchmark(name, source, peer):
    return Benchmark(f"build_{name}", f"{source}.rg and its peer in C++ from source to executable", BUILD_METRICS,
                     [build_of(BENCHMARKS_FOLDER / f"{source}.rg"), build_of_cpp(BENCHMARKS_FOLDER / f"{peer}.cpp")],
                     rounds=5, quick_rounds=1,
                     goals=[Goal("B1", "source to executable, s, beside clang++", "total", "", "<= 1.3", peer=Peer("total"))])


# ---- long programs ---------------------------------------------------------------------------------------------------

TASK = """task step_{k}(r : region(ispace(int1d), cell), n : int, f : double) : double
where reads(r.a), reads writes(r.b) do
  var sum = 0.0
  var count : int = 0
  for i in r do
    var x = r[i].a * f + {k}.5
    if x > 10.0 then
      x = x / 2.0
      count += 1
    elseif x < -10.0 then
      x = -x
    end
    r[i].b += x
    sum += x
  end
  while count > n do
    count = count - {k} % 7 - 1
    sum = sum + double(count)
  end
  return sum
end
"""


def long_program(lines):
    tasks = max(lines // (TASK.count("\n") + 2), 1)
    parts = ['import "regent"\nfspace cell { a : double, b : double }\n']
    parts += [TASK.format(k=k) for k in range(tasks)]
    parts.append("task main()\n  var r = region(ispace(int1d, 10), cell)\n  fill(r.{a, b}, 1.0)\n  var total = 0.0\n")
    parts += [f"  total += step_{k}(r, {k}, 1.0)\n" for k in range(tasks)]
    parts.append("end\nregentlib.start(main)\n")
    return "".join(parts)


def line_counts(place):
    return (1500, 6000) if place.is_quick else (1500, 6000, 25000, 50000, 100000)


def write_long_programs(place):
    found = {}
    for lines in line_counts(place):
        path = place.folder / f"long_{lines}.rg"
        text = long_program(lines)
        path.write_text(text)
        found[text.count("\n")] = path
    return found


def check_long_programs(place, programs):
    found = {f"check:{lines}": seconds_of([place.palatine, "check", path]) for lines, path in programs.items()}
    largest = max(programs)
    return found | {"rate": 1e-3 * largest / found[f"check:{largest}"]}


BENCHMARKS = [
    Benchmark("hello", "hello world from source to exit", METRICS, source_to_exit(BENCHMARKS_FOLDER / "programs" / "hello.rg"),
              goals=goals(1.24)),
    Benchmark("daxpy_start", "examples/daxpy.rg from source to exit", METRICS, source_to_exit(EXAMPLES / "daxpy.rg"), goals=goals(1.6)),
    build_benchmark("circuit", "programs/circuit", "peers/circuit_openmp"),
    build_benchmark("stencil", "programs/stencil", "peers/stencil_openmp"),
    build_benchmark("metg", "metg/metg", "metg/openmp_tasks"),
    Benchmark("front_end", "`check` of generated programs of up to 10^5 lines",
              {"rate": Metric("lines of the longest", "1000/s"), "slope_check": Metric("slope of the time over lines", "")},
              [Contestant("palatine", write_long_programs, check_long_programs)], rounds=3, quick_rounds=1, derive=slopes,
              goals=[Goal("B1", "lines of the longest program, 1000/s", "rate", "", ">= 500"),
                     Goal("B1", "slope of the time over lines", "slope_check", "<= 1.05")]),
]
