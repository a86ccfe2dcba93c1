"""Trees of random programs: each node prints itself as text of the language and evaluates itself, in program order.

The evaluation knows nothing of the compiler; it is the sequential meaning that a program must have under any number of
workers. Expressions have no effects; tasks are called by statements only.
"""

from types_of_programs import (Array, BOOL, Float, INT32, INT64, Index, COMPONENTS, arithmetic, convert, copied,
                               default_value, meet, to_int)


class Break(Exception):
    pass


class Return(Exception):
    def __init__(self, value):
        self.value = value


class Frame:
    """Values of one activation's variables. `steps` bounds the work of a whole program."""

    def __init__(self, machine):
        self.machine, self.values = machine, {}


# ---- expressions


class Expr:
    def __init__(self, kind):
        self.kind = kind


class Literal(Expr):
    def __init__(self, kind, value):
        super().__init__(kind)
        self.value = value

    def text(self):
        return self.kind.literal(self.value)

    def run(self, frame):
        return self.value


class Escape(Literal):
    """A literal that Lua computes."""

    def __init__(self, kind, value, text):
        super().__init__(kind, value)
        self.lua = text

    def text(self):
        return self.lua


class Name(Expr):
    def __init__(self, kind, name):
        super().__init__(kind)
        self.name = name

    def text(self):
        return self.name

    def run(self, frame):
        return frame.values[self.name]

    def store(self, frame, value):
        frame.values[self.name] = value


class Field(Expr):
    def __init__(self, base, field):
        super().__init__(base.kind.type_of(field))
        self.base, self.field = base, field

    def text(self):
        return f"{self.base.text()}.{self.field}"

    def run(self, frame):
        return self.base.run(frame)[self.field]

    def store(self, frame, value):
        self.base.run(frame)[self.field] = value


class Element(Expr):
    """`a[i % n]` of an array variable; the index is unsigned."""

    def __init__(self, base, index):
        super().__init__(base.kind.element)
        self.base, self.index = base, index

    def text(self):
        return f"{self.base.text()}[{self.index.text()} % {self.base.kind.count}]"

    def at(self, frame):
        return self.index.run(frame) % self.base.kind.count

    def run(self, frame):
        return self.base.run(frame)[self.at(frame)]

    def store(self, frame, value):
        self.base.run(frame)[self.at(frame)] = value


class Component(Expr):
    """`p.x` of a point; the number itself of a point of one dimension."""

    def __init__(self, base, number):
        super().__init__(INT64)
        self.base, self.number = base, number

    def text(self):
        if self.base.kind.dim == 1:
            return f"int64({self.base.text()})"
        return f"{self.base.text()}.{COMPONENTS[self.number]}"

    def run(self, frame):
        return self.base.run(frame)[self.number]


class PointOp(Expr):
    """Arithmetic of points, component by component."""

    def __init__(self, op, a, b):
        super().__init__(a.kind)
        self.op, self.a, self.b = op, a, b

    def text(self):
        return f"({self.a.text()} {self.op} {self.b.text()})"

    def run(self, frame):
        return tuple(arithmetic(self.op, x, y, INT64) for x, y in zip(self.a.run(frame), self.b.run(frame)))


class Binary(Expr):
    def __init__(self, op, a, b):
        super().__init__(meet(a.kind, b.kind))
        self.op, self.a, self.b = op, a, b

    def text(self):
        if self.op in ("max", "min"):
            return f"{self.op}({self.a.text()}, {self.b.text()})"
        return f"({self.a.text()} {self.op} {self.b.text()})"

    def run(self, frame):
        a = convert(self.a.run(frame), self.a.kind, self.kind)
        b = convert(self.b.run(frame), self.b.kind, self.kind)
        return arithmetic(self.op, a, b, self.kind)


class Shift(Expr):
    def __init__(self, op, a, count):
        super().__init__(a.kind)
        self.op, self.a, self.count = op, a, count

    def text(self):
        return f"({self.a.text()} {self.op} {self.count})"

    def run(self, frame):
        a = self.a.run(frame)
        return self.kind.wrap(a << self.count if self.op == "<<" else a >> self.count)


class Unary(Expr):
    def __init__(self, op, a):
        super().__init__(a.kind)
        self.op, self.a = op, a

    def text(self):
        return f"({self.op}{' ' if self.op == 'not' else ''}{self.a.text()})"

    def run(self, frame):
        a = self.a.run(frame)
        if self.op == "-":
            return -a if isinstance(self.kind, Float) else self.kind.wrap(-a)
        return not a if self.kind is BOOL else self.kind.wrap(~a)


class Compare(Expr):
    def __init__(self, op, a, b):
        super().__init__(BOOL)
        self.op, self.a, self.b = op, a, b

    def text(self):
        return f"({self.a.text()} {self.op} {self.b.text()})"

    def run(self, frame):
        a, b = self.a.run(frame), self.b.run(frame)
        if self.a.kind is not self.b.kind:
            kind = meet(self.a.kind, self.b.kind)
            a, b = convert(a, self.a.kind, kind), convert(b, self.b.kind, kind)
        if self.op == "==":
            return a == b
        if self.op == "~=":
            return a != b
        if isinstance(self.a.kind, Index):
            return all(compare(self.op, x, y) for x, y in zip(a, b))
        return compare(self.op, a, b)


