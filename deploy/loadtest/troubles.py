"""A TCP proxy on a spare loopback port whose connections can be troubled while they are used."""
import asyncio
import contextlib
import random
import socket
import struct

MODES = ["reset", "refuse", "hole", "slow", "cut", "lose"]


class Proxy:
    """Passes bytes to a port of this machine, as its mode says:

    pass    as they come
    reset   every open connection is reset once
    refuse  new connections are reset, open ones too
    hole    nothing moves, nothing ends
    slow    every piece waits up to 40 ms
    cut     of the next response a part arrives, then the connection is reset
    lose    requests arrive, their responses do not, then the connection is reset
    """

    def __init__(self, target):
        self.target, self.mode, self.pairs, self.port = target, "pass", set(), None
        self.tasks = set()

    async def start(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0, backlog=512)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def trouble(self, mode, seconds):
        """One trouble, from its beginning to its end."""
        self.mode = mode
        if mode in ("reset", "refuse"):
            self.reset_all()
        await asyncio.sleep(seconds)
        self.mode = "pass"
        # What waited for a response that was swallowed would wait for ever.
        if mode == "lose":
            self.reset_all()

    def reset_all(self):
        for pair in list(self.pairs):
            for writer in pair:
                reset(writer)

    def accept(self, reader, writer):
        """A task of our own: one that the server makes is complained of when the loop ends before it."""
        task = asyncio.ensure_future(self.serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def serve(self, reader, writer):
        if self.mode == "refuse":
            return reset(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            return reset(writer)
        pair = (writer, far_writer)
        self.pairs.add(pair)
        try:
            await asyncio.gather(self.pump(reader, far_writer, False, pair), self.pump(far_reader, writer, True, pair))
        finally:
            self.pairs.discard(pair)

    async def pump(self, reader, writer, is_response, pair):
        try:
            while data := await reader.read(65536):
                while self.mode == "hole":
                    await asyncio.sleep(0.02)
                if self.mode == "slow":
                    await asyncio.sleep(random.uniform(0, 0.04))
                if is_response and self.mode == "lose":
                    continue
                if is_response and self.mode == "cut":
                    writer.write(data[:random.randint(0, len(data) - 1)])
                    await asyncio.sleep(0.01)
                    break
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in pair:
                reset(end)

    def close(self):
        self.server.close()
        self.reset_all()


def reset(writer):
    """Ends a connection at once, as a crash of the machine behind it would."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(Exception):
        writer.transport.abort()
