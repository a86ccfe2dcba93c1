#!/usr/bin/env python3
"""The command line: subcommands, exit codes, arguments, where output goes."""

import json
import unittest

from support import HELLO, CommandTest


class CommandLine(CommandTest):
    def test_version_and_help(self):
        version = self.palatine("version")
        self.check(version, 0)
        self.assertRegex(version.stdout, r"^palatine \d+\.\d+\.\d+")
        help_text = self.palatine("help")
        self.check(help_text, 0)
        for word in ("run", "build", "check", "emit"):
            self.assertIn(word, help_text.stdout)

    def test_wrong_usage_is_2(self):
        for arguments in ([], ["no-such-command"], ["run"], ["check"], ["emit", "x.rg", "--stage=nothing"]):
            done = self.palatine(*arguments)
            self.check(done, 2)
            self.assertTrue(done.stderr.strip(), f"{arguments}: a failing run must say why")

    def test_compiled_text_is_found_again(self):
        # The list of its headers is what it is found by; the text itself, to which line directives lead back, is none.
        self.write("loop.rg", HELLO.replace("  c.printf", "  var r = region(ispace(int1d, 9), int)\n"
                                            "  for i in r do r[i] = 1 end\n  c.printf"))
        self.check(self.palatine("run", "loop.rg"), 0, stdout="hello\n")
        self.assertEqual(len(list(self.cache.glob("*.deps"))), 1)

    def test_missing_file(self):
        for subcommand in ("run", "check", "build"):
            done = self.palatine(subcommand, "no_such_file.rg")
            self.assertIn(done.returncode, (1, 2))
            self.assertIn("no_such_file.rg", done.stderr)
        self.write("hello.rg", HELLO)
        self.check(self.palatine("check", "hello"), 2, stderr_part="there is a file `hello.rg`")
        (self.folder / "folder.rg").mkdir()
        self.check(self.palatine("check", "folder.rg"), 2, stderr_part="it is a directory")

    def test_run(self):
        self.write("hello.rg", HELLO)
        self.check(self.palatine("run", "hello.rg"), 0, stdout="hello\n")
        # The second run comes from the cache and is the same.
        self.check(self.palatine("run", "hello.rg"), 0, stdout="hello\n")

    def test_arguments_reach_the_program(self):
        self.write("args.rg", """import "regent"
local c = regentlib.c
task main()
  var args = c.legion_runtime_get_input_args()
  for i = 1, args.argc do
    c.printf("[%s]", args.argv[i])
  end
  c.printf("\\n")
end
regentlib.start(main)
""")
        done = self.palatine("run", "args.rg", "-n", "5", "two words", "-ll:cpu", "2")
        self.check(done, 0, stdout="[-n][5][two words]\n")

    def test_exit_codes(self):
        self.write("seven.rg", HELLO.replace('c.printf("hello\\n")', "c.exit(7)"))
        self.check(self.palatine("run", "seven.rg"), 7)
        self.write("wrong.rg", HELLO.replace('"hello\\n"', "unknown"))
        for subcommand in ("run", "check", "build"):
            done = self.palatine(subcommand, "wrong.rg")
            self.check(done, 1, stdout="", stderr_part="wrong.rg:4:12: error: ")
        self.write("stops.rg", HELLO.replace('c.printf("hello\\n")', 'regentlib.assert(false, "stops")'))
        done = self.palatine("run", "stops.rg")
        self.assertNotIn(done.returncode, (0,))
        self.assertIn("assertion failed: stops", done.stderr)

    def test_build(self):
        self.write("hello.rg", HELLO)
        (self.folder / "out").mkdir()
        self.check(self.palatine("build", "hello.rg", "-o", "out/hello"), 0)
        self.check(self.execute(self.folder / "out/hello"), 0, stdout="hello\n")
        # The executable needs neither the sources nor the cache.
        (self.folder / "hello.rg").unlink()
        self.check(self.execute("cp", "-r", "out", "moved"), 0)
        self.check(self.execute(self.folder / "moved/hello", PALATINE_CACHE_DIR="/nonexistent"), 0, stdout="hello\n")

    def test_build_for_other_processors(self):
        self.write("a.rg", HELLO)
        self.check(self.palatine("build", "a.rg", "--march", "x86-64", "-o", "a"), 0)
        self.check(self.execute("./a"), 0, "hello\n")
        self.check(self.palatine("build", "a.rg", "--march", "nosuch", "-o", "b"), 2, "", "Clang knows no processor `nosuch`")

    def test_build_without_output_name(self):
        self.write("hello.rg", HELLO)
        self.check(self.palatine("build", "hello.rg"), 0)
        self.check(self.execute(self.folder / "hello"), 0, stdout="hello\n")

    def test_output_that_cannot_be_written(self):
        self.write("hello.rg", HELLO)
        done = self.palatine("build", "hello.rg", "-o", "no/such/folder/hello")
        self.check(done, 1, stderr_part="cannot write `no/such/folder/hello`")

    def test_check_runs_nothing(self):
        self.write("hello.rg", HELLO)
        self.check(self.palatine("check", "hello.rg"), 0, stdout="")

    def test_emit_is_deterministic(self):
        self.write("hello.rg", HELLO)
        first = self.palatine("emit", "hello.rg", "--stage=cpp")
        self.check(first, 0)
        self.assertIn('#line 3 "hello.rg"', first.stdout)
        self.check(self.palatine("emit", "hello.rg", "--stage=cpp"), 0, stdout=first.stdout)
        for stage in ("ast", "ir"):
            done = self.palatine("emit", "hello.rg", f"--stage={stage}")
            self.check(done, 0)
            self.assertIn("main", done.stdout)

    def test_json(self):
        self.write("wrong.rg", 'import "regent"\ntask main()\n  var x = one + two\nend\n')
        done = self.palatine("check", "wrong.rg", "--diagnostics", "json")
        self.assertEqual(done.returncode, 1)
        messages = json.loads(done.stdout or done.stderr)
        self.assertEqual([(m["line"], m["column"], m["severity"]) for m in messages],
                         [(3, 11, "error"), (3, 17, "error")])

    def test_lua_print_and_arg(self):
        self.write("lua.rg", 'print("from Lua", arg[0], arg[1])\n')
        done = self.palatine("run", "lua.rg", "x")
        self.check(done, 0, stdout="from Lua\tlua.rg\tx\n")


class Cache(CommandTest):
    def test_no_cache_folder(self):
        self.write("hello.rg", HELLO)
        self.check(self.palatine("run", "hello.rg", PALATINE_CACHE_DIR="/proc/no/such/folder"), 0, stdout="hello\n")

    def test_headers_of_the_language_are_imported_already(self):
        # Also beside headers of the same names, which are the program's own.
        self.write("stdio.h", "#error not this one\n")
        self.write("hello.rg", HELLO)
        self.check(self.palatine("run", "hello.rg"), 0, stdout="hello\n")
        self.assertEqual(list(self.cache.glob("*.header")), [])

    def test_changed_header_is_seen(self):
        self.write("value.h", "static inline int value(void) { return 1; }\n")
        self.write("value.rg", """import "regent"
local c = regentlib.c
local v = terralib.includec("value.h", {"-I."})
task main()
  c.printf("%d\\n", v.value())
end
regentlib.start(main)
""")
        self.check(self.palatine("run", "value.rg"), 0, stdout="1\n")
        self.write("value.h", "static inline int value(void) { return 22; }\n")
        self.check(self.palatine("run", "value.rg"), 0, stdout="22\n")


if __name__ == "__main__":
    unittest.main()
