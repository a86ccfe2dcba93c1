"""What a launch costs (plan B2)."""

from harness.model import Benchmark, Contestant, Goal, Metric, Peer
from harness.programs import build_peer, build_program, run_labelled, run_ours

LLVM, GNU = "OpenMP tasks, LLVM", "OpenMP tasks, GNU"
METRICS = {"chain": Metric("tasks that write one region", "us"), "readers": Metric("tasks that read one region", "us"),
           "pieces": Metric("tasks on pieces of one region", "us"), "point": Metric("point of an index launch", "us")}

BENCHMARKS = [
    Benchmark("launch", "what launching an empty task costs, two workers", METRICS,
              [Contestant("palatine", build_program("launches"), run_ours()),
               Contestant(LLVM, build_peer("tasks_openmp"), run_labelled),
               Contestant(GNU, build_peer("tasks_openmp", compiler="g++", suffix="_gnu"), run_labelled)],
              goals=[Goal("B2a", "tasks that write one region, us", "chain", "<= 1.0", peer=Peer("chain", (LLVM,))),
                     Goal("B2a", "the same, alone", "chain", "<= 2", "<= 0.4"),
                     Goal("B2a", "tasks that read one region, us", "readers", "<= 1.0", peer=Peer("readers", (LLVM,))),
                     Goal("B2a", "tasks on pieces of one region, us", "pieces", "<= 1.0", peer=Peer("pieces", (LLVM,))),
                     Goal("B2b", "point of an index launch, us", "point", "<= 1.0", peer=Peer("point")),
                     Goal("B2b", "the same, alone", "point", "<= 0.5", "<= 0.08")]),
]
