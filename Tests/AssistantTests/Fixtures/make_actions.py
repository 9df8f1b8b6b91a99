"""Makes actions.json: what the default actions of Rasa 3.6.21 do in random conversations.

Run here with the Python of an environment that has Rasa 3.6.21:  python make_actions.py
"""
import asyncio
import json
import random

from rasa.core.actions.action import action_for_name_or_text
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

FORM = [{"active_loop": "a_form"}]
DOMAIN = {
    "version": "3.1",
    "intents": ["greet", "inform", "stop", "nlu_fallback", "out_of_scope", {"faq": {"is_retrieval_intent": True}}],
    "entities": ["name", {"city": {"roles": ["from", "to"], "groups": ["g1"]}}],
    "slots": {
        "plain": {"type": "text", "mappings": [{"type": "from_entity", "entity": "city"}]},
        "role": {"type": "text", "mappings": [{"type": "from_entity", "entity": "city", "role": "from"}]},
        "group": {"type": "text", "mappings": [{"type": "from_entity", "entity": "city", "group": "g1"}]},
        "all": {"type": "list", "mappings": [{"type": "from_entity", "entity": "city"},
                                             {"type": "from_entity", "entity": "name", "intent": ["inform", "greet"]}]},
        "alien": {"type": "text", "mappings": [{"type": "from_entity", "entity": "no_entity"}, {"type": "from_text"}]},
        "strange": {"type": "text", "mappings": [{"type": "from_intent", "intent": "no_intent", "value": "v"}]},
        "said": {"type": "any", "mappings": [{"type": "from_text", "not_intent": ["stop", "greet"]}]},
        "flag": {"type": "bool", "mappings": [{"type": "from_intent", "intent": "greet", "value": False},
                                              {"type": "from_intent", "not_intent": "stop", "value": True}]},
        "trigger": {"type": "text", "mappings": [
            {"type": "from_trigger_intent", "intent": "inform", "value": "t", "conditions": FORM}]},
        "trigger_any": {"type": "text", "mappings": [{"type": "from_trigger_intent", "value": "t"}]},
        "form_text": {"type": "text", "mappings": [
            {"type": "from_text", "conditions": [{"active_loop": "a_form", "requested_slot": "form_text"}]}]},
        "form_city": {"type": "text", "mappings": [
            {"type": "from_entity", "entity": "city", "conditions": FORM + [{"active_loop": None}]}]},
        "form_city_2": {"type": "text", "mappings": [
            {"type": "from_entity", "entity": "city", "conditions": FORM + [{"active_loop": None}]},
            {"type": "from_entity", "entity": "name"}]},
        "other": {"type": "list", "mappings": [{"type": "from_text", "conditions": [{"active_loop": "b_form"}]}]},
        "own": {"type": "text", "mappings": [{"type": "custom", "action": "action_own"}, {"type": "custom"}]},
    },
    "forms": {"a_form": {"required_slots": ["form_text", "form_city", "form_city_2"], "ignored_intents": "stop"},
              "b_form": {"required_slots": ["other"], "ignored_intents": ["greet"]}},
    "actions": ["action_own", "utter_faq"],
    "responses": {
        "utter_default": [{"text": "What?"}], "utter_ask_rephrase": [{"text": "Again, {said}?", "id": "r"}],
        "utter_parts": [{"image": "{plain}.png", "buttons": [{"title": "{plain}", "payload": "/x", "n": 1}],
                         "custom": {"a": {"b": ["{plain}", {"c": "{role}"}, 2]}, "{plain}": None},
                         "quick_replies": [], "elements": [{"title": "{plain}"}], "attachment": {"u": "{plain}"},
                         "channel": "collector", "more": "{plain}"}],
        "utter_if": [{"text": "if", "condition": [{"type": "slot", "name": "flag", "value": True}]},
                     {"text": "ab", "condition": [{"type": "slot", "name": "flag", "value": False},
                                                  {"type": "slot", "name": "plain", "value": "ROME"}]},
                     {"text": "other", "channel": "slack"}],
        "utter_faq/a": [{"text": "a"}], "utter_faq/b": [{"text": "b", "condition": []}],
    },
}
ACTIONS = ["action_extract_slots"] * 6 + [
    "action_two_stage_fallback", "action_two_stage_fallback", "action_default_ask_affirmation",
    "action_default_ask_rephrase", "action_session_start", "action_back", "action_restart", "action_default_fallback",
    "action_deactivate_loop", "action_unlikely_intent", "action_listen", "utter_parts", "utter_if", "utter_faq",
]


