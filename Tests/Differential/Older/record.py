"""Trains the assistants of this directory with an older Rasa, and records what that Rasa answers with them.

    python3 record.py --rasa PROGRAM --version 3.4.18 [--only NAME] [--assistants DIR] [--out DIR] [--logs DIR]

PROGRAM is the `rasa` of an installation of that version (its packages as old as itself).  Only the standard library is
needed here.  Everything runs on the loopback interface, with Rasa's memory as its store and without an action server.

Assistants/NAME has a Rasa project and two lists: `texts.txt`, what is to be parsed, and `talks.txt`, the conversations.
A line of the project that ends in `# from 3.1` is left out for versions before 3.1, one that ends in `# before 3.1` for
the others, each with the lines below it that are indented deeper.  A line of a list that begins with a quotation mark is
a JSON string.  Each conversation begins with `# its name`; `> predict` and `> tracker` are requests, all else is said.

Written are VERSION/NAME.tar.gz, the archive as that Rasa made it, and VERSION/NAME.jsonl.gz, one JSON object a line:

    {"assistant": NAME, "rasa": VERSION, "metadata": {…}, "domain": {…}}
        `metadata` is what every event has as its metadata; `domain` is the response to GET /domain.
    {"text": TEXT, "status": 200, "parse": {…}}
        POST /model/parse.  When it fails: its status and `parse` as the server wrote it, without version and details.
    {"conversation": NAME, "turns": [TURN, …]}

A TURN is one of

    {"say": TEXT, "replies": […], "events": […]}
        A message to the REST channel, what it answered (without `recipient_id`) and the events that the turn added
        to the tracker (GET with include_events=ALL).
    {"predict": {"scores": [[ACTION, SCORE], …], "policy": NAME, "confidence": NUMBER}}
        POST /conversations/ID/predict, scores in the order of the response; or {"predict": {"status": 500}}.
    {"tracker": {…}, "begins": N, "count": M}
        GET /conversations/ID/tracker without parameters, without its events and latest message.  Of all events that
        were recorded for this conversation up to here the response has those from number N on, M events.

A turn with `say` has a `begins` too when the tracker no longer begins where it began before.  Left out everywhere are
times, message ids, and of events the metadata named above; `parse_data` is left out where the text has a line of its
own that says the same.  Numbers have six significant digits.
"""
import argparse
import gzip
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUIET = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


def number(version):
    return tuple(int(part) for part in version.split("."))


def varied(source, version):
    """The lines of a source that are for this version."""
    kept, dropped_below = [], None
    for line in source.splitlines():
        indent = len(line) - len(line.lstrip())
        if dropped_below is not None and (indent > dropped_below or not line.strip()):
            continue
        dropped_below = None
        mark = re.search(r"\s# (from|before) (\d+(?:\.\d+)+)$", line)
        if mark:
            if (number(version) >= number(mark.group(2))) != (mark.group(1) == "from"):
                dropped_below = indent
                continue
            line = line[: mark.start()]
        kept.append(line)
    return "\n".join(kept) + "\n"


def lay_out(project, version, directory):
    """Writes the project as this version is to have it."""
    for source in sorted(project.rglob("*.yml")):
        place = Path(directory, source.relative_to(project))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(varied(source.read_text(), version))
    Path(directory, "credentials.yml").write_text("rest:\n")
    Path(directory, "endpoints.yml").write_text("{}\n")


def spoken(line):
    return json.loads(line) if line.startswith('"') else line


def texts_of(project):
    return [spoken(line) for line in (project / "texts.txt").read_text().splitlines() if line]


def talks_of(project):
    talks = []
    for line in (project / "talks.txt").read_text().splitlines():
        if line.startswith("# "):
            talks.append((line[2:], []))
        elif line:
            talks[-1][1].append(line)
    return talks


