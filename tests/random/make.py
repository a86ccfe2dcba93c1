"""Makes random well-typed programs."""

import random

from regions import (Checksum, Copy, Delete, Fence, Fill, ForColors, Image, Machine, NewRegion, PartitionByField,
                     PartitionEqual, PartitionOp, Print, Restriction, Scatter, Space, TaskCall, TooLong, box)
from tree import (Assign, AssignBoth, Binary, BreakIf, Call, Cast, Compare, Component, Constructor, Element, Escape, Field, For,
                  ForPoints, Function, If, Literal, Logic, Name, PointOp, Reduce, RegionElement, ReturnValue, Shift,
                  ToInt, Unary, Var, VarArray, While)
from types_of_programs import (BOOL, DOUBLE, FLOAT, INDICES, INT32, INT64, INTS, NUMBERS, UINT32, Array, Float, Index, Int,
                               Struct, meet)

HEAD = """import "regent"

local c = regentlib.c

local terra to_int(x : double) : int64
  if x > -1e9 and x < 1e9 then return int64(x) end
  return 77
end

local terra bits_of(x : double) : uint64
  if x ~= x then return 9999 end
  x = x + 0.0
  return @[&uint64](&x)
end
"""


class Access:
    """A region that a scope knows. `fields`: path to "r", "rw" or an operator. In a loop over its points `point` is the
    expression of the point, and `is_pointer` says that it points into the region."""

    def __init__(self, name, space, fields, point=None, is_pointer=False):
        self.name, self.space, self.fields, self.point, self.is_pointer = name, space, fields, point, is_pointer


