import Foundation
import JSON

/// What a test has seen of conversations: which messages were answered with success, in order.
final class Answered: @unchecked Sendable {
    // @unchecked: the lock guards all.
    private let lock = NSLock()
    private var texts: [String: [String]] = [:]
    private var failures: [String] = []

    func success(_ text: String, of conversation: String) {
        lock.withLock { texts[conversation, default: []].append(text) }
    }

    func failure(_ what: String) { lock.withLock { failures.append(what) } }

    var conversations: [String: [String]] { lock.withLock { texts } }
    var count: Int { lock.withLock { texts.values.reduce(0) { $0 + $1.count } } }
    var failed: [String] { lock.withLock { failures } }
}

/// Published events, as a consumer takes them: what comes again is passed over.
struct PublishedEvents {
    private(set) var events: [String: [JSON]] = [:]
    private(set) var repeated = 0
    private var seen: Set<String> = []

    mutating func add(_ body: [UInt8], id: String) {
        guard seen.insert(id).inserted else {
            repeated += 1
            return
        }
        guard let event = try? JSON(parsing: body), let sender = event["sender_id"]?.string else { return }
        events[sender, default: []].append(event)
    }

    /// The texts of a conversation's user messages, in the order of publishing.
    func texts(of conversation: String) -> [String] {
        (events[conversation] ?? []).filter { $0["event"]?.string == "user" }.compactMap { $0["text"]?.string }
    }
}

extension Sequence where Element: Equatable {
    /// Whether all of these are among the others, in this order.
    func areInOrder(in others: some Sequence<Element>) -> Bool {
        var rest = Array(others)[...]
        for element in self {
            guard let index = rest.firstIndex(of: element) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}
