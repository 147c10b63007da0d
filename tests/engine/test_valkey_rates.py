"""Several processes count in one Valkey, as one process counts alone; and each for itself while it is away."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from engine.rates import Bucket, Charge, ProcessRates, Rates, open_rates
from engine.valkey_address import FORMS
from engine.valkey_rates import ANSWER_SECONDS, ValkeyRates
from services.waiting import until_it_holds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from services.valkey import Valkey

ADA = Bucket("user:ada", 6)  # a point in ten seconds: no test takes so long
BEA = Bucket("user:bea", 6)
POINTS = (1, 0, 2, 4, 3, 1, 7)
PATIENCE_SECONDS = 2.0
AWAY = {"event": "rates are counted by each process for itself: Valkey does not answer", "log_level": "warning"}
BACK = {"event": "rates are counted in Valkey again", "log_level": "info"}
NO_ADDRESSES = (
    "",
    "localhost:6379",
    "http://ada:secret@localhost",
    "valkey://",
    "valkey://ada:secret@",
    "valkey://ada:sec#ret@localhost",
    "redis://localhost?secret=1",
)


async def test_counts_as_a_process_does(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        shared = await _charges(rates)
    alone = await _charges(ProcessRates(lambda: 1_000.0))
    assert [(one.allowed, one.limit, one.remaining) for one in shared] == [
        (one.allowed, one.limit, one.remaining) for one in alone
    ]
    assert [one.reset_seconds for one in shared] == pytest.approx([one.reset_seconds for one in alone], abs=2)
    assert [charge.allowed for charge in alone] == [True, True, True, False, True, False, False]


def test_no_point_is_given_twice_to_two_processes_at_once(valkey: Valkey) -> None:
    async def given() -> int:
        async with _opened(valkey) as rates:
            charges = await asyncio.gather(*(rates.charge(Bucket("user:ada", 30), 1) for _ in range(25)))
            return sum(charge.allowed for charge in charges)

    with ThreadPoolExecutor(4) as loops:
        assert sum(loops.map(asyncio.run, (given() for _ in range(4)))) == 30


async def test_what_is_asked_at_once_goes_out_together(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        charges = await asyncio.gather(*(rates.charge(Bucket(f"user:{number}", 6), 1) for number in range(100)))
        assert charges == [Charge(True, 6, remaining=5, reset_seconds=10)] * 100
    told = "\n".join(valkey.ask("INFO commandstats"))
    assert "cmdstat_evalsha:calls=2," in told, "one before the script was known, one after"


async def test_a_key_goes_when_its_bucket_is_full(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        await rates.charge(ADA, 3)
        await rates.charge(BEA, 0)
        await rates.charge(Bucket("user:cy", 6), 7)
        assert valkey.ask("DBSIZE") == [":1"]
        (told,) = valkey.ask("PTTL studiograph:rates:user:ada")
        assert 20_000 < int(told.removeprefix(":")) <= 30_000


async def test_an_empty_bucket_is_refused_without_asking(valkey: Valkey) -> None:
    async with _opened(valkey) as rates, _opened(valkey) as others:
        await others.charge(ADA, 6)
        assert rates.refuses(ADA) is None
        assert not (await rates.charge(ADA, 1)).allowed
        valkey.kill()
        assert rates.refuses(ADA) == Charge(False, 6, remaining=0, reset_seconds=10)


async def test_who_leaves_does_not_end_it_for_others(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        leaving, staying = (asyncio.create_task(rates.charge(ADA, 1)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying).allowed
        assert leaving.cancelled()


async def test_a_frozen_valkey_hangs_nobody_and_is_taken_back(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        with capture_logs() as logged:
            assert (await rates.charge(ADA, 4)).remaining == 2
            valkey.freeze()
            assert await _hurried(rates, 50) == [True] * 2 + [False] * 48
            assert await _hurried(rates, 50, seconds=ANSWER_SECONDS / 2) == [False] * 50
            assert rates.falls_back
            valkey.thaw()
            await until_it_holds(lambda: not rates.falls_back)
        assert logged == [AWAY | {"problem": "TimeoutError"}, BACK]
        await rates.charge(BEA, 1)
        assert valkey.ask("EXISTS studiograph:rates:user:bea") == [":1"]


async def test_who_came_while_it_was_asked_does_not_ask_again(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        valkey.freeze()
        with capture_logs() as logged:
            first = asyncio.create_task(rates.charge(ADA, 1))
            for _ in range(10):
                await asyncio.sleep(0)  # the call is under way
            second = asyncio.create_task(rates.charge(ADA, 1))
            assert [(await charge).remaining for charge in (first, second)] == [5, 4]
            assert logged == [AWAY | {"problem": "TimeoutError"}]
        valkey.thaw()


async def test_a_killed_valkey_comes_back_without_the_script(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        assert (await rates.charge(ADA, 4)).remaining == 2
        with capture_logs() as logged:
            valkey.kill()
            assert await _hurried(rates, 3) == [True, True, False]
            assert await _hurried(rates, 3) == [False] * 3
            valkey.start()
            await until_it_holds(lambda: not rates.falls_back)
        assert [line["event"] for line in logged] == [AWAY["event"], BACK["event"]]
        assert await rates.charge(ADA, 4) == Charge(True, 6, remaining=2, reset_seconds=40)


async def test_a_valkey_restarted_between_two_charges_is_not_missed(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        await rates.charge(ADA, 4)
        valkey.kill()
        await asyncio.to_thread(valkey.start)
        with capture_logs() as logged:
            assert await rates.charge(ADA, 4) == Charge(True, 6, remaining=2, reset_seconds=40)
        assert (logged, rates.falls_back) == ([], False)


async def test_a_valkey_that_takes_no_writes_is_away(valkey: Valkey) -> None:
    async with _opened(valkey) as rates:
        assert valkey.ask("CONFIG SET maxmemory 1") == ["+OK"]
        with capture_logs() as logged:
            assert await _hurried(rates, 7) == [True] * 6 + [False]
            await until_it_holds(lambda: _writes_refused(valkey) >= 3)
            assert rates.falls_back
        assert logged == [AWAY | {"problem": "OutOfMemoryError"}]


async def test_the_password_is_not_told(valkey: Valkey) -> None:
    rates = ValkeyRates(valkey.url.replace("127", "ada:secret@127"))
    with capture_logs() as logged:
        assert (await rates.charge(ADA, 1)).allowed
    await rates.close()
    assert logged == [AWAY | {"problem": "AuthenticationError"}]


@pytest.mark.parametrize("scheme", ["valkey", "redis"])
async def test_both_schemes_are_understood(valkey: Valkey, scheme: str) -> None:
    rates = open_rates(valkey.url.replace("valkey", scheme), limited=True)
    assert await _charges(rates)
    assert not rates.falls_back
    await rates.close()


@pytest.mark.parametrize("scheme", ["valkeys", "rediss"])
async def test_a_scheme_with_tls_talks_tls(scheme: str) -> None:
    heard = set()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.add(await reader.readexactly(1))
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        rates = open_rates(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", limited=True)
        assert (await rates.charge(ADA, 1)).allowed
        assert (heard, rates.falls_back) == ({b"\x16"}, True)
        await rates.close()


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValueError, match="must be valkey://") as refusal:
        ValkeyRates(address)
    assert str(refusal.value) == FORMS


@asynccontextmanager
async def _opened(valkey: Valkey) -> AsyncIterator[ValkeyRates]:
    rates = ValkeyRates(valkey.url, pause_seconds=0.05)
    try:
        yield rates
    finally:
        await rates.close()


async def _charges(rates: Rates) -> list[Charge]:
    return [await rates.charge(ADA, points) for points in POINTS]


async def _hurried(rates: Rates, number: int, seconds: float = PATIENCE_SECONDS) -> list[bool]:
    """Whether so many charges of a point, all at once, are allowed; they must not take long."""
    async with asyncio.timeout(seconds):
        charges = await asyncio.gather(*(rates.charge(ADA, 1) for _ in range(number)))
    return sorted((charge.allowed for charge in charges), reverse=True)


def _writes_refused(valkey: Valkey) -> int:
    """How many, as the server says."""
    told = re.search(r"errorstat_OOM:count=(\d+)", "\n".join(valkey.ask("INFO errorstats")))
    return int(told[1]) if told else 0