class Scope:
    def __init__(self, is_terra=False, calls=()):
        self.variables = []  # (name, type, can be assigned)
        self.regions = []
        self.is_terra, self.calls = is_terra, list(calls)
        self.loop_depth = 0
        self.can_break = False

    def inner(self):
        scope = Scope(self.is_terra, self.calls)
        scope.variables, scope.regions = list(self.variables), list(self.regions)
        scope.loop_depth, scope.can_break = self.loop_depth, self.can_break
        return scope


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.structs, self.fspaces = [], []
        self.functions, self.tasks, self.pure_tasks = [], [], []
        self.lua = []

    def name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def pick(self, *items):
        return self.random.choice(items)

    def chance(self, probability):
        return self.random.random() < probability

    # ---- expressions

    def literal(self, kind):
        r = self.random
        if isinstance(kind, Int):
            low = -(1 << (kind.bits - 1)) if kind.is_signed else 0
            high = low + (1 << kind.bits) - 1
            value = r.choice([r.randint(max(low, -9), 9), r.randint(max(low, -9), 9), r.randint(low, high), low, high])
            if self.lua and kind is INT32 and self.chance(0.2):
                name, number = r.choice(self.lua)
                return Escape(kind, number, r.choice([name, f"[{name}]", f"[{name} + 1 - 1]"]))
            return Literal(kind, value)
        if isinstance(kind, Float):
            return Literal(kind, r.choice([r.randint(-64, 64) / 8, r.randint(-1000, 1000) / 4, 0.0, 1.0]))
        if isinstance(kind, Index):
            return Literal(kind, tuple(r.randint(-3, 9) for _ in range(kind.dim)))
        if isinstance(kind, Struct):
            return Constructor(kind, [self.literal(t) for _, t in kind.fields])
        return Literal(BOOL, r.random() < 0.5)

    def leaves(self, scope, wanted):
        """Expressions at hand whose type is `wanted`."""
        found = []

        def add(expr, depth=0):
            if expr.kind is wanted:
                found.append(expr)
            elif isinstance(expr.kind, Struct) and depth < 2:
                for field, _ in expr.kind.fields:
                    add(Field(expr, field), depth + 1)
            elif isinstance(expr.kind, Array) and expr.kind.element is wanted:
                found.append(Element(expr, Cast(UINT32, self.number(scope, 0))))
            elif isinstance(expr.kind, Index) and wanted is INT64:
                found.append(Component(expr, self.random.randrange(expr.kind.dim)))

        for name, kind, _ in scope.variables:
            add(Name(kind, name))
        for access in scope.regions:
            if access.point is None:
                continue
            for path, kind in access.space.fields:
                if kind is wanted and access.fields.get(path) in ("r", "rw"):
                    found.append(self.element(access, path, kind))
        return found

    def element(self, access, path, kind):
        pointer = access.is_pointer and self.chance(0.5)
        return RegionElement(access.name, access.point, path, kind, pointer)

    def number(self, scope, depth):
        return self.expr(scope, self.random.choice(INTS), depth)

    def expr(self, scope, kind, depth=3):
        if isinstance(kind, (Struct, Array)):
            options = self.leaves(scope, kind)
            if options and (isinstance(kind, Array) or self.chance(0.6)):
                return self.random.choice(options)
            return Constructor(kind, [self.expr(scope, t, min(depth, 1)) for _, t in kind.fields])
        if depth <= 0 or self.chance(0.15):
            options = self.leaves(scope, kind) if depth >= 0 and self.chance(0.8) else []
            return self.random.choice(options) if options else self.literal(kind)
        if isinstance(kind, Index):
            if self.chance(0.5):
                return PointOp(self.pick("+", "-", "*"), self.expr(scope, kind, depth - 1), self.expr(scope, kind, 0))
            return self.expr(scope, kind, 0)
        if kind is BOOL:
            return self.condition(scope, depth)
        calls = [f for f in scope.calls if f.result is kind]
        if calls and self.chance(0.2):
            function = self.random.choice(calls)
            return Call(function, [self.expr(scope, t, depth - 2) for _, t in function.params])
        return self.number_expr(scope, kind, depth)

    def condition(self, scope, depth):
        way = self.random.random()
        if way < 0.2:
            return Unary("not", self.expr(scope, BOOL, depth - 1))
        if way < 0.4:
            return Logic(self.pick("and", "or"), self.expr(scope, BOOL, depth - 1), self.expr(scope, BOOL, depth - 1))
        if way < 0.5 and not scope.is_terra:
            kind = INDICES[self.random.randint(1, 4)]
            return Compare(self.pick("==", "~=", "<", "<=", ">", ">="), self.expr(scope, kind, 1),
                           self.expr(scope, kind, 1))
        a, b = self.random.choice(NUMBERS), self.random.choice(NUMBERS)
        if self.chance(0.6):
            b = a
        return Compare(self.pick("==", "~=", "<", "<=", ">", ">="), self.expr(scope, a, depth - 1),
                       self.expr(scope, b, depth - 1))

    def operands(self, kind):
        """Two types that meet in this one."""
        for _ in range(4):
            other = self.random.choice(NUMBERS)
            if self.chance(0.4) and meet(kind, other) is kind:
                return (kind, other) if self.chance(0.5) else (other, kind)
        return kind, kind

    def number_expr(self, scope, kind, depth):
        way = self.random.random()
        a, b = self.operands(kind)
        if way < 0.35:
            return Binary(self.pick("+", "-", "*"), self.expr(scope, a, depth - 1), self.expr(scope, b, depth - 1))
        if way < 0.45:
            divisor = self.literal(kind)
            low = 2 if isinstance(kind, Int) else 0.5
            divisor = Literal(kind, low + abs(divisor.value) % 100)
            return Binary(self.pick("/", "%"), self.expr(scope, kind, depth - 1), divisor)
        if way < 0.55 and not scope.is_terra:
            return Binary(self.pick("max", "min"), self.expr(scope, a, depth - 1), self.expr(scope, b, depth - 1))
        if way < 0.62:
            return Unary("-", self.expr(scope, kind, depth - 1))
        if isinstance(kind, Float):
            return Cast(kind, self.expr(scope, self.random.choice(NUMBERS), depth - 1))
        if way < 0.7:
            op = self.pick("and", "or", "^")
            a, quiet = self.expr(scope, kind, depth - 1), scope.inner()
            # `a and f()` is for bool only: it calls `f` when `a` is true.
            quiet.calls = []
            return Binary(op, a, self.expr(quiet, kind, depth - 1))
        if way < 0.76:
            return Shift(self.pick("<<", ">>"), self.expr(scope, kind, depth - 1), self.random.randrange(kind.bits))
        if way < 0.8:
            return Unary("not", self.expr(scope, kind, depth - 1))
        if way < 0.86:
            whole = ToInt(self.expr(scope, self.pick(FLOAT, DOUBLE), depth - 1))
            return whole if kind is INT64 else Cast(kind, whole)
        return Cast(kind, self.expr(scope, self.random.choice(INTS + [BOOL]), depth - 1))

    # ---- statements

    def kind_of_variable(self, is_terra=False):
        kinds = [self.random.choice(INTS), self.random.choice(NUMBERS), INT32, BOOL]
        if self.structs:
            kinds.append(self.random.choice(self.structs))
        if not is_terra:
            kinds.append(INDICES[self.random.randint(1, 5)])
        return self.random.choice(kinds)

    def targets(self, scope):
        """What can be assigned: (expression, operator or None for any)."""
        found = []
        for name, kind, can_assign in scope.variables:
            if not can_assign:
                continue
            found.append((Name(kind, name), None))
            if isinstance(kind, Struct):
                found += [(Field(Name(kind, name), field), None) for field, _ in kind.fields]
            if isinstance(kind, Array):
                found.append((Element(Name(kind, name), Cast(UINT32, self.number(scope, 1))), None))
        for access in scope.regions:
            if access.point is None:
                continue
            for path, kind in access.space.fields:
                privilege = access.fields.get(path)
                if privilege not in (None, "r") and not (path == "color" or path == "next"):
                    # More often than variables: regions are what programs are about.
                    op = None if privilege == "rw" else privilege
                    found += 3 * [(self.element(access, path, kind), op)]
        return found

    def assignment(self, scope):
        targets = [t for t in self.targets(scope) if not isinstance(t[0].kind, Array)]
        if not targets:
            return self.variable(scope)
        target, op = self.random.choice(targets)
        others = [t for t, o in targets if o is None and not isinstance(t.kind, Struct)]
        if op is None and len(others) > 1 and self.chance(0.06):
            pair = self.random.sample(others, 2)
            return AssignBoth(pair, [self.expr(scope, t.kind, 2) for t in pair])
        if op:
            return Reduce(op, target, self.expr(scope, target.kind))
        is_number = isinstance(target.kind, (Int, Float))
        if is_number and not scope.is_terra and self.chance(0.4):
            op = self.pick("+", "-", "*", "max", "min")
            if isinstance(target.kind, Int):
                kind = self.random.choice(INTS)
            else:
                kind = self.random.choice(NUMBERS)
            return Reduce(op, target, self.expr(scope, kind))
        kind = target.kind
        if is_number and self.chance(0.2):
            kind = self.random.choice(INTS if isinstance(kind, Int) else NUMBERS)
        return Assign(target, self.expr(scope, kind))

    def variable(self, scope):
        name = self.name("v")
        if self.chance(0.1) and not scope.is_terra:
            kind = Array(self.random.choice(NUMBERS), self.random.randint(2, 5))
            stat = VarArray(name, kind, [self.expr(scope, kind.element, 1) for _ in range(kind.count)])
        else:
            kind = self.kind_of_variable(scope.is_terra)
            value = self.expr(scope, kind)
            declared = None
            if isinstance(kind, Int) and self.chance(0.3):
                declared = kind = self.random.choice(INTS)
            elif isinstance(kind, Struct) or self.chance(0.3):
                declared = kind
            # The point of a loop has a type of its own, which says where it lies.
            if isinstance(kind, Index):
                declared = kind
            stat = Var(name, value, None if isinstance(kind, Struct) else declared)
        scope.variables.append((name, kind, True))
        return stat

    def block(self, scope, length, depth):
        scope = scope.inner()
        return [self.statement(scope, depth) for _ in range(self.random.randint(1, length))]

    def statement(self, scope, depth):
        way = self.random.random()
        if way < 0.25 or depth == 0:
            return self.variable(scope) if self.chance(0.3) else self.assignment(scope)
        if way < 0.55:
            return self.assignment(scope)
        if way < 0.75:
            clauses = [(self.expr(scope, BOOL, 2), self.block(scope, 3, depth - 1))
                       for _ in range(self.random.randint(1, 2))]
            return If(clauses, self.block(scope, 2, depth - 1) if self.chance(0.5) else None)
        if scope.can_break and way < 0.8:
            return BreakIf(self.expr(scope, BOOL, 2))
        if scope.loop_depth >= 2:
            return self.assignment(scope)
        inner = scope.inner()
        inner.loop_depth += 1
        if way < 0.92 or scope.is_terra:
            inner.can_break = True
            name = self.name("i")
            kind = INT32 if scope.is_terra or self.chance(0.7) else self.random.choice(INTS)
            inner.variables.append((name, kind, False))
            first = self.random.randint(-2 if kind.is_signed else 6, 9)
            step = self.pick(1, 1, 2) if scope.is_terra else self.pick(1, 1, 2, -1)
            limit = first + step * self.random.randint(0, 4)
            return For(name, kind, first, limit, step, self.block(inner, 3, depth - 1))
        counter = self.name("n")
        is_repeat = self.chance(0.4)
        inner.can_break = not is_repeat
        condition = self.expr(scope, BOOL, 2)
        return While(counter, self.random.randint(1, 4), condition, self.block(inner, 3, depth - 1), is_repeat)

    # ---- functions and tasks

    def make_struct(self):
        fields = [(self.name("f"), self.random.choice(NUMBERS)) for _ in range(self.random.randint(1, 4))]
        self.structs.append(Struct(self.name("pair"), fields))

    def make_fspace(self):
        fields = [(self.name("f"), self.random.choice(NUMBERS)) for _ in range(self.random.randint(2, 5))]
        # Something to reduce exactly, colors, and somewhere to point.
        fields += [(self.name("f"), INT64), ("color", INDICES[1]), ("next", INDICES[1])]
        if self.structs and self.chance(0.5):
            fields.append((self.name("f"), self.random.choice(self.structs)))
        self.fspaces.append(Struct(self.name("cell"), fields, is_fspace=True))

    def make_function(self, is_terra):
        scope = Scope(is_terra, self.functions)
        params = [(self.name("a"), self.kind_of_variable(is_terra)) for _ in range(self.random.randint(1, 3))]
        scope.variables = [(name, kind, True) for name, kind in params]
        result = self.random.choice(NUMBERS + [BOOL, INT32, INT64])
        body = [self.statement(scope, 2) for _ in range(self.random.randint(1, 4))]
        body.append(ReturnValue(self.expr(scope, result)))
        name = self.name("g" if is_terra else "pure")
        annotation = "" if is_terra or self.chance(0.5) else "__demand(__inline)"
        word = "local terra" if is_terra else "task"
        self.functions.append(Function(word, name, params, result, body, annotation=annotation))

    def privileges(self, space):
        fields, ops = {}, {}
        mode = self.random.random()
        for path, kind in space.fields:
            way = self.random.random()
            if mode < 0.3:
                fields[path] = "rw"
            elif way < 0.35:
                fields[path] = "r"
            elif way < 0.7:
                fields[path] = "rw"
            elif isinstance(kind, Int) and way < 0.85:
                op = self.pick("+", "-", "max", "min", "*")
                ops[path] = fields[path] = op
        if not fields:
            fields[space.fields[0][0]] = "rw"
        return fields

    def where_of(self, name, fields):
        words = {"r": "reads", "rw": "reads writes"}
        clauses = []
        for path, privilege in fields.items():
            target = name if path is None else f"{name}.{path}"
            word = words.get(privilege) or f"reduces {privilege}"
            clauses.append(f"{word}({target})")
        return clauses

    def make_task(self):
        scope = Scope(False, self.functions)
        regions, where = [], []
        for _ in range(self.pick(1, 1, 2)):
            space = self.make_space()
            fields = self.privileges(space)
            name = self.name("r")
            regions.append((name, space, fields))
            where += self.where_of(name, fields)
        params = [(self.name("a"), self.kind_of_variable()) for _ in range(self.random.randint(0, 2))]
        scope.variables = [(name, kind, True) for name, kind in params]
        scope.regions = [Access(name, space, fields) for name, space, fields in regions]
        body = [self.statement(scope, 1) for _ in range(self.random.randint(0, 2))]
        for access in list(scope.regions):
            for _ in range(self.pick(1, 1, 2)):
                body.append(self.region_loop(scope, access))
                if self.chance(0.3):
                    body.append(self.statement(scope, 1))
        for task in self.tasks:
            if self.chance(0.3) and (call := self.nested_call(scope, task)):
                body.append(call)
            elif self.chance(0.3):
                body += self.nested_launch(scope, task)
        for access in scope.regions:
            path, kind = self.random.choice(access.space.fields)
            if access.fields.get(path) == "rw" and path not in ("color", "next") and self.chance(0.2):
                body.append(Fill(access.name, path, kind, self.expr(scope, kind, 1)))
        result = self.random.choice([None, INT64, INT32, self.random.choice(INTS), DOUBLE, *self.structs])
        if result:
            body.append(ReturnValue(self.expr(scope, result)))
        self.tasks.append(Function("task", self.name("t"), params, result, body, regions, where))

    def nested_call(self, scope, task):
        """A call of a task with regions of this one, if they fit it."""
        free, chosen = list(scope.regions), []
        for _, space, fields in task.regions:
            fit = next((a for a in free if a.space.region_type() == space.region_type() and
                        all(a.fields.get(path) == "rw" or a.fields.get(path) == privilege
                            for path, privilege in fields.items())), None)
            if not fit:
                return None
            free.remove(fit)
            chosen.append(fit.name)
        return TaskCall(task, chosen, [self.expr(scope, kind, 1) for _, kind in task.params])

    def nested_launch(self, scope, task):
        """A partition of a parameter whose pieces an earlier task gets."""
        if len(task.regions) != 1:
            return []
        _, space, fields = task.regions[0]
        fit = next((a for a in scope.regions if a.space.region_type() == space.region_type() and
                    all(a.fields.get(path) in ("rw", privilege) for path, privilege in fields.items())), None)
        if not fit:
            return []
        name, color = self.name("p"), self.name("k")
        inner = scope.inner()
        inner.variables.append((color, space.index, False))
        call = TaskCall(task, [(name, Name(space.index, color))], [self.expr(inner, kind, 1) for _, kind in task.params])
        return [PartitionEqual(name, fit.name, space.dim, tuple(self.random.randint(1, 3) for _ in range(space.dim))),
                ForColors(color, name, [call])]

    def temporary(self, scope):
        """A region that lives for some statements only."""
        space = self.make_space()
        name = self.name("r")
        body, checks = [], []
        self.new_region(body, checks, scope, space, name)
        access = Access(name, space, {path: "rw" for path, _ in space.fields})
        body.append(self.region_loop(scope, access))
        for task in self.tasks:
            if len(task.regions) == 1 and task.regions[0][1].region_type() == space.region_type():
                body.append(TaskCall(task, [name], [self.expr(scope, kind, 1) for _, kind in task.params]))
        kinds = [v for v in scope.variables if v[2] and isinstance(v[1], Int)]
        if kinds:
            target, kind, _ = self.random.choice(kinds)
            read = self.region_loop(scope, Access(name, space, {path: "r" for path, _ in space.fields}))
            read.body = [Assign(Name(kind, target), self.expr(self.seeing(scope, read, name, space), kind, 2))]
            body.append(read)
        if self.chance(0.6):
            body.append(Delete(name))
        return body

    def seeing(self, scope, loop, name, space):
        inner = scope.inner()
        point = Name(space.index, loop.name)
        inner.regions = [Access(name, space, {path: "r" for path, _ in space.fields}, point, not loop.of_ispace)]
        return inner

    def region_loop(self, scope, access):
        inner = scope.inner()
        inner.loop_depth, inner.can_break = 1, False
        name = self.name("p")
        of_ispace = self.chance(0.4)
        point = Name(access.space.index, name)
        # A pointer is no index: expressions use it as a place only.
        if of_ispace:
            inner.variables.append((name, access.space.index, False))
            point_access = Access(access.name, access.space, access.fields, point)
        else:
            point_access = Access(access.name, access.space, access.fields, point, is_pointer=True)
        inner.regions = [a for a in inner.regions if a.name != access.name] + [point_access]
        # A task that reduces must not see in which order: no variables of the task change.
        body = [self.assignment(inner) for _ in range(self.random.randint(1, 3))]
        if self.chance(0.5):
            body.append(self.statement(inner, 2))
        return ForPoints(name, access.name, of_ispace, body)

    def make_space(self):
        if self.chance(0.75):
            return Space(self.pick(1, 1, 2, 3), self.random.choice(self.fspaces))
        return Space(self.pick(1, 2, 3, 4, 5), self.pick(INT64, INT32, DOUBLE, *INTS))

    # ---- the program

    def make(self):
        for _ in range(self.random.randint(1, 2)):
            self.make_struct()
        for _ in range(self.random.randint(1, 2)):
            self.make_fspace()
        self.lua = [(self.name("K"), self.random.randint(-20, 20)) for _ in range(2)]
        for _ in range(self.random.randint(1, 3)):
            self.make_function(is_terra=True)
        for _ in range(self.random.randint(0, 2)):
            self.make_function(is_terra=False)
        for _ in range(self.random.randint(2, 4)):
            self.make_task()
        return self.make_main()

    def make_main(self):
        scope = Scope(False, self.functions)
        body, by_type, partitions, checks = [], {}, {}, []
        for task in self.tasks:
            for _, space, _ in task.regions:
                rows = by_type.setdefault(space.region_type(), [])
                if len(rows) < 2:
                    rows.append(self.new_region(body, checks, scope, space))
        regions = [r for rows in by_type.values() for r in rows]
        for name, space, lo, extents in regions:
            for _ in range(self.random.randint(0, 3)):
                self.make_partition(body, partitions, by_type, name, space, lo, extents)
            mine = [p for p, (r, dim) in partitions.items() if r[0] == name and (dim == 1 or "|" not in p)]
            if len(mine) >= 2 and self.chance(0.5):
                a, b = self.random.choice(mine), self.random.choice(mine)
                # Other sets of points than boxes have no order of their own in more dimensions than one.
                op = self.pick("&", "-", "|") if space.dim == 1 else "&"
                combined = self.name("p")
                body.append(PartitionOp(combined, op, a, b))
                partitions[combined] = partitions[a]
        for _ in range(self.random.randint(3, 9)):
            self.main_step(body, scope, by_type, partitions, regions)
            if self.chance(0.3):
                body.append(Print(self.name("line"), self.printable(scope)))
        if self.chance(0.4):
            scatter = self.make_scatter()
            body.append(scatter)
            checks.append(scatter)
        body += [check for check in checks if isinstance(check, Checksum)]
        body.append(Print("end", self.printable(scope)))
        return Program(self, body, checks)

    def make_scatter(self):
        kind = self.pick(INT32, INT64, DOUBLE, FLOAT, *INTS)
        op = self.pick("+", "+", "-", "max", "min", *(["*"] if isinstance(kind, Int) else []))
        # From few points for each element to very many: what kernels do depends on it.
        count = self.pick(1, self.random.randint(2, 40), self.random.randint(2, 40), self.random.randint(100, 1000), 3000)
        points = self.pick(100, self.random.randint(33000, 50000), self.random.randint(33000, 50000), self.random.randint(33000, 50000))
        way = self.pick((self.random.randint(1, 99), 0), (self.random.randint(1, 9999), self.random.randint(1, 99)))
        value = (self.random.randint(1, 99), self.random.randint(0, 9), self.random.randint(2, 16))
        return Scatter(self.name("scatter"), kind, op, self.random.randint(-3, 3), count, points, way, value)

    def printable(self, scope):
        values = []
        for kind in (INT32, INT64, self.random.choice(INTS), DOUBLE, FLOAT, BOOL):
            options = self.leaves(scope, kind)
            values.append(self.random.choice(options) if options else self.literal(kind))
        return values

    def new_region(self, body, checks, scope, space, name=None):
        name = name or self.name("r")
        extents = tuple(self.random.randint(1, (9, 4, 3, 2, 2)[space.dim - 1]) for _ in range(space.dim))
        lo = tuple(self.pick(0, 0, 1, -2, 5) for _ in range(space.dim))
        values = {path: self.literal(kind) for path, kind in space.fields}
        for path in ("color", "next"):
            if path in values:
                values[path] = Literal(INDICES[1], (self.random.randint(0, 2),))
        body.append(NewRegion(name, space, lo, extents, values))
        checks.append(Checksum(f"region {name}", name, space))
        if "color" in values:
            # The points go round the colors, and lead to points of a region that begins at 0.
            point = self.name("p")
            access = Name(space.index, point)
            round_of = lambda n: PointOp("%", Name(INDICES[1], point), Literal(INDICES[1], (n,)))
            if space.dim == 1:
                body.append(ForPoints(point, name, True, [
                    Assign(RegionElement(name, access, "color", INDICES[1]), round_of(self.random.randint(2, 4))),
                    Assign(RegionElement(name, access, "next", INDICES[1]), round_of(self.random.randint(2, 9)))]))
        return name, space, lo, extents

    def make_partition(self, body, partitions, by_type, region, space, lo, extents):
        name = self.name("p")
        way = self.random.random()
        dim = space.dim
        if dim == 1 and isinstance(space.element, Struct) and way < 0.35:
            body.append(PartitionByField(name, region, "color", self.random.randint(2, 4)))
        elif dim == 1 and isinstance(space.element, Struct) and way < 0.5 and partitions:
            mine = [p for p, (r, _) in partitions.items() if r[0] == region]
            if not mine:
                return
            parent = self.random.choice(by_type[space.region_type()])
            body.append(Image(name, parent[0], self.random.choice(mine), region, "next"))
            partitions[name] = (parent, 1)
            return
        elif way < 0.7:
            body.append(PartitionEqual(name, region, dim, tuple(self.random.randint(1, 3) for _ in range(dim))))
        else:
            steps = [self.random.randint(1, 3) for _ in range(dim)]
            widths = [self.random.randint(1, 4) for _ in range(dim)]
            body.append(Restriction(name, region, dim, tuple(self.random.randint(1, 3) for _ in range(dim)), steps, lo,
                                    widths))
        partitions[name] = ((region, space, lo, extents), dim)

    def with_elements(self, scope, regions):
        """The scope with some elements of regions that the main task accesses itself."""
        scope = scope.inner() if self.chance(0.5) else scope
        scope.regions = []
        for name, space, lo, extents in self.random.sample(regions, min(len(regions), self.random.randint(0, 2))):
            point = Literal(space.index, self.random.choice(box(lo, extents)))
            scope.regions.append(Access(name, space, {path: "rw" for path, _ in space.fields}, point))
        return scope

    def main_step(self, body, scope, by_type, partitions, regions):
        way = self.random.random()
        if way > 0.95:
            body.append(Fence(self.pick("__fence(__execution, __block)", "__fence(__execution)", "__fence(__mapping)")))
        if way > 0.85:
            body += self.temporary(scope)
            return
        if way < 0.35:
            scope = self.with_elements(scope, regions)
        if way < 0.15:
            body.append(self.statement(scope, 2))
        elif way < 0.2:
            name, space, _, _ = self.random.choice(regions)
            path, kind = self.random.choice(space.fields)
            if path not in ("color", "next"):
                body.append(Fill(name, path, kind, self.expr(scope, kind, 2)))
        elif way < 0.25:
            rows = [r for r in by_type.values() if len(r) == 2]
            if rows:
                a, b = self.random.choice(rows)
                path, kind = self.random.choice(a[1].fields)
                op = self.pick(None, "+", "max") if isinstance(kind, Int) else None
                if path not in ("color", "next"):
                    body.append(Copy(a[0], b[0], path, kind, op))
        elif way < 0.3:
            body.append(self.assignment(scope))
        elif way < 0.35:
            name, space, _, _ = self.random.choice(regions)
            body.append(self.region_loop(scope, Access(name, space, {path: "rw" for path, _ in space.fields})))
        else:
            self.launch(body, scope, by_type, partitions, regions)

    def launch(self, body, scope, by_type, partitions, regions):
        scope.regions = []
        if self.chance(0.3):
            self.with_elements(scope, regions)
        task = self.random.choice(self.tasks)
        taken, chosen, colors = [], [], None
        for _, space, _ in task.regions:
            rows = [r for r in by_type[space.region_type()] if r[0] not in taken]
            if not rows:
                return
            row = self.random.choice(rows)
            taken.append(row[0])
            fit = [p for p, (r, _) in partitions.items() if r[0] == row[0]]
            if fit and (colors is None) and self.chance(0.7):
                colors = self.random.choice(fit)
                chosen.append(colors)
            else:
                chosen.append(row[0])
        inner = scope.inner()
        if not colors:
            self.single_call(body, scope, task, chosen)
            return
        dim = partitions[colors][1]
        color = self.name("k")
        inner.variables.append((color, INDICES[dim], False))
        place = Name(INDICES[dim], color)
        regions = [(r, place) if r == colors else r for r in chosen]
        args = [self.expr(inner, kind, 2) for _, kind in task.params]
        variable, op = None, None
        if task.result and isinstance(task.result, Int) and self.chance(0.6):
            sums = [n for n, kind, can in scope.variables if kind is task.result and can]
            if sums:
                variable, op = Name(task.result, self.random.choice(sums)), self.pick("+", "*", "max", "min", "-")
        body.append(ForColors(color, colors, [TaskCall(task, regions, args, variable, op)]))

    def single_call(self, body, scope, task, regions):
        args = [self.expr(scope, kind, 2) for _, kind in task.params]
        if task.result and self.chance(0.7):
            variable = Name(task.result, self.name("v"))
            body.append(TaskCall(task, regions, args, variable, declares=True))
            scope.variables.append((variable.name, task.result, True))
        else:
            body.append(TaskCall(task, regions, args))


