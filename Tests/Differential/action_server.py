"""The custom actions of the assistants of the walks: deterministic, standard library only.

Every answer follows from the call alone, so that a recording can be made anew.  The answers are kept by
conversation, in the order of the calls; the recorder writes them down, and the Swift tests answer from there.
"""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Refused(Exception):
    """The action does not want to run: answered with 400 and its name."""


class Broken(Exception):
    """Answered with this status and body."""

    def __init__(self, status, body):
        super().__init__(body)
        self.status, self.body = status, body


def slot(name, value):
    return {"event": "slot", "timestamp": None, "name": name, "value": value}


def say(text=None, **parts):
    return {"text": text, "buttons": [], "elements": [], "custom": {}, "template": None, "response": None,
            "image": None, "attachment": None, **parts}


def fresh_slots(tracker):
    """The slots set since the last event of another kind, oldest first; the last value counts."""
    found = []
    for event in reversed(tracker["events"]):
        if event["event"] != "slot":
            break
        if event["name"] not in [name for name, _ in found]:
            found.append((event["name"], event["value"]))
    return list(reversed(found))


def validated(tracker, rules):
    """Every fresh slot, as it is or as its rule makes it: (value, sentence) with null for a refused value."""
    events, responses = [], []
    for name, value in fresh_slots(tracker):
        if name == "requested_slot":
            continue
        if name in rules and value is not None:
            value, answer = rules[name](value)
            if answer:
                responses.append(answer)
        events.append(slot(name, value))
    return events, responses


def trouble(value, form):
    """Some texts make a validation fail."""
    if value == "refuse please":
        raise Refused(form)
    if value == "explode please":
        raise Broken(500, '{"error": "exploded"}')


def ticket_problem(value):
    trouble(value, "ticket_form")
    return (value, None) if len(str(value)) >= 4 else (None, say("A few more words, please."))


def validate_ticket_form(tracker):
    return validated(tracker, {
        "problem": ticket_problem,
        "device": lambda value: (value, None) if value != "fax" else (None, say("Nobody has a fax.")),
    })


