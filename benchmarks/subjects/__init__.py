"""The benchmarks, by subject, in the order of the tables. `machine` comes first: it measures what the machine can do."""

from subjects import growth, kernels, low_level, machine, metg, start, tasks, uneven

SUBJECTS = (machine, start, tasks, metg, uneven, low_level, growth, kernels)
BENCHMARKS = [benchmark for subject in SUBJECTS for benchmark in subject.BENCHMARKS]
