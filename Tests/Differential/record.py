"""Records random-walk conversations with the real Rasa 3.6.21, for the tests of this directory.

    for n in moodbot desk theatre lodge; do
      (cd Assistants/$n && rasa train --skip-validation --data data --fixed-model-name $n --out ../../Fixtures)
    done
    python3 record.py --rasa /path/to/rasa [--only NAME] [--conversations 80] [--seed 17]

`--rasa` is the program of an installation of rasa==3.6.21; a redis-server must be installed, because Rasa's
memory forgets what came before a new session.  Everything runs on the loopback interface.  Written is
Fixtures/NAME.jsonl.gz: first a line about the assistant, then one for each text that was understood (its parse),
then one for each conversation.  Its turns have `say`, perhaps `metadata` and `wait` (seconds before the message),
`replies`, `events` (what the turn added) and `actions`: the calls of the action server in order, each with the
action, the status and body of the answer, and what the call told, as far as the call before told otherwise.
Left out are times, message ids, the parse of messages that have a line of their own, and the metadata that every
event has (model and assistant id).
"""
import argparse
import gzip
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from action_server import ActionServer

HERE = Path(__file__).resolve().parent
VALUES = ["laptop", "phone", "fax", "tablet", "3", "5", "99", "network", "Ada", "Rome", "hamlet", "two", "alps",
          "coast", "massage", "monday", "7", "TCK-1234", "now", "öl 😀", "ZZ-99", "LAKE", 4, 2.5, True, None,
          ["a", "b"], {"x": 1}]
FORM_TEXTS = ["it is broken", "abc", "refuse please", "explode please", "at noon", "now", "a very long answer indeed",
              "it makes a noise", "fine", "10", "0", "tomorrow at 8"]
OTHER_TEXTS = ["", "   ", "zebra", "???", "ok ok ok", "the the the", "👍", "Hello WORLD", "/unknown", "42",
               "i do not know what you mean by that", "so " * 150 + "long", '/inform{"x": 1}', '/inform{"x": ',
               "/inform@0.5", '/greet@0.3{"count": "3", "city": "Rome"}', "/inform{}", "/INFORM", " /greet ",
               "/greet and more", "/faq", "/faq/pets", "/nlu_fallback", "/inform[1]", "hello\n\nthere", "/greet\n"]
# Runs of texts that go deeper into the forms than chance would.
DEEP = {
    "desk": [
        ["/open_ticket", '/inform{"device": "phone"}', "it makes a noise", "/affirm", "/ask_status"],
        ['/open_ticket{"device": "laptop"}', "abc", "refuse please", "it is broken", "/deny", "/ask_status"],
        ["/open_ticket", '/inform{"device": "fax"}', '/inform{"device": "printer"}', "explode please", "fine it is"],
        ["/give_feedback", "a very long answer indeed", "/thank"], ["/fail_it", "/fail_it", "/fail_it"],
    ],
    "lodge": [
        ["/book_stay", '/inform{"place": "alps"}', '/inform{"count": "3"}', "/affirm", "/ask_price"],
        ["i want to book a room", "coast", "seven nights please", "yes", "AB-12", "bye"],
        ["/book_stay", '/inform{"place": "coast"}', '/inform{"count": "30"}', "where do i park", '/inform{"count": "5"}',
         "/deny", "no idea", "/stop"],
        ["/book_spa", "hot stones", "at noon"], ["/book_spa", "refuse please", "explode please", "sauna", "now"],
        ["/book_stay", "/book_spa", "massage", "at noon", "/affirm", '/inform{"place": "lake"}', "three nights"],
        ["/odd", "/odd", "/greet"], ["/odd", "hello"], ["/odd", "/price"], ["/book_spa", "/odd", "at noon"],
        ["/book_stay", "/odd", '/inform{"place": "lake"}'], ["/greet", "/odd", "/back"], ["/remind", "/note_it"],
        ["zebra", "zebra", "zebra"], ["zebra", "/affirm"], ["/nlu_fallback", "/out_of_scope", "hello"], ["/book_spa", "/nlu_fallback", "/book_spa"],
        ["/member", "/ask_price", '/inform{"place": "alps", "date": "monday"}'],
    ],
}


