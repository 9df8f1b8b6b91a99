"""Records how a running Rasa 3.6.21 answers the demo assistant's guests; writes tea-house.json beside this file.

    rasa run -m deploy/demo/tea-house.tar.gz --enable-api -p 5055
    python3 Tests/EndToEnd/Fixtures/record.py http://127.0.0.1:5055
"""
import json
import pathlib
import sys
import urllib.request

GUESTS = [
    ["hello", "yes please", "a mint tea please", "how can I pay?", "show me the garden", "bye"],
    ["good evening", "no thanks", "what does a cup cost", "thanks"],
    ["sencha please", "qwertz uiop asdf", "12345", "/order_tea{\"tea\": \"black\"}", "are you open on sunday"],
    ["hey", "/restart", "hello", "sure", "/back", "[green](tea) for me", "", "  yes  "],
]
TEXTS = sorted({text for guest in GUESTS for text in guest} | {"I want a bicycle", "Can I have PEPPERMINT? 12:30!", "ça va — merci 😀"})


def call(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def masked(event):
    """Without what differs from run to run."""
    event = {key: value for key, value in event.items() if key not in ("timestamp", "message_id")}
    event.get("parse_data", {}).pop("message_id", None)
    return event


base = sys.argv[1]
conversations = []
for number, guest in enumerate(GUESTS):
    sender = "recorded-%d" % number
    turns = [{"message": text, "replies": call(base, "/webhooks/rest/webhook", {"sender": sender, "message": text})} for text in guest]
    tracker = call(base, "/conversations/%s/tracker?include_events=ALL" % sender)
    conversations.append({"sender": sender, "turns": turns, "events": [masked(e) for e in tracker["events"]], "slots": tracker["slots"]})
parses = [call(base, "/model/parse", {"text": text}) for text in TEXTS]
target = pathlib.Path(__file__).with_name("tea-house.json")
target.write_text(json.dumps({"conversations": conversations, "parses": parses}, indent=1, ensure_ascii=False) + "\n")
