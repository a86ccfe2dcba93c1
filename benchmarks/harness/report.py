"""The tables of results, and where they stand in docs/performance.md."""

import os
import platform
import re
import subprocess
from pathlib import Path

BEGIN, END = "<!-- results -->", "<!-- end of results -->"
GOALS_HEAD = "| plan | benchmark | what | ours | best peer | limit | ratio or value | must | aim | met |"
PROFILES_HEAD = "| benchmark | share and function |"
VALUES_HEAD = "| benchmark | what | unit | value |"


def machine(root):
    """What was measured where: processor, cores, memory, system and commit."""
    cpu, family, memory_gb = "unknown processor", "", 0
    try:
        info = Path("/proc/cpuinfo").read_text()
        cpu = re.search(r"model name\s*: (.*)", info)[1]
        numbers = [re.search(pattern, info)[1] for pattern in (r"cpu family\s*: (.*)", r"\nmodel\s*: (.*)")]
        family = f"family {numbers[0]} model {numbers[1]}"
        memory_gb = int(re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())[1]) // 1000000
    except (OSError, TypeError):
        pass

    def git(*words):
        try:
            return subprocess.run(["git", "-C", root, *words], capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    commit = git("rev-parse", "--short", "HEAD") or "unknown"
    # What --write changes does not count.
    if git("status", "--porcelain", "--", ".", ":!docs/performance.md", ":!docs/plots"):
        commit += " with changes"
    return {"cpu": cpu, "family": family, "cores": os.cpu_count(), "memory_gb": memory_gb, "system": platform.platform(), "commit": commit}


def number(value, missing=""):
    if value is None:
        return missing
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def head_line(results):
    host = results["machine"]
    return (f"{host['cpu']} ({host['family']}), {host['cores']} cores, {host['memory_gb']} GB; commit {host['commit']}"
            f"{'; quick run' if results['quick'] else ''}")


def goals(benchmarks, results):
    """[(benchmark, goal, what it evaluates to)] of all that was measured"""
    measured = results["benchmarks"]
    found = [(b, goal, goal.evaluate(measured[b.name], measured)) for b in benchmarks if b.name in measured for goal in b.goals]
    return [entry for entry in found if entry[2]]


def verdict(evaluated):
    if evaluated["is_must_met"] is False:
        return "**no**"
    if evaluated["is_aim_met"]:
        return "aim"
    return "must" if evaluated["is_must_met"] else ""


def goal_rows(benchmarks, results):
    rows = []
    for benchmark, goal, e in goals(benchmarks, results):
        peer = f"{number(e['peer'])} ({e['peer_name']})" if e["peer"] is not None else ""
        rows.append(f"| {goal.plan} | {benchmark.name} | {goal.text} | {number(e['ours'], 'none')} | {peer} | {number(e['limit'])} | "
                    f"{number(e['value'], 'none')} | {goal.must} | {goal.aim} | {verdict(e)} |")
    return rows


def value_rows(benchmarks, results):
    rows = []
    for benchmark in benchmarks:
        for metric, by_contestant in results["benchmarks"].get(benchmark.name, {}).items():
            info = benchmark.metrics.get(metric)
            if not info:
                continue
            for who, s in by_contestant.items():
                rows.append(f"| {benchmark.name} | {info.text}, {who} | {info.unit} | "
                            f"{number(s['median'])} [{number(s['low'])} .. {number(s['high'])}] |")
        disturbed = results["disturbed"].get(benchmark.name)
        if disturbed:
            rows.append(f"| {benchmark.name} | runs disturbed by neighbours, kept for want of better ones | | {disturbed} |")
    return rows


def profile_rows(benchmarks, results):
    rows = []
    for benchmark in benchmarks:
        found = results["profiles"].get(benchmark.name)
        if found:
            rows.append(f"| {benchmark.name} | " + "; ".join(f"{percent:.0f}% `{name.replace('|', ' ')}`" for percent, name in found) + " |")
    return rows


def assemble(head, goal_lines, profile_lines, value_lines, plots=()):
    curves = ["Growth curves: " + ", ".join(f"[{name.removesuffix('.png')}](plots/{name})" for name in plots) + ".", ""] if plots else []
    return "\n".join([head, "", GOALS_HEAD, "|" + "---|" * (GOALS_HEAD.count("|") - 1), *goal_lines, "", *curves,
                      "Where our own time goes in benchmarks that miss a target:", "",
                      PROFILES_HEAD, "|" + "---|" * (PROFILES_HEAD.count("|") - 1), *profile_lines, "",
                      "<details><summary>All values: medians, and the spread from the lowest to the highest in brackets</summary>", "",
                      VALUES_HEAD, "|" + "---|" * (VALUES_HEAD.count("|") - 1), *value_lines, "", "</details>"])


def table(benchmarks, results):
    return assemble(head_line(results), goal_rows(benchmarks, results), profile_rows(benchmarks, results), value_rows(benchmarks, results))


def missed(benchmarks, results):
    """Lines about the targets that are missed, for the one who reads the terminal."""
    return [f"missed: {goal.plan} {benchmark.name}, {goal.text}: {number(e['value'], 'none')}, wanted {goal.must}"
            for benchmark, goal, e in goals(benchmarks, results) if e["is_must_met"] is False]


def rows_by_benchmark(text, column, cells):
    """{benchmark: its lines} of the table whose rows have so many cells"""
    rows = {}
    for line in text.splitlines():
        words = line.split("|")
        if line.startswith("| ") and len(words) == cells + 2:
            rows.setdefault(words[column].strip(), []).append(line)
    return rows


def write_into(text, benchmarks, results, plots=()):
    """The text of docs/performance.md with new results; rows of benchmarks that were not measured stay as they are."""
    before, rest = text.split(BEGIN)
    old, after = rest.split(END)
    names = results["benchmarks"]
    old_goals = rows_by_benchmark(old, 2, GOALS_HEAD.count("|") - 1)
    old_values = rows_by_benchmark(old, 1, VALUES_HEAD.count("|") - 1)
    old_profiles = rows_by_benchmark(old, 1, PROFILES_HEAD.count("|") - 1)
    goal_lines, profile_lines, value_lines = [], [], []
    for benchmark in benchmarks:
        if benchmark.name in names:
            goal_lines += goal_rows([benchmark], results)
            profile_lines += profile_rows([benchmark], results)
            value_lines += value_rows([benchmark], results)
        else:
            goal_lines += old_goals.get(benchmark.name, [])
            profile_lines += old_profiles.get(benchmark.name, [])
            value_lines += old_values.get(benchmark.name, [])
    return f"{before}{BEGIN}\n{assemble(head_line(results), goal_lines, profile_lines, value_lines, plots)}\n{END}{after}"
