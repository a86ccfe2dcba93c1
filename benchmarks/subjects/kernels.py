"""Programs in the language beside C++ with OpenMP (plan B10). All verify their results, and that they are the same."""

import statistics

from harness.model import Benchmark, Contestant, Goal, Metric, Peer
from harness.programs import Failed, THREADS, build_peer, build_program, execute, labelled_numbers

OURS = "palatine"
OPENMP = "C++ with OpenMP"
OPENBLAS = "OpenBLAS"


def numbers(program, words, quick_words, *flags):
    """A function that runs it and gives {label: [numbers]}."""

    def run(place):
        text = execute([program, *(quick_words if place.is_quick else words), *flags], OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true",
                       OPENBLAS_NUM_THREADS="1" if flags else THREADS)
        return labelled_numbers(text)

    return run


def contestant(name, prepare, arguments, quick_arguments, work):
    """`work`: {metric: (label of the seconds, what is done in them by the arguments)}"""
    ours = ["-ll:cpu", THREADS, "-ll:csize", "6000"] if name.startswith(OURS) else []

    def run(place, program):
        words = quick_arguments if place.is_quick else arguments
        option = {flag: int(value) for flag, value in zip(words[::2], words[1::2])}
        found = numbers(program, arguments, quick_arguments, *ours)(place)
        values = {metric: done(option) / statistics.median(found[label]) for metric, (label, done) in work.items()}
        return values | {"check": found["check"][-1] if "check" in found else None}

    return Contestant(name, prepare, run)


def verify(in_round):
    checks = {who: found["check"] for who, found in in_round.items()}
    expected = checks[OURS]
    for who, value in checks.items():
        if value is None or abs(value - expected) > 1e-9 * abs(expected):
            raise Failed(f"{who} gives {value}, palatine {expected}")


def machine(metric):
    return lambda results: results.get("machine", {}).get(metric, {}).get("limits", {}).get("median")


def traffic_limit(bytes_each):
    """Millions a second, when each moves so many bytes."""

    def limit(results):
        bandwidth = machine("triad")(results)
        return None if bandwidth is None else 1e3 * bandwidth / bytes_each

    return limit


def program(name, text, metrics, work, arguments, quick_arguments, targets, peer=OPENMP, peer_flags=(), variants=(), limits=None,
            layouts=()):
    """`targets`: {metric: (must, aim)} for ours / peer's. `variants`: [(name, more arguments)] of ours, last wins. `layouts`: [(name,
    more flags)] of peers that differ in how data lie, of which the best counts."""
    peers = [(f"{peer}, {layout}" if layout else peer,
              build_peer(f"{name}_{'openblas' if peer == OPENBLAS else 'openmp'}", *peer_flags, *flags, suffix=f"_{number}"))
             for number, (layout, flags) in enumerate(layouts or [("", ())])]

    def contestant_with(who, prepare, more=()):
        def merged(words):
            options = dict(zip(words[::2], words[1::2])) | dict(zip(more[::2], more[1::2]))
            return [word for pair in options.items() for word in pair]

        return contestant(who, prepare, merged(arguments), merged(quick_arguments), work)

    contestants = [contestant_with(OURS, build_program(name)), *(contestant_with(who, built) for who, built in peers)]
    contestants += [contestant_with(f"{OURS}, {who}", build_program(name), more) for who, more in variants]
    goals = [Goal("B10", f"{metrics[metric].text}, {metrics[metric].unit}", metric, must, aim, peer=Peer(metric, tuple(who for who, _ in peers), is_more_better=True),
                  limit=(limits or {}).get(metric, lambda results: None))
             for metric, (must, aim) in targets.items()]
    return Benchmark(name, text, metrics, contestants, rounds=5, quick_rounds=1, goals=goals, verify=verify)


# ---- DAXPY -----------------------------------------------------------------------------------------------------------


def daxpy_size(place):
    return "10000000" if place.is_quick else "100000000"


def best_bandwidth(place, text):
    # The first repetition of ours and of the peer pays for what is done once; medians over rounds take the rest.
    return {"bandwidth": 24e-9 * int(daxpy_size(place)) / min(labelled_numbers(text)["seconds"])}


def run_daxpy(place, built):
    return best_bandwidth(place, execute([built, "-n", daxpy_size(place), "-b", THREADS, "-r", "8", "-ll:cpu", THREADS, "-ll:csize", "4000"]))


