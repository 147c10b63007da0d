"""What a charge costs, in process and over a Valkey of this machine."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import uvloop

from engine.rates import Bucket, ProcessRates
from engine.valkey_rates import ValkeyRates
from services.valkey import Valkey

if TYPE_CHECKING:
    from engine.rates import Rates

BUCKETS = [Bucket(f"user:{number}", 50_000) for number in range(1_000)]
AT_ONCE = (1, 16, 100)
CHARGES_IN_PROCESS, CHARGES_IN_VALKEY, ROUNDS = 100_000, 5_000, 5


async def main() -> None:
    """Print a line for each way: the best of some rounds."""
    await _measure("in process", ProcessRates(), CHARGES_IN_PROCESS, 1)
    valkey = Valkey().start()
    try:
        for at_once in AT_ONCE:
            await _measure(f"in Valkey, {at_once} at once", ValkeyRates(valkey.url), CHARGES_IN_VALKEY, at_once)
    finally:
        valkey.stop()


async def _measure(name: str, rates: Rates, charges: int, at_once: int) -> None:
    await _charge(rates, len(BUCKETS))
    costs = [await _cost(rates, charges, at_once) for _ in range(ROUNDS)]
    wall, cpu = (min(figures) for figures in zip(*costs, strict=True))
    print(f"{name}: {wall:.2f} µs a charge, {cpu:.2f} µs of our CPU")
    await rates.close()


async def _cost(rates: Rates, charges: int, at_once: int) -> tuple[float, float]:
    """Wall and CPU time of a charge, in µs."""
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_charge(rates, charges // at_once) for _ in range(at_once)))
    return (time.perf_counter() - wall) / charges * 1e6, (time.process_time() - cpu) / charges * 1e6


async def _charge(rates: Rates, charges: int) -> None:
    for number in range(charges):
        await rates.charge(BUCKETS[number % len(BUCKETS)], 1)


if __name__ == "__main__":
    uvloop.run(main())
