#!/usr/bin/env python3
"""The examples of docs/language: every program there compiles, runs, and prints what the page says.

A program is a block ```lua that has `import "regent"`; the block ```text right behind it, if there is one, is its
output. A program whose output block begins with `error:` or `FILE:` is rejected with that text."""

import re
import unittest
from pathlib import Path

from support import CommandTest

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs" / "language").glob("*.md"))
BLOCKS = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def examples(text):
    """Pairs of a program and its output, None where the page does not say."""
    blocks = list(BLOCKS.finditer(text))
    for place, block in enumerate(blocks):
        if block[1] != "lua" or 'import "regent"' not in block[2]:
            continue
        output = None
        if place + 1 < len(blocks) and blocks[place + 1][1] == "text":
            between = text[block.end():blocks[place + 1].start()]
            if not between.strip():
                output = blocks[place + 1][2]
        yield block[2], output


class Examples(CommandTest):
    def test_pages(self):
        for page in PAGES:
            found = list(examples(page.read_text()))
            with self.subTest(page=page.name):
                self.assertTrue(found or page.name == "index.md", "no example")
            for number, (program, output) in enumerate(found, 1):
                with self.subTest(page=page.name, example=number):
                    name = f"{page.stem}_{number}.rg"
                    self.write(name, program)
                    done = self.palatine("run", name, "-ll:cpu", "2")
                    if output is not None and re.match(r"(error:|.*\.rg:\d+)", output):
                        self.check(done, 1)
                        for line in output.splitlines():
                            self.assertIn(line, done.stderr)
                    else:
                        self.check(done, 0, stdout=output)


if __name__ == "__main__":
    unittest.main()
