"""Print what `normproof bench` measures of the sampling rule: `python benchmarks/throughput.py [cpu|cuda]`."""

import sys

from verify.bench.throughput import throughput
from verify.running.devices import resolve

if __name__ == "__main__":
    for row in throughput(resolve(sys.argv[1] if len(sys.argv) > 1 else "auto"), seconds=3.0):
        print(
            f"{row.name}: {row.rule:,.0f} instances/s by the rule, {row.by_hand:,.0f} by hand, {row.per_example:,.0f} "
            f"by Hypothesis; {row.over_per_example:,.0f}x per example, {row.over_by_hand:.2f}x by hand"
        )
