"""Writes the project of an assistant of any size: rules, forms and actions by number, everything else follows."""
import json
import pathlib

CONFIG = """\
recipe: default.v1
language: en
assistant_id: sweep
pipeline:
- name: WhitespaceTokenizer
- name: RegexEntityExtractor
  use_lookup_tables: false
- name: KeywordIntentClassifier
policies:
- name: MemoizationPolicy
  max_history: 5
- name: RulePolicy
"""


def letters(number):
    """A number as letters, since digits in keywords would find each other."""
    text = ""
    while True:
        text = chr(97 + number % 26) + text
        number = number // 26 - 1
        if number < 0:
            return text


def write(directory, rules, forms, actions):
    """Two rules begin and end each form, the rest are questions with an answer; two of the questions are answered by
    the action server. Every form asks for a text and for an entity, and has its own check on the action server."""
    directory = pathlib.Path(directory)
    (directory / "data").mkdir(parents=True, exist_ok=True)
    questions = max(rules - 2 * forms, 4)
    topics = ["topic_%s" % letters(n) for n in range(questions)]
    names = ["form_%s" % letters(n) for n in range(forms)]
    domain = {
        "version": "3.1", "intents": topics + ["begin_" + name for name in names] + ["tell", "story_one", "story_two"],
        "entities": ["city", "colour"],
        "actions": ["action_%s" % letters(n) for n in range(actions)] + ["validate_" + name for name in names],
        "slots": {"colour": {"type": "text", "mappings": [{"type": "from_entity", "entity": "colour"}]}},
        "forms": {}, "responses": {"utter_story_one": [{"text": "One."}], "utter_story_two": [{"text": "Two."}]},
    }
    nlu = [("tell", ["this is told"]), ("story_one", ["the first story"]), ("story_two", ["the second story"])]
    steps = []
    for number, topic in enumerate(topics):
        nlu.append((topic, ["what about matter%sx" % letters(number), "matter%sx again" % letters(number)]))
        response = "action_%s" % letters(number) if number < 2 else "utter_" + topic
        if number >= 2:
            domain["responses"][response] = [{"text": "All about {colour} number %d." % number}]
        steps.append(("about " + topic, [{"intent": topic}, {"action": response}]))
    for number, name in enumerate(names):
        nlu.append(("begin_" + name, ["begin task%sx" % letters(number), "task%sx please" % letters(number)]))
        slots = [name + "_note", name + "_city"]
        for slot, mapping in zip(slots, ({"type": "from_text"}, {"type": "from_entity", "entity": "city"})):
            condition = {"active_loop": name, "requested_slot": slot}
            domain["slots"][slot] = {"type": "text", "mappings": [dict(mapping, conditions=[condition])]}
            domain["responses"]["utter_ask_" + slot] = [{"text": "Which %s?" % slot}]
        domain["forms"][name] = {"required_slots": slots}
        domain["responses"]["utter_done_" + name] = [{"text": "Done: {%s}." % slots[0]}]
        steps.append(("begin " + name, [{"intent": "begin_" + name}, {"action": name}, {"active_loop": name}]))
        steps.append(("end " + name, [{"action": name}, {"active_loop": None}, {"slot_was_set": [{"requested_slot": None}]},
                                      {"action": "utter_done_" + name}]))
    domain["slots"] = {name: slot for name, slot in domain["slots"].items()}
    written = []
    for name, taken in steps:
        rule = {"rule": name, "steps": taken}
        if name.startswith("end "):
            rule = {"rule": name, "condition": [{"active_loop": name[4:]}], "steps": taken}
        written.append(rule)
    stories = [{"story": "both", "steps": [{"intent": "story_one"}, {"action": "utter_story_one"}, {"intent": "story_two"},
                                           {"action": "utter_story_two"}]}]
    examples = [{"intent": intent, "examples": "".join("- %s\n" % text for text in texts)} for intent, texts in nlu]
    examples.append({"regex": "city", "examples": "- (Paris|Lyon|Nice)\n"})
    examples.append({"regex": "colour", "examples": "- (red|green|blue)\n"})
    examples[0]["examples"] += "- I like [red](colour) in [Paris](city)\n"
    # JSON is YAML.
    for file, content in (("domain.yml", domain), ("data/nlu.yml", {"version": "3.1", "nlu": examples}),
                          ("data/rules.yml", {"version": "3.1", "rules": written}),
                          ("data/stories.yml", {"version": "3.1", "stories": stories})):
        (directory / file).write_text(json.dumps(content, indent=1))
    (directory / "config.yml").write_text(CONFIG)
    return Talk(questions, forms)


class Talk:
    """What is said to such an assistant: the texts of one conversation by the kind of turn. `number` chooses among the
    questions and forms, so that all of them are met."""

    def __init__(self, questions, forms):
        self.questions, self.forms = questions, forms

    def conversation(self, kind, number):
        if kind == "rules":
            return ["what about matter%sx" % letters(2 + (number * 7 + i) % (self.questions - 2)) for i in range(6)]
        if kind == "stories":
            return ["the first story", "the second story"]
        if kind == "actions":
            return ["what about matter%sx in red" % letters(i % 2) for i in range(6)]
        forms = [letters((number * 2 + i) % self.forms) for i in range(2)]
        return [text for form in forms for text in ("begin task%sx" % form, "a note of mine", "to Paris")]


KINDS = ("rules", "stories", "forms", "actions")
