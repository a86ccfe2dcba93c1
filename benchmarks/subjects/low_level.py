"""The low-level runtime: events (plan B4), instances (B5), the pool (B6), copies (B8) and partitions (B9)."""

import math

from harness.growth import slopes
from harness.model import Benchmark, Contestant, Goal, Metric, Peer
from harness.programs import BENCHMARKS_FOLDER, CLANG, CXX_FLAGS, build_micro, build_once, build_peer, execute, run_labelled, run_micro

NS = 1e9
GB = 1e-9

EVENTS = {
    "chain": ("event_chain", "per_item", NS),
    "fan_out": ("event_fan_out/65536", "per_item", NS),
    "fan_in": ("event_fan_in/65536", "per_item", NS),
}
# How many wait, and how many are waited for.
EVENTS |= {f"{name}_by:{n}": (f"event_{name}/{n}", "per_item", NS) for name in ("fan_out", "fan_in") for n in (64, 512, 4096, 32768, 65536)}
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


def allocation_log(place):
    return place.folder / "allocations.log"


def build_pool(place):
    """The benchmark, and the log that it replays: what compiling a program allocates."""
    library = place.folder / "record_allocations.so"
    source = BENCHMARKS_FOLDER / "peers/record_allocations.cpp"
    build_once(library, [CLANG, *CXX_FLAGS, "-shared", "-fPIC", "-fno-builtin", source, "-o", library])
    if not allocation_log(place).exists():
        execute([place.palatine, "build", BENCHMARKS_FOLDER / "programs/circuit.rg", "-o", place.folder / "recorded"],
                LD_PRELOAD=str(library), PALATINE_ALLOCATION_LOG=str(allocation_log(place)))
    return build_micro("pool")(place)


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
              "replay": time_of(f"replay<{allocator}>"),
              "replay_median": (f"replay_each<{allocator}>/iterations:3", "median_ns", 1),
              "replay_p99": (f"replay_each<{allocator}>/iterations:3", "p99_ns", 1),
              "thread_1": (f"threads_and_streams<{allocator}>/real_time/threads:1", "real_time", 0.5),
              "threads_2": (f"threads_and_streams<{allocator}>/real_time/threads:2", "real_time", 0.5),
              "other_thread": (f"freed_by_another_thread<{allocator}>/real_time/threads:2", "real_time", 0.5)}
    if allocator == "PoolUnderTest":
        cases |= {"seen": time_of("producer_consumer<PoolUnderTest, Proof::event_seen>/pending:100000"),
                  "order": time_of("producer_consumer<PoolUnderTest, Proof::known_order>/pending:100000"),
                  "growth": time_of("growth_and_trim/live:100000"),
                  "reserved": ("reserved_over_live/iterations:1", "reserved_over_live", 1),
                  "replay_reserved": ("replay_reserved<Source::growing>/iterations:1", "reserved_over_live", 1),
                  "replay_reserved_heap": ("replay_reserved<Source::heap>/iterations:1", "reserved_over_live", 1),
                  "captured_100": time_of("captured_graph/operations:100"), "captured_10000": time_of("captured_graph/operations:10000"),
                  "captured_reserved": ("captured_graph/operations:10000", "reserved_over_live", 1),
                  "short_10": time_of("short_memory/pending:10"), "short_100000": time_of("short_memory/pending:100000")}
    return cases


# How time grows with a number n: the exponent of n.
SLOPES = {"slope_live": ("live_10", "live_100000", 1e4), "slope_holes": ("holes_10", "holes_65536", 6553.6),
          "slope_pending": ("pending_10", "pending_100000", 1e4), "slope_short": ("short_10", "short_100000", 1e4)}


def run_pool(allocator):
    run = run_micro(pool_cases(allocator), 5, lambda place: {"PALATINE_ALLOCATION_LOG": str(allocation_log(place))})

    def run_with_slopes(place, program):
        found = run(place, program)
        found |= {slope: math.log(found[many] / found[few]) / math.log(factor) for slope, (few, many, factor) in SLOPES.items() if few in found}
        return found

    return run_with_slopes


