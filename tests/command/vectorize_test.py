#!/usr/bin/env python3
"""Loops of tasks vectorize as those that one writes by hand: Clang's remarks on what the benchmark programs are compiled to
are compared with its remarks on their peers in C++.
"""

import os
import re
import unittest
from pathlib import Path

from support import PALATINE, CommandTest

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
# (program, task, peer, a part of the peer's line at which its innermost loop begins)
LOOPS = [
    ("daxpy_bandwidth", "daxpy", "daxpy_openmp", "z[i] = alpha * x[i] + y[i]"),
    ("stencil", "collect", "stencil_openmp", "for (long x = 2; x < n - 2; ++x) {"),
    ("stencil", "grow", "stencil_openmp", "in[y * n + x] += 1.0"),
    ("cg", "turn", "cg_openmp", "p[i] = r[i] + beta * p[i]"),
    ("circuit", "update_voltages", "circuit_openmp", "for (long n = 0; n < nodes; ++n) {  // voltages"),
    # Reads through pointers: in the body for arrays that do not overlap.
    ("circuit", "calculate_currents", "circuit_openmp", "for (long w = 0; w < wires; ++w) {  // currents"),
]
# Loops that Clang vectorizes in neither; those of the peers are checked, so that the list stays true.
SCALAR_LOOPS = [
    ("cg_openmp", "for (int32_t k = begin[i]; k < begin[i + 1]; ++k) sum += value[k] * p[column[k]]"),
]
# Loops of tasks over four corners each, which Clang leaves in the peers as this test compiles them: (program, task).
LOOPS_OVER_CORNERS = [("hydro", "find_forces"), ("hydro", "do_work")]
REMARK = re.compile(r"^(\S+?):(\d+):\d+: remark: vectorized loop \(vectorization width: (\d+)", re.M)


class Vectorize(CommandTest):
    def remarks(self, source, folder):
        """[(line, width)] of the loops that Clang vectorizes with the options of generated code"""
        done = self.execute("clang++-19", "-std=c++20", "-O2", "-march=x86-64-v3", "-ffp-contract=off", "-fno-strict-aliasing",
                            "-fno-math-errno", "-I", folder, "-I", BENCHMARKS / "programs", "-Rpass=loop-vectorize", "-c", source, "-o", os.devnull)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [(int(line), int(width)) for path, line, width in REMARK.findall(done.stderr) if Path(path).name == source.name]

    def of_tasks(self, program):
        """{task: [widths]}"""
        emitted = self.palatine("emit", BENCHMARKS / "programs" / f"{program}.rg")
        self.check(emitted, 0)
        # Lines of this text instead of the program's, and without the wrappers of C functions, which are C.
        text = re.sub(r"^#line .*$", "", emitted.stdout, flags=re.M)
        end = text.index("\n}\n", text.index("\nint main(")) + 3
        source = self.write(f"{program}.cpp", text[:end])
        lines = text[:end].splitlines()
        include = Path(PALATINE).resolve().parent.parent / "lib/palatine/include"
        found = {}
        for line, width in self.remarks(source, include):
            # The function that the line is in.
            for above in range(line - 1, -1, -1):
                task = re.match(r"(?:\[\[.*\]\] )?static \S.* task_(\w+?)(?:_apart)?\(api::Context", lines[above])
                if task:
                    found.setdefault(task[1], []).append(width)
                    break
        return found

    def of_peer(self, name, part):
        """The widths of the loop."""
        path = BENCHMARKS / "peers" / f"{name}.cpp"
        numbers = [n for n, line in enumerate(path.read_text().splitlines(), 1) if part in line]
        self.assertEqual(len(numbers), 1, f"{path}: `{part}` must stand in one line")
        # A body on a line of its own may follow its loop's head.
        return [width for line, width in self.remarks(path, path.parent) if numbers[0] - 1 <= line <= numbers[0]]

    def test_as_by_hand(self):
        tasks = {program: self.of_tasks(program) for program in {program for program, _, _, _ in LOOPS}}
        for program, task, peer, part in LOOPS:
            with self.subTest(f"{program}: {task}"):
                by_hand = self.of_peer(peer, part)
                self.assertTrue(by_hand, f"{peer} has no vectorized loop at `{part}`")
                self.assertGreaterEqual(max(tasks[program].get(task, [0])), max(by_hand), f"widths: {tasks[program]}")

    def test_loops_over_corners(self):
        tasks = {program: self.of_tasks(program) for program in {program for program, _ in LOOPS_OVER_CORNERS}}
        for program, task in LOOPS_OVER_CORNERS:
            with self.subTest(f"{program}: {task}"):
                self.assertGreaterEqual(max(tasks[program].get(task, [0])), 4, f"widths: {tasks[program]}")

    def test_scalar_by_hand(self):
        for peer, part in SCALAR_LOOPS:
            self.assertEqual(self.of_peer(peer, part), [])


if __name__ == "__main__":
    unittest.main()
