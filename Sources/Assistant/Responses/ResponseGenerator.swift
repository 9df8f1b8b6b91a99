package import Dialogue
import ExactText
package import JSON

/// Makes the words of a response: from the domain's variations, or by asking a server (`nlg`).
package protocol ResponseGenerator: Sendable {
    /// The response as the domain writes one, filled in; nil where there is none by that name for this channel.
    func generate(_ request: ResponseRequest) async throws -> JSONObject?
}

/// Which response is to be said, to whom.
package struct ResponseRequest: Sendable {
    /// The name, such as `utter_greet`.
    package let response: String
    /// The domain's variations of the response; empty where an action server asked, whose requests bear no id.
    package let variations: [JSON]
    package let tracker: Tracker
    /// The name of the channel that will show it.
    package let channel: String
    package let values: JSONObject

    package init(
        response: String, variations: [JSON] = [], tracker: Tracker, channel: String, values: JSONObject = [:]
    ) {
        self.response = response
        self.variations = variations
        self.tracker = tracker
        self.channel = channel
        self.values = values
    }

    /// The `id` by which a server for responses knows the variation that fits; nil where ids are missing or doubled.
    package var variationID: String? {
        let fitting = TemplateGenerator.fitting(variations, channel: channel, tracker: tracker)
        let ids = fitting.compactMap { $0["id"]?.string }.filter { !$0.isEmpty }
        guard Set<ExactString>(ids).count == ids.count else { return nil }
        return fitting.first?["id"]?.string
    }
}
