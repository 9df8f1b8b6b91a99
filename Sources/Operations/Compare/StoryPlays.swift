import Dialogue
import ExactText
import JSON
import Training

/// What users say in stories, told from the beginning to the end over checkpoints and alternatives.
struct StoryPlays {
    /// How many messages one conversation may have: circles of checkpoints would go on for ever.
    private static let maxMessages = 100

    private let kind: Play.Kind
    private let limit: Int
    private let textsOfResponseKeys: [ExactString: String]
    private let following: [ExactString: [StoryStep]]
    private var plays: [Play] = []
    /// Those that are played already: stories often share their beginnings.
    private var known: Set<[PlannedRequest]> = []

    /// The plays of steps; rules, which are no conversations, are left out.
    ///
    /// - Parameter texts: A text for each `intent/response`.
    static func plays(
        _ steps: [StoryStep], kind: Play.Kind, limit: Int, textsOfResponseKeys texts: [ExactString: String] = [:]
    ) -> [Play] {
        var told = StoryPlays(steps.filter { !$0.isRule }, kind, limit, texts)
        for step in told.following[Checkpoint.start] ?? [] where told.plays.count < limit {
            told.tell(step, [], visited: [])
        }
        return told.plays
    }

    private init(_ steps: [StoryStep], _ kind: Play.Kind, _ limit: Int, _ texts: [ExactString: String]) {
        (self.kind, self.limit, textsOfResponseKeys) = (kind, limit, texts)
        var following: [ExactString: [StoryStep]] = [:]
        for step in steps {
            for start in step.starts { following[start.name, default: []].append(step) }
        }
        self.following = following
    }

    private mutating func tell(_ step: StoryStep, _ before: [PlannedRequest], visited: Set<Int>) {
        guard plays.count < limit else { return }
        let requests = before + step.events.compactMap { request(of: $0) }
        let visited = visited.union([step.number])
        // A circle is gone through once.
        let next = step.ends.flatMap { following[$0.name] ?? [] }.filter { !visited.contains($0.number) }
        guard !next.isEmpty, requests.count < Self.maxMessages else { return add(requests, step) }
        for step in next { tell(step, requests, visited: visited) }
    }

    private mutating func add(_ requests: [PlannedRequest], _ step: StoryStep) {
        let requests = Array(requests.prefix(Self.maxMessages))
        guard !requests.isEmpty, known.insert(requests).inserted else { return }
        plays.append(Play(kind: kind, name: "\(step.name) (\(step.place))", requests: requests))
    }

    private func request(of event: Event.Body) -> PlannedRequest? {
        guard case .user(let message) = event else { return nil }
        let intent = message.intentName.flatMap { $0.isEmpty ? nil : $0 }
        if let text = message.text, !text.isEmpty { return .message(text, intent: intent) }
        guard let intent else { return nil }
        if let key = message.fullRetrievalIntentName, let text = textsOfResponseKeys[key.exact] {
            return .message(text, intent: intent)
        }
        return .message(Self.shortForm(intent, message.entities), intent: intent)
    }

    /// A message in the form `/intent{"entity": "value"}`, in which entities have neither roles nor groups.
    static func shortForm(_ intent: String, _ entities: [JSON]) -> String {
        var members: JSONObject = [:]
        for entity in entities {
            guard let name = entity["entity"]?.string, let value = entity["value"] else { continue }
            guard let present = members[name] else {
                members[name] = value
                continue
            }
            members[name] = .array((present.array ?? [present]) + [value])
        }
        return members.isEmpty ? "/\(intent)" : "/\(intent)\(JSON.object(members).text())"
    }
}
