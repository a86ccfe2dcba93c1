"""The benchmarks, by subject, in the order of the tables. `machine` comes first: it measures what the machine can do."""

from subjects import growth, kernels, low_level, machine, metg, start, tasks

BENCHMARKS = machine.BENCHMARKS + start.BENCHMARKS + tasks.BENCHMARKS + metg.BENCHMARKS + low_level.BENCHMARKS + growth.BENCHMARKS + kernels.BENCHMARKS
