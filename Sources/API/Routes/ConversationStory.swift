import Dialogue
import JSON
import YAML

/// A conversation as stories for tests, one for each session that is shown.
struct ConversationStory {
    private let stories: [(name: String, lines: [StoryLine])]

    /// - Parameters:
    ///   - time: Events after this time, in seconds since 1970, are left out, and sessions without events too.
    ///   - allSessions: Whether all sessions are told, or the last alone.
    init(_ tracker: Tracker, until time: Double?, allSessions: Bool) {
        var sessions: [[Event]] = []
        if allSessions {
            for event in tracker.events {
                if sessions.isEmpty || event.isAction(DefaultAction.sessionStart) { sessions.append([]) }
                sessions[sessions.count - 1].append(event)
            }
        } else {
            sessions = [Array(Tracker.lastSession(of: tracker.events))]
        }
        if let time {
            sessions = sessions.map { Array($0.prefix { $0.timestamp <= time }) }.filter { !$0.isEmpty }
        }
        let hasNumbers = sessions.count > 1
        stories = sessions.enumerated().map { number, events in
            let name = hasNumbers ? "\(tracker.senderID), story \(number + 1)" : tracker.senderID
            return (name, StoryLine.lines(of: events))
        }
    }

    /// The stories in the format of training data.
    var yaml: [UInt8] {
        var members = [YAMLDocument.Member("version", .quoted("3.1"))]
        if !stories.isEmpty {
            let list = stories.map { story in
                YAMLDocument.group([
                    .init("story", .value(.string(story.name))), .init("steps", .list(story.lines.compactMap(\.yaml))),
                ])
            }
            members.append(.init("stories", .list(list)))
        }
        return YAMLDocument.group(members).text
    }
}

extension StoryLine {
    /// The step; nil for one that says nothing.
    fileprivate var yaml: YAMLDocument? {
        switch self {
        case .user(let intent, let text):
            var members: [YAMLDocument.Member] = []
            if let intent { members.append(.init("intent", .value(.string(intent)))) }
            if let text { members.append(.init("user", .block(text))) }
            return members.isEmpty ? nil : .group(members)
        case .action(let name): return .group([.init("action", .value(.string(name)))])
        case .bot(let text): return .group([.init("bot", .value(.string(text)))])
        case .slot(let name, let value):
            return .group([.init("slot_was_set", .list([.group([.init(name, .value(value))])]))])
        case .loop(let name): return .group([.init("active_loop", .value(.text(name)))])
        }
    }
}
