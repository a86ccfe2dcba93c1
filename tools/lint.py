#!/usr/bin/env python3
"""`./dev lint`: formatting, include directions, diagnostics without a test, paths of one machine, long files."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What the files of a folder may include, by the first matching prefix; docs/architecture.md explains the order.
# A folder may always include itself.
ALLOWED = [
    ("frontend/base", []),
    ("frontend/source", ["frontend/base"]),
    ("frontend/diag", ["frontend/base", "frontend/source"]),
    ("frontend/lex", ["frontend/base", "frontend/source", "frontend/diag"]),
    ("frontend/ast", ["frontend/base", "frontend/source", "frontend/diag", "frontend/lex"]),
    ("frontend/parse", ["frontend/base", "frontend/source", "frontend/diag", "frontend/lex", "frontend/ast"]),
    ("frontend/cimport", ["frontend/base", "frontend/source", "frontend/diag"]),
    ("frontend/host", ["frontend/base", "frontend/source", "frontend/diag", "frontend/lex", "frontend/ast",
                       "frontend/parse"]),
    ("sema/types", ["frontend"]),
    ("sema/ir", ["frontend", "sema/types"]),
    ("sema/passes", ["frontend", "sema/types", "sema/ir", "sema/infer"]),
    ("sema/infer", ["frontend", "sema/types", "sema/ir", "sema/passes"]),
    ("sema/specialize", ["frontend", "sema/types", "sema/ir"]),
    ("sema", ["frontend", "sema"]),
    ("codegen", ["frontend", "sema", "codegen"]),
    ("driver", ["frontend", "sema", "codegen", "driver"]),
    ("runtime/api", []),
    ("runtime/device", []),
    ("runtime/pool", ["runtime/device"]),
    ("runtime/realm", ["runtime/device", "runtime/pool"]),
    ("runtime/profile", ["runtime/device", "runtime/pool", "runtime/realm"]),
    ("runtime/legion", ["runtime/api", "runtime/device", "runtime/pool", "runtime/realm", "runtime/profile"]),
    ("runtime", ["runtime"]),
]
OURS = ("frontend/", "sema/", "codegen/", "driver/", "runtime/")
MAX_LINES = 800

# Kinds of diagnostics that no golden test can produce, each with its reason.
KINDS_WITHOUT_TEST_FILE = ROOT / "tests/golden/kinds_without_test.txt"


def tracked_files():
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                         capture_output=True, text=True).stdout
    return [Path(line) for line in out.splitlines() if (ROOT / line).is_file()]


def check_format(files):
    sources = [str(f) for f in files if f.suffix in (".cpp", ".h") and f.parts[0] not in ("tests/golden", "tests/run")]
    jobs = os.cpu_count() or 1
    parts = [sources[i::jobs] for i in range(jobs) if sources[i::jobs]]
    processes = [subprocess.Popen(["clang-format-19", "--dry-run", "-Werror", *part], cwd=ROOT, text=True,
                                  stderr=subprocess.PIPE) for part in parts]
    bad = set()
    for process in processes:
        for line in process.communicate()[1].splitlines():
            match = re.match(r"^([^:]+):\d+:\d+: error", line)
            if match:
                bad.add(match[1])
    return [f"{name}: not formatted; run `./dev format`" for name in sorted(bad)]


def folder_of(name):
    return next((prefix for prefix, _ in ALLOWED if name.startswith(prefix + "/")), None)


def check_includes(files):
    problems = []
    for file in files:
        if file.suffix not in (".cpp", ".h", ".def") or not str(file).startswith(OURS):
            continue
        prefix = folder_of(str(file))
        if prefix is None:
            problems.append(f"{file}: its folder is not in the table of tools/lint.py")
            continue
        allowed = dict(ALLOWED)[prefix] + [prefix]
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not include or not include[1].startswith(OURS):
                continue
            if not any(include[1].startswith(a + "/") for a in allowed):
                problems.append(f"{file}:{number}: {prefix} must not include {include[1]}")
    return problems


def check_kinds(files):
    kinds = {}
    for definition in sorted((ROOT / "frontend/diag").glob("kinds_*.def")):
        text = re.sub(r"//.*", "", definition.read_text())
        for name, severity, parts in re.findall(r'DIAG\(\s*(\w+)\s*,\s*(\w+)\s*,((?:\s*"(?:[^"\\]|\\.)*")+)\s*\)', text):
            message = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', parts)).replace('\\"', '"').replace("\\\\", "\\")
            kinds[name] = (severity, message)
    expected = []
    for file in files:
        if file.parts[:2] == ("tests", "golden") and file.suffix == ".rg":
            for line in (ROOT / file).read_text().splitlines():
                match = re.match(r"^--.* (ERROR|WARNING|NOTE): (.*)$", line)
                if match:
                    expected.append((match[1].lower(), match[2]))
    excused = {}
    if KINDS_WITHOUT_TEST_FILE.exists():
        for line in KINDS_WITHOUT_TEST_FILE.read_text().splitlines():
            name, colon, reason = line.partition(":")
            if line.strip() and not line.startswith("#") and colon and reason.strip():
                excused[name.strip()] = reason.strip()

    # A message belongs to the kind with the longest fixed text among those that match. Kinds that only pass on the
    # words of somebody else have none and cannot be told apart.
    patterns = []
    without_text = {name for name, (_, message) in kinds.items() if not re.sub(r"\{[^{}]*\}|\W", "", message)}
    for name, (severity, message) in kinds.items():
        if name in without_text:
            continue
        fixed = re.split(r"\{[^{}]*\}", message.replace("{{", "\0").replace("}}", "\1"))
        fixed = [part.replace("\0", "{").replace("\1", "}") for part in fixed]
        pattern = re.compile(".*".join(re.escape(part) for part in fixed) + r"\Z", re.S)
        patterns.append((sum(map(len, fixed)), name, severity, pattern))
    patterns.sort(reverse=True)
    seen = set()
    for severity, text in expected:
        matching = [(length, name) for length, name, kind_severity, pattern in patterns
                    if kind_severity == severity and pattern.match(text)]
        seen.update(name for length, name in matching if length == max(matching)[0])
    problems = [f"frontend/diag: no golden test produces the diagnostic `{name}`: {kinds[name][1]}"
                for name in sorted(set(kinds) - seen - set(excused) - without_text)]
    problems += [f"{KINDS_WITHOUT_TEST_FILE.relative_to(ROOT)}: `{name}` has a golden test or is gone"
                 for name in sorted(excused) if name in seen or name not in kinds]
    return problems


def check_paths(files):
    # Built from parts, so that this file does not find itself.
    pattern = re.compile("(?<![\\w.$}])/(?:" + "|".join(["wo" + "rk", "ho" + "me", "Us" + "ers", "ro" + "ot"]) + ")/\\w")
    problems = []
    for file in files:
        try:
            text = (ROOT / file).read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                problems.append(f"{file}:{number}: names a path of one machine: {line.strip()[:80]}")
    return problems


def warn_long(files):
    for file in files:
        if file.suffix in (".cpp", ".h", ".py", ".lua", ".t"):
            count = len((ROOT / file).read_text().splitlines())
            if count > MAX_LINES:
                print(f"warning: {file} has {count} lines; does it have two subjects?")


def main():
    files = tracked_files()
    checks = {"format": check_format, "includes": check_includes, "kinds": check_kinds, "paths": check_paths}
    wanted = sys.argv[1:] or list(checks)
    unknown = set(wanted) - set(checks)
    if unknown:
        print(f"lint: no such check: {', '.join(unknown)}; there are {', '.join(checks)}")
        return 2
    problems = [problem for name in wanted for problem in checks[name](files)]
    warn_long(files)
    for problem in problems:
        print(problem)
    print(f"lint: {len(problems)} problems" if problems else "lint: clean")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