def compare(op, a, b):
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


class Logic(Expr):
    def __init__(self, op, a, b):
        super().__init__(BOOL)
        self.op, self.a, self.b = op, a, b

    def text(self):
        return f"({self.a.text()} {self.op} {self.b.text()})"

    def run(self, frame):
        a = self.a.run(frame)
        if self.op == "and":
            return a and self.b.run(frame)
        return a or self.b.run(frame)


class Cast(Expr):
    def __init__(self, kind, a):
        super().__init__(kind)
        self.a = a

    def text(self):
        return f"{self.kind.name}({self.a.text()})"

    def run(self, frame):
        return convert(self.a.run(frame), self.a.kind, self.kind)


class ToInt(Expr):
    def __init__(self, a):
        super().__init__(INT64)
        self.a = a

    def text(self):
        return f"to_int({self.a.text()})"

    def run(self, frame):
        return to_int(self.a.run(frame))


class Constructor(Expr):
    def __init__(self, kind, values):
        super().__init__(kind)
        self.values = values

    def text(self):
        fields = ", ".join(f"{name} = {value.text()}" for (name, _), value in zip(self.kind.fields, self.values))
        return f"{self.kind.name} {{ {fields} }}"

    def run(self, frame):
        return {name: copied(value.run(frame)) for (name, _), value in zip(self.kind.fields, self.values)}


class Call(Expr):
    """Of a function without effects: terra code or a task without regions."""

    def __init__(self, function, args):
        super().__init__(function.result)
        self.function, self.args = function, args

    def text(self):
        return f"{self.function.name}({', '.join(a.text() for a in self.args)})"

    def run(self, frame):
        return self.function.call(frame.machine, [copied(a.run(frame)) for a in self.args])


class RegionElement(Expr):
    """`r[p].f`, or `r[p]` of a region of numbers. With `pointer`: `p.f` and `@p` of a pointer into the region."""

    def __init__(self, region, point, field, kind, pointer=False):
        super().__init__(kind)
        self.region, self.point, self.field, self.pointer = region, point, field, pointer

    def text(self):
        if self.pointer:
            return f"(@{self.point.text()})" if self.field is None else f"{self.point.text()}.{self.field}"
        base = f"{self.region}[{self.point.text()}]"
        return base if self.field is None else f"{base}.{self.field}"

    def target_text(self):
        # A line that begins with a parenthesis would go on with the one before.
        return f"@{self.point.text()}" if self.pointer and self.field is None else self.text()

    def place(self, frame):
        region = frame.values[self.region]
        point = self.point.run(frame)
        if point not in region.members:
            raise ValueError("an access outside of the region")
        return region.root.data[self.field], point

    def run(self, frame):
        data, point = self.place(frame)
        return data[point]

    def store(self, frame, value):
        data, point = self.place(frame)
        data[point] = value


# ---- statements


class Var:
    def __init__(self, name, value, declared=None):
        self.name, self.value, self.declared = name, value, declared

    def lines(self):
        kind = f" : {self.declared.name}" if self.declared else ""
        return [f"var {self.name}{kind} = {self.value.text()}"]

    def run(self, frame):
        value = copied(self.value.run(frame))
        if self.declared:
            value = convert(value, self.value.kind, self.declared)
        frame.values[self.name] = value


class VarArray:
    """An array variable, set element by element."""

    def __init__(self, name, kind, values):
        self.name, self.kind, self.values = name, kind, values

    def lines(self):
        head = [f"var {self.name} : {self.kind.name}"]
        return head + [f"{self.name}[{k}] = {value.text()}" for k, value in enumerate(self.values)]

    def run(self, frame):
        frame.values[self.name] = default_value(self.kind)
        for k, value in enumerate(self.values):
            frame.values[self.name][k] = value.run(frame)


def text_of_target(target):
    return target.target_text() if isinstance(target, RegionElement) else target.text()


class Assign:
    def __init__(self, target, value):
        self.target, self.value = target, value

    def lines(self):
        return [f"{text_of_target(self.target)} = {self.value.text()}"]

    def run(self, frame):
        value = self.value.run(frame)
        if not isinstance(self.target.kind, (Index, Array)) and not hasattr(self.target.kind, "fields"):
            value = convert(value, self.value.kind, self.target.kind)
        self.target.store(frame, copied(value))


class AssignBoth:
    """`a, b = e, f`: both values first, then the stores."""

    def __init__(self, targets, values):
        self.targets, self.values = targets, values

    def lines(self):
        targets = ", ".join(text_of_target(t) for t in self.targets)
        return [f"{targets} = {', '.join(v.text() for v in self.values)}"]

    def run(self, frame):
        values = [copied(v.run(frame)) for v in self.values]
        for target, value in zip(self.targets, values):
            target.store(frame, value)