INTENTS = [None, "greet", "inform", "stop", "nlu_fallback", "nlu_fallback", "out_of_scope", "faq"]


def user(rng, intents=INTENTS):
    intent = rng.choice(intents)
    entities = [
        rng.choice([{"entity": "name", "value": "Bo"}, {"entity": "city", "value": "Rome"},
                    {"entity": "city", "value": "Oslo", "role": "from"}, {"entity": "city", "value": "Bonn", "group": "g1"},
                    {"entity": "city", "value": None}, {"entity": "name", "value": 7, "role": None}])
        for _ in range(rng.choice([0, 1, 1, 2, 3]))
    ]
    parsed = {"intent": {"name": intent, "confidence": 0.5}, "entities": entities,
              "intent_ranking": [{"name": intent}, {"name": "inform"}][: rng.choice([1, 2])]}
    if intent == "faq":
        parsed["response_selector"] = {
            rng.choice(["faq", "default", "none"]): {"response": {"utter_action": rng.choice(["utter_faq/a", "utter_faq/b"])}}}
    return {"event": "user", "text": rng.choice(["hi", "hello you"]), "parse_data": parsed, "message_id": "m"}


def event(rng):
    return rng.choices([
        lambda: user(rng),
        lambda: {"event": "action", "name": rng.choice(
            ["action_default_ask_affirmation", "action_default_ask_rephrase", "a_form", "utter_default"])},
        lambda: {"event": "active_loop", "name": rng.choice(["a_form", "b_form", "action_two_stage_fallback", None])},
        lambda: {"event": "slot", "name": "requested_slot", "value": rng.choice(["form_text", "form_city", None])},
        lambda: {"event": "slot", "name": rng.choice(["said", "plain", "flag"]), "value": rng.choice(["rome", True, None])},
        lambda: {"event": "action_execution_rejected", "name": "a_form"},
        lambda: {"event": "rewind"},
    ], [6, 4, 2, 2, 2, 1, 1])[0]()


async def sample(seed, domain):
    rng = random.Random(seed)
    events = []
    for i in range(rng.randint(1, 9)):
        if i:
            events.append(event(rng))
        if rng.random() < 0.6:
            events += [{"event": "action", "name": "action_listen"}, user(rng)]
    name = ACTIONS[seed % len(ACTIONS)]
    events.append(user(rng, ["faq"] if name == "utter_faq" else INTENTS))
    if name == "utter_if":
        events += [{"event": "slot", "name": "flag", "value": rng.choice([True, False])},
                   {"event": "slot", "name": "plain", "value": rng.choice(["rome", "oslo"])}]
    for i, e in enumerate(events):
        e["timestamp"] = 10.0 + i
    tracker = DialogueStateTracker.from_events("s", deserialise_events(events), domain.slots)
    try:
        nlg = TemplatedNaturalLanguageGenerator(domain.responses)
        action = action_for_name_or_text(name, domain, None)
        made = [e.as_dict() for e in await action.run(CollectingOutputChannel(), nlg, tracker, domain)]
        for e in made:
            del e["timestamp"]
    except Exception:
        made = None
    return {"action": name, "events": events, "made": made}


async def main():
    domain = Domain.from_dict(json.loads(json.dumps(DOMAIN)))
    samples = [await sample(seed, domain) for seed in range(160)]
    with open("actions.json", "w") as file:
        json.dump({"domain": DOMAIN, "samples": samples}, file, separators=(",", ":"))


asyncio.run(main())