class Program:
    def __init__(self, maker, body, checks):
        self.maker, self.body, self.checks = maker, body, checks

    def text(self):
        maker = self.maker
        lines = [HEAD]
        lines += [f"local {name} = {value}" for name, value in maker.lua]
        for structure in maker.structs:
            fields = " ".join(f"{name} : {kind.name};" for name, kind in structure.fields)
            lines.append(f"struct {structure.name} {{ {fields} }}")
        for fspace in maker.fspaces:
            fields = ", ".join(f"{name} : {kind.name}" for name, kind in fspace.fields)
            lines.append(f"fspace {fspace.name} {{ {fields} }}")
        for function in maker.functions + maker.tasks:
            lines += ["", *function.lines()]
        for check in self.checks:
            lines += ["", *check.task_lines()]
        lines += ["", "task main()"] + [f"  {line}" for stat in self.body for line in stat.lines()] + ["end",
                                                                                                    "regentlib.start(main)"]
        return "\n".join(lines) + "\n"

    def expected(self):
        return Machine().run(self.body)


def program_of(seed):
    """The text of a program and the lines that it must print. Seeds whose programs would run for long are replaced."""
    for attempt in range(100):
        program = Maker(f"{seed}.{attempt}").make()
        try:
            return program.text(), program.expected()
        except TooLong:
            continue
    raise RuntimeError(f"seed {seed} gives no program")
