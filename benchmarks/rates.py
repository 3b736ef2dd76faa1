"""Certified rates against mpmath's quadrature and Monte Carlo: `python benchmarks/rates.py [digits]`, half a minute."""

import sys
import time

from verify.bench.certified_rates import compare, monte_carlo, mpmath_finite
from verify.rates.named import named
from verify.rates.rate import rate

BATCHES = (4, 8, 32, 128, None)

if __name__ == "__main__":
    digits = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    print(f"seconds for {digits} digits, and the radius of the ball")
    for phi in named():
        found = [rate(phi, batch, digits) for batch in BATCHES]
        cells = (f"{f.batch or 'inf'}: {f.seconds:.3f} s {f.decimals[1]:>8}" for f in found)
        print(f"{phi:<11}" + "   ".join(cells))
    for row in compare():
        print(f"{row.name}: {row.seconds:.4f} s; {row.other}: {row.other_seconds:.3f} s; "
              f"{row.other_seconds / row.seconds:,.0f}x")  # fmt: skip
    begin = time.perf_counter()
    value = mpmath_finite(8, digits)
    taken, ours = time.perf_counter() - begin, rate("tanh", 8, digits)
    gap = abs(float(ours.value.mid()) - float(value))
    print(
        f"rate tanh, B = 8: {ours.seconds:.4f} s; mpmath's double integral, {digits} digits: {taken:.1f} s; "
        f"{taken / ours.seconds:,.0f}x; the two differ by {gap:.1e} in floats"
    )
    value, error, seconds = monte_carlo(8)
    print(f"Monte Carlo for tanh, B = 8: {value:.5f}, relative standard error {error:.1e}, {seconds:.3f} s")
