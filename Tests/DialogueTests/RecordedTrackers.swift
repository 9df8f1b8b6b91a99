import JSON
import TestSupport

@testable import Dialogue

/// Conversations with the state that Rasa gives them; `Fixtures/make_trackers.py` made them.
struct RecordedTrackers {
    let json: JSON
    let domain: Domain

    init() throws {
        json = try Fixtures.json("trackers.json")
        domain = try Domain(json: json["domain"] ?? .null)
    }

    var conversations: [JSON] { json["conversations"]?.array ?? [] }

    func tracker(_ conversation: JSON) throws -> Tracker {
        var tracker = Tracker(conversation: "s", slots: domain.slots)
        for event in try Event.list(from: conversation["events"]?.array ?? []) { tracker.update(event) }
        return tracker
    }
}

extension JSON {
    /// The members named in `other`, numbers compared by value; a difference in words, or nil.
    func difference(from other: JSON, at path: String = "") -> String? {
        switch (self, other) {
        case (.object(let a), .object(let b)):
            if Array(a.keys) != Array(b.keys) { return "\(path): keys \(Array(a.keys)) instead of \(Array(b.keys))" }
            for (key, value) in a {
                if let found = value.difference(from: b[key] ?? .null, at: "\(path)/\(key)") { return found }
            }
            return nil
        case (.array(let a), .array(let b)):
            if a.count != b.count { return "\(path): \(a.count) elements instead of \(b.count)" }
            for (index, pair) in zip(a, b).enumerated() {
                if let found = pair.0.difference(from: pair.1, at: "\(path)/\(index)") { return found }
            }
            return nil
        case (.bool, _), (_, .bool): break
        default:
            if let a = double, let b = other.double, a == b || a.isNaN && b.isNaN { return nil }
        }
        return self == other ? nil : "\(path): \(text()) instead of \(other.text())"
    }
}
