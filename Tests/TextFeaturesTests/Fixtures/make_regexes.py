#!/usr/bin/env python3
"""Writes regexes.json: what Python's re makes of many expressions, good and bad ones, and of all characters.

Needs Python 3.10, whose re and Unicode Rasa 3.6 runs on. Always writes the same."""
import json, os, random, re, signal, sys, warnings

warnings.simplefilter("ignore")
folder = os.path.dirname(os.path.abspath(__file__))
chance = random.Random(17)
scalars = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def spans(expression, text, ignore):
    """Where each match begins and ends, one after the other."""
    return [place for m in re.finditer(expression, text, re.I if ignore else 0) for place in m.span()]


def ranges(codes):
    out = []
    for c in codes:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


# Expressions that are of interest by themselves, on texts that are.
HAND = [
    r"\w+", r"\W+", r"\d+", r"\D+", r"\s+", r"\S+", r"\b", r"\B", r"\b\w", r"\w\b", r"^.", r".$", r"^\s*$", r"\Aa", r"a\Z", r"(?m)^.", r"(?m).$", r"(?m)^", r"(?m)$", r"(?s).+", r".+",
    r"(?a)\w+", r"(?a)\W", r"(?a)\s", r"(?a)\S", r"(?a)\d", r"(?a)\D", r"(?a)\b", r"(?a)\B", r"(?a)[^\w]", r"(?a:\w)\w", r"(?a)-?(?u:\w)\w", r"(?a)a(?u:\w)", r"[\w-]+", r"[^\W\d_]+", r"[\s\d]+", r"[^\s\d]+", r"[\W\d]", r"[^\W]", r"[\D\s]", r"[\S]",
    "i", "I", "İ", "ı", "[i]", "[İ]", "[ı]", "[^i]", "[^İı]", "[h-j]", "[^h-j]", "(i)x", "k", "K", "s", "ſ", "ß", "ẞ", "[ß]", "µ", "μ", "ς", "σ", "Σ", "[ς]", "ά", "ᾳ", "ͅ", "ι", "ﬅ", "ﬆ", "ǆ", "ǅ", "Ǆ", "å", "Å", "ω", "Ω", "ᏸ", "Ᏸ", "ꭰ", "Ꭰ", "ა", "Ა", "𐐀", "𐐨", "[𐐀x]", "[𐐨x]", "[^𐐀x]", "[𐐀-𐐧]", "[a-𐐧]", "[^𐐀-𐐧]", "(?a)k", "(?a)[k-s]", "(?a)i", "(?i:i)I", "(?i)(?-i:i)I", "(?i:[a-z])+",
    r"(\w)\1", r"(\w+)\s\1", r"(?P<a>.)(?P=a)", r"(?a)(\w)\1", r"(i)\1", r"(İ)\1", r"(ſ)\1", r"(.)(.)\2\1", r"((.)\2)\1", r"(a)?\1b", r"(a)?b\1?", r"(.)(?i:\1)", r"(x*)\1y", r"(.)\1+", r"(?:(.)\1)+", r"(?=(.))\1\1", r"(.)(?=\1)", r"(?<=(.))\1", r"(.)(?<=\1)",
    r"(a)?(?(1)b|c)", r"(?P<q>a)?(?(q)b)", r"(?(1)a|b)(c)?", r"(?<=a)b", r"(?<!a)b", r"(?<=a|b)c", r"(?<=^)a", r"(?=a)a", r"(?!a).", r"(?:(?=a))*a", r"a(?#c)b", r"a(?#\))b)", r"(?x) a b # c", r"(?x)a\ b[ ]c", "(?x) a # (\n b", r"a(?x) b # (",
    r"a{2}", r"a{,2}", r"a{1,}", r"a{,}", r"a{", r"a{x", r"a{}", r"{a", r"a{2,1", r"x{0}y", r"a{0,1}?", r"a*?b", r"a+?", r"a??", r"(?:a|ab)(?:c|bcd)", r"(a*)*", r"(a|b*)*", r"(?:a?)*?b", r"(|a)+", r"|a", r"a|", r"(a|)b", r"()", r"(?:)", "",
    r"\x41", r"\u0130", r"\U0001F600", r"\101", r"\0", r"\07", r"\08", r"\377", r"[\101\0]", r"\a\f\v", r"[\b]", r"\t|\n|\r", r"\-\.\/\ \é", r"\N{LATIN SMALL LETTER SHARP S}", r"\N{em dash}", r"[\N{DIGIT ONE}-\N{DIGIT NINE}]",
    r"[]a]", r"[^]a]", r"[a\]]", r"[a-]", r"[-a]", r"[--a]", r"[\d-]", r"[\d-a]", r"[[a]", r"[a[]", r"[a-a]", r"[^^]", r"[é-ü]", r"[\u00e9-\u00fc]", r"[a&&b]", r"[a||b]", r"[\\]", r"[.]", r"[*+?{}()|$^]",
    r"[\ud83c-\udbff\udc00-\udfff]+", r"\ud83d", r"\ud83d\ude00", r"(?:[\u2700-\u27bf]|(?:\ud83c[\udde6-\uddff]){2}|[\ud800-\udbff][\udc00-\udfff])[\ufe0e\ufe0f]?", r"[^\ud800-\udfff]", r"[\ud800-\uffff]", r"[\u0000-\ud8ff]+", r"\ud83d?x", r"(?<=\ud83d)x|y", r"(\ud83d)|(.)",
]
TEXTS = [
    "", " ", "a", "A", "aa", "aA", "ab", "abcd", "abb", "aab", "ba", "xay", "a\nb", "a\r\nb\n", "b\n\n", "\n", "a\u2028b\u0085c", "\x1c\x1d\x1e\x1f\x0b\x0c \t", "\u00a0\u2003\u3000\u180e\u202f\u200b", "İiIı", "ıİ iı İİ ii II", "ix İx ıx IX", "kKK", "sSſ ss ſs", "ßẞ ßß SS", "µμΜ", "ςσΣ Σς", "ᾳᾼΑΙ ͅιΙι", "ﬅﬆﬅ", "ǆǅǄ", "åÅÅ", "ωΩΩ", "ᏸᏰꭰᎠᎠ", "აᲐა", "𐐀𐐨x𐐀", "²³½①Ⅷ٣५５", "तमिழ் ఆడు", "e\u0301éÉE\u0301", "👨\u200d👩 😀😂❤\ufe0f✂", "日本語 カタ", "한국", "a_b __", "-1.5 +2,5", "foo@bar.com", "\x00a\x07\b", "{a}{2}[x]^$.|()*+?\\", "\uffff\U0010ffff\ue000", "¼ª ₂\u0600", "é-ü ï", "abab abAB", "xxyxxy", "A—ß1", "aa bb AA",
]
good = []
for expression in HAND:
    for ignore in (False, True):
        try:
            re.compile(expression)
        except (re.error, OverflowError):
            continue
        good.append([expression, ignore, [spans(expression, t, ignore) for t in TEXTS]])

