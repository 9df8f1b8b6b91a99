import Dialogue
import ExactText
import JSON
package import YAML

/// A story as it was played, with what the model would have done otherwise.
package struct PlayedStory: Sendable {
    package let name: String
    let events: [Event]
    /// What was wrong, by the number of the event.
    let faults: [Int: String]
    /// Whether the model did all that the story tells.
    package let isRight: Bool
    /// Whether it took an intent for unlikely on the way.
    package let isUnlikely: Bool

    /// The story in the format of training data, with a comment where the model differs.
    var yaml: YAMLDocument {
        var steps: [YAMLDocument] = []
        var begin = events.startIndex
        for number in events.indices where faults[number] != nil {
            steps += StoryLine.lines(of: events[begin..<number]).compactMap { $0.yaml(comment: nil) }
            steps += StoryLine.lines(of: [events[number]]).compactMap { $0.yaml(comment: faults[number]) }
            begin = number + 1
        }
        steps += StoryLine.lines(of: events[begin...]).compactMap { $0.yaml(comment: nil) }
        return .group([.init("story", .value(.string(name))), .init("steps", .list(steps))])
    }

    /// Stories as one document.
    ///
    /// - Parameter none: The comment where there are none.
    static func document(_ stories: [PlayedStory], none: String) -> [UInt8] {
        guard !stories.isEmpty else { return Array("# \(none)\n".utf8) }
        return YAMLDocument.group([
            .init("version", .quoted("3.1")), .init("stories", .list(stories.map(\.yaml))),
        ]).text
    }
}

extension StoryLine {
    /// The step; nil for one that says nothing.
    ///
    /// - Parameter comment: What stands behind its first line.
    package func yaml(comment: String?) -> YAMLDocument? {
        func text(_ value: String) -> YAMLDocument {
            comment.map { .commented(value, comment: $0) } ?? .value(.string(value))
        }
        switch self {
        case .user(let intent, let said):
            var members: [YAMLDocument.Member] = []
            if let intent { members.append(.init("intent", text(intent))) }
            if let said { members.append(.init("user", .block(said))) }
            return members.isEmpty ? nil : .group(members)
        case .action(let name): return .group([.init("action", text(name))])
        case .bot(let said): return .group([.init("bot", text(said))])
        case .slot(let name, let value):
            return .group([.init("slot_was_set", .list([.group([.init(name, .value(value))])]))])
        case .loop(let name): return .group([.init("active_loop", .value(.text(name)))])
        }
    }
}
