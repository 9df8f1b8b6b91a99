"""Writes documents as Rasa 3.6.21 writes them: python written_by_rasa.py > written_by_rasa.jsonl (with Rasa's Python).

A line is {"document": …, "text": …}; what stands under the key "user" is a block. Left out is what Parley writes
otherwise, because Rasa itself reads it as another text: U+0085 and control characters, tabs at the start of blocks."""
import io
import json
import random

import rasa.shared.utils.io
from ruamel.yaml.scalarstring import LiteralScalarString

TEXTS = """a|b c|it's|'q'|say "x"|a: b|a:b|a:|:|:a|: a|?|?a|? a|-|--|-a|- a|---|--- a|...|#a|a #b|a#b|[a]|{a}|a]|,a|a,b|&a|*a|!a|!!str a
>|%a|@a|`a|back\\slash|yes|No|on|y|true|False|TRUE|null|Null|~|None|nan|.nan|.NaN|.inf|-.INF|inf|=|==|<<|<|<<<|${A}|a ${A} b|$A|${|}|{}${}
0|00|017|0o17|0o18|0b11|0b12|0x1f|0xg|0x|0b|0o|1_000|1__2|_1|0_|-_|+_|+|+1|-1|1.0|1.|.5|5.e3|1e3|1E-3|1e|e1|.5e3|.5e+3|-.5|._|1.2.3|1,000|12:30
12:30:45|190:20:30|2020-01-01|2020-1-1|2020-13-45|2020-01-01x|2020-01-01 |2021-01-03T00:00:00.000-05:00|2021-01-03T00:00:00Z|2001-12-14 21:59:43.10 -5
2001-12-14t21:59:43.10-05:00|2021-01-03 00:00:00|2021-1-3 0:00:00|2021-01-03 00:00:00 |2021-01-03 00:00|é|😀|'😀'|é: 😀|#😀|عربي|http://x.y/z?a=b&c=d#e""".replace("\n", "|").split("|")
TEXTS += ["", " ", "  ", "\n", " \n", "\n ", "\n\n", "|", "|a", ">", " a", "a ", "a\n", "a\n\n", "\na", "a\nb", "a\n b", " a\nb", "a \nb", "a\n\nb\n", "\u2028", "a\u2028b"]
TEXTS += ["\u2028ls", "ps\u2029", "\u200bzero", "\ufeffbom", "\xa0", "a\tb", "a\t", "\ue000", "x" * 122, "x" * 123, "word " * 40, "123\n", "true\n", "2020-01-01\n", "${A}\n", "a\n${A}"]
QUOTED_ONLY = ["\x7f", "\x1b[0m", "nul\0x", "\t", "a\r\nb", "\r"]


def value(choose: random.Random, depth: int) -> object:
    kind = choose.randrange(8 if depth else 5)
    if kind < 3:
        return choose.choice(TEXTS + QUOTED_ONLY)
    if kind == 3:
        return choose.choice([0, 1, -5, 10**15, True, False, None, 1.0, 0.1, 1e22, 1e-7, -0.0, 1e16, 5e-324, 123456789.123])
    if kind == 4:
        return choose.choice([[], {}])
    if kind == 5:
        return [value(choose, depth - 1) for _ in range(choose.randrange(4))]
    return group(choose, depth - 1)


def group(choose: random.Random, depth: int) -> dict:
    members = {}
    for _ in range(choose.randrange(4)):
        if choose.randrange(3):
            members[choose.choice(["a", "b c"]) if choose.randrange(2) else choose.choice(TEXTS)] = value(choose, depth)
        else:
            members["user"] = choose.choice(TEXTS)
    return members


def blocks(item: object) -> object:
    if isinstance(item, dict):
        return {k: LiteralScalarString(v) if k == "user" and isinstance(v, str) else blocks(v) for k, v in item.items()}
    return [blocks(x) for x in item] if isinstance(item, list) else item


def main() -> None:
    choose = random.Random(17)
    documents = [{"x": text} for text in TEXTS + QUOTED_ONLY] + [{"x": [{text: 1}]} for text in TEXTS + QUOTED_ONLY]
    documents += [{"stories": [{"steps": [{"user": text}]}], "z": 1} for text in TEXTS]
    documents += [group(choose, 4) for _ in range(250)]
    for document in documents:
        stream = io.StringIO()
        rasa.shared.utils.io.write_yaml(blocks(document), stream, True)
        print(json.dumps({"document": document, "text": stream.getvalue()}))


main()