class Assistant:
    """What the walks draw from: read from the sources without a YAML library, by their indentation."""

    def __init__(self, name):
        self.name = name
        folder = HERE / "Assistants" / name
        nlu = (folder / "data/nlu.yml").read_text()
        domain = (folder / "domain.yml").read_text()
        self.examples, self.by_intent = [], {}
        for kind, title, block in re.findall(r"- (intent|synonym|regex|lookup): (.*)\n    examples: \|\n((?:      .*\n?)+)", nlu):
            if kind == "intent":
                self.by_intent[title] = [plain(line.strip()[2:]) for line in block.splitlines()]
                self.examples += self.by_intent[title]
        self.intents = section(domain, "intents")
        self.entities = section(domain, "entities")
        stories = (folder / "data/stories.yml").read_text()
        self.user_texts = re.findall(r'- user: "(.*)"', stories)
        # Runs of user steps, so that walks get deeper into stories than chance would.
        self.paths = []
        for story in re.split(r"- story: ", stories)[1:]:
            steps = re.findall(r'- intent: (\w+)|- user: "(.*)"', story)
            self.paths.append(["/" + intent if intent else text for intent, text in steps])
        self.deep = DEEP.get(name, [])
        self.pause = pause_of(domain)
        self.responses = variations(domain)


def plain(example):
    return re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", example)


def section(domain, name):
    block = re.search(r"^%s:\n((?:  .*\n|\n)+)" % name, domain, re.M)
    return re.findall(r"^  - (\w+)", block.group(1), re.M) if block else []


def pause_of(domain):
    """Seconds after which a session is over, when they are few enough to wait for."""
    minutes = float(re.search(r"session_expiration_time: (\S+)", domain).group(1))
    return minutes * 60 + 0.4 if 0 < minutes <= 0.2 else None


def variations(domain):
    """The texts of responses that have several without a condition or channel: one of them is drawn."""
    block = re.search(r"^responses:\n((?:  .*\n|\n)+)", domain, re.M).group(1)
    found = {}
    for name, body in re.findall(r"^  (\S+):\n((?:    .*\n?)+)", block, re.M):
        if "condition:" in body or "channel:" in body:
            continue
        texts = re.findall(r'^    - text: "(.*)"', body, re.M)
        if len(texts) > 1:
            found[name] = texts
    return found


class Walk:
    def __init__(self, assistant, chance):
        self.assistant, self.chance = assistant, chance
        self.payloads, self.path, self.asked = [], [], False

    def next(self):
        a, r = self.assistant, self.chance
        if self.path and r.random() < 0.75:
            step = self.path.pop(0)
            return step if r.random() < 0.6 else self.example_of(step)
        self.path = []
        if self.payloads and r.random() < 0.5:
            return r.choice(self.payloads)
        if a.deep and r.random() < 0.25:
            self.path = list(r.choice(a.deep))
            return self.path.pop(0)
        kind = r.random()
        if self.asked and kind < 0.35:
            return r.choice(FORM_TEXTS)
        if kind < 0.5:
            return r.choice(a.examples)
        if kind < 0.6:
            return self.perturbed(r.choice(a.examples + a.user_texts))
        if kind < 0.75:
            self.path = list(r.choice(a.paths))
            return self.path.pop(0)
        if kind < 0.88:
            return self.direct()
        if kind < 0.93 and a.user_texts:
            return r.choice(a.user_texts)
        if kind < 0.97:
            return r.choice(OTHER_TEXTS)
        return r.choice(["/restart", "/back", "/session_start"])

    def example_of(self, step):
        """Words for a step that names an intent."""
        return self.chance.choice(self.assistant.by_intent.get(step[1:], [step]))

    def direct(self):
        a, r = self.assistant, self.chance
        entities = {}
        if a.entities and r.random() < 0.6:
            for name in r.sample(a.entities, min(len(a.entities), r.choice([1, 1, 1, 2]))):
                entities[name] = r.choice(VALUES)
        intent = r.choice(a.intents)
        return "/" + intent + (json.dumps(entities, ensure_ascii=False) if entities else "")

    def perturbed(self, text):
        r, words = self.chance, text.split()
        kind = r.randrange(5)
        if kind == 0 and len(words) > 1:
            words.pop(r.randrange(len(words)))
        elif kind == 1:
            r.shuffle(words)
        elif kind == 2:
            return text.upper()
        elif kind == 3:
            at = r.randrange(len(text))
            return text[:at] + r.choice("abcxyz!?,") + text[at:]
        else:
            words.append(str(r.choice(VALUES)))
        return " ".join(words)

    def heard(self, replies, events):
        self.payloads = [b["payload"] for reply in replies for b in reply.get("buttons") or []]
        loops = [e.get("name") for e in events if e["event"] == "active_loop"]
        if loops:
            self.asked = loops[-1] is not None


def spare_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(url, body=None, timeout=300):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.loads(answer.read())


