"""How the analysis of launches (plan B7) and partitions by data (B9) grow."""

from harness.growth import series, slopes
from harness.model import Benchmark, Contestant, Goal, Metric, Plot
from harness.programs import Failed, build_micro, build_program, execute, run_micro

THREADS_OF_ANALYSIS = "1"
ANALYSIS_AXES = {
    # axis: (text, must, aim for the slope)
    "subregions": ("point of a launch over N subregions", "<= 0.1", "<= 0.02"),
    "halo": ("point of a launch that reads N overlapping pieces", "<= 0.15", "<= 0.02"),
    "sparse": ("point of a launch that reads N images", "<= 0.2", ""),
    "fields": ("launch that writes N fields", "<= 0.1", "<= 0.02"),
    "arguments": ("launch with N regions", "<= 1.0", ""),
    "issued": ("launch after N others", "<= 0.02", ""),
    "partitions": ("launch on one of N partitions in turns", "<= 0.3", ""),
    "depth": ("launch on a piece N partitions deep", "<= 1.0", ""),
}


def run_analysis(place, program):
    text = execute([program, "quick" if place.is_quick else "full", "-ll:cpu", THREADS_OF_ANALYSIS])
    found = {}
    for line in text.splitlines():
        axis, size, nanoseconds = line.split()
        found[f"{axis}:{size}"] = float(nanoseconds)
    if {metric.partition(":")[0] for metric in found} != set(ANALYSIS_AXES):
        raise Failed("analysis.rg did not print all axes")
    return found


def partition_cases(place_is_quick):
    elements = (100000, 300000, 1000000) if place_is_quick else (100000, 300000, 1000000, 3000000, 10000000)
    pieces = (2, 16, 256, 1000) if place_is_quick else (2, 16, 256, 1000, 10000)
    cases = {}
    for what in ("by_field", "image", "preimage"):
        for order, number in (("clustered", 1), ("random", 2)):
            for n in elements:
                cases[f"{what}_{order}_elements:{n}"] = (f"{what}/elements:{n}/pieces:64/order:{number}", "real_time", 1.0)
            for n in pieces:
                cases[f"{what}_{order}_pieces:{n}"] = (f"{what}/elements:1000000/pieces:{n}/order:{number}", "real_time", 1.0)
    return cases


def run_partitions(place, program):
    return run_micro(partition_cases(place.is_quick), 3)(place, program)


PARTITION_AXES = [f"{what}_{order}_{axis}" for what in ("by_field", "image", "preimage") for order in ("clustered", "random")
                  for axis in ("elements", "pieces")]


def curves(names):
    """All named axes of the only contestant in one picture."""
    def find(measured):
        return {axis: series(measured, axis).get("palatine", []) for axis in names}

    return find


BENCHMARKS = [
    Benchmark("growth_analysis", "launches on one worker: how their cost grows",
              {f"slope_{axis}": Metric(f"slope, {text}", "") for axis, (text, _, _) in ANALYSIS_AXES.items()},
              [Contestant("palatine", build_program("analysis"), run_analysis)], rounds=3, quick_rounds=1, derive=slopes,
              goals=[Goal("B7", f"slope, {text}", f"slope_{axis}", must, aim) for axis, (text, must, aim) in ANALYSIS_AXES.items()],
              plots=[Plot("growth_analysis", "N", "ns a launch or point", curves(list(ANALYSIS_AXES)), has_slopes=True)]),
    Benchmark("growth_partitions", "partitions by data: how they grow with elements and pieces",
              {f"slope_{axis}": Metric("slope, " + axis.replace("_", " "), "") for axis in PARTITION_AXES},
              [Contestant("palatine", build_micro("spaces"), run_partitions)], rounds=3, quick_rounds=1, derive=slopes,
              goals=[Goal("B9", "slope, " + axis.replace("_", " "), f"slope_{axis}", "<= 1.03" if axis.endswith("elements") else "<= 0.2")
                     for axis in PARTITION_AXES],
              plots=[Plot("growth_partitions_elements", "elements", "ms", curves([a for a in PARTITION_AXES if a.endswith("elements")]),
                          has_slopes=True),
                     Plot("growth_partitions_pieces", "pieces", "ms", curves([a for a in PARTITION_AXES if a.endswith("pieces")]),
                          has_slopes=True)]),
]
