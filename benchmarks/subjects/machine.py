"""What the machine can do (plan B0)."""

from harness.model import Benchmark, Contestant, Metric
from harness.programs import THREADS, build_peer, execute, last_numbers

METRICS = {
    "stream_copy": Metric("copy with streaming stores, two threads", "GB/s"),
    "stream_triad": Metric("triad with streaming stores, two threads", "GB/s"),
    "copy": Metric("copy, two threads", "GB/s"),
    "scale": Metric("scale, two threads", "GB/s"),
    "add": Metric("add, two threads", "GB/s"),
    "triad": Metric("triad, two threads", "GB/s"),
    "copy_1": Metric("copy, one thread", "GB/s"),
    "stream_copy_1": Metric("copy with streaming stores, one thread", "GB/s"),
    "triad_1": Metric("triad, one thread", "GB/s"),
    "memcpy_1k": Metric("memcpy of 1 KiB", "GB/s"),
    "memcpy_1m": Metric("memcpy of 1 MiB", "GB/s"),
    "memcpy_256m": Metric("memcpy of 256 MiB", "GB/s"),
    "gather": Metric("read of a random line, with prefetch", "ns"),
    "peak_fma": Metric("fused multiply-adds of 256 bits, two threads", "GFLOP/s"),
    "peak_fma_native": Metric("fused multiply-adds as wide as they are, two threads", "GFLOP/s"),
    "latency_l1": Metric("dependent load, 16 KiB", "ns"),
    "latency_l2": Metric("dependent load, 512 KiB", "ns"),
    "latency_l3": Metric("dependent load, 8 MiB", "ns"),
    "latency_dram": Metric("dependent load, 512 MiB", "ns"),
    "fetch_add": Metric("atomic add, alone", "ns"),
    "fetch_add_2": Metric("atomic add, two cores on one line", "ns"),
    "ping_pong_hop": Metric("one hop of a cache line between cores", "ns"),
    "lock_hand_over": Metric("lock that two threads take in turns", "ns"),
    "futex_wake": Metric("wake of a sleeping thread to its first instruction", "us"),
    "touch_4k": Metric("first touch of a page of 4 KiB", "ns"),
    "touch_2m": Metric("first touch of 2 MiB", "us"),
    "clock": Metric("clock_gettime", "ns"),
    "rdtsc": Metric("rdtsc", "ns"),
    "ring_same": Metric("ring and indirect call, same thread", "ns"),
    "ring_1": Metric("ring between threads, one item at a time", "ns"),
    "ring_64": Metric("ring between threads, 64 items at a time", "ns"),
    "noise": Metric("largest difference between two equal runs of these", "%"),
}


def run(place, program):
    words = [program, "quick" if place.is_quick else "full"]
    first = last_numbers(execute(words, OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true"))
    if place.is_quick:
        return first
    second = last_numbers(execute(words, OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true"))
    differences = [abs(second[name] - value) / value for name, value in first.items() if value]
    return second | {"noise": 100 * max(differences)}


BENCHMARKS = [
    Benchmark("machine", "what the machine can do", METRICS, [Contestant("limits", build_peer("limits"), run)], rounds=3, quick_rounds=1),
]
