"""Slots and bookings over HTTP beside the same statements on the bare driver, on both databases: about a minute."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import uvloop

import results
from asking import connected
from booked import BOOKINGS, on_postgresql, on_sqlite
from contestants import contestants
from demo.benchmark_bookings import DAYS
from replaying import bare, replayed
from script import AT_ONCE, Script, write_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from asking import Client
    from booked import Copies
    from replaying import Bare
    from steps import Step

    Both: TypeAlias = tuple[list[float], list[float]]

ROUNDS, ASKED, BOOKED = 9, 5, 20
"""Rounds; in each of them questions for slots and bookings one after the other, and AT_ONCE bookings at once."""


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds each: over HTTP and by hand; and how many seconds all that came at once took."""

    slots: Both
    bookings: Both
    at_once: tuple[float, float]


def main() -> None:
    """Measure and print."""
    core, *others = sorted(os.sched_getaffinity(0))
    if not others:
        sys.exit("The benchmark needs two cores: one for the server, one for the load and the database.")
    os.sched_setaffinity(0, others)
    print(results.machine())
    for database in (on_postgresql, on_sqlite):
        with database() as copies:
            script = uvloop.run(write_script(copies, ROUNDS * BOOKED, ROUNDS))
            with contestants(copies.product, core, ["product"]) as [product]:
                rounds = uvloop.run(_measure(product.url, copies, script))
        print(f"\n{_report(copies.product.engine, script, rounds)}")


async def _measure(url: str, copies: Copies, script: Script) -> list[Round]:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(connected(url))
        single = copies.by_hand.startswith("sqlite")  # one writes at a time: more connections would only wait
        drivers = [await stack.enter_async_context(bare(copies.by_hand)) for _ in range(1 if single else AT_ONCE)]
        await _ask(client, script.slots[:2])
        slots = [await _both(client, drivers[0], script.slots[:ASKED]) for _ in range(ROUNDS)]
        # bookings leave fewer slots, so they come afterwards
        return [await _round(script, number, slots[number], url, drivers) for number in range(ROUNDS)]


async def _round(script: Script, number: int, slots: Both, url: str, drivers: Sequence[Bare]) -> Round:
    together = script.at_once[number]
    async with AsyncExitStack() as stack:  # anew each time: the server closes what is idle
        clients = [await stack.enter_async_context(connected(url)) for _ in together]
        bookings = await _both(clients[0], drivers[0], script.bookings[number * BOOKED :][:BOOKED])
        at_once = await _ask_at_once(clients, together), await _replay_at_once(drivers, together)
    return Round(slots, bookings, at_once)


async def _both(client: Client, driver: Bare, steps: Sequence[Step]) -> Both:
    return await _ask(client, steps), await _replay(driver, steps)


async def _ask(client: Client, steps: Sequence[Step]) -> list[float]:
    return [await client.ask(step.body) for step in steps]


async def _replay(driver: Bare, steps: Sequence[Step]) -> list[float]:
    return [await replayed(driver, step.runs) for step in steps]


async def _ask_at_once(clients: Sequence[Client], together: Sequence[Step]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(_ask(client, [step]) for client, step in zip(clients, together, strict=True)))
    return time.perf_counter() - began


async def _replay_at_once(drivers: Sequence[Bare], together: Sequence[Step]) -> float:
    """Each driver does its share one after the other."""
    began = time.perf_counter()
    shares = (together[place :: len(drivers)] for place in range(len(drivers)))
    await asyncio.gather(*(_replay(driver, share) for driver, share in zip(drivers, shares, strict=True)))
    return time.perf_counter() - began


def _report(engine: str, script: Script, rounds: Sequence[Round]) -> str:
    booking = str(script.bookings[0].statements)
    rows = [
        (
            f"slots: {DAYS} days, {BOOKINGS:,} bookings",
            str(script.slots[0].statements),
            *_p50([one.slots for one in rounds]),
            _in_process(script.slots),
        ),
        ("createBooking", booking, *_p50([one.bookings for one in rounds]), _in_process(script.bookings)),
        (
            f"createBooking, {AT_ONCE} at once, each on a day",
            booking,
            " / ".join(f"{median(AT_ONCE / one.at_once[way] for one in rounds):,.0f} a second" for way in (0, 1)),
            f"{median(one.at_once[0] / one.at_once[1] for one in rounds):.2f}",
            "",
        ),
    ]
    table = results.table((engine, "statements", "product / by hand, p50", "ratio", "product in process, p50"), rows)
    return f"{table}\n\nThe rule itself takes {script.rule:.1f} ms for these slots; {script.offered} are offered."


def _in_process(steps: Sequence[Step]) -> str:
    return f"{median(step.took for step in steps):.2f} ms"


def _p50(measured: Sequence[Both]) -> tuple[str, str]:
    p50 = " / ".join(f"{median(median(one[way]) for one in measured):.2f}" for way in (0, 1))
    return f"{p50} ms", f"{median(median(product) / median(by_hand) for product, by_hand in measured):.2f}"


if __name__ == "__main__":
    main()
