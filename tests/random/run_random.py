#!/usr/bin/env python3
"""Random programs against the compiler.

    run_random.py programs --count 1000      well-typed programs print what their trees evaluate to
    run_random.py kernels --count 1000       the same with every task for GPUs that can be one, on simulated devices,
                                             and on the driver that PALATINE_FAKE_CUDA names
    run_random.py faults --count 1000        the same on simulated devices that fail: a program prints what it should,
                                             or ends with a message that names a line of it
    run_random.py mutations --count 1000     changed programs are accepted or rejected, never more than that

The seeds are FIRST .. FIRST + COUNT - 1; a seed always gives the same input for one state of these files. What fails
is kept in a folder, with the seed in its name.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import make
from mutate import mutated, sources

REPOSITORY = Path(__file__).resolve().parents[2]

# How one program is compiled and run; the seed chooses one besides the first.
SETTINGS = [
    ([], ["-ll:cpu", "3", "-lg:check"]),
    ([], ["-ll:cpu", "1"]),
    ([], ["-ll:cpu", "7"]),
    ([], ["-ll:cpu", "3", "-lg:window", "2"]),
    ([], ["-ll:cpu", "3", "-lg:grain", "2", "-lg:check"]),
    (["-findex-launch", "0"], ["-ll:cpu", "2", "-lg:check"]),
    (["-ffuture", "0"], ["-ll:cpu", "2"]),
    (["-fleaf", "0", "-finner", "0"], ["-ll:cpu", "2"]),
    (["-fbounds-checks", "1"], ["-ll:cpu", "2"]),
]


# The same for tasks for GPUs; a dict: more of the environment. Little memory of devices makes them give way.
KERNEL_SETTINGS = [
    ([], ["-ll:cpu", "2", "--gpu=simulated", "-lg:check"]),
    ([], ["-ll:cpu", "3", "--gpu=simulated", "-ll:gpu", "2", "-lg:check"]),
    (["-fbounds-checks", "1"], ["-ll:cpu", "2", "--gpu=simulated", "-ll:gpu", "3"]),
    (["-findex-launch", "0"], ["-ll:cpu", "1", "--gpu=simulated", "-lg:check"]),
    ([], ["-ll:cpu", "2", "--gpu=off"]),
]


class Bad(Exception):
    pass


def execute(command, folder, timeout_s=120, **environment):
    env = dict(os.environ, **environment, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "detect_leaks=0"))
    env.setdefault("PALATINE_CACHE_DIR", str(folder / "cache"))
    try:
        done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=timeout_s)
    except subprocess.TimeoutExpired:
        raise Bad(f"no end after {timeout_s} s: {' '.join(map(str, command))}") from None
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def check_program(palatine, folder, text, expected, settings, **environment):
    path = folder / "program.rg"
    path.write_text(text)
    for compile_flags, run_flags in settings:
        executable = folder / "program"
        code, _, stderr = execute([palatine, "build", path.name, "-o", str(executable), *compile_flags], folder)
        if code != 0:
            raise Bad(f"a well-typed program is rejected (exit code {code}, {compile_flags})\n{stderr[:3000]}")
        code, stdout, stderr = execute([str(executable), *run_flags], folder, **environment)
        if code != 0:
            raise Bad(f"exit code {code} with {compile_flags} {run_flags}\n{stderr[:3000]}")
        lines = stdout.splitlines()
        if lines != expected:
            k = next((k for k, pair in enumerate(zip(lines, expected)) if pair[0] != pair[1]), len(lines))
            raise Bad(f"other output with {compile_flags} {run_flags}, line {k + 1}:\n"
                      f"  printed  {lines[k] if k < len(lines) else 'nothing'}\n"
                      f"  expected {expected[k] if k < len(expected) else 'nothing'}")


def program_test(palatine, folder, seed):
    text, expected = make.program_of(seed)
    (folder / "expected").write_text("\n".join(expected) + "\n")
    check_program(palatine, folder, text, expected, [SETTINGS[0], SETTINGS[1 + seed % (len(SETTINGS) - 1)]])


def with_kernels(palatine, folder, text):
    """The program with a demand of every task that can be one for GPUs, and their number."""
    lines = text.splitlines()
    tasks = [k for k, line in enumerate(lines) if line.startswith("task ") and not lines[k - 1].startswith("__demand")]
    path = folder / "program.rg"
    while tasks:
        # On the task's own line, so that lines keep their numbers.
        path.write_text("\n".join(f"__demand(__cuda) {line}" if k in tasks else line for k, line in enumerate(lines)) + "\n")
        code, _, stderr = execute([palatine, "check", path.name], folder)
        if code == 0:
            break
        wrong = {int(line) - 1 for line in re.findall(r"^program\.rg:(\d+):\d+: error: ", stderr, re.M)}
        refused = {max((task for task in tasks if task <= line), default=None) for line in wrong} - {None}
        if not refused:
            raise Bad(f"rejected, and not because of a task\n{stderr[:3000]}")
        tasks = [task for task in tasks if task not in refused]
    return path.read_text() if tasks else text, len(tasks)


def kernel_test(palatine, folder, seed):
    text, expected = make.program_of(seed)
    text, tasks = with_kernels(palatine, folder, text)
    if tasks == 0:
        return
    check_program(palatine, folder, text, expected, [KERNEL_SETTINGS[seed % len(KERNEL_SETTINGS)]])
    driver = os.environ.get("PALATINE_FAKE_CUDA")
    if driver:
        drivers = folder / "drivers"
        drivers.mkdir(exist_ok=True)
        if not (drivers / "libcuda.so.1").exists():
            (drivers / "libcuda.so.1").symlink_to(Path(driver).resolve())
        check_program(palatine, folder, text, expected, [([], ["-ll:cpu", "2", "--gpu=require"])], LD_LIBRARY_PATH=str(drivers),
                      PALATINE_FAKE_CUDA_THREAD=str(seed), PALATINE_FAKE_CUDA_DEVICES=str(1 + seed % 2))


def faults_of(rng, devices):
    """Faults for some runs, as the environment has them."""
    calls = ["launch", "copy", "fill", "call", "record", "wait", "create_event", "create_stream", "load_module", "allocate",
             "map", "reserve", "device", "pinned", "lose"]
    for what in rng.sample(calls, 6):
        # Most programs make few such calls.
        number = rng.choice([1, 2, 3, rng.randint(4, 10), rng.randint(10, 100)])
        yield f"{rng.randrange(devices)}/{what}:{number}"
    yield ",".join(f"{device}/slow:{rng.choice([5, 20])}" for device in range(devices))


def check_end(code, stdout, stderr, expected, what):
    lines = stdout.splitlines()
    if code == 0:
        if lines != expected:
            raise Bad(f"other output with {what}\n{stdout[:1000]}")
        return
    # What it printed before the end is right; of the last line a part may be missing.
    whole, last = lines[:-1], lines[-1] if lines else ""
    if whole != expected[:len(whole)] or not expected[len(whole):] or not expected[len(whole)].startswith(last):
        raise Bad(f"other output before the end with {what}\n{stdout[:1000]}")
    # Before the first task there is none to name.
    is_told = re.search(r"program\.rg:\d+", stderr) or re.search("cannot make a stream", stderr)
    if code != 1 or "injected fault" not in stderr or not is_told:
        raise Bad(f"exit code {code} with {what}\n{stderr[:3000]}")


def fault_test(palatine, folder, seed):
    text, expected = make.program_of(seed)
    text, tasks = with_kernels(palatine, folder, text)
    if tasks == 0:
        return
    (folder / "program.rg").write_text(text)
    code, _, stderr = execute([palatine, "build", "program.rg", "-o", "program"], folder)
    if code != 0:
        raise Bad(f"a well-typed program is rejected (exit code {code})\n{stderr[:3000]}")
    rng = random.Random(seed)
    devices = rng.choice([1, 1, 2])
    for faults in faults_of(rng, devices):
        flags = ["-ll:cpu", str(rng.randint(1, 3)), "--gpu=simulated", "-ll:gpu", str(devices)]
        code, stdout, stderr = execute([str(folder / "program"), *flags], folder, 30, PALATINE_SIMULATED_FAULTS=faults)
        check_end(code, stdout, stderr, expected, f"{faults} {flags}")


def mutation_test(palatine, folder, seed):
    """The whole compiler sees the program, but what it makes is not run: it may well not end."""
    text = mutated(random.Random(seed), sources(REPOSITORY), make.program_of)
    path = folder / "program.rg"
    path.write_text(text)
    code, stdout, stderr = execute([palatine, "build", path.name, "-o", str(folder / "program")], folder)
    if code not in (0, 1):
        raise Bad(f"exit code {code}\n{stdout[:500]}{stderr[:3000]}")
    if code == 1 and "error: " not in stderr:
        raise Bad(f"rejected without a message\n{stdout[:500]}{stderr[:3000]}")
    lowered = stderr.lower()
    if "internal" in lowered and "error" in lowered:
        raise Bad(f"an internal error\n{stderr[:3000]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["programs", "kernels", "faults", "mutations"])
    parser.add_argument("--palatine", default=str(REPOSITORY / "build" / "release" / "bin" / "palatine"))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--keep", default="random-failures", help="the folder for what fails")
    arguments = parser.parse_args()
    test = {"programs": program_test, "kernels": kernel_test, "faults": fault_test, "mutations": mutation_test}[arguments.what]
    palatine = str(Path(arguments.palatine).resolve())
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        for seed in range(arguments.first, arguments.first + arguments.count):
            folder = Path(name) / "work"
            folder.mkdir(exist_ok=True)
            try:
                test(palatine, folder, seed)
            except Bad as bad:
                failures += 1
                kept = Path(arguments.keep)
                kept.mkdir(exist_ok=True, parents=True)
                kept = kept / f"{arguments.what}_{seed}.rg"
                kept.write_bytes((folder / "program.rg").read_bytes())
                print(f"seed {seed}: {bad}\nkept as {kept}", flush=True)
    print(f"{arguments.what} {arguments.first} to {arguments.first + arguments.count - 1}: {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
