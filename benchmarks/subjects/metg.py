"""METG (plan B3): the smallest task at which half of the machine's speed is kept. metg/metg.h says what is run."""

import os

from harness.metg import floor_us, granularity_us, metg_us
from harness.model import Benchmark, Contestant, Goal, Metric, Other, Peer, Plot
from harness.programs import Failed, THREADS, build_peer, build_program, execute, package_flags

CORES = int(THREADS)
PATTERNS = {"stencil": ("stencil", 1), "nearest": ("nearest", 1), "spread": ("spread", 1), "four": ("nearest", 4)}
WIDTHS = (2, 8, 32)
LIMIT = "limit: loop with a barrier that spins"
CHECK = "sequential C++"
MPI = "Open MPI"
MPI_EACH = "Open MPI, a message a dependency"
UNTRACED = "palatine, without traces"
OPENMP_LLVM = "OpenMP tasks, LLVM"


def sizes(place):
    return [2**k for k in ((0, 4, 6, 8, 10, 12, 14) if place.is_quick else range(17))]


def arguments(place, pattern, width):
    name, graphs = PATTERNS[pattern]
    return [name, width, graphs, 0.005 if place.is_quick else 0.02, THREADS, 0, *sizes(place)]


def parse(text):
    """({iterations: (rows, seconds, checksum, floating-point operations)}, peak or None)"""
    found, peak = {}, None
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["size"] and len(words) == 6:
            found[int(words[1])] = (int(words[2]), float(words[3]), words[4], float(words[5]))
        elif words[:1] == ["peak"]:
            peak = float(words[1])
    return found, peak


def sweep(arguments_of, sizes_of, values_of):
    """How contestants run: sweep(...)(command, variables of the environment) is a contestant's `run`.

    `arguments_of(place)`, `sizes_of(place)`: the programs' arguments and the sizes among them; `values_of(found)`: the metrics
    from what `parse` gives.
    """

    def runner(command=lambda program, words: [program, *words], **environment):
        def run(place, program):
            found, peak = parse(execute(command(program, arguments_of(place)), **environment))
            if set(found) != set(sizes_of(place)):
                raise Failed(f"{program} gave not all sizes")
            values = values_of(found)
            values["checksums"] = {(size, rows): checksum for size, (rows, _, checksum, _) in found.items()}
            if peak:
                values["peak"] = peak
            return values

        return run

    return runner


def granularities(pattern, width):
    graphs = PATTERNS[pattern][1]

    def values(found):
        return {f"size_{size}": granularity_us(seconds, rows * width * graphs, CORES) for size, (rows, seconds, *_) in found.items()}

    return values


def verify(in_round):
    """All contestants must come to the sequential program's checksums, wherever they ran as many rows."""
    if CHECK not in in_round:
        raise Failed("METG: nothing to compare results with")
    expected = in_round[CHECK]["checksums"]
    for who, found in in_round.items():
        compared = [key for key in found["checksums"] if key in expected]
        # The largest tasks are slow enough for the rows to be the same.
        if not compared or any(found["checksums"][key] != expected[key] for key in compared):
            raise Failed(f"METG: {who} gives other results than the sequential program")


def flops(iterations):
    return 128 * iterations + 64


def curves(measured):
    """{contestant: [(granularity, efficiency)]}"""
    by_size = {int(metric[5:]): by for metric, by in measured.items() if metric.startswith("size_")}
    if not by_size:
        return {}
    # Core seconds that the fastest needs for an operation: the kernel alone, or anybody's largest tasks.
    largest = max(by_size)
    rates = [flops(largest) * CORES / (1e-6 * s["median"]) for who, s in by_size[largest].items() if who != CHECK]
    rates += [s["median"] for who, s in measured.get("peak", {}).items() if who == LIMIT]
    peak = max(rates)
    return {who: [(by[who]["median"], flops(size) * CORES / (1e-6 * by[who]["median"]) / peak)
                  for size, by in sorted(by_size.items()) if who in by]
            for who in by_size[largest]}


def derive(measured):
    def single(value):
        return {"median": value, "low": value, "high": value, "rounds": 1}

    found = {"metg": {}, "metg90": {}, "floor": {}, "best": {}, "ratio90": {}}
    for who, points in curves(measured).items():
        if who == CHECK:
            continue
        half, most = metg_us(points), metg_us(points, 0.9)
        best = max(efficiency for _, efficiency in points)
        found["floor"][who] = single(floor_us(points, 1 if len(points) < 10 else 3))
        found["best"][who] = single(best)
        # Who does not reach 90% of the peak with the largest tasks is not set up well: its METG says nothing.
        if best >= 0.9 or who.startswith("palatine"):
            if half:
                found["metg"][who] = single(half)
            if most:
                found["metg90"][who] = single(most)
            if half and most:
                found["ratio90"][who] = single(most / half)
    return found


def mpi_flags():
    return execute(["mpicxx", "--showme:compile"]).split() + execute(["mpicxx", "--showme:link"]).split()


def build_late(name, flags, suffix=""):
    """As build_peer, with flags that are asked for once the packages are there."""
    return lambda place: build_peer(f"metg/{name}", *flags(), suffix=suffix)(place)


