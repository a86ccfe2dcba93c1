"""How values grow with a size: slopes on logarithmic axes."""

import math


def slope(points):
    """The exponent e of y ~ x^e by least squares over [(x, y)]; None with fewer than two sizes."""
    if len({x for x, _ in points}) < 2:
        return None
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys)) / sum((x - x_mean)**2 for x in xs)


def series(measured, axis):
    """{contestant: [(size, median)]} of the metrics `AXIS:SIZE`, ascending"""
    found = {}
    for metric, by in measured.items():
        name, _, size = metric.partition(":")
        if name == axis and size:
            for who, s in by.items():
                found.setdefault(who, []).append((float(size), s["median"]))
    return {who: sorted(points) for who, points in found.items()}


def axes(measured):
    return list(dict.fromkeys(metric.partition(":")[0] for metric in measured if ":" in metric))


def slopes(measured):
    """{"slope_AXIS": {contestant: summary}} of all axes, as further metrics"""
    found = {}
    for axis in axes(measured):
        for who, points in series(measured, axis).items():
            value = slope(points)
            if value is not None:
                found.setdefault(f"slope_{axis}", {})[who] = {"median": value, "low": value, "high": value, "rounds": 1}
    return found
