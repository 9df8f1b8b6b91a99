"""Makes trackers.json: random conversations and the state that Rasa 3.6.21 gives them.

Run here with the Python of an environment that has Rasa 3.6.21:  python make_trackers.py
"""
import json
import random

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.core.slots import Slot
from rasa.core.nlg.interpolator import interpolate_text
from rasa.core.nlg.generator import ResponseVariationFilter

DOMAIN = {
    "version": "3.1",
    "intents": ["greet", "inform", {"ask": {"use_entities": ["city"]}}, {"faq": {"use_entities": []}},
                {"tell": {"ignore_entities": ["city"]}}, "back"],
    "entities": ["name", {"city": {"roles": ["from", "to"], "groups": ["g1"]}},
                 {"hidden": {"influence_conversation": False, "roles": ["r"]}}],
    "slots": {
        "t": {"type": "text", "mappings": [{"type": "from_text"}]},
        "b": {"type": "bool", "initial_value": False, "mappings": [{"type": "custom"}]},
        "f": {"type": "float", "min_value": -2.0, "max_value": 6.0, "initial_value": 1.0,
              "mappings": [{"type": "custom"}]},
        "l": {"type": "list", "mappings": [{"type": "custom"}]},
        "c": {"type": "categorical", "values": ["Red", "green", 3, True], "mappings": [{"type": "custom"}]},
        "a": {"type": "any", "initial_value": {"k": [1]}, "mappings": [{"type": "custom"}]},
        "q": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]},
    },
    "forms": {"some_form": {"required_slots": ["t"]}, "other_form": {"required_slots": []}},
    "actions": ["action_b", "utter_a", {"action_d": {"send_domain": True}}, "other_form", "action_back",
                "validate_some_form"],
    "responses": {"utter_z": [{"text": "z"}], "utter_a": [{"text": "a"}], "utter_B": [{"text": "b"}]},
    "e2e_actions": ["well hello"],
    "session_config": {"session_expiration_time": 5, "carry_over_slots_to_new_session": False},
}
VALUES = [None, True, False, 0, 1, 2.5, -7, "", "x", "1", "true ", "FALSE", "٣", "²", "red", "RED", "3", "true", "other",
          [], ["a"], {}, {"k": None}, "1e1", " 4 ", "nan", "0x10", "1_0", 10**17, 1e16, 1e-7]


def user(rng, at):
    intent = rng.choice([None, "greet", "inform", "ask", "faq", "tell", "unknown"])
    entities = [
        rng.choice([
            {"entity": "name", "value": "Bo"},
            {"entity": "city", "value": "Rome", "role": rng.choice(["from", "to"])},
            {"entity": "city", "value": "Oslo", "group": "g1"},
            {"entity": "hidden", "value": 3, "role": "r"},
            {"entity": "alien", "value": "?"},
        ])
        for _ in range(rng.choice([0, 0, 1, 2]))
    ]
    return {"event": "user", "timestamp": at, "text": rng.choice([None, "", "hi", "hello you"]),
            "parse_data": {"intent": {"name": intent, "confidence": 0.5}, "entities": entities},
            "input_channel": rng.choice([None, "rest", "web"]), "message_id": "m%d" % int(at * 10),
            "metadata": rng.choice([{}, {"x": 1}])}


