"""Runs the load generator and reads its figures."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

FAILURES = ["refused", "cut", "no response", "5xx", "wrong"]


def add_arguments(parser):
    """The arguments that all scripts of must-hold figures have."""
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--parley", default=str(root / ".build/release/parley"), help="the server's binary")
    parser.add_argument("--loadtest", help="the generator's binary (default: the one beside the server's)")
    parser.add_argument("-m", "--model", default=str(root / "deploy/demo/tea-house.tar.gz"), help="the model archive")


def check(arguments):
    """Both binaries are there; their paths become absolute."""
    arguments.parley = str(pathlib.Path(arguments.parley).resolve())
    beside = pathlib.Path(arguments.parley).parent / "loadtest"
    arguments.loadtest = str(pathlib.Path(arguments.loadtest or beside).resolve())
    for path, product in ((arguments.parley, "parley"), (arguments.loadtest, "loadtest")):
        if not os.access(path, os.X_OK):
            raise SystemExit("%s: no binary at %s; build it with: swift build -c release --product %s"
                             % (os.path.basename(sys.argv[0]), path, product))


class Load:
    """A run of the generator in the background."""

    def __init__(self, binary, port, *flags, host="127.0.0.1", path="", prefix=()):
        """`prefix` is a command that runs the generator."""
        self.directory = tempfile.TemporaryDirectory(prefix="loadtest-")
        self.file = pathlib.Path(self.directory.name, "figures.json")
        self.process = subprocess.Popen(
            [*prefix, binary, "http://%s:%d%s" % (host, port, path), "--json", str(self.file), *map(str, flags)],
            stdout=subprocess.DEVNULL)

    def is_running(self):
        return self.process.poll() is None

    def figures(self):
        """What became of the turns, one scenario's."""
        self.process.wait()
        try:
            return json.loads(self.file.read_text())[0]
        except FileNotFoundError:
            raise SystemExit("the generator ended with status %d and no figures" % self.process.returncode)
        finally:
            self.directory.cleanup()

    def end(self):
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.directory.cleanup()


def run(binary, port, *flags, **more):
    return Load(binary, port, *flags, **more).figures()


def failures(figures):
    return sum(figures["outcomes"][name] for name in FAILURES)


def is_clean(figures):
    """Every turn completed once and, where that was looked at, stored once and in order."""
    return failures(figures) == 0 and figures["surplus"] == 0 and not any((figures.get("audit") or {}).values())


def line(figures):
    """What became of the turns, in words."""
    text = "%d turns: %s, surplus %d; p50 %.1f, p99 %.1f, longest %.0f ms" % (
        figures["turns"], ", ".join("%s %d" % (name, figures["outcomes"][name]) for name in FAILURES),
        figures["surplus"], figures["latency"]["50"], figures["latency"]["99"], figures["latency"]["100"])
    if figures["failuresByChannel"]:
        text += "; failures by channel: " + ", ".join("%s %d" % item for item in sorted(figures["failuresByChannel"].items()))
    if figures.get("audit"):
        text += "; stored: " + ", ".join("%s %d" % item for item in sorted(figures["audit"].items()))
    return text


def generator_share(figures):
    text = "generator %.0f %% of a core" % (figures["generatorCores"] * 100)
    if figures["generatorLateness"] > 20:
        text += ", late by %.0f ms (p99): the machine has no core for it" % figures["generatorLateness"]
    return text
