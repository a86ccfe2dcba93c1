#!/usr/bin/env python3
"""Measures kernels on a GPU beside hand-written CUDA: `./dev bench gpu [--gpu=simulated] [--quick]`.

Builds our programs (programs/gpu_*.rg) and the hand-written ones (peers/gpu), checks small runs of all against our
programs on processors, measures what the device can do, then each case in turns, and prints a table last (plan B11).

`--gpu=simulated` tests all that without a GPU: small sizes, our programs on simulated devices, the others on the driver
that `--driver` names, if any; its times mean nothing. `--prepare FOLDER` only builds, for any processor with AVX2, and
`--prepared FOLDER` only runs what was built: for a machine with a GPU and without compilers. There `./dev bench gpu` takes
build/gpu_prepared by itself.
"""

import argparse
import ctypes
import json
import os
import platform
import shutil
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness.metg import metg_us
from harness.programs import CLANG, Failed, execute, labelled_numbers

FOLDER = Path(__file__).resolve().parent
OURS = "palatine"
SECONDS_OF_ALL = 9 * 60
# Where the driver and NVIDIA's libraries may be that the dynamic linker does not know.
DRIVER_FOLDERS = ["/usr/local/nvidia/lib64", "/usr/local/nvidia/lib", "/usr/lib/wsl/lib", "/usr/lib/nvidia", "/usr/lib64/nvidia",
                  "/usr/local/cuda/compat"]
LIBRARY_FOLDERS = ["/usr/local/cuda/lib64", "/opt/cuda/lib64"]
# What prepared programs run on.
PORTABLE = {"x86_64": "x86-64-v3"}
# Sums are added up in other orders, and the hand-written kernels fuse multiplications and additions.
TOLERANCE = 1e-8


@dataclass
class Case:
    name: str
    # Options of the run that is checked against processors, of a quick one, and of one that counts.
    small: list
    quick: list
    large: list
    # Ways of the hand-written program: {name: more options}.
    peers: dict
    checks: tuple = ("check",)
    # Ways with NVIDIA's libraries, where nvcc is: {name: program of peers/gpu}.
    libraries: dict = field(default_factory=dict)


CASES = [
    Case("triad", ["-n", 1003, "-r", 2], ["-n", 1 << 20, "-r", 5], ["-n", 1 << 27, "-r", 20], {"CUDA": []}),
    Case("stencil", ["-n", 45, "-m", 13, "-r", 1], ["-n", 512, "-m", 64, "-r", 2], ["-n", 16384, "-m", 640, "-r", 10],
         {"CUDA": [], "CUDA, shared memory": ["-shared", 1]}, ("check", "check3")),
    Case("circuit", ["-n", 700, "-m", 3000, "-r", 2], ["-n", 20000, "-m", 80000, "-r", 3],
         ["-n", 10_000_000, "-m", 40_000_000, "-r", 10], {"CUDA": []}),
    Case("reduce", ["-n", 5003, "-r", 2], ["-n", 1 << 18, "-r", 3], ["-n", 1 << 27, "-r", 20], {"CUDA": []}, ("check", "check_scan"),
         {"CUB": "cub"}),
    Case("spmv", ["-n", 31, "-r", 2], ["-n", 200, "-r", 3], ["-n", 4096, "-r", 20], {"CUDA": []}, libraries={"cuSPARSE": "cusparse"}),
    Case("small", ["-n", 100, "-c", 3, "-s", 4, "-w", 5, "-r", 2, "-g", 4, "-t", 4],
         ["-n", 256, "-c", 10, "-s", 10, "-w", 10, "-r", 3, "-g", 10, "-t", 64],
         ["-n", 16384, "-c", 10, "-s", 100, "-w", 200, "-r", 20, "-g", 200, "-t", 1 << 16],
         {"CUDA, streams": [], "CUDA, graph": ["-graph", 1]}, ("check", "check_grid")),
    Case("cg", ["-n", 31, "-r", 2], ["-n", 100, "-r", 3], ["-n", 4096, "-r", 20],
         {"CUDA, static": [], "CUDA, cudaMallocAsync": ["-async", 1]}),
]