def mpirun(program, words):
    return ["mpirun", "-np", THREADS, "--bind-to", "core", "--mca", "btl", "self,vader", program, *words]


AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}
OPENMP = {"OMP_NUM_THREADS": THREADS, "OMP_PROC_BIND": "true"}


def contestants(runner, has_untraced):
    """`runner`: what `sweep` gives; `has_untraced`: with our program without traces, where each launch is analysed anew."""

    def one_thread(program, words):
        return [program, *words[:4], 1, *words[5:]]

    def ours(*flags):
        return runner(lambda program, words: [program, *words, "-ll:cpu", THREADS, *flags])

    untraced = [Contestant(UNTRACED, build_program("metg/metg"), ours("-lg:no_tracing"))] if has_untraced else []
    return [
        Contestant("palatine", build_program("metg/metg"), ours()), *untraced,
        Contestant(MPI, build_late("mpi", mpi_flags), runner(mpirun, **AS_ROOT)),
        Contestant(MPI_EACH, build_late("mpi", mpi_flags), runner(mpirun, METG_MESSAGES="each", **AS_ROOT)),
        Contestant(OPENMP_LLVM, build_peer("metg/openmp_tasks"), runner(**OPENMP)),
        Contestant("OpenMP tasks, GNU", build_peer("metg/openmp_tasks", compiler="g++", suffix="_gnu"),
                   runner(**OPENMP)),
        Contestant("OpenMP loops, LLVM", build_peer("metg/openmp_loops"), runner(OMP_WAIT_POLICY="active", **OPENMP)),
        Contestant("oneTBB", build_peer("metg/tbb", "-ltbb"), runner()),
        Contestant("StarPU", build_late("starpu", package_flags("starpu-1.3", "starpu-1.4")),
                   runner(STARPU_RESERVE_NCPU="0", STARPU_SILENT="1")),
        Contestant(LIMIT, build_peer("metg/loop"), runner()),
        Contestant(CHECK, build_peer("metg/loop"), runner(one_thread)),
    ]


def goals(pattern, width):
    name = f"metg_{pattern}_{width}"
    def limit(metric):
        return lambda results: results.get(name, {}).get(metric, {}).get(LIMIT, {}).get("median")

    must, aim = ("<= 1.5", "<= 0.5") if pattern == "stencil" else ("<= 1.0", "<= 0.4")
    # With more points a rank than one, messages of a row can be one. That is no graph of tasks any more, but what one would write.
    found = [Goal("B3", "METG(50%), us, beside MPI with a message a dependency", "metg", must, aim, peer=Peer("metg", (MPI_EACH,)), limit=limit("metg")),
             Goal("B3", "METG(50%), us, beside MPI with a message a row", "metg", must if width == 2 else "", "<= 1.0", peer=Peer("metg", (MPI,))),
             Goal("B3", "METG(50%), us, beside OpenMP tasks of LLVM", "metg", "<= 1.0", peer=Peer("metg", (OPENMP_LLVM,)))]
    if pattern == "stencil":
        found.append(Goal("B3", "METG(50%), us, without traces, beside OpenMP tasks of LLVM", "metg", "<= 1.0", peer=Peer("metg", (OPENMP_LLVM,)),
                          who=UNTRACED))
    if pattern == "stencil" and width == 2:
        found.append(Goal("B3", "core time of the finest task, us", "floor", "<= 0.6", "<= 0.15", limit=limit("floor")))
    if width != 2:
        found.append(Goal("B3", "core time of the finest task, us, beside width 2", "floor", "<= 1.0", "<= 0.5",
                          peer=Other(f"metg_{pattern}_2", "floor")))
    found.append(Goal("B3", "METG(90%) / METG(50%)", "ratio90", "<= 6", beside=Peer("ratio90", (MPI_EACH,))))
    return found


TEXTS = {"stencil": "stencil of 3", "nearest": "nearest 5", "spread": "spread 5", "four": "four graphs of nearest 5"}
METRICS = {"metg": Metric("METG(50%)", "us"), "metg90": Metric("METG(90%)", "us"), "floor": Metric("core time of the finest task", "us"),
           "best": Metric("best efficiency", "of peak")}

def finest(pattern, width):
    """Runs the smallest tasks alone."""
    def run(place, program):
        execute([program, *arguments(place, pattern, width)[:6], 1, 1, 1, 1, "-ll:cpu", THREADS])

    return run


BENCHMARKS = [
    Benchmark(f"metg_{pattern}_{width}", f"METG, {TEXTS[pattern]}, {width} tasks a row, two cores", METRICS,
              contestants(sweep(lambda place, pattern=pattern, width=width: arguments(place, pattern, width), sizes, granularities(pattern, width)),
                          pattern == "stencil"),
              rounds=5 if width == 2 else 3, quick_rounds=1, goals=goals(pattern, width), derive=derive, verify=verify, profile_run=finest(pattern, width),
              plots=[Plot(f"metg_{pattern}_{width}", "granularity (us)", "efficiency", curves, is_published=(pattern, width) == ("stencil", 2))])
    for pattern in PATTERNS for width in WIDTHS
]
