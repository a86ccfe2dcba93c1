"""The kernels of every example and test are PTX that NVIDIA's assembler takes, for all devices that it knows."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from support import PALATINE, CommandTest

ROOT = Path(__file__).resolve().parent.parent.parent
ARCHITECTURES = ["sm_70", "sm_80", "sm_90", "sm_100"]


def find_ptxas():
    for folder in (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda", "/opt/cuda"):
        if folder and (Path(folder) / "bin" / "ptxas").exists():
            return str(Path(folder) / "bin" / "ptxas")
    return shutil.which("ptxas")


def knows(ptxas, architecture):
    """Assemblers leave old devices out: that of CUDA 13 begins with sm_75."""
    text = subprocess.run([ptxas, "--help"], capture_output=True, text=True, check=True).stdout
    return re.search(rf"'{architecture}'", text) is not None


def programs():
    found = [*ROOT.glob("examples/*.rg"), *ROOT.glob("tests/run/**/*.rg")]
    return sorted(path for path in found if "__cuda" in path.read_text())


class Ptx(CommandTest):
    def find_assembler(self):
        """The assembler, and the devices that it knows."""
        ptxas = find_ptxas()
        if not ptxas:
            self.skipTest("the CUDA toolkit is not installed (no ptxas)")
        known = [architecture for architecture in ARCHITECTURES if knows(ptxas, architecture)]
        self.assertTrue(known, f"{ptxas} knows none of {', '.join(ARCHITECTURES)}")
        return ptxas, known

    def test_the_runtimes_own(self):
        ptxas, known = self.find_assembler()
        generated = Path(PALATINE).resolve().parent.parent / "generated/box_copy_ptx.cpp"
        ptx = generated.read_text().split('R"ptx(')[1].split(')ptx"')[0]
        text = self.write("kernels.ptx", ptx)
        for architecture in known:
            assembled = self.execute(ptxas, "-v", "--gpu-name", architecture, text, "-o", "kernels.cubin")
            self.assertEqual(assembled.returncode, 0, f"for {architecture}\n{assembled.stdout}{assembled.stderr}")
            said = assembled.stdout + assembled.stderr
            self.assertEqual(said.count("Compiling entry function"), 8)
            self.assertEqual(re.findall(r"[1-9]\d* bytes spill", said), [])

    def test_every_program(self):
        ptxas, known = self.find_assembler()
        left_out = sorted(set(ARCHITECTURES) - set(known))
        if left_out:
            print(f"{ptxas} does not know {', '.join(left_out)}")
        self.assertTrue(programs())
        for program in programs():
            for checks in ("0", "1"):
                done = self.palatine("emit", program, "--stage=ptx", "-fbounds-checks", checks)
                self.assertEqual(done.returncode, 0, f"{program}\n{done.stderr}")
                self.assertIn(".visible .entry", done.stdout, f"{program} has no kernel")
                self.assertIn(".target sm_70", done.stdout)
                text = self.write("kernels.ptx", done.stdout)
                for architecture in known:
                    assembled = self.execute(ptxas, "--gpu-name", architecture, text, "-o", "kernels.cubin")
                    self.assertEqual(assembled.returncode, 0,
                                     f"{program} for {architecture}\n{assembled.stdout}{assembled.stderr}")


if __name__ == "__main__":
    unittest.main()