def run_daxpy_openmp(place, built):
    return best_bandwidth(place, execute([built, daxpy_size(place), "8"], OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true"))


def millions(count):
    return lambda option: 1e-6 * count(option)


def run_light_circuit(place, built):
    """The cost of a point where nearly nothing is computed: three index launches a step."""
    pieces, steps = 100, 103 if place.is_quick else 1003
    text = execute([built, "-p", pieces, "-npp", "2", "-wpp", "4", "-r", steps, "-ll:cpu", THREADS])
    return {"point": 1e6 * labelled_numbers(text)["seconds"][-1] / (3 * pieces)}


BENCHMARKS = [
    Benchmark("daxpy", "DAXPY over 10^8 elements, two workers", {"bandwidth": Metric("bandwidth", "GB/s")},
              [Contestant(OURS, build_program("daxpy_bandwidth"), run_daxpy),
               Contestant(OPENMP, build_peer("daxpy_openmp"), run_daxpy_openmp)],
              rounds=5, quick_rounds=2,
              goals=[Goal("B10", "bandwidth, GB/s", "bandwidth", ">= 0.97", ">= 1.0", peer=Peer("bandwidth", is_more_better=True),
                          limit=machine("stream_triad"))]),
    program("stencil", "star stencil of radius 2, 8000 by 8000, 4 pieces", {"rate": Metric("points", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-n"]**2))},
            ["-n", "8000", "-b", "2", "-r", "8"], ["-n", "2000", "-b", "2", "-r", "4"], {"rate": (">= 0.95", ">= 1.1")},
            variants=[("64 pieces", ("-b", "8"))], limits={"rate": traffic_limit(40)}),
    program("cg", "conjugate gradients, 4 million rows of 5, 2 pieces",
            {"rate": Metric("rows of a step", "M/s"), "product": Metric("rows of a matrix-vector product", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-n"]**2)), "product": ("product", millions(lambda o: o["-n"]**2))},
            ["-n", "2000", "-b", "2", "-r", "13"], ["-n", "500", "-b", "2", "-r", "8"],
            {"rate": (">= 0.95", ">= 1.0"), "product": (">= 0.95", ">= 1.0")}, variants=[("64 pieces", ("-b", "64"))],
            limits={"rate": traffic_limit(156), "product": traffic_limit(84)}),
    program("circuit", "circuit of 2 pieces with 10^6 wires each", {"rate": Metric("wires", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-p"] * o["-wpp"]))},
            ["-p", "2", "-npp", "250000", "-wpp", "1000000", "-r", "13"], ["-p", "2", "-npp", "20000", "-wpp", "80000", "-r", "8"],
            {"rate": (">= 0.9", ">= 1.0")}),
    Benchmark("circuit_light", "circuit of 100 pieces with 2 nodes and 4 wires each", {"point": Metric("point of a launch", "us")},
              [Contestant(OURS, build_program("circuit"), run_light_circuit)], rounds=5, quick_rounds=1,
              goals=[Goal("B10", "point of a launch, us; the reference needs 44", "point", "<= 2.2", "<= 0.88")]),
    program("hydro", "Lagrangian hydrodynamics on 1000 by 1000 quadrilaterals, 2 pieces", {"rate": Metric("zones", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-nx"] * o["-ny"]))},
            ["-nx", "1000", "-ny", "1000", "-b", "2", "-r", "33"], ["-nx", "200", "-ny", "200", "-b", "2", "-r", "13"],
            {"rate": (">= 0.9", ">= 1.0")}, peer_flags=("-fno-math-errno",), variants=[("50 pieces", ("-b", "50"))]),
    program("euler", "a viscous gas among 80 by 80 by 80 hexahedra, 2 pieces", {"rate": Metric("cells", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-nx"] * o["-ny"] * o["-nz"]))},
            ["-nx", "80", "-ny", "80", "-nz", "80", "-b", "2", "-r", "6"], ["-nx", "16", "-ny", "16", "-nz", "16", "-b", "2", "-r", "5"],
            {"rate": (">= 0.9", ">= 1.0")}, peer_flags=("-fno-math-errno",),
            layouts=[("structures", ("-DLAYOUT=0",)), ("arrays", ("-DLAYOUT=1",)), ("arrays of vectors", ("-DLAYOUT=2",))],
            variants=[("8 pieces", ("-b", "8"))]),
    program("particles", "4 million particles among 512 by 512 cells", {"rate": Metric("particles", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-n"]))},
            ["-n", "4000000", "-g", "512", "-b", "2", "-r", "7"], ["-n", "400000", "-g", "128", "-b", "2", "-r", "5"],
            {"rate": (">= 0.85", ">= 1.0")}, peer_flags=("-ffp-contract=off",),
            variants=[("partitioned anew in each step", ("-own", "1"))]),
    program("pagerank", "PageRank of 8 million pages with 8 links each, 2 pieces", {"rate": Metric("links", "M/s")},
            {"rate": ("seconds", millions(lambda o: o["-n"] * o["-l"]))},
            ["-n", "8000000", "-l", "8", "-near", "1000", "-b", "2", "-r", "8"], ["-n", "500000", "-l", "8", "-near", "1000", "-b", "2", "-r", "8"],
            {"rate": (">= 0.9", ">= 1.0")}, variants=[("64 pieces", ("-b", "64"))]),
    program("dgemm", "product of 3072 by 3072 in 4 tiles", {"rate": Metric("speed", "GFLOP/s")},
            {"rate": ("seconds", lambda o: 2e-9 * o["-n"]**3)},
            ["-n", "3072", "-b", "2", "-r", "4"], ["-n", "768", "-b", "2", "-r", "3"], {"rate": (">= 0.98", ">= 1.0")}, peer=OPENBLAS,
            peer_flags=("-lopenblas",), limits={"rate": machine("peak_fma_native")}),
    program("cholesky", "Cholesky factor of 6144 by 6144 in 12 by 12 tiles", {"rate": Metric("speed", "GFLOP/s")},
            {"rate": ("seconds", lambda o: 1e-9 * o["-n"]**3 / 3)},
            ["-n", "6144", "-b", "12", "-r", "4"], ["-n", "1024", "-b", "8", "-r", "3"], {"rate": (">= 0.9", ">= 1.0")}, peer=OPENBLAS,
            peer_flags=("-lopenblas",), limits={"rate": machine("peak_fma_native")}),
]
