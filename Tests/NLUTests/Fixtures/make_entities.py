#!/usr/bin/env python3
"""Writes entities.json: what Rasa 3.6.21 makes of random tags.  Run with Rasa's Python:  python3 make_entities.py"""
import copy
import json
import os
import random

from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.utils.bilou_utils import ensure_consistent_bilou_tagging

random.seed(4)
cases = []
for number in range(300):
    text, tokens = "", []
    for _ in range(random.randint(1, 8)):
        text += random.choice([" ", " ", ", ", " . ", "   ", "    ", ""]) if text else ""
        word = random.choice(["a", "new", "yörk", "x😀", "12"])
        tokens.append(Token(word, len(text)))
        text += word
    bilou = number % 3 > 0
    split = random.choice([{"split_entities_by_comma": True}, {"split_entities_by_comma": False},
                           {"split_entities_by_comma": True, "p": False}])
    case = {"text": text, "tokens": [[t.start, t.end] for t in tokens], "bilou": bilou, "split": split}
    tags, confidences = {}, {}
    for kind, chance in (("entity", 1), ("role", .5), ("group", .3)):
        if random.random() > chance:
            continue
        names = random.sample(["p", "q", "B-p", "O-x"], random.randint(1, 2)) if bilou else ["p", "q"]
        options = ["O"] + ([a + n for a in ("B-", "I-", "L-", "U-") for n in names] if bilou else names)
        tags[kind] = [random.choice(options) for _ in tokens]
        confidences[kind] = [random.choice([random.random(), 0.5, 0.125, 0.625, 1.0]) for _ in tokens]
    case["tags"], case["confidences"] = copy.deepcopy(tags), copy.deepcopy(confidences)
    if bilou:
        for kind in tags:
            tags[kind], confidences[kind] = ensure_consistent_bilou_tagging(tags[kind], confidences[kind])
    case["entities"] = EntityExtractorMixin.convert_predictions_into_entities(text, tokens, tags, split, confidences)
    cases.append(case)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "entities.json"), "w") as f:
    json.dump(cases, f, separators=(",", ":"), ensure_ascii=False)
    f.write("\n")