def rounded(value):
    if isinstance(value, float):
        return float("%.6g" % value) if abs(value) < 1 else round(value, 6)
    if isinstance(value, list):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


def stripped(event, common, parses):
    event = dict(event)
    event.pop("timestamp", None)
    event.pop("message_id", None)
    metadata = {k: v for k, v in (event.get("metadata") or {}).items() if common.get(k) != v}
    event.pop("metadata", None)
    if metadata:
        event["metadata"] = metadata
    if "parse_data" in event:
        parse = {k: v for k, v in event["parse_data"].items() if k not in ("message_id", "metadata")}
        parse = rounded(parse)
        text = event.get("text")
        if parses.setdefault(text, parse) == parse:
            event.pop("parse_data")
        else:
            event["parse_data"] = parse
    return rounded(event)


def record(name, options):
    assistant = Assistant(name)
    actions, port, redis_port = ActionServer(), spare_port(), spare_port()
    with tempfile.TemporaryDirectory() as folder:
        store = "tracker_store:\n  type: redis\n  url: 127.0.0.1\n  port: %d\n" % redis_port
        Path(folder, "endpoints.yml").write_text(
            "action_endpoint:\n  url: http://127.0.0.1:%d/webhook\n%s" % (actions.port, store))
        Path(folder, "credentials.yml").write_text("rest:\n")
        redis = subprocess.Popen(
            ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            cwd=folder, stdout=subprocess.DEVNULL)
        log = open(os.path.join(options.logs, name + ".log"), "w")
        server = subprocess.Popen(
            [options.rasa, "run", "--enable-api", "-i", "127.0.0.1", "-p", str(port),
             "-m", str(Path(options.models, name + ".tar.gz").resolve()), "--endpoints", "endpoints.yml",
             "--credentials", "credentials.yml"],
            cwd=folder, env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"}, stdout=log, stderr=log)
        try:
            walk_all(assistant, actions, "http://127.0.0.1:%d" % port, server, options)
        finally:
            for process in (server, redis):
                process.terminate()
                process.wait(60)


def walk_all(assistant, actions, base, server, options):
    end = time.monotonic() + 600
    while True:
        try:
            if ask(base + "/status", timeout=5).get("model_file"):
                break
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                sys.exit("rasa does not start; see its log")
            time.sleep(1)
    parses, conversations, common, turns = {}, [], None, 0
    for number in range(options.conversations):
        # A stream of chance for each conversation, so that one that changes does not change the others.
        chance = random.Random("%s/%d/%d" % (assistant.name, options.seed, number))
        sender, walk, known, kept = "walk-%d" % number, Walk(assistant, chance), 0, []
        for _ in range(chance.randint(4, 12)):
            text, more = walk.next(), {}
            if assistant.pause and kept and chance.random() < 0.012:
                more["wait"] = assistant.pause
                time.sleep(assistant.pause)
            if chance.random() < 0.05:
                more["metadata"] = {"from": "a walk", "n": [len(kept)]}
            body = {"sender": sender, "message": text}
            if "metadata" in more:
                body["metadata"] = more["metadata"]
            replies = ask(base + "/webhooks/rest/webhook", body)
            events = ask(base + "/conversations/%s/tracker?include_events=ALL" % sender)["events"]
            common = common or events[0]["metadata"]
            new = [stripped(event, common, parses) for event in events[known:]]
            known = len(events)
            for reply in replies:
                reply.pop("recipient_id")
            turn = {"say": text, **more, "replies": rounded(replies), "events": new}
            given = actions.taken(sender)
            if given:
                turn["actions"] = given
            kept.append(turn)
            walk.heard(replies, new)
            turns += 1
        conversations.append({"conversation": sender, "turns": kept})
        if number % 10 == 9:
            print(assistant.name, number + 1, "conversations,", turns, "turns", flush=True)
    out = Path(options.out, assistant.name + ".jsonl.gz")
    lines = [{"assistant": assistant.name, "metadata": common, "variations": assistant.responses}]
    lines += [{"text": text, "parse": parse} for text, parse in parses.items()]
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines + conversations)
    out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(out, out.stat().st_size, "bytes", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rasa", required=True)
    parser.add_argument("--only", action="append")
    parser.add_argument("--conversations", type=int, default=80)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--models", default=str(HERE / "Fixtures"))
    parser.add_argument("--out", default=str(HERE / "Fixtures"))
    parser.add_argument("--logs", default=tempfile.gettempdir())
    options = parser.parse_args()
    for name in options.only or ["moodbot", "desk", "theatre", "lodge"]:
        record(name, options)


if __name__ == "__main__":
    main()