def options_of(words):
    return {flag: value for flag, value in zip(words[::2], words[1::2])}


# {metric: (case, label of the seconds, bytes that must move, from the options; None: the time itself counts)}
RATES = {
    "saxpy": ("triad", "saxpy", lambda o: 24 * o["-n"]),
    "triad": ("triad", "triad", lambda o: 24 * o["-n"]),
    "stencil, 2-D": ("stencil", "flat", lambda o: 16 * o["-n"]**2),
    "stencil, 3-D": ("stencil", "solid", lambda o: 16 * o["-m"]**3),
    "sum": ("reduce", "sum", lambda o: 8 * o["-n"]),
    "dot product": ("reduce", "dot", lambda o: 16 * o["-n"]),
    "scan": ("reduce", "scan", lambda o: 16 * o["-n"]),
    "SpMV": ("spmv", "spmv", lambda o: (60 + 8 + 16) * o["-n"]**2),
    "circuit": ("circuit", "circuit", None),
    "step of small tasks": ("small", "step", None),
    "METG": ("small", "metg", None),
    "CG, temporaries each step": ("cg", "cg", None),
}


@dataclass
class Goal:
    metric: str
    text: str
    # A way of the hand-written program, `best` of them, or `limit`: the device's copy rate.
    peer: str
    # Shares of that speed.
    must: float
    aim: float


GOALS = [
    Goal("saxpy", "of the copy rate", "limit", 0.97, 0.99),
    Goal("triad", "of the copy rate", "limit", 0.97, 0.99),
    Goal("stencil, 2-D", "of the copy rate", "limit", 0.9, 1.0),
    Goal("stencil, 2-D", "of the best by hand", "best", 0.9, 1.0),
    Goal("stencil, 3-D", "of the copy rate", "limit", 0.9, 1.0),
    Goal("stencil, 3-D", "of the best by hand", "best", 0.9, 1.0),
    Goal("circuit", "of CUDA by hand", "best", 0.85, 1.0),
    Goal("sum", "of CUDA by hand", "best", 0.85, 0.95),
    Goal("dot product", "of CUDA by hand", "best", 0.85, 0.95),
    Goal("scan", "of CUDA by hand", "best", 0.85, 0.95),
    Goal("SpMV", "of CUDA by hand", "best", 0.85, 0.95),
    Goal("step of small tasks", "of a graph by hand", "CUDA, graph", 0.9, 1.0),
    Goal("METG", "of a graph by hand", "CUDA, graph", 1 / 1.2, 1.0),
    Goal("CG, temporaries each step", "of static buffers", "CUDA, static", 0.97, 1.0),
    Goal("CG, temporaries each step", "of cudaMallocAsync", "CUDA, cudaMallocAsync", 1.0, 1.1),
]


