public import Dialogue
public import JSON
public import OrderedCollections

/// Makes the words of a response: from the domain's variations, or by asking a server (`nlg`).
public protocol ResponseGenerator: Sendable {
    /// The response as the domain writes one, filled in; nil where there is none by that name for this channel.
    func generate(_ request: ResponseRequest) async throws -> JSONObject?
}

/// Which response is to be said, to whom.
public struct ResponseRequest: Sendable {
    /// The name, such as `utter_greet`.
    public let response: String
    /// The `id` of the domain's variation that fits; nil where there is none, or where an action server asked.
    public let variationID: String?
    /// The conversation.
    public let tracker: Tracker
    /// The name of the channel that will show it.
    public let channel: String
    /// Values beside those of the slots.
    public let values: JSONObject

    /// A request.
    public init(
        response: String, variationID: String? = nil, tracker: Tracker, channel: String, values: JSONObject = [:]
    ) {
        self.response = response
        self.variationID = variationID
        self.tracker = tracker
        self.channel = channel
        self.values = values
    }
}
