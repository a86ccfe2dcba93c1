"""What a benchmark is: contestants that give values of metrics, and goals for what follows from them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

OURS = "palatine"


@dataclass
class Workplace:
    palatine: Path
    folder: Path
    is_quick: bool
    # Of time.monotonic(): until then disturbed runs are repeated.
    repeats_until: float = float("inf")


@dataclass
class Contestant:
    name: str
    # Builds what is needed; its result goes to `run`, which gives {metric: value}.
    prepare: Callable
    run: Callable


@dataclass
class Metric:
    text: str
    unit: str


def median(measured, metric, who=OURS):
    """The median of a contestant, or None if it was not measured."""
    found = measured.get(metric, {}).get(who)
    return found["median"] if found else None


@dataclass
class Peer:
    """The best of the named contestants, of all but ours and its variants (`palatine, ...`) where none is named."""

    metric: str
    names: tuple = ()
    is_more_better: bool = False

    def find(self, measured, results):
        """(value, name), or None"""
        by = measured.get(self.metric, {})
        values = [(by[who]["median"], who) for who in (self.names or by) if who in by and not who.startswith(OURS)]
        if not values:
            return None
        return (max if self.is_more_better else min)(values)


@dataclass
class Other:
    """Our own value in another benchmark, as the peer of this one."""

    benchmark: str
    metric: str

    def find(self, measured, results):
        value = median(results.get(self.benchmark, {}), self.metric)
        return None if value is None else (value, self.benchmark)


@dataclass
class Plot:
    """Curves on logarithmic axes; `series`: from the summary to {name: [(x, y)]}."""

    name: str
    x: str
    y: str
    series: Callable
    # Whether the exponent of each curve belongs into the legend.
    has_slopes: bool = False
    # Whether --write puts it into docs/plots.
    is_published: bool = True


@dataclass
class Goal:
    """A line of the table of goals. Targets are `<= number` or `>= number`."""

    # The number of the plan's benchmark, like B3.
    plan: str
    text: str
    # The metric of ours that is compared.
    metric: str
    must: str
    aim: str = ""
    # With a peer the targets are for ours / peer's, else for our value.
    peer: Optional[object] = None
    # A peer whose value is shown, though targets are for ours.
    beside: Optional[object] = None
    # Whose value is compared.
    who: str = OURS
    # What the machine allows, from the summaries of all benchmarks: {benchmark: measured} -> number or None.
    limit: Callable = field(default=lambda results: None)

    def evaluate(self, measured, results):
        """{ours, peer, peer_name, limit, value, is_must_met, is_aim_met}, or None if its peer was not measured.

        Where we have no value, as when we never come to the efficiency of METG, the goal is missed.
        """
        ours = median(measured, self.metric, self.who)
        found = {"ours": ours, "peer": None, "peer_name": "", "limit": self.limit(results), "value": ours}
        if self.peer:
            peer = self.peer.find(measured, results)
            if peer is None or not peer[0]:
                return None
            found |= {"peer": peer[0], "peer_name": peer[1], "value": None if ours is None else ours / peer[0]}
        shown = self.beside.find(measured, results) if self.beside else None
        if shown:
            found |= {"peer": shown[0], "peer_name": shown[1]}
        found["is_must_met"] = is_met(self.must, found["value"])
        found["is_aim_met"] = is_met(self.aim, found["value"])
        return found


def is_met(target, value):
    """None where there is no target."""
    if not target:
        return None
    if value is None:
        return False
    parts = re.fullmatch(r"(<=|>=) (\S+)", target)
    if not parts:
        raise ValueError(f"no target: `{target}`")
    limit = float(parts[2])
    return value <= limit if parts[1] == "<=" else value >= limit


@dataclass
class Benchmark:
    name: str
    text: str
    metrics: dict
    contestants: list
    rounds: int = 7
    quick_rounds: int = 2
    goals: list = field(default_factory=list)
    plots: list = field(default_factory=list)
    # From the summary to more of the same kind: what follows from medians, like slopes and METG.
    derive: Callable = field(default=lambda measured: {})
    # Instead of our contestant's run where that would show the wrong things: (place, program) -> None; see profile.py.
    profile_run: Optional[Callable] = None
    # Called with {contestant: what it gave} of each round; raises Failed when results disagree.
    verify: Callable = field(default=lambda values: None)