@dataclass
class Bench:
    palatine: str
    folder: Path
    is_simulated: bool
    is_quick: bool
    driver: str
    # By file of PTX; then the one that runs.
    kernels_by: str | dict = ""
    # What the driver calls it.
    device: str = ""
    is_portable: bool = False
    # Kernels of the hand-written programs that the driver takes.
    ptx: str = "peer.ptx"
    notes: list = field(default_factory=list)
    # What went wrong with cases; the others are measured all the same.
    failures: list = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def seconds_left(self):
        return SECONDS_OF_ALL - (time.monotonic() - self.started)

    def say(self, text):
        print(f"gpu: {text}", file=sys.stderr, flush=True)

    # ---- building

    def build(self, cases):
        self.folder.mkdir(parents=True, exist_ok=True)
        march = ["--march", PORTABLE[platform.machine()]] if self.is_portable and platform.machine() in PORTABLE else []
        for case in cases:
            execute([self.palatine, "build", FOLDER / f"programs/gpu_{case.name}.rg", *march, "-o", self.folder / f"gpu_{case.name}"])
        compiler = next((name for name in (CLANG, "clang++", "g++", "c++") if shutil.which(name)), CLANG)
        execute([compiler, "-std=c++20", "-O2", FOLDER / "peers/gpu/peer.cpp", "-ldl", "-o", self.folder / "peer"])
        nvcc = find_nvcc()
        # What tests the programs should not depend on what is installed.
        if self.is_simulated:
            nvcc = None
        self.build_kernels(nvcc)
        for case in cases:
            for name, program in case.libraries.items():
                self.build_library(nvcc, name, program)
        self.measure_ptx(nvcc)
        (self.folder / "prepared.json").write_text(json.dumps({"kernels_by": self.kernels_by, "notes": self.notes}) + "\n")

    def build_kernels(self, nvcc):
        """PTX by nvcc, which only drivers take that are as new as it, and by Clang, which all take; one of them at least."""
        source = FOLDER / "peers/gpu/kernels.cu"
        by = {}
        problems = []
        for ptx in ("peer.ptx", "peer_clang.ptx"):
            (self.folder / ptx).unlink(missing_ok=True)
        if nvcc:
            try:
                execute([nvcc, "-ptx", "-O3", "-arch=compute_80", source, "-o", self.folder / "peer.ptx"])
                by["peer.ptx"] = execute([nvcc, "--version"]).strip().splitlines()[-1]
            except Failed as failure:
                problems.append(str(failure))
        try:
            # The version of PTX for synchronizing a warp, which Clang takes from the toolkit where there is one.
            execute([CLANG, "-x", "cuda", "--cuda-device-only", "--cuda-gpu-arch=sm_70", "-nocudainc", "-nocudalib",
                     "-Xclang", "-target-feature", "-Xclang", "+ptx63", "-Wno-unknown-cuda-version", "-O3", "-S", source, "-o",
                     self.folder / "peer_clang.ptx"])
            by["peer_clang.ptx"] = execute([CLANG, "--version"]).splitlines()[0].strip()
        except Failed as failure:
            problems.append(str(failure))
        if not by:
            raise Failed("the kernels by hand cannot be compiled\n" + "\n".join(problems))
        self.notes += [f"Kernels by hand: {problem}" for problem in problems]
        self.kernels_by = by

    def build_library(self, nvcc, name, program):
        (self.folder / f"peer_{program}").unlink(missing_ok=True)
        if not nvcc:
            self.notes.append(f"{name} was not measured: there is no nvcc.")
            return
        try:
            execute([nvcc, "-O3", "-std=c++17", "-gencode", "arch=compute_80,code=compute_80", "-gencode", "arch=compute_90,code=sm_90",
                     FOLDER / f"peers/gpu/{program}.cu", "-o", self.folder / f"peer_{program}", *(["-lcusparse"] if program == "cusparse" else [])])
        except Failed as failure:
            self.notes.append(f"{name} was not measured: {failure}")

    def measure_ptx(self, nvcc):
        """What a kernel costs that is not in any cache, for us and for nvcc."""
        if not nvcc:
            self.notes.append("The time to make PTX was not compared with nvcc's.")
            return
        source = FOLDER / "programs/gpu_triad.rg"
        cache = self.folder / "empty_cache"
        shutil.rmtree(cache, ignore_errors=True)
        start = time.monotonic()
        execute([self.palatine, "emit", source, "--stage=ptx"], PALATINE_CACHE_DIR=str(cache))
        ours = time.monotonic() - start
        shutil.rmtree(cache, ignore_errors=True)
        (self.folder / "empty.cu").write_text("__global__ void triad(double* z, const double* x, double a, long n) {\n"
                                              "  long i = blockIdx.x * (long)blockDim.x + threadIdx.x;\n  if (i < n) z[i] = a * x[i];\n}\n")
        start = time.monotonic()
        execute([nvcc, "-ptx", "-O3", "-arch=compute_80", self.folder / "empty.cu", "-o", self.folder / "empty.ptx"])
        theirs = time.monotonic() - start
        self.notes.append(f"PTX of `gpu_triad.rg` (4 kernels, no cache): {ours:.2f} s; nvcc for one kernel: {theirs:.2f} s; "
                          f"{theirs / ours:.1f} times faster (must 3)")

    def read_prepared(self):
        prepared = json.loads((self.folder / "prepared.json").read_text())
        self.kernels_by, self.notes = prepared["kernels_by"], prepared["notes"]
        # Whatever carried the folder may have lost that they are programs.
        for path in [self.folder / "peer", *self.folder.glob("peer_c*"), *self.folder.glob("gpu_*")]:
            if path.is_file() and not path.suffix:
                path.chmod(path.stat().st_mode | 0o111)

    # ---- running

    def ours(self, case, words, gpu):
        return labelled_numbers_and_sizes(execute(
            # One device, as the programs by hand.
            [self.folder / f"gpu_{case.name}", *words, "-ll:cpu", 2, "-ll:csize", 32000, f"--gpu={gpu}", *([] if gpu == "off" else ["-ll:gpu", 1])],
            timeout=max(10, min(120, self.seconds_left()))))

    def peer(self, name, words):
        # The variable makes the tests' driver work by itself; NVIDIA's does not know it.
        text = execute([self.folder / "peer", self.driver, self.folder / self.ptx, name, *words],
                       timeout=max(10, min(120, self.seconds_left())), PALATINE_FAKE_CUDA_THREAD="1")
        self.device = text.splitlines()[0].removeprefix("device ")
        return labelled_numbers_and_sizes(text)

    def has_device(self):
        """Whether the hand-written programs can run; the reason if not."""
        if not self.driver:
            return "no `--driver` for the hand-written programs"
        reason = ""
        for self.ptx in self.kernels_by:
            try:
                self.peer("limits", ["-n", 1000, "-r", 1, "-k", 2])
                self.kernels_by = self.kernels_by[self.ptx]
                return None
            except Failed as failure:
                reason = reason or str(failure).split("\n", 1)[-1].strip()
                if len(self.kernels_by) > 1:
                    self.notes.append(f"{self.ptx} of {self.kernels_by[self.ptx]} does not run here: {str(failure).strip().splitlines()[-1]}")
        return reason

    def library(self, program, words):
        return labelled_numbers_and_sizes(execute([self.folder / f"peer_{program}", *words], timeout=max(10, min(120, self.seconds_left()))))

    def drop_libraries(self, cases):
        """Those that are not there or do not run here, with a note."""
        for case in cases:
            for name, program in list(case.libraries.items()):
                if (self.folder / f"peer_{program}").exists() and not self.is_simulated:
                    try:
                        self.library(program, case.small)
                        continue
                    except Failed as failure:
                        self.notes.append(f"{name} was not measured: {str(failure).strip().splitlines()[-1]}")
                del case.libraries[name]

    def contestants(self, case, words, gpu, has_peers):
        """[(name, what runs it)]"""
        runs = [(OURS, lambda: self.ours(case, words, gpu))]
        if has_peers:
            runs += [(name, lambda more=more: self.peer(case.name, [*words, *more])) for name, more in case.peers.items()]
            runs += [(name, lambda program=program: self.library(program, words)) for name, program in case.libraries.items()]
        return runs

    def check(self, case, has_peers):
        """Small runs give on the device what they give on processors; what they printed."""
        gpu = "simulated" if self.is_simulated else "require"
        expected = self.ours(case, case.small, "off")
        found = {who: run() for who, run in self.contestants(case, case.small, gpu, has_peers)}
        for who, numbers in found.items():
            compare(case, who, numbers, expected)
        return found

    def measure(self, case, has_peers):
        """What all print in two rounds that go there and back."""
        words = case.quick if self.is_quick else case.large
        runs = self.contestants(case, words, "require", has_peers)
        collected = {}
        for order in (runs, runs[::-1]):
            for who, run in order:
                for label, values in run().items():
                    collected.setdefault(who, {}).setdefault(label, []).extend(values)
        for who, numbers in collected.items():
            compare(case, who, numbers, collected[OURS])
        return collected


