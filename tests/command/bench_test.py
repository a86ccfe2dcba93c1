#!/usr/bin/env python3
"""The rules by which `./dev bench` judges: METG, slopes, targets, tables; and that the programs in the language that it
measures run and verify their results, at tiny sizes.
"""

import contextlib
import ctypes.util
import io
import re
import sys
import unittest
from pathlib import Path

from support import CommandTest

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from harness import growth, metg, profile, report, rounds  # noqa: E402
from harness.model import Benchmark, Contestant, Goal, Metric, Other, Peer, Workplace  # noqa: E402
from harness.programs import Failed  # noqa: E402


def summary(value):
    return {"median": value, "low": value, "high": value, "rounds": 1}


class MetgRule(unittest.TestCase):
    def test_interpolates_to_the_efficiency(self):
        self.assertAlmostEqual(metg.metg_us([(1.0, 0.25), (2.0, 0.75), (8.0, 0.99)]), 1.5)

    def test_takes_the_smallest_task_that_reaches_it(self):
        # What falls short again among larger tasks does not count.
        self.assertAlmostEqual(metg.metg_us([(1.0, 0.4), (2.0, 0.6), (4.0, 0.45), (8.0, 0.9)]), 1.5)

    def test_is_unknown_outside_of_the_sizes(self):
        self.assertIsNone(metg.metg_us([(1.0, 0.1), (2.0, 0.4)]))
        self.assertIsNone(metg.metg_us([(1.0, 0.6), (2.0, 0.8)]))

    def test_floor_and_granularity(self):
        self.assertEqual(metg.floor_us([(9.0, 1.0), (3.0, 0.1), (2.0, 0.1), (1.0, 0.1)]), 2.0)
        self.assertAlmostEqual(metg.granularity_us(2.0, 1000000, 2), 4.0)


class Slopes(unittest.TestCase):
    def test_exponent(self):
        self.assertAlmostEqual(growth.slope([(n, 3.0 * n**2) for n in (1, 10, 100)]), 2.0)
        self.assertAlmostEqual(growth.slope([(1, 5.0), (64, 5.0)]), 0.0)
        self.assertIsNone(growth.slope([(4, 1.0)]))

    def test_of_measured_axes(self):
        measured = {"fields:1": {"palatine": summary(2.0)}, "fields:16": {"palatine": summary(8.0)}}
        self.assertAlmostEqual(growth.slopes(measured)["slope_fields"]["palatine"]["median"], 0.5)


class Rounds(unittest.TestCase):
    def measure(self, *contestants, verify=lambda in_round: None):
        benchmark = Benchmark("one", "first", {}, list(contestants), rounds=3, verify=verify)
        with contextlib.redirect_stderr(io.StringIO()):
            return rounds.measure(benchmark, Workplace(Path("palatine"), Path("."), False))

    def test_a_peer_that_fails_is_left_out(self):
        def fails(place, prepared):
            raise Failed("no such library")

        ours = Contestant("palatine", lambda place: None, lambda place, prepared: {"time": 1.0})
        values, _, failures = self.measure(ours, Contestant("peer", lambda place: None, fails), Contestant("other", lambda place: fails(place, None), None))
        self.assertEqual(values, {"time": {"palatine": [1.0, 1.0, 1.0]}})
        self.assertEqual(failures, {"peer": "no such library", "other": "no such library"})
        with self.assertRaises(Failed):
            self.measure(Contestant("palatine", lambda place: None, fails))

    def test_turns(self):
        order = []

        def contestant(name):
            return Contestant(name, lambda place: None, lambda place, prepared: order.append(name) or {"time": 1.0})

        self.measure(contestant("palatine"), contestant("peer"))
        # Runs that others disturbed come more than once.
        turns = [name for k, name in enumerate(order) if k == 0 or order[k - 1] != name]
        self.assertEqual(turns, ["palatine", "peer", "palatine", "peer", "palatine"])

    def test_results_are_verified(self):
        def verify(in_round):
            raise Failed(f"{in_round['palatine']['time']}")

        ours = Contestant("palatine", lambda place: None, lambda place, prepared: {"time": 4.0})
        with self.assertRaisesRegex(Failed, "4.0"):
            self.measure(ours, verify=verify)


