"""Many messages for one sender at once: what was answered, what is stored, in which order, in what time."""
import http.client
import json
import socket
import threading
import time
import uuid


def lock_keys(redis_port):
    """Lock keys left in Redis, database 1."""
    with socket.create_connection(("127.0.0.1", redis_port), 5) as connection:
        connection.sendall(b"SELECT 1\r\nKEYS *lock*\r\n")
        time.sleep(0.1)
        return connection.recv(65536).count(b"lock:")


def send_all(server, sender, count):
    """Sends `count` messages over as many connections, each written before the next; gives the answered numbers."""
    connections = []
    for number in range(count):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.connect()
        connections.append(connection)
    for number, connection in enumerate(connections):
        body = json.dumps({"sender": sender, "message": "/greet", "metadata": {"number": number}})
        connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    answered, lock = set(), threading.Lock()

    def read(number, connection):
        try:
            response = connection.getresponse()
            if response.status == 200 and json.loads(response.read()):
                with lock:
                    answered.add(number)
        except (OSError, ValueError, http.client.HTTPException):
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=read, args=pair) for pair in enumerate(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered


def examine(events):
    """The numbers of the stored user messages in order, and whether no two turns are interleaved."""
    numbers, whole, open_turn = [], True, False
    for event in events:
        if event["event"] == "user":
            whole &= not open_turn
            open_turn = True
            numbers.append(event.get("metadata", {}).get("number"))
        elif event["event"] == "action" and event.get("name") == "action_listen":
            open_turn = False
    return numbers, whole and not open_turn


def run(server, count, bursts, redis_port):
    """A line of figures over `bursts` bursts of `count` messages."""
    answered = stored = 0
    in_order = whole = True
    started = time.monotonic()
    for _ in range(bursts):
        sender = "burst-" + uuid.uuid4().hex
        answered += len(send_all(server, sender, count))
        events = json.loads(server.get("/conversations/%s/tracker?include_events=ALL" % sender)[1])["events"]
        numbers, uncut = examine(events)
        stored += len(set(numbers))
        in_order &= numbers == sorted(numbers)
        whole &= uncut
    seconds = time.monotonic() - started
    return "%d of %d answered, %d stored, %s, %s, %d lock keys left, %.2f s" % (
        answered, count * bursts, stored, "in the order sent" if in_order else "not in the order sent",
        "no turns interleaved" if whole else "turns interleaved", lock_keys(redis_port), seconds)
