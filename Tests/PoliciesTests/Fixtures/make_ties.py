"""Makes ties.tar.gz and ties.json: trains an assistant of random stories with the real Rasa 3.6.21, without augmentation,
so that the thresholds of UnexpecTEDIntentPolicy are scores of these stories; then writes what the policy says of every
turn of the stories and of random dialogues. Scores are the bits of floats, as TensorFlow computes them with oneDNN, which
it uses by itself on processors with AVX-512 VNNI.

Run here with a Python that has rasa==3.6.21:  python make_ties.py
"""
import json
import pathlib
import random
import shutil
import tempfile

import numpy as np
import yaml

INTENTS = ["i%d" % number for number in range(14)]
CONFIG = """\
recipe: default.v1
assistant_id: ties
language: en
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
policies:
- name: RulePolicy
- name: UnexpecTEDIntentPolicy
  max_history: 4
  epochs: 20
  transformer_size: {text: 48, action_text: 48, label_action_text: 48, dialogue: 48}
"""
SLOTS = {"s1": ("text", "i1", "x"), "s2": ("bool", "i3", True)}


def stories():
    random.seed(5)
    for _ in range(40):
        steps = [["action", "action_listen"]]
        for turn in range(random.randint(1, 5)):
            number = random.randrange(len(INTENTS))
            if turn:
                steps.append(["action", "action_listen"])
            steps.append(["user", "i%d" % number])
            steps += [["slot", slot, value] for slot, (_, intent, value) in SLOTS.items() if intent == "i%d" % number]
            steps += [["action", "utter_%d" % ((number + i) % len(INTENTS))] for i in range(random.choice([1, 1, 2]))]
        yield steps


def others():
    random.seed(3)
    for _ in range(40):
        steps = [["action", "action_listen"]]
        for turn in range(random.randint(1, 5)):
            if turn:
                steps.append(["action", "action_listen"])
            steps.append(["user", random.choice(INTENTS)])
            steps.append(["action", "utter_%d" % random.randrange(len(INTENTS))])
        yield steps


def train(folder):
    import rasa
    written = []
    for number, steps in enumerate(stories()):
        lines = []
        for kind, *what in steps:
            if kind == "slot":
                lines.append({"slot_was_set": [{what[0]: what[1]}]})
            elif what[0] != "action_listen":
                lines.append({"intent" if kind == "user" else "action": what[0]})
        written.append({"story": "s%d" % number, "steps": lines})
    domain = {
        "version": "3.1", "intents": INTENTS,
        "responses": {"utter_%d" % n: [{"text": "answer %d" % n}] for n in range(len(INTENTS))},
        "slots": {name: {"type": kind, "mappings": [{"type": "from_intent", "intent": intent, "value": value}]}
                  for name, (kind, intent, value) in SLOTS.items()},
    }
    nlu = [{"intent": i, "examples": "- word%s\n- again%s\n" % (chr(97 + n), chr(97 + n))} for n, i in enumerate(INTENTS)]
    (folder / "config.yml").write_text(CONFIG)
    (folder / "domain.yml").write_text(yaml.safe_dump(domain))
    (folder / "data.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu, "stories": written}))
    return rasa.train(str(folder / "domain.yml"), str(folder / "config.yml"), [str(folder / "data.yml")], str(folder),
                      core_additional_arguments={"augmentation_factor": 0}).model


def main():
    from rasa.core.agent import Agent
    from rasa.core.policies.unexpected_intent_policy import UnexpecTEDIntentPolicy
    from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker
    make = {"action": ActionExecuted, "slot": SlotSet, "user": lambda i: UserUttered("/" + i, {"name": i, "confidence": 1.0}, [])}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(train(pathlib.Path(folder)), "ties.tar.gz")
    agent = Agent.load("ties.tar.gz")
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    policy = next(n._component for n in nodes if isinstance(getattr(n, "_component", None), UnexpecTEDIntentPolicy))
    turns = {}
    for steps in [*stories(), *others()]:
        for end, step in enumerate(steps):
            if step[0] == "user":
                turns[json.dumps(steps[:end + 1])] = steps[:end + 1]
    said = []
    for steps in turns.values():
        tracker = DialogueStateTracker("ties", agent.domain.slots)
        for kind, *what in steps:
            tracker.update(make[kind](*what))
        prediction = policy.predict_action_probabilities(tracker, agent.domain, precomputations=None)
        features = policy._featurize_for_prediction(tracker, agent.domain, None, rule_only_data=None)
        scores = policy.model.run_inference(policy._create_model_data(features))["similarities"][0, -1, :]
        said.append({"steps": steps, "scores": [int(bits) for bits in scores.view(np.uint32)],
                     "isUnlikely": max(prediction.probabilities) > 0})
    pathlib.Path("ties.json").write_text(json.dumps(said, separators=(",", ":"), default=bool))


main()
