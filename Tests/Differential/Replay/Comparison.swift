import EndToEndSupport
import JSON

/// Compares what a server did with what was recorded: numbers within 1e-4, drawn texts by their variations.
struct Comparison {
    let variations: [String: [String]]

    /// The first difference, with its path, or nil.
    func difference(_ value: JSON, _ recorded: JSON, at path: String = "") -> String? {
        switch (value, recorded) {
        case (.object(let mine), .object(let theirs)):
            for name in theirs.keys where mine[name] == nil {
                return "\(path)/\(name): missing, recorded \(brief(theirs[name]))"
            }
            for (name, one) in mine {
                guard let other = theirs[name] else { return "\(path)/\(name): \(brief(one)), not recorded" }
                if let found = difference(one, other, at: "\(path)/\(name)") { return found }
            }
            return nil
        case (.array(let mine), .array(let theirs)):
            guard mine.count == theirs.count else {
                return "\(path): \(mine.count) elements, recorded \(theirs.count)"
            }
            for (index, pair) in zip(mine, theirs).enumerated() {
                if let found = difference(pair.0, pair.1, at: "\(path)/\(index)") { return found }
            }
            return nil
        case (.string(let mine), .string(let theirs)):
            let isDrawn = mine == theirs || variations.values.contains { $0.contains(mine) && $0.contains(theirs) }
            return isDrawn ? nil : "\(path): '\(mine)', recorded '\(theirs)'"
        default:
            if let mine = value.double, let theirs = recorded.double {
                return abs(mine - theirs) <= 1e-4 ? nil : "\(path): \(mine), recorded \(theirs)"
            }
            return value == recorded ? nil : "\(path): \(brief(value)), recorded \(brief(recorded))"
        }
    }

    /// The first difference between two rows of events, with what was recorded and what came instead.
    func difference(events: [JSON], _ recorded: [JSON]) -> String? {
        for (index, pair) in zip(events, recorded).enumerated() {
            if let found = difference(pair.0, pair.1) {
                return "event \(index) \(found)\n  got      \(line(events))\n  recorded \(line(recorded))"
            }
        }
        guard events.count != recorded.count else { return nil }
        return "\(events.count) events, recorded \(recorded.count)\n  got      \(line(events))\n"
            + "  recorded \(line(recorded))"
    }

    private func line(_ events: [JSON]) -> String {
        events.map { event in
            let type = event["event"]?.string ?? "?"
            switch type {
            case "action": return event["name"]?.string ?? event["action_text"]?.string ?? type
            case "slot": return "\(event["name"]?.string ?? "?")=\(event["value"]?.text() ?? "?")"
            case "user": return "<\(event["text"]?.string ?? "")>"
            case "active_loop": return "loop:\(event["name"]?.string ?? "none")"
            default: return type
            }
        }.joined(separator: " ")
    }

    private func brief(_ value: JSON?) -> String { String((value?.text() ?? "nothing").prefix(200)) }
}
