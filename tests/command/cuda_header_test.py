#!/usr/bin/env python3
"""What the runtime says of NVIDIA's driver (runtime/device/cuda_driver.h) is what NVIDIA's header says."""

import os
import shutil
import unittest
from pathlib import Path

from support import CommandTest

ROOT = Path(__file__).resolve().parent.parent.parent


def find_header():
    for folder in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda", "/opt/cuda", "/usr"):
        if folder and (Path(folder) / "include/cuda.h").exists():
            return Path(folder) / "include"
    return None


class CudaHeader(CommandTest):
    def test_declarations(self):
        header = find_header()
        clang = shutil.which("clang++-19")
        if not header or not clang:
            self.skipTest("there is no cuda.h of the CUDA toolkit, or no Clang")
        source = ROOT / "tests/support/device/cuda_declarations.cpp"
        done = self.execute(clang, "-std=c++20", "-fsyntax-only", f"-I{ROOT}", "-isystem", header, source)
        self.check(done, 0, "")
        # The check can fail.
        for wrong in ("static_assert(Alike<decltype(&::cuInit), int (*)(unsigned, int)>::value);",
                      "static_assert(Alike<decltype(&::cuInit), int (*)(unsigned*)>::value);",
                      "SAME_NUMBER(cuda_result::not_found, CUDA_ERROR_NOT_READY);",
                      "SAME_MEMBER(CudaCopy2D, src_y, CUDA_MEMCPY2D, srcHost);"):
            changed = self.write("changed.cpp", f"{source.read_text()}\n{wrong}\n")
            done = self.execute(clang, "-std=c++20", "-fsyntax-only", f"-I{ROOT}", "-isystem", header, changed)
            self.assertIn("static assertion failed", done.stderr, wrong)


if __name__ == "__main__":
    unittest.main()
