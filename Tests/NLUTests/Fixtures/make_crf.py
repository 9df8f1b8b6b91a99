"""Records what Rasa 3.6.21 makes of texts with an archive, and the values that CRFsuite's training reached.

    python make_crf.py crf.tar.gz crf-parses.json

The archive was trained with `rasa train nlu` on the data of tiny.tar.gz; its pipeline is in its metadata.json.
"""
import asyncio
import json
import os
import sys
import warnings

os.environ.update(SQLALCHEMY_SILENCE_UBER_WARNING="1", TF_CPP_MIN_LOG_LEVEL="3", RASA_TELEMETRY_ENABLED="false")
warnings.simplefilter("ignore")

import sklearn_crfsuite
from rasa.core.agent import Agent

TEXTS = """book a flight from Berlin to New York
I want to fly from Rome to the big apple tomorrow
5 adults, 2 kids
table for 12 adults and 3 kids at a thai place
I live at 12 Main Street, Springfield
deliver to 7 Long Road, Rome , please
Paris, London,Rome
my name is Émile and I am in München
ÉMILE İstanbul straße
from 10115 Berlin to 00100 Rome
two three one 12345
call me Bob :)
hello
x
!
😀 to Paris 😀
你好 from 你好
to to to from from from
It's Bob's table for It'S
BOOK A FLIGHT FROM LONDON TO PARIS
get me to San Francisco from Munich from Munich
I am alice; my address is 3 High Street, Big Town, for 4 people
mexican or italian or chinese food for 6
2 adults and 3 kids and 4 adults and 5 kids""".split("\n")

objectives = []
fit = sklearn_crfsuite.CRF.fit


def recording_fit(self, *arguments, **named):
    result = fit(self, *arguments, **named)
    objectives.append(self.training_log_.last_iteration["loss"])
    return result


sklearn_crfsuite.CRF.fit = recording_fit
agent = Agent.load(sys.argv[1])


async def parses():
    return [{"asked": text, "result": await agent.parse_message(text)} for text in TEXTS]


with open(sys.argv[2], "w") as file:
    recorded = {"objectives": objectives, "parses": asyncio.run(parses())}
    json.dump(recorded, file, ensure_ascii=False, separators=(",", ":"), default=float)
