#!/usr/bin/env python3
"""Writes python.json: what Python's re, str and scikit-learn's analyzers make of odd texts.

Needs Python 3.10 with scikit-learn 1.1 (the environment of Rasa 3.6.21):  python3 make_python.py
"""
import json
import os
import random
import re
import unicodedata

from sklearn.feature_extraction.text import CountVectorizer

random.seed(3)
ALPHABETS = ["abcXYZ", "aB1 ._-'", "Ωσςάß ǅǆİıſK", "éñüÅ", "\u0301\u0308\u200d", "012٣½²Ⅷ", " \t\n\x1c\x85\u00a0\u3000",
             "你好カﾅ", "😀👍🏽", "ﬁ…ªＡ１｜㍿", "!?#@&*/\\()[]{}"]


def word(longest=8):
    letters = "".join(random.sample(ALPHABETS, random.randint(1, 3)))
    return "".join(random.choice(letters) for _ in range(random.randint(0, longest)))


def text():
    return " ".join(word() for _ in range(random.randint(1, 5)))


PATTERNS = [
    r"\d{2,}", r"\b\w+\b", r"a*", r"b|", r"(\w)\1", r"(?i)ABC", r"x(?P<rest>.*)\Z", r"^a|b$", r"(?m)^.", r"(?s)a.b", r"[^]a]+",
    r"[[:alpha:]]", r"\u00e9|\xe9+", r"\U0001F600", r"[\w.-]+@[\w.-]+\.\w+", r"(?<=a)b", r"(?<!\d)\d(?!\d)", r"a{,2}b", r"a{,}",
    r"a{1}", r"{a}", r"\s+", r"\S+", r"\W", r"\D+", r"[\b]", r"\v", r"(?x) a \s b # comment (", r"(?a)\w+", r"(?P<n>a|b)(?P=n)",
    r"(a)?(?(1)b|c)", r"(?P<q>')?\w(?(q)')", r"(?#nothing)a", r"(?:a|b)+?", r"(?i:a)B", r"\.", r"\-\&\#\~", r"[a\-z]", r"[\]x]",
    r"(\bnew\ york\b|\bparis\b|\ber\b)", r"(?i)straße", r"(?i)σ", r"k", r"s", r"[a-c]", r"\Aa", r"(?u)\w", r"(|a)+", r"\B", r"(?P<a_very_long_name_of_a_group_with_more_than_32>a)",
]
TEXTS = ["", "a", "abc ABC", "aab b", "xaa\n", "a\nb", "12 345 6", "new york, Paris er", "é É 😀", "bob@example.com", "'a' b", "aa bb ab ba",
         "STRASSE straße", "ΣΑΣ σας ς", "K k ſ s", "-&#~", "a-z]", "{a} aaab", "tab\there\x0b", "[:alp]", "ac b a b# c"] + [text() for _ in range(12)]

patterns = []
for p in PATTERNS:
    for ignore in (False, True):
        for t in TEXTS:
            found = [list(m.span()) for m in re.finditer(p, t, re.IGNORECASE if ignore else 0)]
            patterns.append([p, ignore, t, found])

tables = []
for number in range(40):
    elements = [word(4) or "x" for _ in range(random.randint(1, 12))] + random.sample(["new york", "new", "é.", "+1", "ı", "ſk", "Σ"], 3)
    random.shuffle(elements)
    elements = [re.escape(e) for e in elements]
    p = r"(\b" + r"\b|\b".join(elements) + r"\b)" if number % 2 else "(" + "|".join(elements) + ")"
    for ignore in (False, True):
        for _ in range(5):
            t = random.choice(["", " ", "a"]).join(random.choice([lambda: word(3), lambda: re.sub(r"\\(.)", r"\1", random.choice(elements))])()
                                                   for _ in range(6))
            t = random.choice([t, t.upper(), t.lower()])
            tables.append([p, ignore, t, [list(m.span()) for m in re.finditer(p, t, re.IGNORECASE if ignore else 0)]])

strings = []
for s in ["", "It's", "It'S", "ǅ", "ǅa", "ΟΔΥΣΣΕΥΣ", "ΑΣ.", "Σ", "ΑΣΑ", "İ", "1", "²", "1a", "٣", "½", "ʼn", "ªº", "Ⓐⓑ"] + [word() for _ in range(400)]:
    strings.append([s, s.lower(), s.islower(), s.isupper(), s.istitle(), s.isdigit(), s.strip(), s.split()])

prepared = []
for s in ["3:30", "a1", "1a", "12", "1_2", "٣4", "4½", "1-2-3", "é5", "5é", "A5,B", "１2"] + [word() for _ in range(100)]:
    prepared.append([s, re.sub(r"\b[0-9]+\b", "__NUMBER__", s).lower(), re.sub(r"\b[0-9]+\b", "__NUMBER__", s)])

analyses = []
for analyzer in ("word", "char", "char_wb"):
    for lo, hi in ((1, 1), (1, 3), (2, 4), (3, 3), (5, 7)):
        for accents in (None, "ascii", "unicode"):
            for stop in (None, "english", ["a", "ab", "b"]):
                if stop and (analyzer != "word" or accents == "ascii"):
                    continue
                analyze = CountVectorizer(analyzer=analyzer, ngram_range=(lo, hi), strip_accents=accents, stop_words=stop,
                                          token_pattern=r"(?u)\b\w+\b" if analyzer == "word" else None).build_analyzer()
                cases = []
                for t in ["the cat and a bc", "  two   spaces ", "a", ""] + [text().lower() for _ in range(6)]:
                    cases.append([t, sorted(analyze(t))])
                analyses.append({"analyzer": analyzer, "min": lo, "max": hi, "accents": accents, "stop": stop, "cases": cases})

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "python.json"), "w") as f:
    json.dump({"patterns": patterns, "tables": tables, "strings": strings, "prepared": prepared, "analyses": analyses}, f,
              separators=(",", ":"), ensure_ascii=True)
    f.write("\n")
assert unicodedata.unidata_version == "13.0.0"