class Reduce:
    """`target op= value`, computed in the type that both meet in."""

    def __init__(self, op, target, value):
        self.op, self.target, self.value = op, target, value

    def lines(self):
        return [f"{text_of_target(self.target)} {self.op}= {self.value.text()}"]

    def run(self, frame):
        kind = meet(self.target.kind, self.value.kind)
        value = convert(self.value.run(frame), self.value.kind, kind)
        old = convert(self.target.run(frame), self.target.kind, kind)
        self.target.store(frame, convert(arithmetic(self.op, old, value, kind), kind, self.target.kind))


class If:
    def __init__(self, clauses, otherwise):
        self.clauses, self.otherwise = clauses, otherwise

    def lines(self):
        lines = []
        for k, (condition, body) in enumerate(self.clauses):
            lines += [f"{'if' if k == 0 else 'elseif'} {condition.text()} then", *indented(body)]
        if self.otherwise is not None:
            lines += ["else", *indented(self.otherwise)]
        return lines + ["end"]

    def run(self, frame):
        for condition, body in self.clauses:
            if condition.run(frame):
                return run_block(body, frame)
        if self.otherwise is not None:
            run_block(self.otherwise, frame)


class For:
    def __init__(self, name, kind, first, limit, step, body):
        self.name, self.kind, self.first, self.limit, self.step, self.body = name, kind, first, limit, step, body

    def lines(self):
        step = f", {self.step}" if self.step != 1 else ""
        declared = "" if self.kind is INT32 else f" : {self.kind.name}"
        return [f"for {self.name}{declared} = {self.first}, {self.limit}{step} do", *indented(self.body), "end"]

    def run(self, frame):
        for value in range(self.first, self.limit, self.step):
            frame.values[self.name] = value
            try:
                run_block(self.body, frame)
            except Break:
                break


class While:
    """With a counter of its own, so that it ends."""

    def __init__(self, counter, limit, condition, body, is_repeat):
        self.counter, self.limit, self.condition, self.body = counter, limit, condition, body
        self.is_repeat = is_repeat

    def lines(self):
        body = [f"  {self.counter} += 1", *indented(self.body)]
        if self.is_repeat:
            return [f"var {self.counter} = 0", "repeat", *body,
                    f"until {self.counter} >= {self.limit} or {self.condition.text()}"]
        return [f"var {self.counter} = 0",
                f"while {self.counter} < {self.limit} and {self.condition.text()} do", *body, "end"]

    def run(self, frame):
        frame.values[self.counter] = 0
        try:
            while self.is_repeat or (frame.values[self.counter] < self.limit and self.condition.run(frame)):
                frame.values[self.counter] += 1
                run_block(self.body, frame)
                if self.is_repeat and (frame.values[self.counter] >= self.limit or self.condition.run(frame)):
                    break
        except Break:
            pass


class BreakIf:
    def __init__(self, condition):
        self.condition = condition

    def lines(self):
        return [f"if {self.condition.text()} then break end"]

    def run(self, frame):
        if self.condition.run(frame):
            raise Break


class ForPoints:
    """Over the points of a region, or of its index space."""

    def __init__(self, name, region, of_ispace, body):
        self.name, self.region, self.of_ispace, self.body = name, region, of_ispace, body

    def lines(self):
        domain = self.region + (".ispace" if self.of_ispace else "")
        return [f"for {self.name} in {domain} do", *indented(self.body), "end"]

    def run(self, frame):
        for point in frame.values[self.region].points:
            frame.values[self.name] = point
            try:
                run_block(self.body, frame)
            except Break:
                break


class ReturnValue:
    def __init__(self, value):
        self.value = value

    def lines(self):
        return [f"return {self.value.text()}"]

    def run(self, frame):
        raise Return(copied(self.value.run(frame)))


def indented(body):
    lines = [f"  {line}" for stat in body for line in stat.lines()]
    return lines or ["  -- nothing"]


def run_block(body, frame):
    frame.machine.count_step()
    for stat in body:
        stat.run(frame)


class Function:
    """A task or a terra function. `regions`: parameters that are regions, as [(name, Space, privileges)]."""

    def __init__(self, word, name, params, result, body, regions=(), where=(), annotation=""):
        self.word, self.name, self.params, self.result, self.body = word, name, params, result, body
        self.regions, self.where, self.annotation = regions, where, annotation

    def lines(self):
        params = [f"{name} : {space.region_type()}" for name, space, _ in self.regions]
        params += [f"{name} : {kind.name}" for name, kind in self.params]
        head = f"{self.word} {self.name}({', '.join(params)})"
        if self.result:
            head += f" : {self.result.name}"
        lines = [self.annotation] if self.annotation else []
        lines.append(head)
        if self.where:
            lines += [f"where {', '.join(self.where)}", "do"]
        return lines + indented(self.body) + ["end"]

    def call(self, machine, args, regions=()):
        machine.count_step()
        frame = Frame(machine)
        frame.values.update(zip((name for name, _ in self.params), args))
        frame.values.update(zip((name for name, _, _ in self.regions), regions))
        try:
            run_block(self.body, frame)
        except Return as returned:
            return returned.value
        return None
