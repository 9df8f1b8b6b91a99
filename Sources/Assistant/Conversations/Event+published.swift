package import Dialogue
import JSON

extension Event {
    /// The event as brokers get it, in JSON (Rasa's `TrackerStore.stream_events`).
    package func published(in conversation: String) -> [UInt8] {
        var body: JSONObject = ["sender_id": .string(conversation)]
        for (key, value) in json.object ?? [:] { body[key] = value }
        return JSON.object(body).encoded(.python)
    }
}