def find_nvcc():
    folders = [os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda", "/opt/cuda"]
    return shutil.which("nvcc") or next((str(path) for path in (Path(folder) / "bin/nvcc" for folder in folders if folder) if path.exists()), None)


def find_libraries(driver):
    """Lets programs find the driver and NVIDIA's libraries where the dynamic linker does not look for them."""
    folders = []
    if driver == "libcuda.so.1":
        try:
            ctypes.CDLL(driver)
        except OSError:
            folders += [folder for folder in DRIVER_FOLDERS if Path(folder, driver).exists()][:1]
    folders += [folder for folder in LIBRARY_FOLDERS if Path(folder).is_dir()]
    # Python's packages bring them too.
    folders += [str(lib) for path in sys.path if path for lib in Path(path).glob("nvidia/*/lib")]
    known = os.environ.get("LD_LIBRARY_PATH")
    os.environ["LD_LIBRARY_PATH"] = ":".join(([known] if known else []) + folders)


def machine_notes():
    """What the driver's own tool says of the device: its version, whether it is a part of one, and who else uses it."""
    tool = shutil.which("nvidia-smi") or next((path for path in ("/usr/local/nvidia/bin/nvidia-smi", "/usr/bin/nvidia-smi") if Path(path).exists()), None)
    if not tool:
        return []
    try:
        lines = execute([tool, "--query-gpu=name,driver_version,mig.mode.current,clocks.sm,utilization.gpu,memory.used", "--format=csv,noheader"],
                        timeout=30).strip().splitlines()
    except Failed as failure:
        return [f"nvidia-smi: {str(failure).strip().splitlines()[-1]}"]
    notes = [f"nvidia-smi (name, driver, MIG, clock, use, memory used): {line}" for line in lines]
    if len(lines) > 1:
        notes.append("There are several devices; the first was measured.")
    if any(line.split(",")[2].strip() == "Enabled" for line in lines if line.count(",") >= 2):
        notes.append("MIG is on: a part of a device was measured, so the goals, which are about whole ones, say little.")
    return notes


def medians(collected):
    """{contestant: {label: seconds}}"""
    return {who: {label: values if label == "sizes" else statistics.median(values) for label, values in numbers.items()}
            for who, numbers in collected.items()}


def labelled_numbers_and_sizes(text):
    numbers = labelled_numbers(text)
    sizes = [(int(words[1]), float(words[2])) for words in map(str.split, text.splitlines()) if len(words) == 3 and words[0] == "size"]
    if sizes:
        numbers["sizes"] = sizes
    return numbers


def compare(case, who, found, expected):
    for check in case.checks:
        if check not in found or check not in expected:
            raise Failed(f"{case.name}: {who} prints no `{check}`")
        for value in found[check]:
            wanted = expected[check][0]
            if not abs(value - wanted) <= TOLERANCE * max(abs(wanted), 1e-30):
                raise Failed(f"{case.name}: `{check}` is {value} for {who}, but should be {wanted}")


def put_metg(measured):
    """The seconds of a task at half of the speed that the fastest reaches, for each contestant."""
    peak = max((rounds / seconds for found in measured.values() for rounds, seconds in found.get("sizes", [])), default=0)
    for found in measured.values():
        points = sorted((1e6 * seconds, rounds / seconds / peak) for rounds, seconds in best_of_sizes(found.get("sizes", [])))
        value = metg_us(points)
        if value is not None:
            found["metg"] = 1e-6 * value


def best_of_sizes(sizes):
    best = {}
    for rounds, seconds in sizes:
        best[rounds] = min(seconds, best.get(rounds, seconds))
    return best.items()


def judge(goal, ours, peers, bandwidth, moved):
    """How much of the goal's measure we reach; None where it is not known."""
    if goal.peer == "limit":
        return moved / ours / bandwidth if bandwidth and moved else None
    if goal.peer == "best":
        return min(peers.values()) / ours if peers else None
    return peers[goal.peer] / ours if goal.peer in peers else None


def cell(seconds, moved):
    if seconds is None:
        return "-"
    return f"{moved / seconds * 1e-9:.0f} GB/s" if moved else f"{seconds * 1e6:.4g} us"


def table(bench, device, limits, measured):
    is_claim = not (bench.is_simulated or bench.is_quick)
    bandwidth = limits.get("copy_rate")
    by_hand = bench.kernels_by if isinstance(bench.kernels_by, str) else " or ".join(bench.kernels_by.values())
    lines = [f"Device: {device}. Kernels by hand: {by_hand}."]
    if bench.is_simulated:
        lines.append("Simulated: small sizes to test the programs; the times mean nothing.")
    elif bench.is_quick:
        lines.append("Quick: small sizes; no claims.")
    lines += ["", *(f"{name}: {text}" for name, text in limits.get("texts", {}).items()), ""]
    rows = [("case", "palatine", "by hand", "measure", "reached", "must", "aim", "")]
    for goal in GOALS:
        case_name, label, bytes_of = RATES[goal.metric]
        case = next(c for c in CASES if c.name == case_name)
        found = measured.get(case_name, {})
        ours = found.get(OURS, {}).get(label)
        peers = {who: numbers[label] for who, numbers in found.items() if who != OURS and label in numbers}
        words = case.large if is_claim else case.small if bench.is_simulated else case.quick
        moved = bytes_of(options_of(words)) if bytes_of else None
        ratio = judge(goal, ours, peers, bandwidth, moved) if ours else None
        verdict = "" if not is_claim else "**no**" if ratio is None or ratio < goal.must else "aim" if ratio >= goal.aim else "must"
        by_hand = "; ".join(f"{who.removeprefix('CUDA, ')} {cell(seconds, moved)}" for who, seconds in peers.items())
        rows.append((goal.metric, cell(ours, moved), by_hand or "-", goal.text, "-" if ratio is None else f"{ratio:.3f}",
                     f"{goal.must:.2f}", f"{goal.aim:.2f}", verdict))
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    text_rows = ["| " + " | ".join(word.ljust(width) for word, width in zip(row, widths)) + " |" for row in rows]
    text_rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join([*lines, *text_rows, "", *bench.notes])


def device_limits(bench):
    """What the device can do, in bytes a second and as lines of text."""
    n, many = (1000, 20) if bench.is_simulated else (1 << 22, 200) if bench.is_quick else (1 << 27, 1000)
    found = {label: min(values) for label, values in bench.peer("limits", ["-n", n, "-r", 5, "-k", many]).items()}
    if found["check"] != 1.0:
        raise Failed(f"limits: what was copied comes back as {found['check']}")
    rate = {label: bytes_each * n / found[label]
            for label, bytes_each in (("copy_by_driver", 16), ("copy_by_kernel", 16), ("to_device", 8), ("to_host", 8))}
    texts = {
        "copy inside of the device": f"{rate['copy_by_driver'] * 1e-9:.0f} GB/s by the driver, {rate['copy_by_kernel'] * 1e-9:.0f} by a kernel",
        "copy from and to the host": f"{rate['to_device'] * 1e-9:.1f} and {rate['to_host'] * 1e-9:.1f} GB/s",
        "an empty kernel": f"{found['launch'] * 1e6:.2f} us on a stream, {found['launch_and_wait'] * 1e6:.2f} us with a wait, "
                           f"{found['graph'] / many * 1e6:.2f} us in a graph",
    }
    return {"copy_rate": max(rate["copy_by_driver"], rate["copy_by_kernel"]), "texts": texts}


def run_cases(bench, cases, has_peers):
    """{case: what all print}. A case that fails is told of, and the others go on: a machine with a GPU is not there for long."""
    measured = {}
    for case in cases:
        if bench.seconds_left() <= 0:
            bench.notes.append(f"{case.name} was left out: the time was up")
            continue
        try:
            bench.say(f"checking {case.name}")
            collected = bench.check(case, has_peers)
            if not bench.is_simulated:
                bench.say(f"measuring {case.name}")
                collected = bench.measure(case, has_peers)
        except Failed as failure:
            bench.say(str(failure))
            bench.failures.append(f"**{case.name} failed**: {failure}")
            continue
        measured[case.name] = medians(collected)
        put_metg(measured[case.name])
    return measured


def main():
    parser = argparse.ArgumentParser(prog="./dev bench gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--palatine", help=argparse.SUPPRESS)
    parser.add_argument("--gpu", choices=["require", "simulated"], default="require")
    parser.add_argument("--driver", help="the driver of the hand-written programs (libcuda.so.1; none when simulated)")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--only", nargs="+", choices=[case.name for case in CASES], help="some of the cases")
    parser.add_argument("--prepare", type=Path, metavar="FOLDER", help="only build, into FOLDER, and put this script there")
    parser.add_argument("--prepared", type=Path, metavar="FOLDER", help="run what `--prepare` has built")
    parser.add_argument("--folder", type=Path, default=FOLDER.parent / "build/bench/gpu", help=argparse.SUPPRESS)
    options = parser.parse_args()
    is_simulated = options.gpu == "simulated"
    bench = Bench(is_portable=options.prepare is not None, palatine=os.path.abspath(options.palatine) if options.palatine else "palatine",
                  folder=(options.prepared or options.prepare or options.folder).resolve(),
                  is_simulated=is_simulated, is_quick=options.quick, driver=options.driver or ("" if is_simulated else "libcuda.so.1"))
    cases = [case for case in CASES if not options.only or case.name in options.only]
    find_libraries(bench.driver)
    try:
        if options.prepared:
            if not (bench.folder / "prepared.json").exists():
                raise Failed(f"{bench.folder} holds nothing that `--prepare` has built")
            bench.read_prepared()
        else:
            bench.say("building")
            bench.build(cases)
        if options.prepare:
            for part in ("gpu_bench.py", "harness/__init__.py", "harness/metg.py", "harness/model.py", "harness/programs.py"):
                (bench.folder / part).parent.mkdir(exist_ok=True)
                shutil.copy(FOLDER / part, bench.folder / part)
            bench.say(f"on the machine with the GPU: python3 {bench.folder}/gpu_bench.py --prepared {bench.folder}")
            return 0
        why = bench.has_device()
        if why and not is_simulated:
            print(f"gpu: there is no GPU to measure: {why}\n"
                  "gpu: nothing was measured; `./dev bench gpu --gpu=simulated` tests the programs without one", file=sys.stderr)
            return 1
        device, limits = ("simulated" if why else bench.device), {}
        if not why:
            bench.say("measuring the device")
            limits = device_limits(bench)
            bench.notes += machine_notes()
        bench.drop_libraries(cases)
    except Failed as failure:
        print(f"gpu: {failure}", file=sys.stderr)
        return 1
    measured = run_cases(bench, cases, not why)
    if why:
        bench.notes.append(f"The hand-written programs did not run: {why}")
    agree = "All results agree" if not bench.failures else "The results of the other cases agree"
    bench.notes += [*bench.failures, f"{agree} with those of processors. Took {time.monotonic() - bench.started:.0f} s."]
    print(table(bench, device, limits, measured))
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