# Expressions and texts made by chance.
ATOMS = ["a", "b", "A", "é", "É", "i", "İ", "ı", "ſ", "K", "ß", "1", "٣", " ", "_", "-", ".", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", "[ab]", "[^a]", "[a-k]", "[^i-s]", r"[\w-]", r"[^\d_]", "[é-ö]", "[İ-ı]", r"\.", "(?:ab)", "𐐀", "[𐐀-𐐧a]", "σ", "[ς-τ]"]
LETTERS = list("abAB iIİıſsSKkKéÉeßẞ1٣²_-. \n\tσςΣ") + ["𐐀", "𐐨", "\u0301", "日", "😀", "\u1e9b", "ṡ", "µ", "μ"]


def part(depth):
    kind = chance.random()
    if depth and kind < 0.12:
        return "(" + whole(depth - 1) + ")"
    if depth and kind < 0.18:
        return "(?:" + whole(depth - 1) + ")" + chance.choice(["", "?", "*", "+"])
    if depth and kind < 0.24:
        return chance.choice(["(?=", "(?!"]) + whole(depth - 1) + ")"
    if kind < 0.27:
        return chance.choice(["(?<=", "(?<!"]) + chance.choice(ATOMS[:20]) + ")"
    if kind < 0.33:
        return chance.choice([r"\b", r"\B", "^", "$", r"\A", r"\Z", "(?i:a)", "(?s:.)", "(?m:^)", "(?m:$)"])
    return chance.choice(ATOMS) + chance.choice(["", "", "", "", "?", "*", "+", "*?", "+?", "{2}", "{1,2}"])


def whole(depth=2):
    return "|".join("".join(part(depth) for _ in range(chance.randint(1, 3))) for _ in range(chance.choice([1, 1, 1, 2])))


def text():
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 10)))