class Profiles(unittest.TestCase):
    def test_parse(self):
        text = """# Overhead
    60.25%  program            [.] palatine::legion::f(int, char)           -      -
     3.50%  [kernel.kallsyms]  [k] schedule
     2.00%  [kernel.kallsyms]  [k] futex_wait
    10.00%  libc.so.6          [.] malloc
"""
        self.assertEqual(profile.parse(text), [(60.25, "palatine::legion::f"), (10.0, "malloc"), (5.5, "the kernel")])


class Tables(unittest.TestCase):
    def setUp(self):
        nobody = Contestant("palatine", lambda place: None, lambda place, prepared: {})
        self.one = Benchmark("one", "first", {"time": Metric("a task", "us")}, [nobody],
                             goals=[Goal("B2", "a task, us", "time", "<= 1.0", "<= 0.5", peer=Peer("time")),
                                    Goal("B2", "alone", "time", ">= 5")])
        self.two = Benchmark("two", "second", {"time": Metric("a task", "us")}, [nobody],
                             goals=[Goal("B3", "beside one", "time", "<= 1.0", peer=Other("one", "time"))])
        self.results = {"quick": False, "disturbed": {"one": 2}, "profiles": {"one": [(40.0, "f")]}, "machine": {
            "cpu": "a processor", "family": "f", "cores": 2, "memory_gb": 24, "commit": "c0ffee"},
            "benchmarks": {"one": {"time": {"palatine": summary(4.0), "fast": summary(8.0), "slow": summary(9.0)}},
                           "two": {"time": {"palatine": summary(5.0)}}}}

    def test_goals_compare_with_the_best_peer(self):
        first, second, third = report.goal_rows([self.one, self.two], self.results)
        self.assertEqual(first, "| B2 | one | a task, us | 4 | 8 (fast) |  | 0.5 | <= 1.0 | <= 0.5 | aim |")
        self.assertEqual(second, "| B2 | one | alone | 4 |  |  | 4 | >= 5 |  | **no** |")
        self.assertEqual(third, "| B3 | two | beside one | 5 | 4 (one) |  | 1.25 | <= 1.0 |  | **no** |")

    def test_a_value_that_is_missing_misses_the_goal(self):
        del self.results["benchmarks"]["one"]["time"]["palatine"]
        self.assertIn("| none | 8 (fast) |  | none | <= 1.0 | <= 0.5 | **no** |", report.goal_rows([self.one], self.results)[0])

    def test_written_rows_of_others_stay(self):
        page = f"before\n{report.BEGIN}\n{report.END}\nafter\n"
        page = report.write_into(page, [self.one, self.two], self.results)
        self.assertIn("commit c0ffee", page)
        self.assertIn("| one | a task, palatine | us | 4 [4 .. 4] |", page)
        only_two = dict(self.results, profiles={}, benchmarks={"two": {"time": {"palatine": summary(7.0)}}})
        again = report.write_into(page, [self.one, self.two], only_two)
        self.assertIn("| one | a task, palatine | us | 4 [4 .. 4] |", again)
        self.assertIn("| B2 | one | alone | 4 |", again)
        self.assertIn("| one | 40% `f` |", again)
        self.assertIn("| two | a task, palatine | us | 7 [7 .. 7] |", again)
        self.assertNotIn("5 [5 .. 5]", again)
        self.assertIn("[one](plots/one.png)", report.write_into(page, [self.one, self.two], only_two, ["one.png"]))
        self.assertTrue(again.startswith("before\n") and again.endswith("\nafter\n"))


WORD = 2**64


