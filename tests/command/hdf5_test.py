#!/usr/bin/env python3
"""Attached HDF5 files."""

import unittest

from support import CommandTest

PROGRAM = """import "regent"
local c = regentlib.c
struct vec { x : double, y : float }
fspace Cell { a : int32, v : vec, w : int64[2] }

local file = "cells.hdf"
local names = terralib.newlist({"first", "/group/second"})

task init(r : region(ispace(int3d), Cell), k : int) where reads writes(r) do
  for p in r do
    r[p].a = k + p.x + 10 * p.y + 100 * p.z
    r[p].v.x = k * r[p].a
    r[p].v.y = 0.5
    r[p].w[0] = p.x
    r[p].w[1] = p.y
  end
end

task write_file(r : region(ispace(int3d), Cell), s : region(ispace(int3d), Cell))
where reads(r), reads writes(s) do
  attach(hdf5, s.{a, v, w}, file, regentlib.file_create)
  acquire(s)
  copy(r, s)
  release(s)
  detach(hdf5, s.{a, v, w})
end

task differences(r : region(ispace(int3d), Cell), s : region(ispace(int3d), Cell)) : int
where reads(r, s) do
  var count = 0
  for p in r do
    if r[p].a ~= s[p].a or r[p].v.x ~= s[p].v.x or r[p].v.y ~= s[p].v.y or r[p].w[1] ~= s[p].w[1] then count += 1 end
  end
  return count
end

task main()
  var is = ispace(int3d, {2, 3, 4})
  var r = region(is, Cell)
  var s = region(is, Cell)
  var t = region(is, Cell)
  init(r, 7)
  init(t, 1)
  write_file(r, s)
  __fence(__execution, __block)

  -- Read by a task that is launched; what is written stays out of the file.
  attach(hdf5, t.{a, v, w}, file, regentlib.file_read_only)
  c.printf("%d\\n", differences(r, t))
  init(t, 3)
  detach(hdf5, t.{a, v, w})
  attach(hdf5, s.{a, v, w}, file, regentlib.file_read_only)
  detach(hdf5, s.{a, v, w})
  c.printf("%d\\n", differences(r, s))

  -- Half of the file is written again, from a piece of another region.
  var pieces = partition(equal, t, ispace(int3d, {1, 1, 2}))
  attach(hdf5, t.a, file, regentlib.file_read_write)
  var upper = pieces[{0, 0, 1}]
  for p in upper do upper[p].a = -1 end
  release(t.a)
  detach(hdf5, t.a)
  attach(hdf5, s.a, file, regentlib.file_read_only)
  detach(hdf5, s.a)
  var changed = 0
  for p in s do
    if s[p].a == -1 then changed += 1 else regentlib.assert(s[p].a == r[p].a, "the other half") end
  end
  c.printf("%d\\n", changed)

  -- With names of their own.
  var small = region(ispace(int1d, 5), vec)
  for p in small do small[p].x = int(p); small[p].y = 1 end
  var names = array("first", "/group/second")
  attach(hdf5, small.{x, y}, "small.hdf", regentlib.file_create, names)
  for p in small do small[p].x = 2 * int(p) end
  detach(hdf5, small.{x, y})
  var other = region(ispace(int1d, 5, 3), vec)
  attach(hdf5, other.x, "small.hdf", regentlib.file_read_only, array("first"))
  c.printf("%g %g\\n", other[3].x, other[7].x)
  detach(hdf5, other.x)
end
regentlib.start(main)
"""

WRONG = """import "regent"
task main()
  var r = region(ispace(int2d, {2, 2}), SHAPE)
  FIRST
  attach(hdf5, r, "FILE", regentlib.file_read_only)
end
regentlib.start(main)
"""


class Hdf5(CommandTest):
    def test_files_are_read_and_written(self):
        self.write("program.rg", PROGRAM)
        for workers in ("1", "4"):
            done = self.palatine("run", "program.rg", "-ll:cpu", workers, "-lg:check")
            self.check(done, 0, "0\n0\n12\n0 8\n")

    def test_the_library_comes_with_its_header(self):
        self.write("calls.rg", """import "regent"
local lib = terralib.includecstring("int H5open(void); long H5Fopen(const char*, unsigned, long);")
assert(lib.H5open() == 0)
task main() regentlib.c.printf("%d\\n", lib.H5open()) end
regentlib.start(main)
""")
        self.check(self.palatine("run", "calls.rg"), 0, "0\n")

    def test_the_header_is_found(self):
        self.write("header.rg", """import "regent"
local lib = terralib.includec("hdf5.h")
assert(lib.H5open() == 0)
task main() regentlib.c.printf("%d\\n", lib.H5open()) end
regentlib.start(main)
""")
        self.check(self.palatine("run", "header.rg"), 0, "0\n")

    def wrong(self, shape, file, first="", **environment):
        text = WRONG.replace("SHAPE", shape).replace("FILE", file).replace("FIRST", first)
        self.write("wrong.rg", text)
        done = self.palatine("run", "wrong.rg", **environment)
        self.check(done, 1)
        return done.stderr

    def test_no_library(self):
        # Found first, and none of them is a library.
        for name in ("libhdf5.so", "libhdf5_serial.so"):
            for version in ("", ".310", ".300", ".200", ".103", ".100"):
                self.write(name + version, "this is text")
        said = self.wrong("int", "missing.hdf", LD_LIBRARY_PATH=str(self.folder))
        self.assertIn("there is no HDF5 library", said)

    def test_files_that_do_not_fit(self):
        self.assertIn("`missing.hdf` cannot be opened for reading", self.wrong("int", "missing.hdf"))
        self.write("no.hdf", "this is text")
        self.assertIn("`no.hdf` cannot be opened for reading", self.wrong("int", "no.hdf"))
        self.write("make.rg", """import "regent"
fspace T { x : int }
task main()
  var r = region(ispace(int2d, {2, 1}), T)
  fill(r.x, 1)
  attach(hdf5, r.x, "made.hdf", regentlib.file_create)
  detach(hdf5, r.x)
end
regentlib.start(main)
""")
        self.check(self.palatine("run", "make.rg"), 0, "")
        self.write("wrong_size.rg", WRONG.replace("task main", "fspace T { x : double }\ntask main").replace("SHAPE", "T")
                   .replace("FILE", "made.hdf").replace("FIRST", ""))
        done = self.palatine("run", "wrong_size.rg")
        self.check(done, 1)
        self.assertIn("dataset `x` has elements of 4 bytes, but the field has 8", done.stderr)
        self.write("wrong_extent.rg", WRONG.replace("task main", "fspace T { x : int }\ntask main").replace("SHAPE", "T")
                   .replace("FILE", "made.hdf").replace("FIRST", ""))
        done = self.palatine("run", "wrong_extent.rg")
        self.check(done, 1)
        self.assertIn("dataset `x` has 1 elements in dimension 0, but the region needs 2", done.stderr)
        self.write("wrong_name.rg", WRONG.replace("task main", "fspace T { y : int }\ntask main").replace("SHAPE", "T")
                   .replace("FILE", "made.hdf").replace("FIRST", ""))
        done = self.palatine("run", "wrong_name.rg")
        self.check(done, 1)
        self.assertIn("there is no dataset `y`", done.stderr)


if __name__ == "__main__":
    unittest.main()
