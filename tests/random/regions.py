"""Regions and partitions of random programs, as trees that print and evaluate themselves."""

import itertools

from tree import Frame, indented, run_block
from types_of_programs import Float, INDICES, convert, copied, default_value, meet, arithmetic


class Space:
    """What a region variable is, for the compiler: its number of dimensions and its elements. `fields` are the paths of
    its leaves and their types; one leaf with the path None when the elements are numbers."""

    def __init__(self, dim, element):
        self.dim, self.element = dim, element
        self.index = INDICES[dim]
        self.fields = []
        if hasattr(element, "fields"):
            self._add("", element)
        else:
            self.fields.append((None, element))

    def _add(self, prefix, element):
        for name, kind in element.fields:
            if hasattr(kind, "fields"):
                self._add(prefix + name + ".", kind)
            else:
                self.fields.append((prefix + name, kind))

    def region_type(self):
        return f"region(ispace({self.index.name}), {self.element.name})"


class Root:
    def __init__(self, space):
        self.data = {path: {} for path, _ in space.fields}


class RegionValue:
    def __init__(self, root, points):
        self.root, self.points = root, points
        self.members = frozenset(points)


def box(lo, extents):
    """The points of a box, the first dimension fastest."""
    ranges = [range(l, l + n) for l, n in zip(lo, extents)]
    return [tuple(reversed(p)) for p in itertools.product(*reversed(ranges))]


def braces(point):
    return str(point[0]) if len(point) == 1 else "{ " + ", ".join(map(str, point)) + " }"


def field(region, path):
    return region if path is None else f"{region}.{path}"


def inside(points, first, extents):
    """Those of the points that lie in a box."""
    return [p for p in points if all(f <= x < f + n for x, f, n in zip(p, first, extents))]


class NewRegion:
    """A region whose fields are filled at once, each with a literal."""

    def __init__(self, name, space, lo, extents, values):
        self.name, self.space, self.lo, self.extents, self.values = name, space, lo, extents, values

    def lines(self):
        index = self.space.index.name
        lines = [f"var {self.name} = region(ispace({index}, {braces(self.extents)}, {braces(self.lo)}), "
                 f"{self.space.element.name})"]
        for path, value in self.values.items():
            lines.append(f"fill({field(self.name, path)}, {value.text()})")
        return lines

    def run(self, frame):
        root = Root(self.space)
        points = box(self.lo, self.extents)
        for path, value in self.values.items():
            root.data[path] = dict.fromkeys(points, value.run(frame))
        frame.values[self.name] = RegionValue(root, points)


class Fill:
    def __init__(self, region, path, kind, value):
        self.region, self.path, self.kind, self.value = region, path, kind, value

    def lines(self):
        return [f"fill({field(self.region, self.path)}, {self.value.text()})"]

    def run(self, frame):
        region = frame.values[self.region]
        value = convert(self.value.run(frame), self.value.kind, self.kind)
        for point in region.points:
            region.root.data[self.path][point] = value


class Copy:
    def __init__(self, source, target, path, kind, op):
        self.source, self.target, self.path, self.kind, self.op = source, target, path, kind, op

    def lines(self):
        op = f", {self.op}" if self.op else ""
        return [f"copy({field(self.source, self.path)}, {field(self.target, self.path)}{op})"]

    def run(self, frame):
        source, target = frame.values[self.source], frame.values[self.target]
        read, written = source.root.data[self.path], target.root.data[self.path]
        for point in target.points:
            if point not in source.members:
                continue
            written[point] = arithmetic(self.op, written[point], read[point], self.kind) if self.op else read[point]


