"""What a turn costs as its conversation grows."""
import http.client
import json

TEXTS = ["hello", "I am very sad today", "no", "what a wonderful day", "bye"]


def turns(server, sender, count):
    """Sends `count` messages one after another over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for number in range(count):
        body = json.dumps({"sender": sender, "message": TEXTS[number % len(TEXTS)]})
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit("a message in a long conversation was answered %d" % response.status)
    connection.close()


def events(server, sender):
    return len(json.loads(server.get("/conversations/%s/tracker?include_events=ALL" % sender)[1])["events"])


def measure(server, length, sample=400):
    """CPU ms a turn in a conversation of about `length` events, and how long it really was in the middle."""
    sender = "long-%d" % length
    while events(server, sender) < length:
        turns(server, sender, max(1, (length - events(server, sender)) // 8))
    before, start = events(server, sender), server.cpu_seconds()
    turns(server, sender, sample)
    cpu = (server.cpu_seconds() - start) * 1000 / sample
    return cpu, (before + events(server, sender)) // 2


def run(server, lengths=(100, 10000)):
    """A line for each length, and the ratio of the last to the first."""
    turns(server, "warm-up", 200)
    figures = []
    for length in lengths:
        # A short conversation must stay short, so several are measured.
        if length < 1000:
            parts = [short(server, length, "short-%d" % number) for number in range(20)]
            cpu, size = sum(p[0] for p in parts) / len(parts), sum(p[1] for p in parts) // len(parts)
        else:
            cpu, size = measure(server, length)
        figures.append(cpu)
        print("turn in a conversation of %d events: %.3f CPU ms" % (size, cpu))
    print("ratio: %.2f" % (figures[-1] / figures[0]))


def short(server, length, sender, sample=20):
    while events(server, sender) < length - 60:
        turns(server, sender, 2)
    before, start = events(server, sender), server.cpu_seconds()
    turns(server, sender, sample)
    return (server.cpu_seconds() - start) * 1000 / sample, (before + events(server, sender)) // 2
