import Dialogue
import JSON

/// Makes the words of a response.
///
/// Rasa's own way is ``TemplateGenerator``; a server that makes them would be another.
protocol ResponseGenerator: Sendable {
    /// The response as the domain writes one, filled in; nil where there is none by that name for this channel.
    ///
    /// - Parameters:
    ///   - response: The name, such as `utter_greet`.
    ///   - channel: The name of the channel that will show it.
    ///   - values: Values beside those of the slots.
    func generate(
        _ response: String, for tracker: Tracker, channel: String, values: JSONObject
    ) async throws -> JSONObject?
}
