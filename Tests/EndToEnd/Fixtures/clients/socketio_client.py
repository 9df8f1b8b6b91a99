"""Talks to a server as unmodified python-socketio clients do.

    python socketio_client.py URL websocket|polling|upgrade [WRONG_TOKEN RIGHT_TOKEN]

With tokens only the right one may connect.
"""
import asyncio
import sys
import uuid

import aiohttp
import socketio

URL, TRANSPORT, TOKENS = sys.argv[1], sys.argv[2], sys.argv[3:]
TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": None}[TRANSPORT]


class Client:
    """One client, each of whose requests has a connection of its own, so that it may reach any worker."""

    def __init__(self):
        self.heard = asyncio.Queue()
        self.confirmed = asyncio.Queue()
        self.refused = []

    async def open(self, auth=None):
        session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        self.session = session
        self.client = socketio.AsyncClient(http_session=session)
        self.client.on("bot_uttered", self.heard.put)
        self.client.on("session_confirm", self.confirmed.put)
        self.client.on("connect_error", self.refused.append)
        await self.client.connect(URL, transports=TRANSPORTS, auth=auth)
        return self

    async def join(self, session_id):
        await self.client.emit("session_request", {"session_id": session_id})
        return await asyncio.wait_for(self.confirmed.get(), 10)

    async def say(self, text, session_id=None, **more):
        await self.client.emit("user_uttered", {"message": text, "session_id": session_id, **more})

    async def hear(self):
        return await asyncio.wait_for(self.heard.get(), 10)

    async def close(self):
        await self.client.disconnect()
        await self.session.close()


async def sessions():
    """Clients of one session all hear what anybody says, and what the API has the assistant say."""
    shared = uuid.uuid4().hex
    clients = [await Client().open() for _ in range(6)]
    for client in clients:
        assert await client.join(shared) == shared
    for client in clients:
        await client.say("hello", shared, metadata={"from": "python"})
        for listener in clients:
            assert "text" in await listener.hear()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        for _ in range(8):
            address = f"{URL}/conversations/{shared}/trigger_intent?output_channel=socketio"
            async with http.post(address, json={"name": "greet"}) as answer:
                assert answer.status == 200, await answer.text()
            for listener in clients:
                assert "text" in await listener.hear()
        async with http.get(f"{URL}/conversations/{shared}/tracker?include_events=ALL") as answer:
            said = [event for event in (await answer.json())["events"] if event["event"] == "user"]
        assert [event["text"] for event in said if event["text"] == "hello"] == ["hello"] * len(clients)
        assert said[0]["metadata"]["from"] == "python" and said[0]["input_channel"] == "socketio"
    # A client that comes back finds its session.
    await clients[0].close()
    again = await Client().open()
    await again.join(shared)
    await clients[1].say("hello", shared)
    assert "text" in await again.hear()
    # Without a session id one is made up.
    stranger = await Client().open()
    made = await stranger.join(None)
    assert len(made) == 32
    await stranger.say("hello", made)
    assert "text" in await stranger.hear()
    # An acknowledgement comes when the turn is over.
    await asyncio.wait_for(stranger.client.call("user_uttered", {"message": "hello", "session_id": made}), 10)
    assert "text" in await stranger.hear()
    assert stranger.heard.empty()
    for client in clients[1:] + [again, stranger]:
        await client.close()


async def tokens(wrong, right):
    for auth in [None, {}, {"token": wrong}]:
        client = Client()
        try:
            await client.open(auth)
        except socketio.exceptions.ConnectionError:
            assert client.refused == [{"message": "Connection rejected by server"}], client.refused
        else:
            raise AssertionError(f"{auth} was let in")
        finally:
            await client.session.close()
    client = await Client().open({"token": right})
    await client.join("mine")
    await client.say("hello", "mine")
    assert "text" in await client.hear()
    await client.close()


asyncio.run(tokens(*TOKENS) if TOKENS else sessions())
print("done")
