#!/usr/bin/env python3
"""`./dev bench gpu` without a GPU: that its programs build and agree, also the hand-written ones, and how it judges."""

import os
import sys
import unittest
from pathlib import Path

from support import PALATINE, SANITIZER_FLAGS, CommandTest

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import gpu_bench  # noqa: E402
from harness.programs import Failed  # noqa: E402


class Judging(unittest.TestCase):
    def test_goals(self):
        def judge(peer):
            return gpu_bench.judge(gpu_bench.Goal("triad", "", peer, 0.9, 1.0), 2.0, {"a": 1.0, "b": 3.0}, 100.0, 150.0)

        # 150 bytes in 2 seconds are three quarters of 100 bytes a second.
        self.assertEqual(judge("limit"), 0.75)
        self.assertEqual(judge("best"), 0.5)
        self.assertEqual(judge("b"), 1.5)
        self.assertIsNone(judge("c"))

    def test_results_that_differ(self):
        case = gpu_bench.CASES[0]
        gpu_bench.compare(case, "us", {"check": [1.0]}, {"check": [1.0 + 1e-10]})
        for wrong in ({"check": [1.001]}, {"check": [float("nan")]}, {}):
            with self.assertRaises(Failed):
                gpu_bench.compare(case, "us", wrong, {"check": [1.0]})

    def test_metg(self):
        # A task of 100 rounds needs 10 us of work, and each costs 2 us more; at half of the speed it takes about 4 us.
        sizes = [(rounds, 1e-7 * rounds + 2e-6) for rounds in (1, 5, 10, 20, 40, 1000, 100000)]
        measured = {"us": {"sizes": sizes}}
        gpu_bench.put_metg(measured)
        self.assertAlmostEqual(measured["us"]["metg"] * 1e6, 4.0, delta=0.01)

    def test_kernels_that_the_driver_does_not_take(self):
        class Old(gpu_bench.Bench):
            def peer(self, name, words):
                if self.ptx == "peer.ptx":
                    raise Failed("peer gave exit code 1\ncuModuleLoadDataEx: CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222)")

        bench = Old("palatine", Path("none"), False, False, "libcuda.so.1", {"peer.ptx": "nvcc 99", "peer_clang.ptx": "clang 19"})
        self.assertIsNone(bench.has_device())
        self.assertEqual((bench.ptx, bench.kernels_by), ("peer_clang.ptx", "clang 19"))
        self.assertIn("UNSUPPORTED_PTX_VERSION", bench.notes[0])

    def test_libraries_that_are_not_there_are_left_out(self):
        bench = gpu_bench.Bench("palatine", Path("none"), False, False, "libcuda.so.1")
        case = gpu_bench.Case("reduce", [], [], [], {}, libraries={"CUB": "cub"})
        bench.drop_libraries([case])
        self.assertEqual(case.libraries, {})

    def test_a_case_that_fails_leaves_the_others(self):
        class Some(gpu_bench.Bench):
            def check(self, case, has_peers):
                if case.name == "circuit":
                    raise Failed("circuit: `check` is 1")
                return {gpu_bench.OURS: {"saxpy": [2.0], "triad": [1.0]}}

        bench = Some("palatine", Path("none"), True, False, "")
        bench.say = lambda text: None
        cases = [case for case in gpu_bench.CASES if case.name in ("circuit", "triad")]
        measured = gpu_bench.run_cases(bench, cases, False)
        self.assertEqual(measured, {"triad": {gpu_bench.OURS: {"saxpy": 2.0, "triad": 1.0}}})
        self.assertEqual(bench.failures, ["**circuit failed**: circuit: `check` is 1"])
        self.assertIn("| saxpy ", gpu_bench.table(bench, "none", {}, measured))
        bench.started -= gpu_bench.SECONDS_OF_ALL
        self.assertEqual(gpu_bench.run_cases(bench, cases, False), {})


@unittest.skipIf(SANITIZER_FLAGS, "measures nothing that sanitizers see")
class GpuBench(CommandTest):
    def bench(self, *arguments):
        return self.execute(sys.executable, "-B", BENCHMARKS / "gpu_bench.py", "--palatine", PALATINE, "--folder", self.folder / "bench",
                            *arguments, timeout=300)

    def test_without_a_gpu(self):
        done = self.bench("--only", "triad", "--driver", self.folder / "libnone.so")
        self.check(done, 1, "", "there is no GPU to measure")
        self.assertIn("libnone.so", done.stderr)

    def test_what_was_prepared_runs_without_compilers(self):
        folder = self.folder / "prepared"
        self.check(self.bench("--gpu=simulated", "--only", "triad", "--prepare", folder), 0)
        for ptx in folder.glob("*.ptx"):
            self.assertIn(".target sm_70", ptx.read_text())
        # As some ways of carrying files leave them.
        (folder / "gpu_triad").chmod(0o644)
        done = self.execute(sys.executable, "-B", folder / "gpu_bench.py", "--prepared", folder, "--gpu=simulated", "--only", "triad",
                            PATH="/usr/bin:/bin", timeout=120)
        self.check(done, 0)
        self.assertIn("All results agree", done.stdout)
        self.check(self.bench("--prepared", self.folder / "nothing"), 1, "", "nothing that `--prepare` has built")

    def test_simulated(self):
        # With the tests' driver the hand-written programs run too.
        driver = os.environ.get("PALATINE_FAKE_CUDA")
        more = ["--driver", driver] if driver else []
        done = self.bench("--gpu=simulated", *more)
        self.check(done, 0)
        self.assertIn("the times mean nothing", done.stdout)
        self.assertIn("All results agree", done.stdout)
        for goal in gpu_bench.GOALS:
            # Needs tasks of many sizes.
            if goal.metric == "METG":
                continue
            row = next(line.split("|") for line in done.stdout.splitlines() if line.startswith(f"| {goal.metric} ") and goal.text in line)
            self.assertNotEqual(row[2].strip(), "-", goal.metric)
            self.assertEqual(row[8].strip(), "", "nothing is claimed")
            if driver:
                self.assertNotEqual(row[3].strip(), "-", goal.metric)


if __name__ == "__main__":
    unittest.main()
