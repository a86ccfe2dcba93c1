"""The configurations under which each program of tests/run and examples runs: all must behave the same."""

from dataclasses import dataclass, field


@dataclass
class Configuration:
    name: str
    compile_flags: list[str] = field(default_factory=list)
    run_flags: list[str] = field(default_factory=list)
    # Sanitizer builds are slow; they leave out what only changes the compiler's choices.
    with_sanitizers: bool = True
    # Only for programs whose text has this word.
    only_with: str = ""


CONFIGURATIONS = [
    # -lg:check: the schedule checker proves that what conflicts was ordered.
    Configuration("workers_1", run_flags=["-ll:cpu", "1", "-lg:check"]),
    Configuration("workers_2", run_flags=["-ll:cpu", "2"]),
    # Points of index launches in twos are one operation.
    Configuration("workers_3", run_flags=["-ll:cpu", "3", "-lg:grain", "2"]),
    Configuration("workers_7", run_flags=["-ll:cpu", "7", "-lg:check"]),
    # The run-ahead window holds so few operations that launches wait for each other all the time.
    Configuration("window_2", run_flags=["-ll:cpu", "3", "-lg:window", "2"]),
    Configuration("memory_16", run_flags=["-ll:cpu", "2", "-ll:csize", "16", "-lg:check"]),
    Configuration("single_launches", compile_flags=["-findex-launch", "0"],
                  run_flags=["-ll:cpu", "3", "-lg:check"]),
    Configuration("no_leaf_inner", compile_flags=["-fleaf", "0", "-finner", "0"],
                  run_flags=["-ll:cpu", "3", "-lg:check"]),
    Configuration("no_futures", compile_flags=["-ffuture", "0"], run_flags=["-ll:cpu", "2"], with_sanitizers=False),
    Configuration("bounds_checks", compile_flags=["-fbounds-checks", "1"], run_flags=["-ll:cpu", "2"],
                  with_sanitizers=False),
    # Kernels run on simulated devices.
    Configuration("gpu_1", run_flags=["-ll:cpu", "2", "--gpu=simulated", "-lg:check"], only_with="__cuda"),
    Configuration("gpu_2", compile_flags=["-fbounds-checks", "1"],
                  run_flags=["-ll:cpu", "3", "--gpu=simulated", "-ll:gpu", "2"], with_sanitizers=False,
                  only_with="__cuda"),
]
