"""Talks to a server with Rasa's own console client, to which the words are typed.

    python console_client.py URL TOKEN [--block]
"""
import asyncio
import sys

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rasa.core.channels.console import record_messages

keyboard = create_pipe_input()
with create_app_session(input=keyboard, output=DummyOutput()):
    # A greeting, the first button below the answer, the first one below the next, and the end.
    for line in ["hello", "", "", "/stop"]:
        keyboard.send_text(line + "\n")
    count = asyncio.run(
        record_messages(
            "console", server_url=sys.argv[1], auth_token=sys.argv[2], use_response_stream="--block" not in sys.argv,
            request_timeout=10))
print(f"{count} messages")