class PartitionEqual:
    def __init__(self, name, region, dim, colors):
        self.name, self.region, self.dim, self.colors = name, region, dim, colors

    def lines(self):
        return [f"var {self.name} = partition(equal, {self.region}, "
                f"ispace({INDICES[self.dim].name}, {braces(self.colors)}))"]

    def run(self, frame):
        region = frame.values[self.region]
        colors = box((0,) * self.dim, self.colors)
        frame.values[self.name] = pieces = {}
        if not region.points:
            pieces.update((color, RegionValue(region.root, [])) for color in colors)
            return
        lo = tuple(min(p[d] for p in region.points) for d in range(self.dim))
        hi = tuple(max(p[d] for p in region.points) for d in range(self.dim))
        if len(box(lo, [h - l + 1 for l, h in zip(lo, hi)])) != len(region.points):
            # Sparse: pieces of equal volume, in order.
            for k, color in enumerate(colors):
                first, last = (j * len(region.points) // len(colors) for j in (k, k + 1))
                pieces[color] = RegionValue(region.root, region.points[first:last])
            return
        blocks = [-(-(h - l + 1) // n) for l, h, n in zip(lo, hi, self.colors)]
        for color in colors:
            first = [l + c * b for l, c, b in zip(lo, color, blocks)]
            pieces[color] = RegionValue(region.root, inside(region.points, first, blocks))


class PartitionByField:
    """Of a region of one dimension, by a field of type int1d."""

    def __init__(self, name, region, path, count):
        self.name, self.region, self.path, self.count = name, region, path, count

    def lines(self):
        return [f"var {self.name} = partition({self.region}.{self.path}, ispace(int1d, {self.count}))"]

    def run(self, frame):
        region = frame.values[self.region]
        data = region.root.data[self.path]
        frame.values[self.name] = {
            (color,): RegionValue(region.root, [p for p in region.points if data[p] == (color,)])
            for color in range(self.count)}


class Restriction:
    """Windows of one width along each axis; they may overlap."""

    def __init__(self, name, region, dim, colors, steps, lo, extents):
        self.name, self.region, self.dim, self.colors = name, region, dim, colors
        self.steps, self.lo, self.extents = steps, lo, extents

    def lines(self):
        transform = f"{self.name}_by"
        lines = [f"var {transform} : transform({self.dim}, {self.dim})"]
        for row in range(self.dim):
            for column in range(self.dim):
                lines.append(f"{transform}[{{ {row}, {column} }}] = {self.steps[row] if row == column else 0}")
        hi = [l + n - 1 for l, n in zip(self.lo, self.extents)]
        corners = ", ".join(braces(corner) for corner in (self.lo, hi))
        return lines + [
            f"var {self.name} = restrict({self.region}, {transform}, rect{self.dim}d {{ {corners} }}, "
            f"ispace({INDICES[self.dim].name}, {braces(self.colors)}))"]

    def run(self, frame):
        region = frame.values[self.region]
        pieces = {}
        for color in box((0,) * self.dim, self.colors):
            first = [l + c * s for l, c, s in zip(self.lo, color, self.steps)]
            pieces[color] = RegionValue(region.root, inside(region.points, first, self.extents))
        frame.values[self.name] = pieces


class Image:
    """The points of a region of one dimension to which a field of type int1d leads."""

    def __init__(self, name, parent, partition, source, path):
        self.name, self.parent, self.partition, self.source, self.path = name, parent, partition, source, path

    def lines(self):
        return [f"var {self.name} = image({self.parent}, {self.partition}, {self.source}.{self.path})"]

    def run(self, frame):
        parent, source = frame.values[self.parent], frame.values[self.source]
        data = source.root.data[self.path]
        frame.values[self.name] = {
            color: RegionValue(parent.root, sorted({data[p] for p in piece.points} & parent.members))
            for color, piece in frame.values[self.partition].items()}


class PartitionOp:
    """Colour by colour, with the colours of the first one."""

    def __init__(self, name, op, a, b):
        self.name, self.op, self.a, self.b = name, op, a, b

    def lines(self):
        return [f"var {self.name} = {self.a} {self.op} {self.b}"]

    def run(self, frame):
        a, b = frame.values[self.a], frame.values[self.b]
        pieces = {}
        for color, piece in a.items():
            other = b[color].members if color in b else frozenset()
            if self.op == "|":
                points = sorted(piece.members | other, key=lambda p: p[::-1])
            else:
                points = [p for p in piece.points if (p in other) == (self.op == "&")]
            pieces[color] = RegionValue(piece.root, points)
        frame.values[self.name] = pieces


class Fence:
    """A line that changes no value."""

    def __init__(self, text):
        self.text = text

    def lines(self):
        return [self.text]

    def run(self, frame):
        pass


class Delete(Fence):
    def __init__(self, name):
        super().__init__(f"__delete({name})")


class TaskCall:
    """`task(regions, args)`; what it returns initialises a variable, or is added to one. A region argument is a
    variable's name, or a pair of a partition and a color."""

    def __init__(self, task, regions, args, variable=None, op=None, declares=False):
        self.task, self.regions, self.args = task, regions, args
        self.variable, self.op, self.declares = variable, op, declares

    def lines(self):
        regions = [r if isinstance(r, str) else f"{r[0]}[{r[1].text()}]" for r in self.regions]
        call = f"{self.task.name}({', '.join(regions + [a.text() for a in self.args])})"
        if self.declares:
            return [f"var {self.variable.name} = {call}"]
        if self.op:
            return [f"{self.variable.name} {self.op}= {call}"]
        return [f"{self.variable.name} = {call}" if self.variable else call]

    def run(self, frame):
        regions = [frame.values[r] if isinstance(r, str) else frame.values[r[0]][r[1].run(frame)]
                   for r in self.regions]
        values = [convert_any(a.run(frame), a.kind, kind) for a, (_, kind) in zip(self.args, self.task.params)]
        result = self.task.call(frame.machine, values, regions)
        if self.op:
            kind = meet(self.variable.kind, self.task.result)
            old = convert(frame.values[self.variable.name], self.variable.kind, kind)
            result = convert(arithmetic(self.op, old, convert(result, self.task.result, kind), kind), kind,
                             self.variable.kind)
        if self.variable:
            frame.values[self.variable.name] = copied(result)


def convert_any(value, source, target):
    return copied(value) if source is target else convert(value, source, target)


class ForColors:
    def __init__(self, name, partition, body, annotation=""):
        self.name, self.partition, self.body, self.annotation = name, partition, body, annotation

    def lines(self):
        lines = [self.annotation] if self.annotation else []
        return lines + [f"for {self.name} in {self.partition}.colors do", *indented(self.body), "end"]

    def run(self, frame):
        for color in frame.values[self.partition]:
            frame.values[self.name] = color
            run_block(self.body, frame)


class Print:
    """A line of output: the values' bits."""

    def __init__(self, label, values):
        self.label, self.values = label, values

    def lines(self):
        marks = " ".join("%llu" for _ in self.values)
        return [f'c.printf("{self.label} {marks}\\n", {", ".join(hashed(v.text(), v.kind) for v in self.values)})']

    def run(self, frame):
        words = [str(hash_of(v.run(frame), v.kind)) for v in self.values]
        frame.machine.output.append(" ".join([self.label, *words]))


def hashed(text, kind):
    from types_of_programs import BOOL, Float, Index
    if isinstance(kind, Float):
        return f"bits_of(double({text}))"
    if kind is BOOL:
        return f"uint64(int32({text}))"
    if isinstance(kind, Index):
        return f"uint64(int64({text}))" if kind.dim == 1 else f"uint64({text}.x)"
    return f"uint64({text})"


def hash_of(value, kind):
    import math
    import struct
    from types_of_programs import Float, Index
    if isinstance(kind, Float):
        return 9999 if math.isnan(value) else struct.unpack("<Q", struct.pack("<d", value + 0.0))[0]
    if isinstance(kind, Index):
        value = value[0]
    return int(value) & ((1 << 64) - 1)


class Checksum:
    """Prints a number made of all elements of a region, by a task of its own."""

    def __init__(self, label, region, space):
        self.label, self.region, self.space = label, region, space
        self.name = f"checksum_{region}"

    def task_lines(self):
        body = []
        for path, kind in self.space.fields:
            body.append(f"    h = h * 31 + {hashed(field('r[i]', path), kind)}")
        return [f"task {self.name}(r : {self.space.region_type()}) : uint64", "where reads(r)", "do",
                "  var h : uint64 = 7", "  for i in r do", *body, "  end", "  return h", "end"]

    def lines(self):
        return [f'c.printf("{self.label} %llu\\n", {self.name}({self.region}))']

    def run(self, frame):
        region, h = frame.values[self.region], 7
        for point in region.points:
            for path, kind in self.space.fields:
                h = (h * 31 + hash_of(region.root.data[path][point], kind)) & ((1 << 64) - 1)
        frame.machine.output.append(f"{self.label} {h}")


class Scatter:
    """Many points reduce into a region of numbers of its own, by a task of its own. Sums of floating-point numbers are exact,
    whatever their order."""

    def __init__(self, name, kind, op, first, count, points, way, value):
        self.name, self.kind, self.op, self.first, self.count, self.points = name, kind, op, first, count, points
        # Where point i goes: (i * a + b) % count, or i / a % count; and with what: (i * a + b) % c.
        self.way, self.value = way, value
        self.halves = isinstance(kind, Float)

    def task_lines(self):
        a, b = self.way
        at = f"(int64(i) * {a} + {b}) % {self.count}" if b else f"int64(i) / {a} % {self.count}"
        a, b, c = self.value
        value = f"{self.kind.name}((int64(i) * {a} + {b}) % {c})"
        if self.halves:
            value = f"{self.kind.name}(0.5) * {value}"
        return [f"task {self.name}(t : region(ispace(int1d), {self.kind.name}), is : ispace(int1d))", f"where reduces {self.op}(t)", "do",
                "  for i in is do", f"    t[{at} + {self.first}] {self.op}= {value}", "  end", "end"]

    def lines(self):
        total, region = f"{self.name}_total", f"{self.name}_region"
        zero = self.kind.literal(0)
        return [f"var {region} = region(ispace(int1d, {self.count}, {self.first}), {self.kind.name})", f"fill({region}, {zero})",
                f"{self.name}({region}, ispace(int1d, {self.points}))", f"var {total} : uint64 = 7",
                f"for i in {region} do {total} = {total} * 31 + {hashed(f'{region}[i]', self.kind)} end",
                f'c.printf("{self.name} %llu\\n", {total})']

    def run(self, frame):
        elements = [self.kind.round(0.0) if self.halves else 0] * self.count
        (a, b), (d, e, f) = self.way, self.value
        for i in range(self.points):
            at = (i * a + b) % self.count if b else i // a % self.count
            value = (i * d + e) % f
            value = value * 0.5 if self.halves else self.kind.wrap(value)
            elements[at] = arithmetic(self.op, elements[at], value, self.kind)
        h = 7
        for element in elements:
            h = (h * 31 + hash_of(element, self.kind)) & ((1 << 64) - 1)
        frame.machine.output.append(f"{self.name} {h}")


class TooLong(Exception):
    pass


class Machine:
    def __init__(self, limit=200000):
        self.output, self.steps, self.limit = [], 0, limit

    def count_step(self):
        self.steps += 1
        if self.steps > self.limit:
            raise TooLong

    def run(self, body):
        run_block(body, Frame(self))
        return self.output
