import Foundation
package import JSON

/// Published events, as a consumer takes them: what comes again is passed over.
package struct PublishedEvents {
    package private(set) var events: [String: [JSON]] = [:]
    package private(set) var repeated = 0
    private var seen: Set<String> = []

    /// None yet.
    package init() {}

    package mutating func add(_ body: [UInt8], id: String) {
        guard seen.insert(id).inserted else {
            repeated += 1
            return
        }
        guard let event = try? JSON(parsing: body), let sender = event["sender_id"]?.string else { return }
        events[sender, default: []].append(event)
    }

    /// The numbers that a ``Load`` gave to a conversation's messages, in the order of publishing.
    package func numbers(of conversation: String) -> [Int] {
        (events[conversation] ?? []).filter { $0["event"] == "user" }.compactMap { $0["metadata"]?["number"]?.int }
    }

    /// The texts of a conversation's user messages, in the order of publishing.
    package func texts(of conversation: String) -> [String] {
        (events[conversation] ?? []).filter { $0["event"]?.string == "user" }.compactMap { $0["text"]?.string }
    }
}

extension Load.Report {
    /// Whether all that was answered with success is published.
    package func isPublished(_ published: PublishedEvents) -> Bool {
        talks.allSatisfy { Set($1.responded).isSubset(of: published.numbers(of: $0)) }
    }
}

extension Sequence where Element: Equatable {
    /// Whether all of these are among the others, in this order.
    package func areInOrder(in others: some Sequence<Element>) -> Bool {
        var rest = Array(others)[...]
        for element in self {
            guard let index = rest.firstIndex(of: element) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}
