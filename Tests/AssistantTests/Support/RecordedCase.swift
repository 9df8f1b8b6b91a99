import JSON
import TestSupport

/// Conversations as the real Rasa 3.6.21 held them over its REST channel: `Fixtures/turns.json`. `~time~`, `~id~` and
/// `{"~one_of~": […]}` stand for values that change from run to run.
struct RecordedCases {
    let models: JSON
    let cases: [JSON]

    init() throws {
        let json = try Fixtures.json("turns.json")
        models = json["models"] ?? .null
        cases = json["cases"]?.array ?? []
    }

    func named(_ name: String) throws -> JSON {
        guard let found = cases.first(where: { $0["name"]?.string == name }) else {
            throw TestFailure("there is no case \(name)")
        }
        return found
    }
}

extension JSON {
    /// Where this differs from a recording, in words; nil where it does not. Numbers may be off by 1e-3.
    func mismatch(with recorded: JSON, at path: String = "") -> String? {
        switch recorded {
        case .string("~time~"): return (double ?? 0) > 1e8 ? nil : "\(path): no time but \(text())"
        case .string("~id~"): return string?.count == 32 ? nil : "\(path): no id but \(text())"
        case .object(let members):
            if let choices = members["~one_of~"]?.array {
                return choices.contains { mismatch(with: $0) == nil } ? nil : "\(path): \(text()) is no choice"
            }
            guard let own = object else { return "\(path): \(text()) instead of an object" }
            if Set(own.keys) != Set(members.keys) {
                return "\(path): keys \(Array(own.keys)) instead of \(Array(members.keys))"
            }
            for (key, value) in own {
                if let found = value.mismatch(with: members[key] ?? .null, at: "\(path)/\(key)") { return found }
            }
            return nil
        case .array(let elements):
            guard let own = array else { return "\(path): \(text()) instead of an array" }
            for (index, pair) in zip(own, elements).enumerated() {
                if let found = pair.0.mismatch(with: pair.1, at: "\(path)/\(index)") { return found }
            }
            return own.count == elements.count ? nil : "\(path): \(own.count) elements instead of \(elements.count)"
        case .int, .double:
            guard let value = recorded.double, let own = double, abs(own - value) <= 1e-3 else {
                return "\(path): \(text()) instead of \(recorded.text())"
            }
            return nil
        default: return self == recorded ? nil : "\(path): \(text()) instead of \(recorded.text())"
        }
    }
}
