"""Builds and runs the programs that are measured."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from harness.model import Workplace

BENCHMARKS_FOLDER = Path(__file__).resolve().parent.parent
EXAMPLES = BENCHMARKS_FOLDER.parent / "examples"
CLANG = "clang++-19"
CXX_FLAGS = ["-std=c++20", "-O3", "-march=native"]
THREADS = "2"


class Failed(Exception):
    """A program could not be built, ended with an error or printed what it should not."""


def execute(command, timeout=600, **environment):
    """The standard output of a command that must succeed."""
    text = " ".join(map(str, command))
    try:
        done = subprocess.run([str(word) for word in command], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f"{text} took more than {timeout} s") from None
    except FileNotFoundError:
        raise Failed(f"there is no {command[0]}") from None
    if done.returncode < 0:
        raise Failed(f"{text} was ended by {signal.Signals(-done.returncode).name}\n{done.stdout}{done.stderr}")
    if done.returncode != 0:
        raise Failed(f"{text} gave exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds_of(command, **environment):
    start = time.monotonic()
    execute(command, **environment)
    return time.monotonic() - start


def labelled_numbers(text):
    """{label: [numbers]} of lines `label number`; other lines are left out."""
    numbers = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2:
            try:
                numbers.setdefault(words[0], []).append(float(words[1]))
            except ValueError:
                pass
    return numbers


def last_numbers(text):
    return {label: values[-1] for label, values in labelled_numbers(text).items()}


# What was built in this session, by its output.
built = set()


def build_once(output, *commands):
    if output not in built:
        for command in commands:
            execute(command, timeout=3600)
        built.add(output)
    return output


def build_program(name, *flags):
    """A program in the language: programs/NAME.rg, or NAME with its folder."""

    def prepare(place: Workplace):
        source = BENCHMARKS_FOLDER / (f"{name}.rg" if "/" in name else f"programs/{name}.rg")
        output = place.folder / source.stem
        return build_once(output, [place.palatine, "build", source, "-o", output, *flags])

    return prepare


def build_peer(name, *flags, compiler=CLANG, suffix=""):
    """A program of peers/, or NAME with its folder; libraries come last on the command line."""

    def prepare(place: Workplace):
        source = BENCHMARKS_FOLDER / (f"{name}.cpp" if "/" in name else f"peers/{name}.cpp")
        output = place.folder / f"peer_{name.replace('/', '_')}{suffix}"
        compile_flags = CXX_FLAGS + (["-fuse-ld=lld"] if compiler == CLANG else [])
        return build_once(output, [compiler, *compile_flags, "-fopenmp", source, "-o", output, *flags])

    return prepare


def build_legion(name):
    """A program for legion.h: programs/NAME.cpp, with the runtime of the command that is measured."""

    def prepare(place: Workplace):
        library = place.palatine.parent.parent / "lib" / "palatine"
        output = place.folder / name
        return build_once(output, [CLANG, *CXX_FLAGS, "-fuse-ld=lld", "-I", library / "include",
                                   BENCHMARKS_FOLDER / f"programs/{name}.cpp", "-o", output, library / "libpalatine_runtime.a",
                                   library / "libboost_context.a", "-lpthread"])

    return prepare


def package_flags(*names):
    """The compiler's and linker's flags for the first of the packages that there is, as pkg-config knows them."""

    def flags():
        for name in names:
            try:
                return execute(["pkg-config", "--cflags", "--libs", name]).split()
            except Failed:
                pass
        raise Failed(f"pkg-config knows no {' or '.join(names)}")

    return flags


def build_micro(name):
    """A program of micro/, in the build of the command that is measured."""

    def prepare(place: Workplace):
        build = place.palatine.parent.parent
        return build_once(build / "bin" / f"bench_{name}", ["cmake", "-DPALATINE_BENCHMARKS=ON", build],
                          ["cmake", "--build", build, "--target", f"bench_{name}"])

    return prepare


def run_micro(cases, repetitions=25, environment=lambda place: {}):
    """`cases`: {metric: (benchmark's name, its number, factor)}. The best of many short repetitions, as in the peers."""

    def run(place, program):
        names = "|".join(f"^{name}$" for name, _, _ in cases.values())
        text = execute([program, f"--benchmark_filter={names}", "--benchmark_format=json",
                        f"--benchmark_repetitions={3 if place.is_quick else repetitions}",
                        f"--benchmark_min_time={0.004 if place.is_quick else 0.01}"], **environment(place))
        found = {}
        for entry in json.loads(text)["benchmarks"]:
            if entry["run_type"] == "iteration":
                found.setdefault(entry["run_name"], []).append(entry)
        missing = [name for name, _, _ in cases.values() if name not in found]
        if missing:
            raise Failed(f"{program} has no benchmark {missing[0]}")
        best = {True: max, False: min}
        return {metric: best[number.endswith("_per_second")](entry[number] for entry in found[name]) * factor
                for metric, (name, number, factor) in cases.items()}

    return run


def run_labelled(place, program):
    return last_numbers(execute([program], OMP_NUM_THREADS=THREADS, OMP_PROC_BIND="true"))


def run_ours(*arguments):
    def run(place, program):
        return last_numbers(execute([program, *arguments, "-ll:cpu", THREADS]))

    return run
