"""Runs the command under test (environment variable PALATINE) in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

PALATINE = os.environ.get("PALATINE", "palatine")

# What a program that links what a sanitized build made needs; in C also the part for C++.
SANITIZER_FLAGS = {"address": ["-fsanitize=address,undefined", "-fsanitize-link-c++-runtime", "-lstdc++"],
                   "thread": ["-fsanitize=thread"]}.get(
    os.environ.get("PALATINE_SANITIZE"), [])

HELLO = """import "regent"
local c = regentlib.c
task main()
  c.printf("hello\\n")
end
regentlib.start(main)
"""


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="palatine-command-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.cache = self.folder / "cache"

    def skip_without_cxx_library(self):
        """For programs with C++ beside them, which the system's compiler makes a library of."""
        if not shutil.which("c++"):
            self.skipTest("there is no C++ compiler")
        if os.environ.get("PALATINE_SANITIZE"):
            self.skipTest("the library would be compiled without the sanitizer of the runtime")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def execute(self, *command, timeout=120, **environment):
        env = {**os.environ, "PALATINE_CACHE_DIR": str(self.cache), "ASAN_OPTIONS": "detect_leaks=0", **environment}
        return subprocess.run([str(word) for word in command], cwd=self.folder, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=timeout)

    def compiler(self, name):
        """The machine's C (`cc`) or C++ (`c++`) compiler; the one that knows SANITIZER_FLAGS where there are any."""
        clang = shutil.which("clang++-19" if name == "c++" else "clang-19")
        path = clang if SANITIZER_FLAGS else shutil.which(name) or clang
        if not path:
            self.skipTest(f"there is no {name}")
        return path

    def palatine(self, *arguments, **environment):
        return self.execute(PALATINE, *arguments, **environment)

    def check(self, done, code, stdout=None, stderr_part=None):
        whole = f"exit code {done.returncode}\n--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}"
        self.assertEqual(done.returncode, code, whole)
        if stdout is not None:
            self.assertEqual(done.stdout, stdout, whole)
        if stderr_part is not None:
            self.assertIn(stderr_part, done.stderr, whole)
