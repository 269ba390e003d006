#!/usr/bin/env python3
"""Hostile requests against a running service: each must be refused or closed, and none may cost memory.

usage: hostile_bodies.py --url http://127.0.0.1:7474 --key mn_... --pid PID

Prints one line a case (status or `closed`, milliseconds) and the growth of the resident memory of PID, and exits with 1
where a case is answered with anything but 4xx or a close, the memory grew by more than 32 MiB, or the process is gone.
Standard library only.
"""
import argparse, os, socket, sys, time
from urllib.parse import urlparse


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


def exchange(host, port, parts, patience=40):
    """Sends parts until the server answers or closes; the first status, or `closed`."""
    with socket.create_connection((host, port), timeout=patience) as connection:
        received = b""
        try:
            for part in parts:
                connection.sendall(part)
                connection.setblocking(False)
                try:
                    chunk = connection.recv(4096)
                    if chunk:
                        received += chunk
                    if received or not chunk:
                        break
                except BlockingIOError:
                    pass
                finally:
                    connection.settimeout(patience)
            while b"\r\n" not in received:
                chunk = connection.recv(4096)
                if not chunk:
                    break
                received += chunk
        except (BrokenPipeError, ConnectionResetError):
            pass
        except socket.timeout:
            return "hangs"
    return received.split(b" ", 2)[1].decode() if received.startswith(b"HTTP/1.1 ") else "closed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--pid", type=int, required=True)
    options = parser.parse_args()
    url = urlparse(options.url)
    host, port = url.hostname, url.port

    def head(path="/v1/items", extra="", length=None, key=True, method="POST"):
        text = f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        if key:
            text += f"Authorization: Bearer {options.key}\r\n"
        if length is not None:
            text += f"Content-Length: {length}\r\n"
        return (text + extra + "\r\n").encode()

    def whole(body, **more):
        return [head(length=len(body), **more) + body]

    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    deep = b'{"metadata":' + b"[" * 200000 + b"]" * 200000 + b"}"
    chunked = "Transfer-Encoding: chunked\r\n"
    cases = {
        "1 GiB in chunks": [head(extra=chunked)] + [chunk] * 1024,
        "1 GiB in chunks, without a key": [head(extra=chunked, key=False)] + [chunk] * 1024,
        "1 GiB in chunks, to a route without a body": [head("/v1/items", extra=chunked, key=False, method="GET")] + [chunk] * 1024,
        "1 GiB announced": [head(length=1 << 30)] + [b" " * 0x100000] * 1024,
        "batch of 64 MiB": [head("/v1/items/batch", length=64 << 20)] + [b" " * 0x100000] * 64,
        "nested 200,000 deep": whole(deep),
        "NaN": whole(b'{"content":"x","importance":NaN}'),
        "Infinity": whole(b'{"content":"x","importance":1e999}'),
        "NUL escaped": whole(b'{"content":"a\\u0000b"}'),
        "NUL raw": whole(b'{"content":"a\x00b"}'),
        "lone surrogate": whole(b'{"content":"\\ud800"}'),
        "bad UTF-8": whole(b'{"content":"\xff\xfe"}'),
        "duplicate keys": whole(b'{"content":"a","content":"b"}'),
        "a million keys": whole(b"{" + b",".join(b'"k%d":1' % n for n in range(60000)) + b"}"),
        "a number of 500,000 digits": whole(b'{"importance":' + b"9" * 500000 + b"}"),
        "length and chunks": [head(extra=chunked, length=5) + b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"],
        "two lengths": [head(extra="Content-Length: 3\r\n", length=2) + b"{} "],
        "negative length": [head(extra="Content-Length: -1\r\n")],
        "length that overflows": [head(extra="Content-Length: 99999999999999999999\r\n")],
        "chunk size that overflows": [head(extra=chunked) + b"FFFFFFFFFFFFFFFFF\r\n"],
        "chunk size that is none": [head(extra=chunked) + b"xyz\r\n"],
        "endless chunk extension": [head(extra=chunked) + b"1;"] + [b"x" * 0x100000] * 64,
        "trailers without end": [head(extra=chunked) + b"0\r\n"] + [b"X-T: " + b"y" * 0x10000 + b"\r\n"] * 1024,
        "header of 100 MiB": [b"GET /livez HTTP/1.1\r\nHost: a\r\nX: "] + [b"x" * 0x100000] * 100,
        "100,000 header fields": [b"GET /livez HTTP/1.1\r\nHost: a\r\n"] + [b"X: y\r\n" * 1000] * 100,
        "path of 10 MiB": [b"GET /"] + [b"x" * 0x100000] * 10,
        "compressed": whole(b"\x1f\x8b\x08\x00", extra="Content-Encoding: gzip\r\n"),
        "no HTTP": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(512)],
        "HTTP/2 preface": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
        "space before colon": [b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n"],
        "folded header": [b"GET /livez HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"],
        "NUL in a header": [b"GET /livez HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n"],
    }
    # What the process needs for its first requests is no growth.
    for _ in range(20):
        exchange(host, port, whole(b'{"query":"tea"}', path="/v1/context"))
    before, peak, wrong = resident(options.pid), 0.0, 0
    for name, parts in cases.items():
        start = time.perf_counter()
        outcome = exchange(host, port, parts)
        alive = os.path.exists(f"/proc/{options.pid}/status")
        growth = resident(options.pid) - before if alive else 0
        peak = max(peak, growth)
        good = alive and (outcome == "closed" or outcome.startswith("4"))
        wrong += not good
        print(f"{'ok ' if good else 'BAD'} {outcome:7} {(time.perf_counter() - start) * 1000:9.1f} ms  {growth:+7.1f} MiB  {name}")
    print(f"{len(cases)} cases, {wrong} wrong, memory +{peak:.1f} MiB")
    sys.exit(1 if wrong or peak > 32 else 0)


main()
