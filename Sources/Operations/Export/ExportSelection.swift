/// What of the stored conversations is published, and how.
package struct ExportSelection: Sendable {
    /// The file that names tracker store and event broker.
    package let endpoints: String
    /// Only events at this time or later, in seconds since 1970; nil for all.
    package var minimumTimestamp: Double?
    /// Only events before this time; nil for all.
    package var maximumTimestamp: Double?
    /// Added to the time of every event that is published.
    package var offsetTimestampsBySeconds: Int?
    /// Only these conversations, divided by commas; nil for all.
    package var conversationIds: String?
    /// Begins with this conversation, in the order of names; nil for the first.
    package var continueFrom: String?

    /// Everything that the endpoints' store has.
    package init(endpoints: String) { self.endpoints = endpoints }
}
