#!/usr/bin/env python3
"""Checks programs against the output that they expect, or rewrites what they expect (`--update`).

A program passes exactly when rewriting it would change nothing, and its exit code is right. Programs of
tests/golden are compiled once with the command that they name; those of tests/run and examples are compiled and
then run under every configuration of configurations.py.
"""

import argparse
import concurrent.futures
import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import diagnostics
from configurations import CONFIGURATIONS
from program import BadTest, Program

TESTS = Path(__file__).resolve().parent.parent
COMPILE_TIMEOUT_S = 100


class Failure(Exception):
    pass


def environment(palatine):
    env = dict(os.environ)
    env.setdefault("PALATINE_CACHE_DIR", str(Path(palatine).resolve().parent.parent / "test-cache"))
    env.setdefault("TSAN_OPTIONS", "halt_on_error=1:exitcode=66")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    env.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    return env


def execute(command, cwd, env, timeout_s):
    try:
        done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=timeout_s)
    except subprocess.TimeoutExpired as expired:
        output = (expired.stdout or b"") + (expired.stderr or b"")
        raise Failure(f"no end after {timeout_s:g} s: {' '.join(map(str, command))}\n"
                      f"{output.decode(errors='replace')}") from None
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def without_places(text, program):
    """Output must not depend on where the sources lie."""
    return text.replace(f"{program.path.parent.resolve()}/", "")


def compile_only(program, palatine):
    """The new text of a program of tests/golden."""
    subcommand, *arguments = program.command
    code, stdout, stderr = execute([palatine, subcommand, program.path.name, *arguments, *program.compile_flags],
                                   program.path.parent, environment(palatine), COMPILE_TIMEOUT_S)
    stdout, stderr = without_places(stdout, program), without_places(stderr, program)
    messages, rest = diagnostics.parse(stderr)
    if program.is_rejected and (code != 1 or not any(m.severity == "error" for m in messages)):
        raise Failure(f"the program must be rejected with diagnostics; exit code {code}\n{stdout}{stderr}")
    if not program.is_rejected and code != 0:
        raise Failure(f"exit code {code}; rejected programs are named fail_*.rg\n{stdout}{stderr}")
    lines = diagnostics.annotate(program.source_lines, messages, program.path.name)
    return program.with_output(lines, program.kept(stdout), rest)


def build(program, palatine, flags, output):
    code, stdout, stderr = execute(
        [palatine, "build", program.path.name, "-o", str(output), *program.compile_flags, *flags],
        program.path.parent, environment(palatine), COMPILE_TIMEOUT_S)
    if code != 0 or not output.exists():
        raise Failure(f"building with `{' '.join(flags)}` gave exit code {code}\n{stdout}{stderr}")


def run_once(program, palatine, executable, configuration):
    # The log's lock would order for the thread sanitizer what nothing else orders.
    unwanted = "-lg:check" if os.environ.get("PALATINE_SANITIZE") == "thread" else None
    command = [str(executable), *program.program_args, *(f for f in configuration.run_flags if f != unwanted)]
    code, stdout, stderr = execute(command, program.path.parent, environment(palatine), program.timeout_s)
    if not program.exit_is_right(code):
        raise Failure(f"{configuration.name}: exit code {code}\n{stdout}{stderr}")
    lines = [line for line in program.source_lines if not diagnostics.is_expectation(line)]
    return program.with_output(lines, program.kept(stdout), without_places(stderr, program).splitlines())


def run_everywhere(program, palatine):
    """The new text of a program that runs, checked to be the same in all configurations."""
    sanitized = bool(os.environ.get("PALATINE_SANITIZE"))
    unknown = set(program.skips) - {c.name for c in CONFIGURATIONS}
    if unknown:
        raise BadTest(f"{program.path}: SKIP names no configuration: {', '.join(unknown)}")
    wanted = [c for c in CONFIGURATIONS
              if c.name not in program.skips and (c.with_sanitizers or not sanitized) and c.only_with in program.text]
    problems, first = [], None
    with tempfile.TemporaryDirectory(prefix="palatine-test-") as folder:
        executables = {}
        for configuration in wanted:
            key = " ".join(configuration.compile_flags)
            if key not in executables:
                executables[key] = Path(folder) / f"program_{len(executables)}"
                build(program, palatine, configuration.compile_flags, executables[key])
            try:
                text = run_once(program, palatine, executables[key], configuration)
            except Failure as failure:
                problems.append(str(failure))
                continue
            if first is None:
                first = (configuration.name, text)
            elif text != first[1]:
                problems.append(f"{configuration.name} differs from {first[0]}:\n{difference(first[1], text)}")
    if problems:
        raise Failure("\n".join(problems))
    return first[1]


def difference(old, new):
    return "\n".join(difflib.unified_diff(old.splitlines(), new.splitlines(), "expected", "actual", lineterm="", n=2))


def new_text(path, palatine):
    program = Program(path)
    subcommand = program.command[0]
    return program.text, run_everywhere(program, palatine) if subcommand == "run" else compile_only(program, palatine)


def update(path, palatine):
    """Rewrites a file until it stays as it is: inserted lines move what follows."""
    changed = False
    for _ in range(4):
        old, new = new_text(path, palatine)
        if old == new:
            return "updated" if changed else "unchanged"
        Path(path).write_text(new)
        changed = True
    raise Failure("the output never settles")


def check(path, palatine):
    old, new = new_text(path, palatine)
    if old != new:
        raise Failure(difference(old, new))
    return "passed"


def all_programs():
    folders = [TESTS / "golden", TESTS / "run", TESTS.parent / "examples"]
    return [p for folder in folders for p in sorted(folder.rglob("*.rg")) if "modules" not in p.relative_to(folder).parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--palatine", required=True, help="the command under test")
    parser.add_argument("--update", action="store_true", help="rewrite what the programs expect")
    parser.add_argument("files", nargs="*", help="programs; all where none is named")
    options = parser.parse_args()
    palatine = str(Path(options.palatine).resolve())
    files = [Path(f).resolve() for f in options.files] or all_programs()
    action = update if options.update else check

    def attempt(path):
        try:
            return path, action(path, palatine), True
        except (Failure, BadTest) as failure:
            return path, str(failure), False

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result, passed in pool.map(attempt, files):
            failed += not passed
            name = os.path.relpath(path, TESTS.parent)
            if not passed:
                print(f"FAILED {name}\n{result}\n")
            elif result == "updated" or len(files) == 1:
                print(f"{result} {name}")
    if len(files) > 1:
        print(f"{len(files) - failed} of {len(files)} programs {'written' if options.update else 'passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