POOL = {
    "lifo": Metric("1000 of 2 KiB, freed last first", "ns"),
    "fifo": Metric("the same, first first", "ns"),
    "shuffled": Metric("the same, shuffled", "ns"),
    "live_10": Metric("64 to 4096 bytes, 10 live", "ns"),
    "live_100000": Metric("the same, 10^5 live", "ns"),
    "slope_live": Metric("slope over live", ""),
    "random": Metric("up to 1 MiB, 10^5 operations", "ns"),
    "holes_10": Metric("beside 10 holes that do not fit", "ns"),
    "holes_65536": Metric("beside 65536", "ns"),
    "slope_holes": Metric("slope over holes", ""),
    "pending_10": Metric("8 streams, 10 pending", "ns"),
    "pending_100000": Metric("8 streams, 10^5 pending", "ns"),
    "slope_pending": Metric("slope over pending", ""),
    "seen": Metric("freed on one stream, taken by another, event seen", "ns"),
    "order": Metric("the same, by the known order", "ns"),
    "thread_1": Metric("one thread with its stream", "ns"),
    "threads_2": Metric("two threads, each with its stream, all operations", "ns"),
    "other_thread": Metric("allocated by one thread, freed by another", "ns"),
    "growth": Metric("growing to 10^5 blocks of 2 KiB and giving back", "ns"),
    "reserved": Metric("reserved / live, peaks, blocks that grow", ""),
    "replay": Metric("what compiling circuit.rg allocates, replayed", "ns"),
    "replay_median": Metric("the same, each call by itself, median", "ns"),
    "replay_p99": Metric("the same, slowest hundredth", "ns"),
    "replay_reserved": Metric("the same, reserved / live, peaks, blocks that grow", ""),
    "replay_reserved_heap": Metric("the same, reserved / live, peaks, blocks of the heap", ""),
    "captured_100": Metric("in a captured graph of 100 operations on 8 streams", "ns"),
    "captured_10000": Metric("of 10^4", "ns"),
    "captured_reserved": Metric("the same, reserved / live, peaks", ""),
    "short_10": Metric("memory is short, 10 pending", "ns"),
    "short_100000": Metric("memory is short, 10^5 pending", "ns"),
    "slope_short": Metric("slope over pending when memory is short", ""),
}


POOL_TARGETS = {"lifo": "<= 60", "fifo": "<= 60", "shuffled": "<= 60", "live_10": "<= 60", "random": "<= 60", "holes_10": "<= 60", "holes_65536": "<= 60", "slope_holes": "<= 0.1", "pending_10": "<= 60", "pending_100000": "<= 60", "slope_pending": "<= 0.1", "seen": "<= 150", "order": "<= 150", "thread_1": "<= 60", "reserved": "<= 1.15", "replay": "<= 60", "replay_reserved": "<= 1.15", "replay_reserved_heap": "<= 1.15", "captured_10000": "<= 150", "captured_reserved": "<= 2"}


def limit(benchmark, metric, who):
    """What the machine allows, as another program measured it."""
    return lambda results: results.get(benchmark, {}).get(metric, {}).get(who, {}).get("median")


BY_HAND = "C++ by hand"
STREAM = Peer("stream", (BY_HAND,))


def copy_goal(text, metric, must, aim):
    return Goal("B8", f"{text}, GB/s, beside a streaming copy", metric, must, aim, peer=STREAM, limit=limit("machine", "stream_copy", "limits"))


