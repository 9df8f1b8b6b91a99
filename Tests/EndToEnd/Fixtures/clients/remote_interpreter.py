"""Has a server understand messages through Rasa's own client for that.

    python remote_interpreter.py URL
"""
import asyncio
import sys

from rasa.core.channels import UserMessage
from rasa.core.http_interpreter import RasaNLUHttpInterpreter
from rasa.utils.endpoints import EndpointConfig


async def main():
    for url in [sys.argv[1], sys.argv[1] + "/"]:
        interpreter = RasaNLUHttpInterpreter(EndpointConfig(url))
        for text in ["hello", "a mint tea please", 'ä "quoted"\n🙂']:
            parsed = await interpreter.parse(UserMessage(text, sender_id="me"))
            assert parsed["text"] == text, parsed
            assert parsed["intent"]["name"], parsed
            assert 0 < parsed["intent"]["confidence"] <= 1, parsed
        await interpreter.session.close()


asyncio.run(main())
print("done")