def metg_inputs(pattern, width, row, point):
    if pattern == "spread":
        return {(point + i * width // 5 + (row % 3 if i else 0)) % width for i in range(5)}
    reach = 1 if pattern == "stencil" else 2
    return {p for p in range(point - reach, point + reach + 1) if 0 <= p < width}


def metg_checksum(pattern, width, graphs, rows):
    """What metg.h says that a run comes to."""
    before = []
    for row in range(rows):
        now = []
        for point in range(width):
            inputs = sum(before[i] for i in metg_inputs(pattern, width, row, point)) if row else 0
            now.append(((row * 64 + point + 1) * 0x9E3779B97F4A7C15 + 3 * inputs) % WORD)
        before = now
    row_sum = sum(digest * (2 * point + 1) for point, digest in enumerate(before))
    return sum(row_sum * (2 * graph + 1) for graph in range(graphs)) % WORD


class Programs(CommandTest):
    """The programs in the language, at tiny sizes."""

    def build(self, name):
        program = self.folder / "program"
        self.check(self.palatine("build", BENCHMARKS / f"{name}.rg", "-o", program), 0)
        return program

    def test_metg(self):
        program = self.build("metg/metg")
        for pattern, width, graphs, imbalance in (("stencil", 2, 1, 0), ("stencil", 8, 1, 0), ("nearest", 7, 1, 2), ("spread", 2, 1, 0),
                                                  ("spread", 11, 1, 0), ("nearest", 5, 4, 2)):
            done = self.execute(program, pattern, width, graphs, "0.00005", 2, imbalance, 1, 64, "-ll:cpu", 2)
            self.check(done, 0)
            lines = [line.split() for line in done.stdout.splitlines()]
            self.assertEqual([line[:2] for line in lines], [["size", "1"], ["size", "64"]])
            for _, size, rows, _, checksum, operations in lines:
                self.assertEqual(int(checksum), metg_checksum(pattern, width, graphs, int(rows)), f"{pattern} {width} {graphs}")
                even = (128 * int(size) + 64) * width * graphs * int(rows)
                if imbalance:
                    self.assertTrue(0 < float(operations) < 2 * even and float(operations) != even, operations)
                else:
                    self.assertEqual(float(operations), even)

    def test_kernels(self):
        # Each ends with an error when its result is wrong; the peers in C++ come to the same.
        sizes = {"stencil": ("-n", 50, "-b", 3, "-r", 2), "cg": ("-n", 20, "-b", 3, "-r", 8),
                 "circuit": ("-p", 3, "-npp", 50, "-wpp", 200, "-r", 6), "particles": ("-n", 500, "-g", 12, "-b", 3, "-r", 4),
                 "pagerank": ("-n", 300, "-l", 3, "-near", 9, "-b", 3, "-r", 5)}
        for name, arguments in (*sizes.items(), ("particles", (*sizes["particles"], "-own", 1))):
            with self.subTest(f"{name} {arguments}"):
                ours = self.execute(self.build(f"programs/{name}"), *arguments, "-ll:cpu", 2)
                self.check(ours, 0)
                peer = self.folder / "peer"
                self.check(self.execute("clang++-19", "-std=c++20", "-O1", "-ffp-contract=off",
                                        BENCHMARKS / "peers" / f"{name}_openmp.cpp", "-o", peer), 0)
                theirs = self.execute(peer, *arguments)
                self.check(theirs, 0)
                values = [re.search(r"^check (\S+)$", done.stdout, re.M) for done in (ours, theirs)]
                self.assertTrue(all(values), f"{ours.stdout}{theirs.stdout}")
                first, second = (float(value[1]) for value in values)
                self.assertAlmostEqual(first, second, delta=1e-9 * abs(second))

    @unittest.skipUnless(ctypes.util.find_library("openblas"), "there is no OpenBLAS")
    def test_programs_with_blas(self):
        # Each ends with an error when its result is wrong.
        for name in ("dgemm", "cholesky"):
            with self.subTest(name):
                self.check(self.execute(self.build(f"programs/{name}"), "-n", 40, "-b", 3, "-r", 2, "-ll:cpu", 2), 0)

    def test_launches(self):
        done = self.execute(self.build("programs/daxpy_bandwidth"), "-n", 1000, "-b", 3, "-r", 2, "-ll:cpu", 2)
        self.check(done, 0)
        self.assertEqual(done.stdout.count("seconds "), 2)

    def test_analysis(self):
        done = self.execute(self.build("programs/analysis"), "tiny", "-ll:cpu", 2)
        self.check(done, 0)
        axes = {line.split()[0] for line in done.stdout.splitlines()}
        self.assertEqual(axes, {"subregions", "halo", "sparse", "issued", "fields", "arguments", "partitions", "depth"})


if __name__ == "__main__":
    unittest.main()
