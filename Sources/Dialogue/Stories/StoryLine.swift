import ExactText
package import JSON

/// One step of a conversation as a story for tests tells it.
package enum StoryLine: Sendable, Hashable {
    /// A message from the user: the intent, unless only the text counted, and the text with its entities marked.
    case user(intent: String?, text: String?)
    case action(String)
    /// A text that the assistant said because a policy predicted it end to end.
    case bot(String)
    case slot(name: String, value: JSON)
    /// A loop began; nil for the end of one.
    case loop(String?)

    /// What a story tells of these events. Listening, the beginning of sessions and marks of unlikely intents belong to
    /// every conversation and are left out.
    package static func lines(of events: some Sequence<Event>) -> [StoryLine] {
        var lines: [StoryLine] = []
        var message: (place: Int, user: UserUttered)?
        for event in events {
            switch event.body {
            case .user(let user):
                message = (lines.count, user)
                lines.append(line(user))
            case .userFeaturization(let useText):
                guard let place = message?.place, var user = message?.user else { continue }
                user.useTextForFeaturization = useText
                message = (place, user)
                lines[place] = line(user)
            case .entities(let added):
                guard let place = message?.place, var user = message?.user else { continue }
                user.add(added.entities)
                message = (place, user)
                lines[place] = line(user)
            case .action(let action):
                if let name = action.name, !name.isEmpty {
                    if !untold.contains(name) { lines.append(.action(name)) }
                } else if let text = action.actionText, !text.isEmpty {
                    lines.append(.bot(text))
                }
            case .slot(let slot): lines.append(.slot(name: slot.name, value: slot.value))
            case .activeLoop(let name): lines.append(.loop(name))
            default: continue
            }
        }
        return lines
    }

    private static let untold = Set<ExactString>([
        DefaultAction.listen, DefaultAction.sessionStart, DefaultAction.unlikelyIntent, DefaultAction.ruleSnippet,
    ])

    private static func line(_ user: UserUttered) -> StoryLine {
        let usesText = user.useTextForFeaturization == true
        let intent = usesText ? nil : user.fullRetrievalIntentName ?? user.intentName
        let text = user.text.flatMap { $0.isEmpty ? nil : AnnotatedText.annotate($0, with: user.entities) }
        return .user(intent: intent.flatMap { $0.isEmpty ? nil : $0 }, text: text)
    }
}
