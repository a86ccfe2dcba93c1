"""A test program: a `.rg` file that holds its own settings and expected output.

Settings are comment lines that begin in the first column:

    -- RUN: check --explain      the subcommand of `palatine` and its arguments; `run` where nothing is said
    -- FLAGS: -fbounds-checks 1  for the compiler, in every configuration
    -- ARGS: -n 100              for the program
    -- EXIT: 3                   the program's exit code; `failure` stands for any but 0
    -- KEEP: ^task               only lines of standard output that match are compared
    -- OUTPUT: any               standard output is not compared
    -- SKIP: workers_1: reason   leaves a configuration out
    -- TIMEOUT: 30               seconds for each run of the program

Expected output stands in comments at the end:

    --[==[ OUTPUT
    ...
    ]==]

and likewise STDERR. Without such a block nothing must be printed. Expected diagnostics stand beside the lines that
they are about (diagnostics.py).
"""

import re
import shlex
from pathlib import Path

SETTING = re.compile(r"^-- (RUN|FLAGS|ARGS|EXIT|KEEP|OUTPUT|SKIP|TIMEOUT): (.*)$")
BLOCK_BEGIN = re.compile(r"^--\[==\[ (OUTPUT|STDERR)$")
BLOCK_END = "]==]"


class BadTest(Exception):
    """The test file itself is wrong."""


class Program:
    def __init__(self, path):
        self.path = Path(path)
        self.text = self.path.read_text()
        self.source_lines = []
        self.blocks = {}
        self.settings = {}
        self.skips = {}
        self._parse()

    def _parse(self):
        block = None
        for line in self.text.splitlines():
            begin = BLOCK_BEGIN.match(line)
            if block is not None:
                if line == BLOCK_END:
                    block = None
                else:
                    self.blocks[block].append(line)
            elif begin:
                block = begin[1]
                self.blocks[block] = []
            else:
                self.source_lines.append(line)
                self._parse_setting(line)
        if block is not None:
            raise BadTest(f"{self.path}: the block {block} has no end")

    def _parse_setting(self, line):
        setting = SETTING.match(line)
        if not setting:
            return
        key, value = setting.groups()
        if key == "SKIP":
            name, colon, reason = value.partition(":")
            if not colon or not reason.strip():
                raise BadTest(f"{self.path}: SKIP needs a configuration and a reason")
            self.skips[name.strip()] = reason.strip()
        elif key in self.settings:
            raise BadTest(f"{self.path}: {key} is set twice")
        else:
            self.settings[key] = value.strip()

    @property
    def command(self):
        return shlex.split(self.settings.get("RUN", "run"))

    @property
    def is_rejected(self):
        return self.path.name.startswith("fail_")

    @property
    def compile_flags(self):
        return shlex.split(self.settings.get("FLAGS", ""))

    @property
    def program_args(self):
        return shlex.split(self.settings.get("ARGS", ""))

    @property
    def timeout_s(self):
        return float(self.settings.get("TIMEOUT", "60"))

    def exit_is_right(self, code):
        expected = self.settings.get("EXIT", "0")
        return code != 0 if expected == "failure" else code == int(expected)

    def kept(self, stdout):
        lines = stdout.splitlines()
        if self.settings.get("OUTPUT") == "any":
            return []
        keep = self.settings.get("KEEP")
        return lines if keep is None else [line for line in lines if re.search(keep, line)]

    def with_output(self, source_lines, stdout_lines, stderr_lines):
        """The text of the file with these lines and expected outputs."""
        lines = list(source_lines)
        while lines and not lines[-1].strip():
            lines.pop()
        for name, content in (("OUTPUT", stdout_lines), ("STDERR", stderr_lines)):
            if content:
                lines += ["", f"--[==[ {name}"] + [line.rstrip() for line in content] + [BLOCK_END]
        return "\n".join(lines) + "\n"
