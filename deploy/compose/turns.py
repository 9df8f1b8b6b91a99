"""turns.py PORT PREFIX COUNT: sends messages of several senders to a server on this machine over 8 connections; status
1 where one gets no response. PREFIX is the path before /webhooks."""
import concurrent.futures
import http.client
import json
import sys

PORT, PREFIX, COUNT, THREADS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), 8


def talk(thread):
    connection, wrong = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60), 0
    for turn in range(thread, COUNT, THREADS):
        body = json.dumps({"sender": f"{thread}-{turn % 7}", "message": "hello"})
        connection.request("POST", PREFIX + "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read()
        wrong += response.status != 200 or not json.loads(text)
    return wrong


with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
    wrong = sum(threads.map(talk, range(THREADS)))
print(f"{COUNT} turns, {wrong} of them without a response")
sys.exit(wrong != 0)
