import Dialogue
import ExactText
import JSON
import Networks
import Policies

/// The examples of a policy as lists of states: conversations up to a point, and what follows there (Rasa's tracker
/// featurizers). States that look alike to the network are one turn.
struct DialogueSequences {
    /// A message that a story has by its text alone, with its entities.
    struct Annotated: Hashable {
        let text: ExactString
        let entities: [JSON]
    }

    /// A state as the network sees it: without the text of a message that has an intent. The message that an example
    /// ends with is told apart by its entities, which are to be found in it.
    struct SeenTurn: Hashable {
        let state: StoryState
        let annotated: Annotated?
    }

    private(set) var turns: [SeenTurn] = []
    private(set) var examples: [DialogueExample] = []

    private let featurizer: TrackerFeaturizer
    private var places: [SeenTurn: Int32] = [:]
    private var states: [StoryState: Int32] = [:]
    /// The state that the network sees instead of one, by the place of the latter.
    private var seenStates: [StoryState] = []
    private var known: Set<Known> = []
    /// What can follow after states, and which of these sets each example has.
    private var labelSets: [[Int32]] = []
    private var setsOfStates: [[Int32]: Int] = [:]
    private var setsOfExamples: [Int] = []

    private struct Known: Hashable {
        let states: [Int32]
        let label: Int32
    }

    init(_ featurizer: TrackerFeaturizer) { self.featurizer = featurizer }

    /// Adds the examples of conversations.
    ///
    /// - Parameter label: The id of an action or intent by its name or text; throws where there is none.
    mutating func add(
        _ trackers: [TrainingTracker], label: (String) throws(TrainingError) -> Int32
    ) throws(TrainingError) {
        for tracker in trackers {
            let turns = tracker.storyStates.filter { !$0.isAfterUnlikelyIntent }.map { place(of: $0) }
            let events = tracker.appliedEvents.filter { !$0.isAction(DefaultAction.unlikelyIntent) }
            switch featurizer.kind {
            case .maxHistory: try addActions(turns, events, label)
            case .intentMaxHistory: try addIntents(turns, events, label)
            case .fullDialogue: try addDialogue(turns, events, label)
            }
        }
        for (example, set) in setsOfExamples.enumerated() { examples[example].labels = labelSets[set] }
    }

    private mutating func place(of state: StoryState) -> Int32 {
        if let place = states[state] { return place }
        let place = Int32(seenStates.count)
        states[state] = place
        seenStates.append(state.withoutTextOfIntent)
        return place
    }

    /// The place of a turn as the network sees it.
    private mutating func turn(_ state: Int32, _ annotated: Annotated? = nil) -> Int32 {
        let turn = SeenTurn(state: seenStates[Int(state)], annotated: annotated)
        if let place = places[turn] { return place }
        let place = Int32(turns.count)
        places[turn] = place
        turns.append(turn)
        return place
    }

    private func cut(_ states: ArraySlice<Int32>) -> [Int32] {
        Array(featurizer.maxHistory.map { states.suffix($0) } ?? states)
    }

    private mutating func append(_ states: [Int32], _ annotated: Annotated?, labels: [Int32]) {
        guard !states.isEmpty else { return }
        var seen = states.dropLast().map { turn($0) }
        if let last = states.last { seen.append(turn(last, annotated)) }
        examples.append(DialogueExample(turns: seen, labels: labels))
    }

    private mutating func addActions(
        _ states: [Int32], _ events: [Event], _ label: (String) throws(TrainingError) -> Int32
    ) throws(TrainingError) {
        var count = 0
        var annotated: Annotated?
        for event in events {
            if let message = event.user { annotated = Annotated(message) }
            guard let action = event.action else { continue }
            count += 1
            guard !event.isUnpredictable else { continue }
            let before = cut(states.prefix(count))
            let id = try label(action.reference.nameOrText)
            if !featurizer.removesDuplicates || known.insert(Known(states: before, label: id)).inserted {
                append(before, annotated, labels: [id])
            }
            annotated = nil
        }
    }

    private mutating func addIntents(
        _ states: [Int32], _ events: [Event], _ label: (String) throws(TrainingError) -> Int32
    ) throws(TrainingError) {
        var count = 0
        for event in events {
            if event.action != nil { count += 1 }
            guard let message = event.user else { continue }
            let id = try label(message.intentName.flatMap { $0.isEmpty ? nil : $0 } ?? message.text ?? "")
            let before = cut(states.prefix(count))
            guard !featurizer.removesDuplicates || known.insert(Known(states: before, label: id)).inserted else {
                continue
            }
            let set = setsOfStates[before] ?? labelSets.count
            let isNew = set == labelSets.count
            if isNew {
                setsOfStates[before] = set
                labelSets.append([])
            }
            if !labelSets[set].contains(id) { labelSets[set].append(id) }
            if isNew || !featurizer.removesDuplicates {
                setsOfExamples.append(set)
                append(before, nil, labels: [])
            }
        }
    }

    /// One example for all actions, whose labels are as many as its turns.
    private mutating func addDialogue(
        _ states: [Int32], _ events: [Event], _ label: (String) throws(TrainingError) -> Int32
    ) throws(TrainingError) {
        var seen: [Int32] = []
        var labels: [Int32] = []
        var count = 0
        var annotated: Annotated?
        for event in events {
            if let message = event.user { annotated = Annotated(message) }
            guard let action = event.action else { continue }
            count += 1
            // An action that nothing foretells is the first, and goes with the state before it.
            if !event.isUnpredictable, count <= states.count {
                seen.append(turn(states[count - 1], annotated))
                labels.append(try label(action.reference.nameOrText))
            }
            annotated = nil
        }
        if !seen.isEmpty { examples.append(DialogueExample(turns: seen, labels: labels)) }
    }
}

extension DialogueSequences.Annotated {
    /// Nil where the message has an intent, which then counts instead.
    init?(_ message: UserUttered) {
        guard let text = message.text, !text.isEmpty, (message.intentName ?? "").isEmpty else { return nil }
        self.init(text: text.exact, entities: message.entities)
    }
}

extension StoryState {
    fileprivate var isAfterUnlikelyIntent: Bool {
        state.previousAction?.name?.exact == DefaultAction.unlikelyIntent.exact
    }

    /// The state without the text of a message that has an intent.
    fileprivate var withoutTextOfIntent: StoryState {
        guard let user = state.user, user.intent?.isEmpty == false, user.text != nil else { return self }
        var state = state
        state.user?.text = nil
        return StoryState(state, unset: unset)
    }
}
