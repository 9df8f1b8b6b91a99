"""Makes theatre.json from the random walks over the assistant `theatre` that real Rasa went through: what it predicted
after which events.

Run here:  python make_theatre.py
"""
import gzip
import json

RECORDINGS = "../../Differential/Fixtures/theatre.jsonl.gz"
OF_PREDICTIONS = ("user_featurization", "loop_interrupted", "entities")
CONVERSATIONS = 14


def slim(event, parses):
    event = {k: v for k, v in event.items() if k not in ("data", "metadata", "input_channel")}
    event["timestamp"] = 1
    if event["event"] == "user":
        parse = parses.get(event["text"], {})
        event["parse_data"] = {k: parse[k] for k in ("intent", "entities", "text") if k in parse}
    return event


def main():
    parses, walks = {}, []
    with gzip.open(RECORDINGS, "rt") as file:
        for line in file:
            item = json.loads(line)
            if "parse" in item:
                parses[item["text"]] = item["parse"]
            elif "turns" in item:
                walks.append([event for turn in item["turns"] for event in turn["events"]])
    out = []
    for walk in walks[:CONVERSATIONS]:
        events = [slim(event, parses) for event in walk]
        steps = []
        for place, event in enumerate(events):
            if event["event"] != "action" or event["policy"] in (None, "followup_action"):
                continue
            start = place
            while events[start - 1]["event"] in OF_PREDICTIONS:
                start -= 1
            made = [{k: v for k, v in e.items() if k != "timestamp"} for e in events[start:place]]
            steps.append({
                "after": start, "action": event["name"] or event["action_text"], "policy": event["policy"],
                "confidence": event["confidence"], "hide_rule_turn": event["hide_rule_turn"], "events": made})
        out.append({"events": events, "steps": steps})
    with open("theatre.json", "w") as file:
        json.dump(out, file, ensure_ascii=False, separators=(",", ":"))


main()
