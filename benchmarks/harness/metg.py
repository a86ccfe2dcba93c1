"""METG, the minimum effective task granularity, by Task Bench's rule."""


def granularity_us(seconds, tasks, cores):
    """Core time that a task takes, its overhead included."""
    return 1e6 * seconds * cores / tasks


def metg_us(points, efficiency=0.5):
    """`points`: [(granularity, efficiency)]. The smallest granularity at which the efficiency is reached: that of the
    smallest task that reaches it, interpolated to the next smaller one if that falls short. None if none reaches it, or
    if all do, for then the sizes do not go down far enough.
    """
    points = sorted(points)
    reaching = [point for point in points if point[1] >= efficiency]
    if not reaching:
        return None
    best = reaching[0]
    below = [point for point in points if point[0] < best[0]]
    if not below:
        return None
    smaller = below[-1]
    share = (efficiency - smaller[1]) / (best[1] - smaller[1])
    return smaller[0] + share * (best[0] - smaller[0])


def floor_us(points, count=3):
    """The median granularity of the smallest tasks: what a task costs that does nothing."""
    smallest = sorted(points)[:count]
    return smallest[len(smallest) // 2][0]
