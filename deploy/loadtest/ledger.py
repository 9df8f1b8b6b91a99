"""What was said, what was answered, what is stored and what was published, held against each other."""
import collections


class Conversation:
    """The messages of one conversation by their numbers, each sent once."""

    def __init__(self, name):
        self.name = name
        self.answered = []  # 200, in the order of the responses
        self.refused = []   # 503 that says nothing of it is stored
        self.unknown = []   # 504, 503 that does not say so, or no response at all
        self.wrong = []     # anything else
        self.spans = {}     # number -> (sent, answered)


def stored_numbers(events):
    """The numbers of the stored messages in order, and whether no two turns are interleaved."""
    numbers, whole, is_open = [], True, False
    for event in events:
        if event["event"] == "user":
            whole &= not is_open
            is_open = True
            numbers.append(event.get("metadata", {}).get("number"))
        elif event["event"] == "action" and event.get("name") == "action_listen":
            is_open = False
    return numbers, whole and not is_open


def examine_stored(conversation, events):
    """What is wrong with a stored conversation, in words."""
    numbers, whole = stored_numbers(events)
    count = collections.Counter(numbers)
    faults = []
    lost = [n for n in conversation.answered if count[n] == 0]
    doubled = [n for n, times in count.items() if times > 1]
    denied = [n for n in conversation.refused if count[n]]
    if lost:
        faults.append("answered and not stored: %s" % lost[:5])
    if doubled:
        faults.append("stored more than once: %s" % doubled[:5])
    if denied:
        faults.append("refused as not stored, and stored: %s" % denied[:5])
    if not whole:
        faults.append("turns are interleaved or torn")
    if not is_serial(conversation, numbers):
        faults.append("a message is stored before one that was answered before it was sent")
    return faults


def is_serial(conversation, numbers):
    """Whether every message stands behind all that were answered before it was sent."""
    place = {number: index for index, number in enumerate(numbers)}
    known = [n for n in conversation.answered if n in place]
    by_response = sorted(known, key=lambda n: conversation.spans[n][1])
    highest, done = -1, 0
    for number in sorted(known, key=lambda n: conversation.spans[n][0]):
        while done < len(by_response) and conversation.spans[by_response[done]][1] < conversation.spans[number][0]:
            highest = max(highest, place[by_response[done]])
            done += 1
        if place[number] < highest:
            return False
    return True


def examine_published(conversation, events, published):
    """(what is missing, how many inversions) of the messages that a broker got, the repeated ones left out."""
    numbers, _ = stored_numbers(events)
    place = {number: index for index, number in enumerate(numbers)}
    seen = list(dict.fromkeys(published))
    missing = [n for n in conversation.answered if n not in set(seen)]
    places = [place[n] for n in seen if n in place]
    inversions = sum(1 for a, b in zip(places, places[1:]) if b < a)
    return missing, inversions