def nights(value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    return (number, None) if 1 <= number <= 14 else (None, say(response="utter_too_many"))


def validate_stay_form(tracker):
    """As the SDK's `FormValidationAction` with slots of its own: it says which slot is to be asked next."""
    events, responses = validated(tracker, {
        "nights": nights,
        "goal": lambda value: (str(value).lower(), None) if value != "Rome" else (None, say("Not that far.")),
    })
    slots = {**tracker["slots"], **{event["name"]: event["value"] for event in events}}
    wanted = ["goal", "nights", "breakfast"] + (["code"] if slots.get("goal") == "coast" else [])
    events.append(slot("requested_slot", next((name for name in wanted if slots.get(name) is None), None)))
    return events, responses


def spa_treatment(value):
    trouble(value, "spa_form")
    return (value, None) if len(str(value)) < 20 else (None, say("Shorter, please."))


def validate_spa_form(tracker):
    events, responses = validated(tracker, {"treatment": spa_treatment})
    if any(event["name"] == "hour" and event["value"] == "now" for event in events):
        events.append({"event": "followup", "timestamp": None, "name": "utter_human"})
    return events, responses


def keep_note(tracker):
    message = tracker["latest_message"]
    if (message.get("intent") or {}).get("name") != "note_it":
        return [], []
    return [slot("notes", {"text": message.get("text"), "list": [1, "two", None, {"x": 1.5}]})], []


def validate_slot_mappings(tracker):
    """As the SDK's `ValidationAction`: only what it knows is validated, the rest is kept."""
    return validated(tracker, {
        "home": lambda value: (str(value).title(), None),
        "code": lambda value: (value, None) if value != "ZZ-99" else (None, say("That code is used up.")),
    })


def remind(tracker):
    return [
        {"event": "reminder", "timestamp": None, "intent": "greet", "entities": [{"entity": "count", "value": "2"}],
         "date_time": "2099-01-01T08:00:00.000000", "name": "far", "kill_on_user_msg": False},
        {"event": "reminder", "timestamp": None, "intent": "inform", "entities": None,
         "date_time": "2099-01-02T08:00:00+00:00", "name": "farther", "kill_on_user_msg": True},
        {"event": "cancel_reminder", "timestamp": None, "name": "far", "intent": None, "entities": None},
    ], [say(response="utter_reminded")]


def total(tracker):
    slots = tracker["slots"]
    try:
        count = float(slots.get("nights") or 0)
    except (TypeError, ValueError):
        count = 0.0
    return [slot("total", count * (80.0 if slots.get("is_member") else 100.0))], []


def ask_nights(tracker):
    buttons = [{"title": str(n), "payload": '/inform{"count": "%d"}' % n} for n in (1, 3, 7, 30)]
    return [], [say("How many nights?", buttons=buttons)]


def fill_memo(tracker):
    message = tracker["latest_message"]
    if (message.get("intent") or {}).get("name") != "remember":
        return [], []
    return [slot("memo", {"text": message.get("text"), "n": 3})], []


def recall(tracker):
    memo = tracker["slots"].get("memo")
    if memo is None:
        return [], [say("I kept nothing.")]
    return [slot("memo", None)], [say("I kept: %s" % memo.get("text"))]


def show_tags(tracker):
    tags = tracker["slots"].get("tags") or []
    return [], [say("Your tags:", buttons=[{"title": t, "payload": '/inform{"tag": "%s"}' % t} for t in tags])]


def status(tracker):
    ticket = tracker["slots"].get("last_ticket")
    if ticket:
        return [slot("last_ticket", None)], [say("Looked up %s." % ticket)]
    return [{"event": "followup", "timestamp": None, "name": "utter_no_open"}], []


def card(tracker):
    return [], [say(response="utter_card"), say(custom={"values": [1, 2.5, None, True]}),
                say("A picture:", image="https://pictures.example/card.png")]


def ask_urgent(tracker):
    return [], [say("Must it be today?", buttons=[{"title": "Yes", "payload": "/affirm"},
                                                  {"title": "No", "payload": "/deny"}])]


def fail(tracker):
    """Fails in one way or another, chosen by the length of the conversation."""
    how = len([e for e in tracker["events"] if e["event"] == "user"]) % 6
    if how == 0:
        raise Broken(500, '{"error": "broken on purpose"}')
    if how == 1:
        raise Refused("action_fail")
    if how == 2:
        return [slot("level", 4), {"event": "bot", "timestamp": None, "text": "by an event", "data": {},
                                   "metadata": {}}], [say("Two\n\nparts."), say(response="utter_thank")]
    if how == 3:
        return [{"event": "reset_slots", "timestamp": None}], [say("Slots are gone.")]
    if how == 4:
        return [{"event": "followup", "timestamp": None, "name": "feedback_form"}], []
    return [{"event": "rewind", "timestamp": None}], [say("Rewound.")]


def event(kind, **parts):
    return {"event": kind, "timestamp": None, **parts}


PARSED = {"intent": {"name": "greet", "confidence": 0.75}, "entities": [], "text": "told by an action",
          "message_id": "m", "metadata": {}}

# What an action may answer: events and responses, or a status and a body.
ODD_ANSWERS = [
    ([event("pause")], [say("Paused.")]),
    ([event("resume")], []),
    ([event("export"), event("pause"), event("resume")], [say("Resumed.")]),
    ([event("rewind")], []),
    ([event("reset_slots"), slot("goal", "lake")], []),
    ([event("restart")], [say("Restarted.")]),
    ([event("active_loop", name="spa_form")], []),
    ([event("active_loop", name=None), slot("requested_slot", None)], []),
    ([event("session_started")], []),
    ([event("followup", name="action_listen")], []),
    ([event("followup", name="action_nowhere")], []),
    ([slot("nowhere", 1)], []),
    ([event("nonsense")], [say("Not reached?")]),
    (200, "garbage"),
    (404, '{"error": "no such action", "action_name": "action_odd"}'),
    ([event("bot", text="by an event", data={"image": "i.png"}, metadata={"a": 1})], [say("By a response.")]),
    ([], [say(response="utter_nothing")]),
    ([], [say(response="utter_reminded", text="Other words.", buttons=[{"title": "T", "payload": "/affirm"}])]),
    ([event("user_featurization", use_text_for_featurization=False), event("export"),
      event("agent", text="a person speaks", data=None)], []),
    (200, "[]"),
    (200, "{}"),
    ([event("action_execution_rejected", name="spa_form", policy="p", confidence=0.5)], []),
    ([event("loop_interrupted", is_loop_interrupted=True)], []),
    ([event("action", name="utter_greet", policy=None, confidence=None)], []),
    ([slot("nights", "many"), slot("goal", "moon"), slot("dates", "monday"), slot("is_member", "yes")], []),
    (400, "garbage"),
    (400, '{"error": "no name"}'),
    ([event("user", text="told by an action", parse_data=PARSED, input_channel="odd", metadata={})], []),
    (200, '{"events": null, "responses": []}'),
    ([event("entities", entities=[{"entity": "count", "value": "9"}])], []),
    ([event("followup", name="utter_human"), event("followup", name="spa_form")], []),
    ([], [say(text="Only {goal} braces"), say(custom={"deep": [{"x": None}]}), say()]),
    (204, ""),
    ([event("slot", name="home")], []),
    ([slot("requested_slot", "hour"), event("active_loop", name="spa_form")], [say(None, attachment="file")]),
]


def odd(tracker):
    """Answers in an unusual way, chosen by the name of the conversation and the length of the latest session."""
    users = len([e for e in tracker["events"] if e["event"] == "user"])
    number = int("".join(c for c in tracker["sender_id"] if c.isdigit()) or 0)
    first, second = ODD_ANSWERS[(number * 5 + users) % len(ODD_ANSWERS)]
    if isinstance(first, int):
        raise Broken(first, second)
    return json.loads(json.dumps([first, second]))


ACTIONS = {
    "validate_ticket_form": validate_ticket_form,
    "action_open_ticket": lambda tracker: ([slot("ticket_id", "TCK-0001")], [say("Filed.")]),
    "action_fill_memo": fill_memo,
    "action_recall": recall,
    "action_show_tags": show_tags,
    "action_status": status,
    "action_card": card,
    "action_ask_urgent": ask_urgent,
    "action_fail": fail,
    "validate_stay_form": validate_stay_form,
    "validate_spa_form": validate_spa_form,
    "action_keep_note": keep_note,
    "action_total": total,
    "action_validate_slot_mappings": validate_slot_mappings,
    "action_remind": remind,
    "action_odd": odd,
    "action_ask_stay_form_nights": ask_nights,
}


def answer(call):
    """Status and body for a call."""
    name = call["next_action"]
    if name not in ACTIONS:
        return 404, json.dumps({"error": "no such action", "action_name": name})
    try:
        events, responses = ACTIONS[name](call["tracker"])
    except Refused as refusal:
        return 400, json.dumps({"error": "refused", "action_name": str(refusal)})
    except Broken as broken:
        return broken.status, broken.body
    return 200, json.dumps({"events": events, "responses": responses})


def asked(call):
    """What of a call is written down beside its answer: the state of the conversation that it tells."""
    tracker = call["tracker"]
    loop = tracker["active_loop"]
    trigger = loop.get("trigger_message") or {}
    return {
        "slots": {name: value for name, value in tracker["slots"].items() if value is not None},
        "active_loop": {**loop, "trigger_message": trigger.get("text")} if loop else loop,
        "latest_action_name": tracker["latest_action_name"],
        "latest_action": tracker["latest_action"],
        "followup_action": tracker["followup_action"],
        "paused": tracker["paused"],
        "latest_event_type": tracker["events"][-1]["event"],
        "intent": (tracker["latest_message"].get("intent") or {}).get("name"),
    }


class ActionServer:
    """Serves on a spare port of the loopback interface until the program ends."""

    def __init__(self):
        self.given, self.last = {}, {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer(call)
                outer.keep(call, status, body)
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def keep(self, call, status, body):
        """Writes an answer down, and of what was asked what is not as in the conversation's call before."""
        sender, state = call["sender_id"], asked(call)
        before = self.last.get(sender, {})
        news = {name: value for name, value in state.items() if name not in before or before[name] != value}
        self.last[sender] = state
        self.given.setdefault(sender, []).append([call["next_action"], status, body, news])

    def taken(self, conversation):
        """The answers given in a conversation since the last question."""
        return self.given.pop(conversation, [])
