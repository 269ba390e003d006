#!/usr/bin/env python3
"""Slow clients beside real load: how many are closed, when, and what the others notice.

usage: slow_clients.py --url http://127.0.0.1:7474 --key mn_... --pid PID [--drips 1000] [--rate 40] [--seconds 40]

It asks the service for context at a fixed rate, open loop (a request's time counts from when it was due), first with
nothing beside it and then with connections that drip: half of them one byte of a header field a second, half one byte
of a body a second, each with a valid key. A drip that is closed is opened again, so that there are always as many. Printed as JSON: the 99th
percentile quiet and beside the drips, how long the longest drip lived, and how much the resident memory of PID grew.
Standard library only.
"""
import argparse, asyncio, json, time
from urllib.parse import urlparse


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


class Load:
    """Open-loop requests over a few kept connections."""

    def __init__(self, host, port, key, rate):
        body = json.dumps({"query": "when do we deploy?", "token_budget": 1000}).encode()
        self.request = (
            f"POST /v1/context HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        self.host, self.port, self.rate = host, port, rate
        self.free, self.times, self.failures = [], [], 0

    async def one(self, due):
        try:
            reader, writer = self.free.pop() if self.free else await asyncio.open_connection(self.host, self.port)
            writer.write(self.request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length"))
            await reader.readexactly(length)
            if head.split(b" ", 2)[1] != b"200":
                self.failures += 1
            self.free.append((reader, writer))
            self.times.append(time.perf_counter() - due)
        except Exception:
            self.failures += 1

    async def run(self, seconds):
        self.times, self.failures, tasks = [], 0, []
        start = time.perf_counter()
        for number in range(int(seconds * self.rate)):
            due = start + number / self.rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(self.one(due)))
        await asyncio.gather(*tasks)
        times = sorted(self.times)
        return {
            "requests": len(times), "failures": self.failures,
            "p50_ms": round(times[len(times) // 2] * 1000, 2), "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
        }


async def drips_of_one(host, port, key, kind, log, until):
    while time.perf_counter() < until:
        await drip(host, port, key, kind, log)
        await asyncio.sleep(0.05)


async def drip(host, port, key, kind, log):
    start = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection(host, port)
        if kind == "header":
            writer.write(b"POST /v1/context HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        else:
            writer.write(
                f"POST /v1/context HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\n"
                "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{".encode()
            )
        closed = asyncio.create_task(reader.read(-1))
        while not closed.done():
            writer.write(b" ")
            await asyncio.wait([closed], timeout=1)
        writer.close()
    except OSError:
        pass
    log.append(time.perf_counter() - start)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--drips", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--seconds", type=float, default=40)
    options = parser.parse_args()
    url = urlparse(options.url)
    load = Load(url.hostname, url.port, options.key, options.rate)
    await load.run(5)
    quiet = await load.run(options.seconds)
    before, peak, log, until = resident(options.pid), 0.0, [], time.perf_counter() + options.seconds
    drips = [
        asyncio.create_task(drips_of_one(url.hostname, url.port, options.key, ("header", "body")[n % 2], log, until))
        for n in range(options.drips)
    ]

    async def watch():
        nonlocal peak
        while True:
            peak = max(peak, resident(options.pid))
            await asyncio.sleep(0.2)

    watcher = asyncio.create_task(watch())
    beside = await load.run(options.seconds)
    _, left = await asyncio.wait(drips, timeout=60)
    watcher.cancel()
    print(json.dumps({
        "quiet": quiet, "beside": beside, "ratio_p99": round(beside["p99_ms"] / quiet["p99_ms"], 2),
        "drips": len(drips), "opened": len(log), "left": len(left), "longest_s": round(max(log), 1) if log else None,
        "memory_before_mib": round(before, 1), "memory_growth_mib": round(peak - before, 1),
    }, indent=2))


asyncio.run(main())
