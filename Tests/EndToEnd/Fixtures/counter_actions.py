"""Actions for the `counter` assistant, for an unmodified rasa-sdk server."""
import datetime

from rasa_sdk import Action, FormValidationAction, ValidationAction
from rasa_sdk.events import ReminderCancelled, ReminderScheduled, SlotSet


class ValidateOrder(FormValidationAction):
    def name(self):
        return "validate_order_form"

    async def required_slots(self, domain_slots, dispatcher, tracker, domain):
        return domain_slots

    def validate_size(self, value, dispatcher, tracker, domain):
        if str(value).lower() in ("small", "large"):
            return {"size": value.lower()}
        dispatcher.utter_message(text="There is no such size.")
        return {"size": None}


class ValidateAll(ValidationAction):
    def validate_bell(self, value, dispatcher, tracker, domain):
        return {"bell": str(value).upper()}


class CountGreetings(Action):
    def name(self):
        return "action_count_greetings"

    def run(self, dispatcher, tracker, domain):
        if tracker.latest_message.get("intent", {}).get("name") != "greet":
            return []
        return [SlotSet("greeting_count", (tracker.get_slot("greeting_count") or 0) + 1)]


class AskBuyer(Action):
    def name(self):
        return "action_ask_buyer"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"Who is the {tracker.get_slot('size')} one for?")
        return []


class PlaceOrder(Action):
    def name(self):
        return "action_place_order"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_placed", buttons=[{"title": "Again", "payload": "/order"}])
        return [SlotSet("size", None), SlotSet("buyer", None)]


class Check(Action):
    def name(self):
        return "action_check"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=f"{len(tracker.events)} events, {len(domain['forms'])} form", image="i.png")
        return []


class Remind(Action):
    def name(self):
        return "action_remind"

    def run(self, dispatcher, tracker, domain):
        time = datetime.datetime.now() + datetime.timedelta(seconds=1)
        return [ReminderScheduled("ring", time, entities={"bell": "x"}, name="bell", kill_on_user_message=False)]


class Forget(Action):
    def name(self):
        return "action_forget"

    def run(self, dispatcher, tracker, domain):
        return [ReminderCancelled(name="bell")]