odd = []
while len(odd) < 500:
    expression = whole()
    if "(" in expression and chance.random() < 0.3:
        expression += chance.choice([r"\1", r"\1+", r"(?i:\1)", r"(?(1)a|b)"])
    try:
        re.compile(expression)
    except re.error:
        continue
    ignore = chance.random() < 0.5
    texts = [text() for _ in range(6)]
    odd.append([expression, ignore, [[t, spans(expression, t, ignore)] for t in texts]])

# Whether expressions are good, by changing good ones a little.
verdicts = {}
for expression in HAND + ["a**", "a*+", "a++", "a?+", "(", ")", "(?", "(?P", "(?P<", "(?P<1>a)", "(?P<a>b)(?P<a>c)", "(?P=a)", r"\1", r"(\1)", r"\8", r"(a)\8", "[", "[a", "[^", "[]", "[z-a]", r"[a-\d]", r"[\w-a]", r"\q", r"[\q]", r"\x1", r"\u12", r"\U00110000", r"\U0001", r"\N", r"\N{no such}", "\\", "(?<=a+)b", "(?<=a|bc)d", "(?<=(a))b", r"(a)(?<=\1)", r"(?<=(a)\1)b", "(?<x)", "(?i", "(?iz)", "(?-)", "(?-i)", "(?i-i:a)", "(?a-a:b)", "(?au)a", "(?L)a", "(?a)(?u)b", "(?(1)a)", "(?(x)a)", "(?(0)a)", "(a)(?(1)b|c|d)", "(?(1", "(?#a", "*a", "+", "?", "|*", "(*)", "^*", r"\b+", "(?:^)*", "(?=a)*", "a{2,1}", "a{99999999999}", r"\400", r"[\400]", "(?>a)", "a{1}{2}", "(?i:)", "(?:", "(?P<é>a)", "(?P<a b>c)", "(?P>a)", r"\Z*", r"\A?", "a|*", "(?:a"]:
    for candidate in [expression] + [
        expression[:k] + chance.choice(["", "(", ")", "[", "]", "*", "\\", "{", "?", "|", "1", "(?"]) + expression[k + chance.randint(0, 1):]
        for k in (chance.randint(0, max(0, len(expression) - 1)) for _ in range(5))
    ]:
        try:
            re.compile(candidate)
            verdicts[candidate] = True
        except (re.error, OverflowError):
            verdicts[candidate] = False
        except ValueError:
            verdicts[candidate] = False

# All characters: the classes, and which are the same where case does not matter.
everything = "".join(map(chr, scalars))
classes = {name: ranges([ord(m.group()) for m in re.finditer(name, everything)]) for name in (r"\w", r"\d", r"\s")}
cased = [chr(c) for c in scalars if chr(c).lower() != chr(c) or chr(c).upper() != chr(c)]
joined = "".join(cased)
same = {}
for c in cased:
    found = [m.group() for m in re.finditer(re.escape(c), joined, re.I)]
    if found != [c]:
        same[c] = "".join(found)

with open(os.path.join(folder, "regexes.json"), "w") as f:
    json.dump({"texts": TEXTS, "expressions": good, "odd": odd, "verdicts": sorted(verdicts.items()), "classes": classes, "same": sorted(same.items())}, f, ensure_ascii=True, separators=(",", ":"))