BENCHMARKS = [
    Benchmark("events", "events of the low-level runtime, made and triggered, one core",
              {"chain": Metric("link of a chain", "ns"), "fan_out": Metric("one of 65536 waiters", "ns"),
               "fan_in": Metric("one of 65536 inputs", "ns"), "slope_fan_out_by": Metric("slope of a waiter's time over their number", ""),
               "slope_fan_in_by": Metric("slope of an input's time over their number", "")},
              [Contestant("palatine", build_micro("runtime"), run_micro(EVENTS)),
               Contestant("oneTBB flow graph", build_peer("events_tbb", "-ltbb"), run_labelled)], rounds=3, quick_rounds=1, derive=slopes,
              goals=[Goal("B4", "link of a chain, ns", "chain", "<= 15"),
                     Goal("B4", "slope of a waiter's time over their number", "slope_fan_out_by", "<= 0.03"),
                     Goal("B4", "slope of an input's time over their number", "slope_fan_in_by", "<= 0.03"),
                     Goal("B4", "link of a chain, ns", "chain", "<= 1.0", peer=Peer("chain")),
                     Goal("B4", "one of 65536 waiters, ns", "fan_out", "<= 1.0", peer=Peer("fan_out")),
                     Goal("B4", "one of 65536 inputs, ns", "fan_in", "<= 1.0", peer=Peer("fan_in"))]),
    Benchmark("allocation", "instances made and destroyed, one core",
              {"immediate": Metric("instance, at once", "ns"), "deferred": Metric("instance, chained on the one before", "ns"),
               "planned": Metric("the plan for one of 10^5 outstanding", "ns")},
              [Contestant("palatine", build_micro("data"), run_micro(ALLOCATION)),
               Contestant("mimalloc", build_peer("allocation_mimalloc", "-lmimalloc"), run_labelled)], rounds=3, quick_rounds=1,
              goals=[Goal("B5", "instance, at once, ns", "immediate", "<= 3", peer=Peer("immediate", ("mimalloc",))),
                     Goal("B5", "the plan for a deferred instance, ns", "planned", "<= 60")]),
    Benchmark("pool", "allocating and freeing across streams, an operation", POOL,
              [Contestant(name, build_pool, run_pool(allocator))
               for name, allocator in (("palatine", "PoolUnderTest"), ("palatine with caches of streams", "CachedPool"),
                                       ("malloc", "Malloc"), ("mimalloc", "Mimalloc"))],
              rounds=3, quick_rounds=1,
              goals=[Goal("B6", POOL[metric].text + (f", {POOL[metric].unit}" if POOL[metric].unit else ""), metric, target)
                     for metric, target in POOL_TARGETS.items()]),
    Benchmark("copies", "copies of 32 MiB, one core",
              {"contiguous": Metric("contiguous", "GB/s"), "aos_soa": Metric("structures of 8 fields to columns", "GB/s"),
               "soa_aos": Metric("columns to structures of 8 fields", "GB/s"), "transpose": Metric("transpose, 8 bytes", "GB/s"),
               "memcpy": Metric("memcpy", "GB/s"), "stream": Metric("with streaming stores", "GB/s"),
               "gather": Metric("element of a random gather", "ns"), "small": Metric("copy of 64 bytes", "ns")},
              [Contestant("palatine", build_micro("data"), run_micro(COPIES)),
               Contestant(BY_HAND, build_peer("copies_by_hand"), run_labelled)],
              rounds=5, quick_rounds=1,
              goals=[copy_goal("contiguous", "contiguous", ">= 0.95", ">= 0.98"),
                     copy_goal("structures of 8 fields to columns", "aos_soa", ">= 0.7", ">= 0.9"),
                     copy_goal("columns to structures", "soa_aos", ">= 0.7", ">= 0.9"),
                     copy_goal("transpose of 8 bytes", "transpose", ">= 0.7", ">= 0.9"),
                     Goal("B8", "element of a random gather, ns", "gather", "<= 1.0", "<= 0.77", peer=Peer("gather", (BY_HAND,))),
                     Goal("B8", "copy of 64 bytes, ns", "small", "<= 80")]),
    Benchmark("partitions", "10^7 elements, 64 pieces, one core",
              {metric: Metric(metric.replace("_", " ") + " pointers", "ns an element") for metric in PARTITIONS},
              [Contestant("palatine", build_micro("spaces"), run_micro(PARTITIONS, 3)),
               Contestant(BY_HAND, build_peer("partitions_by_hand"), run_labelled)],
              rounds=3, quick_rounds=1,
              goals=[Goal("B9", metric.replace("_", " ") + " pointers, ns an element", metric, "<= 1.0", peer=Peer(metric, (BY_HAND,)))
                     for metric in PARTITIONS]),
]
