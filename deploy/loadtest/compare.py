#!/usr/bin/env python3
"""Measures Parley, and the real Rasa beside it in the same run, on one archive.

    deploy/loadtest/compare.py --parley .build/release/parley [--rasa PATH/TO/rasa] [-m ARCHIVE] [--seconds 5]
    deploy/loadtest/compare.py --parley .build/release/parley --burst 20 --bursts 50
    deploy/loadtest/compare.py --parley .build/release/parley --long

Needs python3, wrk and redis-server (deploy/prerequisites wrk redis-server). Everything stays on the loopback interface.
Times depend on the machine; the ratios and the CPU time per request are what to compare.
"""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

import burst
import long
import servers

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = [
    ("GET /", "root", False),
    ("parse", "parse", False),
    ("turn, in memory", "turn", False),
    ("turn, Redis lock and tracker", "turn", True),
]


def load(server, scenario, seconds, connections):
    """One run of wrk: (CPU ms a request, requests a second, p50 ms, p99 ms, failed requests)."""
    environment = dict(os.environ, SCENARIO=scenario, RUN=str(time.monotonic_ns()))
    before = server.cpu_seconds()
    out = subprocess.run(
        ["wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, "--timeout", "30s", "-s", str(HERE / "wrk.lua"),
         "http://127.0.0.1:%d" % server.port],
        env=environment, capture_output=True, text=True, check=True).stdout
    cpu = server.cpu_seconds() - before
    result = [line for line in out.splitlines() if line.startswith("RESULT")][0].split()[1:]
    requests, micros, p50, p99, failed = map(int, result)
    return cpu * 1000 / max(requests, 1), requests / (micros / 1e6), p50 / 1000, p99 / 1000, failed


def say(text):
    """Progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)


def measure(name, command, options):
    """All figures of one server by their names."""
    figures = {}
    with servers.redis() as redis_port:
        for stored in (False, True):
            say("%s: starting %s" % (name, "with Redis" if stored else "in memory"))
            server = servers.Server(name, command, options.model, redis_port if stored else None)
            try:
                if not stored:
                    figures["exec to first response, s"] = server.seconds_to_first_response
                for title, scenario, wants_redis in SCENARIOS:
                    if wants_redis != stored:
                        continue
                    say("%s: %s" % (name, title))
                    load(server, scenario, 1, options.connections)
                    cpu, rate, p50, p99, failed = load(server, scenario, options.seconds, options.connections)
                    if failed:
                        print("%s: %d requests of '%s' failed" % (name, failed, title))
                    figures[title + ": CPU ms a request"] = cpu
                    figures[title + ": requests a second"] = rate
                    figures[title + ": p50 ms"] = p50
                    figures[title + ": p99 ms"] = p99
            finally:
                server.end()
        for workers in (1, 3):
            say("%s: memory of %d workers" % (name, workers))
            server = servers.Server(name, command, options.model, redis_port, workers)
            try:
                load(server, "turn", 2, 8)
                figures["memory of %d worker%s, all processes, MB PSS" % (workers, "s" if workers > 1 else "")] = sum(server.memory())
            finally:
                server.end()
    one, three = (figures["memory of %s, all processes, MB PSS" % w] for w in ("1 worker", "3 workers"))
    figures["each extra worker, MB PSS"] = (three - one) / 2
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parley", required=True, help="the built binary")
    parser.add_argument("--rasa", help="an installed rasa 3.6 to measure beside it")
    parser.add_argument("-m", "--model", default=str(HERE.parent / "demo" / "tea-house.tar.gz"), help="archive to serve")
    parser.add_argument("--seconds", type=int, default=5, help="length of each scenario (5)")
    parser.add_argument("--connections", type=int, default=4, help="connections of the load (4)")
    parser.add_argument("--burst", type=int, help="only the burst: so many messages for one sender at once")
    parser.add_argument("--bursts", type=int, default=1, help="how many bursts (1)")
    parser.add_argument("--long", action="store_true", help="only the growing conversation: turns at 100 and 10,000 events")
    parser.add_argument("--workers", type=int, default=2, help="workers for the bursts (2)")
    options = parser.parse_args()
    # Ended from outside, it still ends the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    commands = [("Parley", str(pathlib.Path(options.parley).resolve()))]
    if options.rasa:
        commands.append(("Rasa", str(pathlib.Path(options.rasa).absolute())))
    if options.burst:
        for name, command in commands:
            with servers.redis() as redis_port:
                server = servers.Server(name, command, options.model, redis_port, options.workers)
                try:
                    print("%s, %d workers: %s" % (name, options.workers, burst.run(server, options.burst, options.bursts, redis_port)))
                finally:
                    server.end()
        return
    if options.long:
        for name, command in commands:
            server = servers.Server(name, command, options.model)
            try:
                print(name)
                long.run(server)
            finally:
                server.end()
        return
    columns = [(name, measure(name, command, options)) for name, command in commands]
    print("%-48s" % "" + "".join("%12s" % name for name, _ in columns) + ("%12s" % "ratio" if len(columns) == 2 else ""))
    for figure in columns[0][1]:
        values = [figures[figure] for _, figures in columns]
        ratio = "%12.2f" % (values[1] / values[0]) if len(values) == 2 and values[0] else ""
        print("%-48s" % figure + "".join("%12.3f" % value for value in values) + ratio)


if __name__ == "__main__":
    main()
