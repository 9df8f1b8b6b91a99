"""What deploy/nginx/check, deploy/haproxy/check and deploy/caddy/check have in common: starts Redis and Parley with two
workers on spare ports of the loopback interface, sends requests through a proxy under the path /assistant/, and prints
what was right.

Needs redis-server, and PARLEY: the binary, .build/release/parley unless said otherwise.
"""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PARLEY = os.environ.get("PARLEY", ROOT / ".build/release/parley")
# The proxy calls from 127.0.0.1, which is trusted, and clients from here, which is not.
CLIENT = "127.0.0.2"
PREFIX = "/assistant"


def spare_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise SystemExit(f"{what}: not within {seconds} s")


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def running(command, **more):
    process = subprocess.Popen([str(word) for word in command], **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()


class Parley:
    """Two workers over a Redis of their own, with an access log in JSON."""

    def __init__(self, stack, *flags):
        self.stack, self.flags = stack, flags
        self.directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis, self.port = spare_port(), spare_port()
        stack.enter_context(running(
            ["redis-server", "--port", redis, "--bind", "127.0.0.1", "--save", "", "--dir", self.directory],
            stdout=subprocess.DEVNULL))
        wait_for("Redis", lambda: accepts(redis))
        server = f"  type: redis\n  url: 127.0.0.1\n  port: {redis}\n"
        (self.directory / "endpoints.yml").write_text(f"lock_store:\n{server}tracker_store:\n{server}")
        (self.directory / "credentials.yml").write_text("rest:\nsocketio:\n")
        self.log = self.directory / "parley.log"
        self.process = self.start(self.port, self.log)

    def start(self, port, log, *flags):
        process = self.stack.enter_context(running(
            [PARLEY, "run", "-m", ROOT / "deploy/demo/tea-house.tar.gz", "--enable-api", "-i", "127.0.0.1",
             "-p", port, "--trusted-proxies", "127.0.0.1", "--access-log", "json", *self.flags, *flags],
            cwd=self.directory, env={**os.environ, "SANIC_WORKERS": "2"}, stderr=open(log, "wb")))
        wait_for("Parley", lambda: accepts(port) and "is ready" in log.read_text())
        return process

    def sibling(self):
        """Another Parley over the same Redis, whose drain takes 4 s: process, port and log."""
        port, log = spare_port(), self.directory / "sibling.log"
        return self.start(port, log, "--drain-delay", "4"), port, log

    def request(self, name):
        """What an access log has of a request, by its id; nothing where none has it after some seconds."""
        for _ in range(100):
            logs = [log.read_text() for log in (self.log, self.directory / "sibling.log") if log.exists()]
            for line in "".join(logs).splitlines():
                entry = json.loads(line) if line.startswith("{") else {}
                if entry.get("logger") == "parley.access" and entry.get("request") == name:
                    return entry
            time.sleep(0.05)
        return {}

    def configuration(self, source, replacements):
        """A proxy's configuration with other addresses."""
        text = pathlib.Path(source).read_text().replace("127.0.0.1:5005", f"127.0.0.1:{self.port}")
        for old, new in replacements.items():
            assert old in text, old
            text = text.replace(old, new)
        target = self.directory / pathlib.Path(source).name
        target.write_text(text)
        return target


class Checks:
    """Requests through a proxy. Each check prints a line; `finish` says whether all were right."""

    def __init__(self, name, parley, port):
        self.name, self.parley, self.port, self.failed, self.count = name, parley, port, 0, 0

    def line(self, right, text):
        self.count += 1
        self.failed += not right
        print(f"{'right' if right else 'WRONG'}  {self.name}: {text}", flush=True)

    def finish(self):
        print(f"{self.name}: {self.count - self.failed} right, {self.failed} wrong")
        return 1 if self.failed else 0

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(CLIENT, 0))

    def call(self, method, path, body=None, headers=None, connection=None):
        connection = connection or self.connect()
        connection.request(method, PREFIX + path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers

    def say(self, text, sender, query="", **more):
        body = json.dumps({"sender": sender, "message": text})
        return self.call("POST", f"/webhooks/rest/webhook{query}", body, **more)

    def all(self, sibling, asks=True):
        """`sibling`: another server behind the proxy, which ends last of all."""
        process, _, log = sibling
        self.rest()
        self.stream()
        self.websocket()
        self.polling()
        self.kept_alive()
        self.reload()
        self.drain(process, log, asks)
        return self.finish()

    def rest(self):
        """A message, and what the access log has of it."""
        headers = {"X-Request-ID": "check-1", "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9",
                   "X-Forwarded-Proto": "https", "Host": "tea.example"}
        status, text, given = self.say("hello", "rest", "?token=sesame", headers=headers)
        self.line(status == 200 and "text" in text, f"a message to the REST channel: {status}")
        self.line(given.get("X-Request-ID") == "check-1", f"its id came back: {given.get('X-Request-ID')}")
        entry = self.parley.request("check-1")
        for key, right, what in [
            ("client", CLIENT, "the client's address, whatever it made up"),
            ("path", "/webhooks/rest/webhook", "the path without the prefix"), ("query", "token=***", "the query"),
            ("scheme", "http", "the scheme"), ("host", "tea.example", "the host"), ("status", 200, "the status"),
        ]:
            self.line(entry.get(key) == right, f"{what} in the access log: {entry.get(key)}")
        status, _, given = self.say("hello", "rest")
        self.line(len(given.get("X-Request-ID", "")) >= 32, f"a request without an id got {given.get('X-Request-ID')}")

    def stream(self):
        status, text, given = self.say("hello", "stream", "?stream=true")
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        self.line(status == 200 and lines and "Content-Length" not in given,
                  f"stream=true: {status}, {len(lines)} parts, chunked")

    def websocket(self):
        with socket.create_connection(("127.0.0.1", self.port), 30, (CLIENT, 0)) as raw:
            key = base64.b64encode(os.urandom(16)).decode()
            raw.sendall((f"GET {PREFIX}/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: tea.example\r\n"
                         f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                         f"Sec-WebSocket-Key: {key}\r\n\r\n").encode())
            stream = raw.makefile("rb")
            head = b""
            while not head.endswith(b"\r\n\r\n") and (line := stream.readline()):
                head += line

            def send(text):
                data, mask = text.encode(), os.urandom(4)
                masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))
                raw.sendall(bytes([0x81, 0x80 | len(data)]) + mask + masked)

            def receive():
                first, length = stream.read(2)
                if length == 126:
                    length, = struct.unpack(">H", stream.read(2))
                return stream.read(length).decode()

            heard = [receive()] if b" 101 " in head.splitlines()[0] else [""]
            if heard[0]:
                send("40")
                heard.append(receive())
                send('42["user_uttered",{"message":"hello","session_id":"ws"}]')
                heard.append(receive())
            self.line("bot_uttered" in heard[-1], f"Socket.IO over WebSocket: {head.split(b' ')[1].decode()}, "
                                                  f"{len(heard)} packets")

    def polling(self):
        path = "/socket.io/?EIO=4&transport=polling"
        status, text, _ = self.call("GET", path)
        path += "&sid=" + json.loads(text[1:])["sid"]
        statuses = [status, self.call("POST", path, "40")[0]]
        status, text, _ = self.call("GET", path)
        statuses += [status, self.call("POST", path, '42["user_uttered",{"message":"hello","session_id":"p"}]')[0]]
        status, text, _ = self.call("GET", path)
        self.line(statuses + [status] == [200] * 5 and "bot_uttered" in text,
                  f"Socket.IO by polling: {statuses + [status]}")

    def kept_alive(self):
        """A proxy that opened a connection to Parley for each request would leave as many behind."""
        connection, before = self.connect(), self.closed()
        statuses = {self.call("GET", "/version", connection=connection)[0] for _ in range(200)}
        closed = self.closed() - before
        self.line(statuses == {200} and closed < 20, f"200 requests, {closed} closed connections to Parley")

    def closed(self):
        """Connections to Parley that have been closed in the last minute."""
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        port = f":{self.parley.port:04X}"
        return sum(1 for row in rows if row[3] == "06" and (row[1].endswith(port) or row[2].endswith(port)))

    def reload(self):
        """The workers are replaced while clients send messages."""
        workers = self.workers()
        with self.messages("while the workers were replaced"):
            self.parley.process.send_signal(signal.SIGHUP)
            wait_for("new workers", lambda: len(self.workers() - workers) >= 2)
            time.sleep(1)

    def drain(self, process, log, asks):
        """One of two servers ends while clients send messages; `asks`: the proxy asks it whether it is ready."""
        with self.messages("while one of two servers ended"):
            wait_for("turns there", lambda: '"path":"/webhooks' in log.read_text())
            process.send_signal(signal.SIGTERM)
            process.wait(40)
            time.sleep(1)
        entries = [json.loads(line) for line in log.read_text().splitlines() if "parley.access" in line]
        seen = [place for place, entry in enumerate(entries) if entry["path"] == "/health/ready" and entry["status"] == 503]
        if asks:
            later = len(entries) - 1 - seen[0] if seen else None
            turns = sum("/webhooks" in entry["path"] for entry in entries[seen[-1]:]) if seen else None
            self.line(bool(seen) and process.returncode == 0,
                      f"it ended with {process.returncode}, not ready {len(seen)} times, {later} requests after the first, "
                      f"{turns} messages after the last")
        else:
            self.line(process.returncode == 0, f"it ended with {process.returncode}")

    @contextlib.contextmanager
    def messages(self, when):
        """Clients send messages meanwhile; none may be lost."""
        outcomes, over = [], threading.Event()

        def client(number):
            connection, count = self.connect(), 0
            while not over.is_set() or count < 50:
                count += 1
                try:
                    outcomes.append(self.say("hello", f"c{number}", connection=connection)[0])
                except (OSError, http.client.HTTPException) as error:
                    outcomes.append(repr(error))
                    connection = self.connect()

        threads = [threading.Thread(target=client, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()
        lost = [outcome for outcome in outcomes if outcome != 200]
        self.line(not lost, f"{len(outcomes)} messages {when}, {len(lost)} lost {lost[:3]}")

    def workers(self):
        pid = self.parley.process.pid
        return set(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