def event(rng, at):
    action = rng.choice(["action_listen"] * 4 + ["some_form"] * 3 + ["other_form", "utter_a", "action_b"])
    kinds = [
        (8, lambda: user(rng, at)),
        (10, lambda: {"event": "action", "name": action, "policy": "p", "confidence": 1.0}),
        (1, lambda: {"event": "action", "name": None, "action_text": "well hello"}),
        (3, lambda: {"event": "active_loop", "name": rng.choice(["some_form", "other_form", None])}),
        (2, lambda: {"event": "action_execution_rejected", "name": rng.choice(["some_form", "other_form"])}),
        (1, lambda: {"event": "loop_interrupted", "is_interrupted": rng.choice([True, False])}),
        (5, lambda: {"event": "slot", "name": rng.choice(list("tbflcaq") + ["no_such"]), "value": rng.choice(VALUES)}),
        (3, lambda: {"event": "user_featurization", "use_text_for_featurization": rng.choice([True, False, None])}),
        (2, lambda: {"event": "entities", "entities": [{"entity": "name", "value": rng.choice(["Bo", "Al"])}]}),
        (2, lambda: {"event": "bot", "text": rng.choice(["hey", None]), "data": {"image": "i"},
                     "metadata": {"utter_action": "utter_a"}}),
        (2, lambda: {"event": "rewind"}), (2, lambda: {"event": "undo"}), (1, lambda: {"event": "reset_slots"}),
        (1, lambda: {"event": "restart"}), (1, lambda: {"event": "session_started"}),
        (1, lambda: {"event": "followup", "name": "utter_a"}), (1, lambda: {"event": "pause"}),
        (1, lambda: {"event": "resume"}), (1, lambda: {"event": "agent", "text": "t", "data": {"y": 2}}),
        (1, lambda: {"event": "form", "name": "some_form"}), (1, lambda: {"event": "form_validation", "validate": True}),
        (1, lambda: {"event": "cancel_reminder", "name": "n"}), (1, lambda: {"event": "export"}),
        (1, lambda: {"event": "reminder", "intent": "greet", "date_time": "2099-01-01T00:00:00", "name": "r"}),
    ]
    made = rng.choices([k for _, k in kinds], [w for w, _ in kinds])[0]()
    made["timestamp"] = at
    return made


def conversation(seed, domain):
    rng = random.Random(seed)
    events = [event(rng, 10 + i / 2) for i in range(rng.randint(3, 22))]
    tracker = DialogueStateTracker.from_events("s", deserialise_events(events), domain.slots)
    state = tracker.current_state(EventVerbosity.ALL)
    written = state.pop("events")
    return {
        "events": events, "written": written, "state": state,
        "applied": [e.timestamp for e in tracker.applied_events()],
        "after_restart": len(tracker.events_after_latest_restart()),
        "sub_state": tracker.latest_message.as_sub_state(),
        "features": {n: s.as_feature() for n, s in tracker.slots.items()},
        "bot": tracker.latest_bot_utterance.text,
        "back": tracker.travel_back_in_time(13.0).current_state(EventVerbosity.NONE),
    }


def templates():
    values = {"a": "A", "n": None, "b": True, "l": ["x", 'it\'s', 2.0, None], "o": {"k": "v"}, "z": "0[", "e": "é\n"}
    texts = ["{a}", "{a} and {n}", "{{a}}", "{{a}} {a}", "{{{a}}}", "{missing}", "{a} {missing}", "{b} {l} {o}", "{0}",
             "{a!r}", "{a:>5}", "{a.b}", "{a[b]}", "{z}", "{z} {a}", "}", "{", "{a", "a}", "{{", "}}", "{a\n}",
             '{"k": "{a}"}', '{"k": {a}}', "{ a }", "{e}", "{a}{{", "{a}{a}", "x {{y}} z", "{l} {{l}}"]
    for text in texts:
        try:
            yield [text, interpolate_text(text, values)]
        except Exception as error:
            yield [text, None]


def main():
    domain = Domain.from_dict(json.loads(json.dumps(DOMAIN)))
    out = {
        "domain": DOMAIN,
        "actions": domain.action_names_or_texts,
        "intents": domain.intents,
        "used_entities": {i: p["used_entities"] for i, p in domain.intent_properties.items()},
        "slots": [s.name for s in domain.slots],
        "texts": [[v, str(v), repr(v)] for v in VALUES + ["it's", '"', "'\"", "\x00\x7f\u200b\xa0é\n\\", 0.1, 1e22]],
        "templates": list(templates()),
        "conversations": [conversation(seed, domain) for seed in range(90)],
    }
    with open("trackers.json", "w") as file:
        json.dump(out, file, separators=(",", ":"))


main()
