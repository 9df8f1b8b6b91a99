"""Starts the servers under test and their Redis on spare loopback ports, and reads what they cost from /proc."""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")


def spare_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def redis():
    """A private Redis; gives its port."""
    port = spare_port()
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory],
            stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: connects(port), 10, "redis-server")
            yield port
        finally:
            process.terminate()
            process.wait()


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_until(condition, seconds, what, pause=0.005):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("%s did not come up within %d s" % (what, seconds))
        time.sleep(pause)


class Server:
    """One `run` of Parley or Rasa; `command` is the executable."""

    def __init__(self, name, command, model, redis_port=None, workers=1, action_server=None, credentials="rest:\n",
                 log_level="WARNING", flags=(), listening=None, prefix=(), more_endpoints=""):
        """`listening` is a socket that the server inherits as from systemd; `prefix` is a command that runs it."""
        self.name, self.port = name, listening.getsockname()[1] if listening else spare_port()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="loadtest-"))
        endpoints = ""
        if redis_port:
            store = "  type: redis\n  url: 127.0.0.1\n  port: %d\n" % redis_port
            endpoints = "lock_store:\n%stracker_store:\n%s" % (store, store)
        if action_server:
            endpoints += "action_endpoint:\n  url: %s\n" % action_server
        (self.directory / "endpoints.yml").write_text(endpoints + more_endpoints)
        (self.directory / "credentials.yml").write_text(credentials)
        arguments = [command, "run", "-m", str(pathlib.Path(model).resolve()), "--enable-api", "-p", str(self.port), "-i",
                     "127.0.0.1", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml", *flags]
        inherited = ()
        if listening:
            inherited = (listening.fileno(),)
            arguments = ["bash", "-c", 'exec 3<&%d; export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"' % inherited,
                         "bash"] + arguments
        environment = dict(os.environ, SANIC_WORKERS=str(workers), LOG_LEVEL=log_level, RASA_TELEMETRY_ENABLED="false")
        started = time.monotonic()
        self.log = open(self.directory / "log", "wb")
        self.process = subprocess.Popen([*prefix, *arguments], cwd=self.directory, env=environment, stdout=self.log,
                                        stderr=self.log, start_new_session=True, pass_fds=inherited)
        try:
            wait_until(self.responds, 300, name)
        except SystemExit:
            self.end()
            raise
        self.seconds_to_first_response = time.monotonic() - started

    def responds(self):
        if self.process.poll() is not None:
            raise SystemExit("%s ended while starting: %s" % (self.name, (self.directory / "log").read_text()[-800:]))
        try:
            return self.post("/model/parse", b'{"text": "hello"}')[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def post(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def pids(self):
        """The process and all its descendants."""
        parents = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                with contextlib.suppress(OSError):
                    fields = pathlib.Path("/proc", entry, "stat").read_text().rsplit(") ", 1)[1].split()
                    parents.setdefault(int(fields[1]), []).append(int(entry))
        found, new = [], [self.process.pid]
        while new:
            found += new
            new = [child for parent in new for child in parents.get(parent, [])]
        return found

    def cpu_seconds(self):
        """User and system time of all server processes so far."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(") ", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
        return total / TICK

    def memory(self):
        """PSS in MB of every process, the first being the one that was started."""
        sizes = []
        for pid in self.pids():
            with contextlib.suppress(OSError):
                for line in pathlib.Path("/proc/%d/smaps_rollup" % pid).read_text().splitlines():
                    if line.startswith("Pss:"):
                        sizes.append(int(line.split()[1]) / 1024)
        return sizes

    def end(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
