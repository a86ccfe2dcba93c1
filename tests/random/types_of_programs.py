"""Types of random programs, and what the language's operators do with their values.

Values are plain Python: int, float, bool; tuples of numbers for points; dicts for structs; lists for arrays. Language
reference, 3.2 to 3.4.
"""

import math
import operator
import struct


class Type:
    def __repr__(self):
        return self.name


class Int(Type):
    def __init__(self, bits, is_signed):
        self.bits, self.is_signed = bits, is_signed
        self.name = ("int" if is_signed else "uint") + str(bits)

    def wrap(self, value):
        value &= (1 << self.bits) - 1
        if self.is_signed and value >> (self.bits - 1):
            value -= 1 << self.bits
        return value

    def literal(self, value):
        if -(1 << 31) < value < 1 << 31:
            text = str(value)
        elif value == -(1 << 63):
            text = "-9223372036854775807LL - 1"
        else:
            text = str(value) + ("LL" if value < 1 << 63 else "ULL")
        if self is INT32 and value > -(1 << 31):
            return text if value >= 0 else f"({text})"
        return f"{self.name}({text})"


class Float(Type):
    def __init__(self, bits):
        self.bits = bits
        self.name = "float" if bits == 32 else "double"

    def round(self, value):
        if self.bits == 64:
            return value
        try:
            return struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            return math.copysign(math.inf, value)

    def literal(self, value):
        text = repr(float(value))
        text = f"({text})" if value < 0 else text
        return text if self.bits == 64 else f"float({text})"


class Bool(Type):
    name = "bool"

    def literal(self, value):
        return "true" if value else "false"


class Struct(Type):
    def __init__(self, name, fields, is_fspace=False):
        self.name, self.fields, self.is_fspace = name, fields, is_fspace  # [(name, type)]

    def type_of(self, field):
        return dict(self.fields)[field]


class Array(Type):
    def __init__(self, element, count):
        self.element, self.count = element, count
        self.name = f"{element.name}[{count}]"


class Index(Type):
    """Points of one to nine dimensions; a point of one dimension is a tuple of one number too."""

    def __init__(self, dim):
        self.dim = dim
        self.name = f"int{dim}d"

    def literal(self, value):
        if self.dim == 1:
            return f"int1d({value[0]})"
        return f"{self.name} {{ {', '.join(map(str, value))} }}"


INTS = [Int(bits, is_signed) for bits in (8, 16, 32, 64) for is_signed in (True, False)]
INT32 = next(t for t in INTS if t.name == "int32")
INT64 = next(t for t in INTS if t.name == "int64")
UINT32 = next(t for t in INTS if t.name == "uint32")
FLOAT, DOUBLE = Float(32), Float(64)
BOOL = Bool()
NUMBERS = INTS + [FLOAT, DOUBLE]
INDICES = {dim: Index(dim) for dim in range(1, 10)}
COMPONENTS = "xyzwvutsr"


def meet(a, b):
    """The type of an operator's result."""
    if a is b:
        return a
    if isinstance(a, Float) or isinstance(b, Float):
        floats = [t for t in (a, b) if isinstance(t, Float)]
        return max(floats, key=lambda t: t.bits)
    if a.bits != b.bits:
        return a if a.bits > b.bits else b
    return a if not a.is_signed else b


def int_to_float(value, target):
    """Rounded once, to the nearest and then even number, however large it is."""
    if target.bits == 64 or abs(value) < 1 << 53:
        return target.round(float(value))
    sign, value = (-1, -value) if value < 0 else (1, value)
    shift = value.bit_length() - 24
    kept, rest = value >> shift, value & ((1 << shift) - 1)
    half = 1 << (shift - 1)
    if rest > half or (rest == half and kept & 1):
        kept += 1
    return float(sign * (kept << shift))


def convert(value, source, target):
    if source is target:
        return value
    if isinstance(target, Int):
        if isinstance(source, Bool):
            return int(value)
        if isinstance(source, Float):
            raise ValueError("conversions of floats to integers go through `to_int`")
        return target.wrap(value)
    if isinstance(target, Float):
        if isinstance(source, Float):
            return target.round(value)
        return int_to_float(int(value), target)
    raise ValueError(f"no conversion from {source} to {target}")


def default_value(kind):
    if isinstance(kind, Struct):
        return {name: default_value(t) for name, t in kind.fields}
    if isinstance(kind, Array):
        return [default_value(kind.element) for _ in range(kind.count)]
    if isinstance(kind, Float):
        return 0.0
    if isinstance(kind, Bool):
        return False
    if isinstance(kind, Index):
        return (0,) * kind.dim
    return 0


def copied(value):
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    if isinstance(value, list):
        return [copied(v) for v in value]
    return value


def divide(a, b):
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def float_remainder(a, b):
    return math.fmod(a, b) if math.isfinite(a) else math.nan


# What the operators of numbers are in Python, before the result is rounded or wrapped.
COMMON = {"+": operator.add, "-": operator.sub, "*": operator.mul}
OF_FLOATS = COMMON | {"/": operator.truediv, "%": float_remainder}
OF_INTS = COMMON | {"/": divide, "%": lambda a, b: a - b * divide(a, b), "and": operator.and_, "or": operator.or_,
                    "^": operator.xor}


def arithmetic(op, a, b, kind):
    """Both operands have the type already."""
    if op in ("max", "min"):
        if isinstance(kind, Float):
            if math.isnan(a):
                return b
            if math.isnan(b):
                return a
        return max(a, b) if op == "max" else min(a, b)
    if isinstance(kind, Float):
        try:
            return kind.round(OF_FLOATS[op](a, b))
        except OverflowError:
            return kind.round(math.inf)
    return kind.wrap(OF_INTS[op](a, b))


def to_int(value):
    """The helper of that name in every program."""
    return int(value) if -1e9 < value < 1e9 else 77


def bits_of(value, kind):
    """A value as the programs print it."""
    if isinstance(kind, Float):
        if math.isnan(value):
            return "nan"
        code, size = ("<f", "<I") if kind.bits == 32 else ("<d", "<Q")
        return "%x" % struct.unpack(size, struct.pack(code, value + 0.0))[0]
    return str(int(value))
