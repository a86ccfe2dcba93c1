#!/usr/bin/env python3
"""No input crashes the compiler: strange files are accepted or rejected with a message."""

import random
import unittest

from support import HELLO, CommandTest

PREFIX = 'import "regent"\n'


class Robust(CommandTest):
    def judge(self, text, rejected=None):
        path = self.folder / "strange.rg"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        done = self.palatine("check", "strange.rg")
        self.assertIn(done.returncode, (0, 1), f"{text[:200]!r}\n{done.stdout}{done.stderr[-2000:]}")
        if done.returncode == 1:
            self.assertIn("error: ", done.stderr)
        if rejected is not None:
            self.assertEqual(done.returncode, int(rejected), done.stderr[-2000:])
        return done

    def test_empty_files(self):
        self.judge("", rejected=False)
        self.judge("\n\n", rejected=False)
        self.judge("-- only a comment", rejected=False)

    def test_line_ends_and_marks(self):
        self.judge(HELLO.replace("\n", "\r\n").replace("regentlib.start(main)", ""), rejected=False)
        self.judge(b"#!/usr/bin/env palatine\n" + HELLO.replace("regentlib.start(main)", "").encode(), rejected=False)
        self.judge(b"\xef\xbb\xbf" + PREFIX.encode())

    def test_no_text(self):
        self.judge(b"\x00\x01\x02\xff\xfe", rejected=True)
        self.judge(PREFIX.encode() + b"task main()\n  var x = \x00\nend\n", rejected=True)
        self.judge(PREFIX.encode() + b"task main()\n  var \xc3\xa9 = 1\nend\n")

    def test_deep_nesting(self):
        for depth in (50, 5000, 100000):
            for opening, closing in (("(", ")"), ("-", ""), ("{", "}"), ("f(", ")"), ("@", "")):
                self.judge(PREFIX + f"task main()\n  var x = {opening * depth}1{closing * depth}\nend\n")
            self.judge(PREFIX + "task main()\n" + "if true then\n" * depth + "end\n" * depth + "end\n")
            self.judge("local x = " + "(" * depth + "1" + ")" * depth + "\n")
            self.judge("local x = " + "{" * depth + "}" * depth + "\n")
            self.judge("local x = " + "function() return " * depth + "1" + " end" * depth + "\n")
            self.judge(PREFIX + "task main()\n  var x = 1" + " + 1" * depth + "\nend\n")

    def test_long_things(self):
        self.judge(PREFIX + "task main()\n  var " + "x" * 100000 + " = 1\nend\n", rejected=False)
        self.judge(PREFIX + "task main()\n" + "  var x = 1\n" * 5000 + "end\n")
        self.judge("local s = \"" + "a" * 1000000 + "\"\n", rejected=False)

    def test_lua_without_end(self):
        done = self.judge("local function f() return 1 + f() end\nf()\n", rejected=True)
        self.assertIn("stack overflow", done.stderr)

    def test_cut_and_shuffled_programs(self):
        text = HELLO.replace("regentlib.start(main)", "")
        for end in range(0, len(text), 3):
            self.judge(text[:end])
        words = text.split()
        order = random.Random(1)
        for _ in range(20):
            order.shuffle(words)
            self.judge(" ".join(words))


if __name__ == "__main__":
    unittest.main()
