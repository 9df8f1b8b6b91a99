#!/usr/bin/env python3
"""Measures what a turn costs as the assistant grows: trains assistants of many sizes, serves them, and prints the CPU
time of a turn by its kind.

    deploy/loadtest/sweep.py --parley .build/release/parley [--sizes 10:3:10,1000:300:2000] [--turns 1200]

A size is rules:forms:actions. `rules` are turns that a rule answers with a response, `stories` those that a story does,
`forms` the turns of a form with its check on an action server, `actions` those that an action server answers. Every
request to that server carries the whole domain, whose size stands in the last column, so these two kinds cost what
sending it costs. Needs python3 only; everything stays on the loopback interface.
"""
import argparse
import contextlib
import http.client
import http.server
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading

import servers
import synthetic

SIZES = "10:3:10,30:10:50,100:30:200,300:100:600,1000:300:2000,1000:3:10,610:300:10,10:3:2000"


class ActionServer(http.server.ThreadingHTTPServer):
    """Does nothing, at once."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        response = b'{"events": [], "responses": []}'

        def do_POST(self):
            self.server.last = self.rfile.read(int(self.headers["Content-Length"]))
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                             % (len(self.response), self.response))

        def log_message(self, *_):
            pass

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.last = b"{}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d/webhook" % self.server_address[1]


def train(command, directory):
    done = subprocess.run([command, "train", "--fixed-model-name", "sweep"], cwd=directory, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit("training failed:\n" + (done.stdout + done.stderr)[-2000:])
    return pathlib.Path(directory, "models", "sweep.tar.gz")


def turns(server, talk, kind, count, run):
    """Has conversations until there were `count` turns; gives CPU ms a turn."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    before, said, number = server.cpu_seconds(), 0, 0
    while said < count:
        for text in talk.conversation(kind, number):
            body = json.dumps({"sender": "%s-%s-%d" % (run, kind, number), "message": text})
            connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            if response.status != 200 or kind != "actions" and content == b"[]":
                raise SystemExit("%r was answered %d %r" % (text, response.status, content))
            said += 1
        number += 1
    connection.close()
    return (server.cpu_seconds() - before) * 1000 / said


def measure(command, size, options, actions):
    """CPU ms a turn by kind, and the size of the domain."""
    with tempfile.TemporaryDirectory() as directory:
        talk = synthetic.write(directory, *size)
        model = train(command, directory)
        server = servers.Server("Parley", command, model, action_server=actions.url)
        try:
            figures = []
            for kind in options.kinds.split(","):
                turns(server, talk, kind, options.turns // 4, "warm")
                figures.append(turns(server, talk, kind, options.turns, "run"))
        finally:
            server.end()
    with contextlib.suppress(ValueError):
        figures.append(len(json.dumps(json.loads(actions.last).get("domain"))) / 1000)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parley", required=True, help="the built binary")
    parser.add_argument("--sizes", default=SIZES, help="rules:forms:actions, separated by commas")
    parser.add_argument("--turns", type=int, default=1200, help="how many turns of each kind are measured (1200)")
    parser.add_argument("--kinds", default=",".join(synthetic.KINDS), help="kinds of turn, separated by commas")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = str(pathlib.Path(options.parley).resolve())
    actions = ActionServer()
    kinds = options.kinds.split(",")
    print("CPU ms a turn\n%6s %6s %8s" % ("rules", "forms", "actions") + "".join("%9s" % k for k in kinds) + "%11s" % "domain kB")
    for text in options.sizes.split(","):
        size = tuple(map(int, text.split(":")))
        figures = measure(command, size, options, actions)
        print("%6d %6d %8d" % size + "".join("%9.3f" % f for f in figures[:-1]) + "%11.0f" % figures[-1], flush=True)


if __name__ == "__main__":
    main()
