"""A bucket of points: full at first, refilled all the time, emptied by what is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rates import MOST_BUCKETS, Bucket, Charge, OpenRates, ProcessRates, address_key, open_rates

ADA = Bucket("user:ada", 600)  # ten points a second
ADDRESSES = {
    "203.0.113.7": "203.0.113.7",
    "::ffff:203.0.113.7": "203.0.113.7",
    "2001:db8:0:1:aaaa:bbbb:cccc:dddd": "2001:db8:0:1::/64",
    "2001:DB8:0:1::2": "2001:db8:0:1::/64",
    "fe80::1%eth0": "fe80::/64",
    "": "unknown",
    "unix:": "unix:",
    "x" * 1_000: "x" * 64,
}


class Clock:
    """Goes when it is told."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def read(self) -> float:
        """The moment."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(clock: Clock) -> ProcessRates:
    return ProcessRates(clock.read)


async def test_a_bucket_is_emptied_and_refills(rates: ProcessRates, clock: Clock) -> None:
    assert await rates.charge(ADA, 100) == Charge(True, 600, remaining=500, reset_seconds=10)
    assert await rates.charge(ADA, 500) == Charge(True, 600, remaining=0, reset_seconds=60)
    assert await rates.charge(ADA, 25) == Charge(False, 600, remaining=0, reset_seconds=3)
    clock.seconds += 3
    assert await rates.charge(ADA, 25) == Charge(True, 600, remaining=5, reset_seconds=60)
    clock.seconds += 3_600
    assert await rates.charge(ADA, 600) == Charge(True, 600, remaining=0, reset_seconds=60)


async def test_a_refusal_takes_nothing(rates: ProcessRates) -> None:
    await rates.charge(ADA, 500)
    refused = Charge(False, 600, remaining=100, reset_seconds=1)
    assert [await rates.charge(ADA, 101) for _ in range(3)] == [refused] * 3
    assert await rates.charge(ADA, 100) == Charge(True, 600, remaining=0, reset_seconds=60)


async def test_each_has_a_bucket_of_its_own(rates: ProcessRates) -> None:
    await rates.charge(ADA, 600)
    assert await rates.charge(Bucket("user:bea", 60), 1) == Charge(True, 60, remaining=59, reset_seconds=1)


async def test_what_costs_nothing_is_always_allowed(rates: ProcessRates) -> None:
    await rates.charge(ADA, 600)
    assert await rates.charge(ADA, 0) == Charge(True, 600, remaining=0, reset_seconds=60)


async def test_only_an_empty_bucket_refuses_unasked(rates: ProcessRates, clock: Clock) -> None:
    assert rates.refuses(ADA) is None
    await rates.charge(ADA, 599)
    assert rates.refuses(ADA) is None
    await rates.charge(ADA, 1)
    assert rates.refuses(ADA) == Charge(False, 600, remaining=0, reset_seconds=1)
    clock.seconds += 1
    assert rates.refuses(ADA) is None


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(0, 600)), max_size=50))
async def test_whatever_is_asked_no_more_is_given_than_a_burst_and_the_refill(asked: list[tuple[int, int]]) -> None:
    clock, given_points = Clock(), 0
    rates = ProcessRates(clock.read)
    for quarters, points in asked:
        clock.seconds += quarters / 4
        charge = await rates.charge(ADA, points)
        if not charge.allowed:
            clock.seconds += charge.reset_seconds - 1
            assert not (await rates.charge(ADA, points)).allowed
            clock.seconds += 1
            assert (await rates.charge(ADA, points)).allowed
        given_points += points
        assert given_points <= 600 + 10 * (clock.seconds - 1_000)


def test_headers_tell_what_is_left() -> None:
    assert Charge(True, 600, remaining=500, reset_seconds=10).headers == [
        (b"ratelimit-limit", b"600"),
        (b"ratelimit-remaining", b"500"),
        (b"ratelimit-reset", b"10"),
    ]


def test_headers_of_a_refusal_tell_when_to_come_again() -> None:
    assert Charge(False, 600, remaining=5, reset_seconds=3).headers == [
        (b"ratelimit-limit", b"600"),
        (b"ratelimit-remaining", b"5"),
        (b"ratelimit-reset", b"3"),
        (b"retry-after", b"3"),
    ]


async def test_a_flood_of_addresses_is_not_remembered(rates: ProcessRates) -> None:
    for number in range(100_000):
        await rates.charge(Bucket(f"address:{number}", 600), 1)
    assert len(rates) <= MOST_BUCKETS


async def test_a_flood_of_addresses_empties_nobodys_memory_of_who_asked_for_more(rates: ProcessRates) -> None:
    await rates.charge(ADA, 600)
    for number in range(100_000):
        await rates.charge(Bucket(f"address:{number}", 600), 599)
    assert await rates.charge(ADA, 600) == Charge(False, 600, remaining=0, reset_seconds=60)


async def test_buckets_that_are_full_again_are_forgotten_before_others(rates: ProcessRates, clock: Clock) -> None:
    for number in range(MOST_BUCKETS // 2):
        await rates.charge(Bucket(f"address:{number}", 600), 600)
    clock.seconds += 60
    for number in range(MOST_BUCKETS // 2 + 1):
        await rates.charge(Bucket(f"user:{number}", 600), 600)
    assert len(rates) == MOST_BUCKETS // 2 + 1
    assert rates.refuses(Bucket("user:0", 600)) == Charge(False, 600, remaining=0, reset_seconds=1)


@pytest.mark.parametrize(("address", "key"), ADDRESSES.items())
def test_an_address_stands_for_all_that_one_has(address: str, key: str) -> None:
    assert address_key(address) == key


async def test_rates_that_are_off_refuse_nothing() -> None:
    rates = open_rates("valkey://127.0.0.1:1", limited=False)
    assert isinstance(rates, OpenRates)
    charges = [await rates.charge(ADA, 1_000_000) for _ in range(2)]
    assert (charges, [charge.headers for charge in charges]) == ([Charge(True, 0, 0, 0)] * 2, [[], []])
    assert (rates.refuses(ADA), rates.falls_back) == (None, False)
    await rates.close()


async def test_without_valkey_they_are_counted_in_process() -> None:
    rates = open_rates("", limited=True)
    assert isinstance(rates, ProcessRates)
    await rates.close()
