"""Makes the calls of Rasa's interactive learning through its own functions.

    python interactive_learning.py URL TOKEN
"""
import asyncio
import os
import sys
import tempfile
import uuid

from rasa.core.training import interactive
from rasa.shared.core.events import ActionExecuted, BotUttered, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import EventVerbosity
from rasa.utils.endpoints import ClientResponseError, EndpointConfig


def names(tracker):
    return [
        event.get("name") or event["event"]
        for event in tracker["events"]
        if event["event"] in ("action", "user", "undo", "rewind", "restart", "bot")
    ]


async def main():
    server = EndpointConfig(sys.argv[1], token=sys.argv[2])
    me = uuid.uuid4().hex
    domain = await interactive.retrieve_domain(server)
    assert interactive.intent_names_from_domain(domain), domain
    status = await interactive.retrieve_status(server)
    assert status["model_file"].endswith(".tar.gz"), status

    # A conversation begins by listening, then the user says something.
    assert await interactive.is_listening_for_message(me, server)
    await interactive.send_message(server, me, "hello")
    assert not await interactive.is_listening_for_message(me, server)
    tracker = await interactive.retrieve_tracker(server, me, EventVerbosity.AFTER_RESTART)
    said = interactive.latest_user_message(tracker["events"])
    assert said["text"] == "hello" and said["parse_data"]["intent"]["name"] == "greet", said

    # What is predicted is done until the assistant listens again.
    done = []
    for _ in range(5):
        predicted = await interactive.request_prediction(server, me)
        best = max(predicted["scores"], key=lambda score: score["score"])["action"]
        await interactive.send_action(server, me, best, predicted["policy"], predicted["confidence"])
        done.append(best)
        if best == "action_listen":
            break
    assert len(done) > 1 and done[-1] == "action_listen", done
    assert await interactive.is_listening_for_message(me, server)
    tracker = await interactive.retrieve_tracker(server, me)
    assert "bot" in names(tracker), names(tracker)

    # A wrong understanding is put right.
    await interactive.send_message(server, me, "how can I pay?")
    tracker = await interactive.retrieve_tracker(server, me, EventVerbosity.AFTER_RESTART)
    right = dict(interactive.latest_user_message(tracker["events"])["parse_data"])
    right["intent"] = {"name": "goodbye", "confidence": 1.0}
    await interactive._correct_wrong_nlu(right, tracker["events"], server, me)
    tracker = await interactive.retrieve_tracker(server, me, EventVerbosity.APPLIED)
    assert interactive.latest_user_message(tracker["events"])["parse_data"]["intent"]["name"] == "goodbye"

    # So is a wrong action, which can be taken back.
    await interactive._correct_wrong_action("utter_goodbye", server, me)
    assert (await interactive.retrieve_tracker(server, me))["latest_action_name"] == "utter_goodbye"
    await interactive._undo_latest(me, server)
    assert not await interactive.is_listening_for_message(me, server)
    await interactive.send_action(server, me, "action_listen")
    assert await interactive.is_listening_for_message(me, server)
    # A message, too.
    await interactive.send_message(server, me, "hello")
    await interactive._undo_latest(me, server)
    assert await interactive.is_listening_for_message(me, server)

    # An action that nobody knows is written down where it is new, and refused where it is not.
    try:
        await interactive.send_action(server, me, "action_unheard_of")
        raise AssertionError("an unknown action was run")
    except ClientResponseError as error:
        assert error.status >= 400
    await interactive.send_event(server, me, ActionExecuted("action_unheard_of").as_dict())
    assert (await interactive.retrieve_tracker(server, me))["latest_action_name"] == "action_unheard_of"

    # Events in a list, and a new beginning.
    await interactive.send_event(
        server, me, [BotUttered("by hand").as_dict(), Restarted().as_dict(), ActionExecuted("action_listen").as_dict()])
    tracker = await interactive.retrieve_tracker(server, me, EventVerbosity.AFTER_RESTART)
    assert not any(event["event"] == "user" for event in tracker["events"]), names(tracker)
    await interactive.send_message(server, me, "/greet", {"intent": {"name": "greet", "confidence": 1.0}, "entities": []})

    # The conversation can be read back, shown and exported by Rasa.
    sequences = await interactive._fetch_events([me], server)
    assert any(isinstance(event, UserUttered) for events in sequences for event in events)
    await interactive._print_history(me, server)
    with tempfile.TemporaryDirectory() as folder:
        stories, nlu, domain_file = [os.path.join(folder, name) for name in ("stories.yml", "nlu.yml", "domain.yml")]
        tracker = await interactive.retrieve_tracker(server, me)
        parsed_domain = interactive.Domain.from_dict(domain)
        interactive._write_stories_to_file(stories, tracker["events"], parsed_domain)
        interactive._write_nlu_to_file(nlu, tracker["events"])
        interactive._write_domain_to_file(domain_file, tracker["events"], parsed_domain)
        for path in (stories, nlu, domain_file):
            assert os.path.getsize(path), path

    # The events can be replaced as a whole.
    events = [ActionExecuted("action_session_start").as_dict(), ActionExecuted("action_listen").as_dict()]
    await server.request("put", subpath=f"/conversations/{me}/tracker/events", json=events)
    tracker = await interactive.retrieve_tracker(server, me)
    assert names(tracker) == ["action_session_start", "action_listen"], names(tracker)


asyncio.run(main())
print("done")
