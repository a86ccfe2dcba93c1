"""What a launch costs (plan B2)."""

from harness.model import Benchmark, Contestant, Goal, Metric, Other, Peer, median
from harness.programs import (THREADS, build_legion, build_micro, build_peer, build_program, execute, last_numbers, package_flags, run_labelled,
                              run_micro, run_ours)

LLVM, GNU = "OpenMP tasks, LLVM", "OpenMP tasks, GNU"
TBB, STARPU = "oneTBB", "StarPU"
METRICS = {"spawn": Metric("tasks without regions", "us"), "chain": Metric("tasks that write one region", "us"),
           "readers": Metric("tasks that read one region", "us"), "pieces": Metric("tasks on pieces of one region", "us"),
           "point": Metric("point of an index launch", "us")}
LEGION_METRICS = {"spawn": Metric("tasks without regions", "us"), "value": Metric("tasks with a result", "us"),
                  "chain": Metric("tasks that write one region", "us"),
                  "chain_again": Metric("the same, launcher used again", "us"),
                  "pieces": Metric("tasks on pieces of one region", "us"), "point": Metric("point of an index launch", "us"),
                  "traced": Metric("tasks that write one region, in a trace", "us"),
                  "traced_by_turns": Metric("the same, two traces by turns", "us"),
                  "traced_point": Metric("point of an index launch in a trace", "us"),
                  "start": Metric("launch to start on a sleeping worker", "us"),
                  "task_bytes": Metric("a single task that waits", "bytes"), "point_bytes": Metric("a point that waits", "bytes"),
                  "piece_bytes": Metric("a dense piece of a partition into 10^6", "bytes"), "region_bytes": Metric("a region", "bytes")}
CONTROL_METRICS = {"untraced": Metric("tasks that write one region", "us"), "recorded": Metric("the same, recorded in new traces", "us"),
                   "replayed": Metric("the same, replayed", "us"), "break_even": Metric("replays until recording has paid", ""),
                   "mapper_default": Metric("tasks with a user's default mapper", "us"), "mapper_own": Metric("tasks with a mapper that overrides", "us"),
                   "mapper_own_traced": Metric("the same, in a trace", "us"), "mapper_calls": Metric("what the mapper adds", "ns"),
                   "mapper_calls_traced": Metric("what the mapper adds in a trace", "ns"),
                   "future_read": Metric("reading a future that is there", "us"), "future_chain": Metric("task that takes the last one's future", "us"),
                   "reduction": Metric("point of a launch that is reduced to a scalar", "us"), "predicate": Metric("task whose predicate is false", "us"),
                   "barrier": Metric("phase of a barrier, from task to task", "us"), "lock_chain": Metric("reservation taken and given, deferred", "us"),
                   "lock_hand_over": Metric("reservation that two tasks take in turns", "us")}


def derive_control(measured):
    def value(metric):
        return median(measured, metric)

    def ours(value):
        return {"palatine": {"median": value, "low": value, "high": value, "rounds": 1}}

    if value("untraced") is None:
        return {}
    found = {"mapper_calls": ours(1000 * (value("mapper_own") - value("mapper_none"))),
             "mapper_calls_traced": ours(1000 * (value("mapper_own_traced") - value("mapper_none_traced")))}
    # Where replaying gains nothing, recording never pays.
    if value("replayed") < value("untraced"):
        found["break_even"] = ours(max(0.0, value("recorded") - value("untraced")) / (value("untraced") - value("replayed")))
    return found


def build_starpu(place):
    return build_peer("tasks_starpu", *package_flags("starpu-1.3", "starpu-1.4")())(place)


def run_starpu(place, program):
    return last_numbers(execute([program], OMP_NUM_THREADS=THREADS, STARPU_RESERVE_NCPU="0", STARPU_SILENT="1"))


class Wake:
    """What the machine takes until a sleeping thread runs, as a peer."""

    @staticmethod
    def find(measured, results):
        found = results.get("machine", {}).get("futex_wake", {}).get("limits", {}).get("median")
        return None if found is None else (found, "machine")


class Hop:
    """A cache line's way to another core, as a peer."""

    @staticmethod
    def find(measured, results):
        found = hop(results)
        return None if found is None else (found, "machine")


def microseconds_of_machine(results, metric):
    found = results.get("machine", {}).get(metric, {}).get("limits", {}).get("median")
    return None if found is None else 1e-3 * found


def hop(results):
    """Microseconds of a cache line's way to another core."""
    return microseconds_of_machine(results, "ping_pong_hop")