def call(url, body=None, timeout=600):
    """Status and JSON of a response."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=timeout) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        try:
            return error.code, json.loads(text)
        except ValueError:
            return error.code, text


def rounded(value):
    if isinstance(value, float):
        return float("%.6g" % value)
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return value


class Recorder:
    def __init__(self, base, name, version):
        self.base, self.name, self.version = base, name, version
        self.metadata, self.parses = None, {}

    def lines(self, project):
        status, domain = call(self.base + "/domain")
        texts = [self.parse(text) for text in texts_of(project)]
        talks = [self.talk(name, steps) for name, steps in talks_of(project)]
        first = {"assistant": self.name, "rasa": self.version, "metadata": self.metadata or {}, "domain": domain}
        return [first] + texts + talks

    def parse(self, text):
        status, parse = call(self.base + "/model/parse", {"text": text})
        if status == 200:
            parse = rounded({key: value for key, value in parse.items() if key != "message_id"})
            self.parses[text] = parse
        elif isinstance(parse, dict):
            parse = {key: value for key, value in parse.items() if key not in ("version", "details")}
        return {"text": text, "status": status, "parse": parse}

    def talk(self, name, steps):
        sender, seen, begins, turns = name.replace(" ", "-"), [], 0, []
        here = "%s/conversations/%s" % (self.base, sender)
        for step in steps:
            if step == "> predict":
                turns.append({"predict": self.prediction(here)})
            elif step == "> tracker":
                tracker = call(here + "/tracker")[1]
                events = tracker["events"] or []
                left_out = ("events", "latest_message", "latest_event_time", "sender_id")
                state = {key: value for key, value in tracker.items() if key not in left_out}
                turns.append({"tracker": rounded(state), "begins": len(seen) - overlap(seen, events),
                              "count": len(events)})
            else:
                turn = {"say": spoken(step)}
                status, replies = call(self.base + "/webhooks/rest/webhook", {"sender": sender, "message": turn["say"]})
                if status != 200:
                    turn["status"] = status
                turn["replies"] = [{k: v for k, v in reply.items() if k != "recipient_id"} for reply in replies]
                events = call(here + "/tracker?include_events=ALL")[1]["events"] or []
                known = overlap(seen, events)
                if len(seen) - known != begins:
                    turn["begins"] = begins = len(seen) - known
                seen += events[known:]
                turn["events"] = [self.stripped(event) for event in events[known:]]
                turns.append(turn)
        return {"conversation": sender, "turns": turns}

    def prediction(self, here):
        status, found = call(here + "/predict", {})
        if status != 200:
            return {"status": status}
        scores = [[row["action"], rounded(row["score"])] for row in found["scores"]]
        return {"scores": scores, "policy": found["policy"], "confidence": rounded(found["confidence"])}

    def stripped(self, event):
        event = {key: value for key, value in event.items() if key not in ("timestamp", "message_id", "metadata")} | {
            "metadata": event.get("metadata") or {}}
        if self.metadata is None:
            self.metadata = dict(event["metadata"])
        event["metadata"] = {k: v for k, v in event["metadata"].items() if self.metadata.get(k) != v}
        if not event["metadata"]:
            del event["metadata"]
        if "parse_data" in event:
            parse = {k: v for k, v in event["parse_data"].items() if k not in ("message_id", "metadata")}
            event["parse_data"] = rounded(parse)
            if self.parses.get(event.get("text")) == event["parse_data"]:
                del event["parse_data"]
        return rounded(event)


def overlap(seen, events):
    """How many of the events, from the first on, are the last ones seen."""
    for length in range(min(len(seen), len(events)), 0, -1):
        if seen[-length:] == events[:length]:
            return length
    return 0


def train(options, name, directory, out, log):
    more = ["--augmentation", "0"] + (["--skip-validation"] if number(options.version) >= (3, 6) else [])
    begin = time.monotonic()
    subprocess.run([options.rasa, "train", "--fixed-model-name", name, "--out", str(out)] + more, cwd=directory, env=QUIET,
                   stdout=log, stderr=log, check=True)
    print(name, "trained in %.0f s," % (time.monotonic() - begin), (out / (name + ".tar.gz")).stat().st_size, "bytes",
          flush=True)


def record(options, name, project, directory, out, log):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begin = time.monotonic()
    server = subprocess.Popen(
        [options.rasa, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-m", str(out / (name + ".tar.gz")),
         "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"],
        cwd=directory, env=QUIET, stdout=log, stderr=log)
    try:
        base = "http://127.0.0.1:%d" % port
        wait(server, base)
        started = time.monotonic()
        lines = Recorder(base, name, options.version).lines(project)
    finally:
        server.kill()
        server.wait()
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    place = out / (name + ".jsonl.gz")
    place.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(name, "started in %.0f s, recorded in %.0f s," % (started - begin, time.monotonic() - started),
          place.stat().st_size, "bytes", flush=True)


def wait(server, base):
    end = time.monotonic() + 3600
    while time.monotonic() < end and server.poll() is None:
        try:
            status, found = call(base + "/status", timeout=5)
            if status == 200 and found.get("model_file"):
                return
        except OSError:
            pass
        time.sleep(1)
    sys.exit("the server does not start; see its log")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rasa", required=True, help="the program of the installation")
    parser.add_argument("--version", required=True, help="its version")
    parser.add_argument("--only", action="append", help="an assistant; all by default")
    parser.add_argument("--skip-training", action="store_true", help="record with the archives that are there")
    parser.add_argument("--skip-recording", action="store_true")
    parser.add_argument("--assistants", type=Path, default=HERE / "Assistants")
    parser.add_argument("--out", type=Path, default=HERE / "Fixtures", help="the directory of the versions' directories")
    parser.add_argument("--logs", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    out = (options.out / options.version).resolve()
    out.mkdir(parents=True, exist_ok=True)
    for name in options.only or sorted(place.name for place in options.assistants.iterdir() if place.is_dir()):
        project = options.assistants / name
        with tempfile.TemporaryDirectory() as directory, open(options.logs / ("%s-%s.log" % (options.version, name)), "w") as log:
            lay_out(project, options.version, directory)
            if not options.skip_training:
                train(options, name, directory, out, log)
            if not options.skip_recording:
                record(options, name, project, directory, out, log)


if __name__ == "__main__":
    main()