def turn(results):
    """Microseconds of a lock's way to another thread with what it guards."""
    return microseconds_of_machine(results, "lock_hand_over")


BENCHMARKS = [
    Benchmark("launch", "what launching an empty task costs, two workers", METRICS,
              [Contestant("palatine", build_program("launches"), run_ours()),
               Contestant(LLVM, build_peer("tasks_openmp"), run_labelled),
               Contestant(GNU, build_peer("tasks_openmp", compiler="g++", suffix="_gnu"), run_labelled),
               Contestant(TBB, build_peer("tasks_tbb", "-ltbb"), run_labelled),
               Contestant(STARPU, build_starpu, run_starpu)],
              goals=[Goal("B2e", "tasks without regions, us", "spawn", "<= 1.0", peer=Peer("spawn"), limit=hop),
                     Goal("B2a", "tasks that write one region, us", "chain", "<= 1.0", peer=Peer("chain", (LLVM, GNU, STARPU))),
                     Goal("B2a", "the same, alone; the reference needs 88", "chain", "<= 2", "<= 0.4"),
                     Goal("B2a", "tasks that read one region, us", "readers", "<= 1.0", peer=Peer("readers", (LLVM, GNU, STARPU))),
                     Goal("B2a", "tasks on pieces of one region, us", "pieces", "<= 1.0", peer=Peer("pieces", (LLVM, GNU, STARPU))),
                     Goal("B2b", "point of an index launch, us", "point", "<= 1.0", peer=Peer("point", (LLVM, GNU))),
                     Goal("B2c", "the same, beside a flow graph that is run again", "point", "<= 1.0", peer=Peer("point", (TBB,))),
                     Goal("B2b", "the same, alone; the reference needs 44, in a trace 20", "point", "<= 0.5", "<= 0.08")]),
    Benchmark("launch_legion", "what launching an empty task costs through legion.h, two workers", LEGION_METRICS,
              [Contestant("palatine", build_legion("launches_legion"), run_ours("-lg:window", "1000000"))],
              goals=[Goal("B2a", "legion.h: tasks that write one region, us; the reference needs 44 to 105", "chain", "<= 2.2", "<= 0.44"),
                     Goal("B2b", "legion.h: point of an index launch, us; the reference needs 44", "point", "<= 1.4", "<= 0.08"),
                     Goal("B2c", "legion.h: the same in a trace; the reference needs 20", "traced_point", "<= 0.66", "<= 0.04"),
                     Goal("B2c", "legion.h: tasks that write one region, in a trace", "traced", "<= 0.66"),
                     Goal("B2d", "legion.h: in two traces by turns, beside one", "traced_by_turns", "<= 1.05",
                          peer=Other("launch_legion", "traced")),
                     Goal("B2g", "launch to start on a sleeping worker, us", "start", "<= 1.2", peer=Wake()),
                     Goal("B13", "bytes of a point that waits", "point_bytes", "<= 128"),
                     Goal("B13", "bytes of a dense piece", "piece_bytes", "<= 16")]),
    Benchmark("control_legion", "what controls tasks through legion.h, two workers", CONTROL_METRICS,
              [Contestant("palatine", build_legion("control_legion"), run_ours("-lg:window", "1000000"))], derive=derive_control,
              goals=[Goal("B12", "recording a trace, beside launches without one", "recorded", "<= 1.3", peer=Other("control_legion", "untraced")),
                     Goal("B12", "replays until recording has paid", "break_even", "<= 2"),
                     Goal("B16", "what a user's mapper adds to a launch in a trace, ns", "mapper_calls_traced", "<= 20"),
                     Goal("B16", "the same without a trace, ns; it is asked for each", "mapper_calls", ""),
                     Goal("B17", "task that takes the last one's future, us; the reference needs 44 for a task", "future_chain", "<= 4.4"),
                     Goal("B17", "point of a launch reduced to a scalar, us", "reduction", "<= 4.4"),
                     Goal("B17", "phase of a barrier, from task to task, us", "barrier", "<= 4.4"),
                     Goal("B17", "reservation that two tasks take in turns, beside a hop between cores", "lock_hand_over", "<= 2", peer=Hop(), limit=turn)]),
    Benchmark("runtime_start", "starting and stopping the runtime with two workers", {"start": Metric("start and stop", "ms")},
              [Contestant("palatine", build_micro("runtime"), run_micro({"start": ("start_and_stop/2/real_time", "real_time", 1e-6)}, 5))],
              rounds=3, quick_rounds=1, goals=[Goal("B14", "start and stop, ms", "start", "<= 3")]),
]
