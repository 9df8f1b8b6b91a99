import Dialogue
import ExactText
import JSON
import Policies
import PythonSemantics

/// One telling of a graph of stories or rules.
struct StoryReplay {
    let graph: StoryGraph
    let domain: Domain
    var warnings: [TrainingWarning] = []
    /// How many conversations may still be begun or gone on with.
    private var room: Int
    /// The states of conversations that are told to their end.
    private var ended: Set<Ended> = []

    private struct Ended: Hashable {
        let states: [StoryState]
        let isRule: Bool
    }

    init(graph: StoryGraph, domain: Domain, limit: Int) {
        self.graph = graph
        self.domain = domain
        room = limit
    }

    /// What is under way while steps are gone through.
    private struct Walk {
        let isRule: Bool
        /// The conversations that wait at each place.
        var active: [ExactString: [TrainingTracker]] = [:]
        /// Conversations that end within a story.
        var finished: [TrainingTracker] = []
        /// Those that are told to the end of a story.
        var ends: [TrainingTracker] = []
        var used: Set<ExactString> = []
        var unused: Set<ExactString> = []
    }

    /// Goes through the steps until nothing new is reached, then through glued stories.
    mutating func tell(
        _ steps: [StoryStep], isRule: Bool, augmentation: Int = 0
    ) throws(TrainingError) -> (told: [TrainingTracker], augmented: [TrainingTracker]) {
        guard !steps.isEmpty else { return ([], []) }
        var walk = Walk(isRule: isRule)
        walk.active = [Checkpoint.start: [TrainingTracker(name: "", domain: domain, isRule: isRule)]]
        var unusedBefore: Set<ExactString> = []
        while walk.active.contains(where: { !$0.value.isEmpty }) {
            walk.unused = []
            for step in steps {
                let incoming = Self.unique(incoming(to: step, &walk))
                guard !incoming.isEmpty else { continue }
                try make(incoming.count, of: step)
                go(through: step, incoming.map { $0.entering(step.name) }, &walk)
            }
            walk.unused.formUnion(walk.active.keys.filter { !walk.used.contains($0) })
            let unused = walk.unused
            walk.active = walk.active.filter { unused.contains($0.key) && $0.key != Checkpoint.start }
            guard unused != unusedBefore, walk.active.contains(where: { !$0.value.isEmpty }) else {
                unusedBefore = unused
                break
            }
            unusedBefore = unused
        }
        unusedBefore.subtract(walk.used)
        for checkpoint in unusedBefore.sorted() { walk.finished += walk.active[checkpoint] ?? [] }
        warn(unusedBefore, steps)
        let told = walk.finished + walk.ends
        guard augmentation > 0, !isRule else { return (told, []) }
        walk.finished = []
        return (told, augment(steps, augmentation, walk))
    }

    /// How often stories are glued to the ends of those before.
    private static let augmentationRounds = 3
    /// How many conversations a round makes at most, besides one for each step. Rasa makes `factor` times as many as
    /// there are stories, however many those are, and then keeps `10 · factor` of them.
    private static let maxAugmented = 10_000
    /// Rasa's own seed, which no option changes.
    private static let augmentationSeed: UInt64 = 42

    /// Stories that go on from the ends of others at random, three times in a row at most.
    ///
    /// - Parameter walk: Its ends are where the first round goes on.
    private mutating func augment(_ steps: [StoryStep], _ factor: Int, _ walk: Walk) -> [TrainingTracker] {
        var walk = walk
        var random = PythonRandom(seed: Self.augmentationSeed)
        let (kept, overflows) = factor.multipliedReportingOverflow(by: 10)
        let limit = overflows ? Int.max : kept
        let limitOfStep = min(limit, max(1, Self.maxAugmented / steps.count))
        func begin() {
            random.shuffle(&walk.ends)
            walk.used = []
            walk.active = [Checkpoint.start: walk.ends.prefix(factor).map { $0.augmenting() }]
        }
        begin()
        for _ in 0..<Self.augmentationRounds where walk.active.contains(where: { !$0.value.isEmpty }) {
            for step in steps {
                var incoming = Self.unique(incoming(to: step, &walk))
                guard !incoming.isEmpty else { continue }
                random.shuffle(&incoming)
                go(through: step, Array(incoming.prefix(limitOfStep)), &walk)
            }
            begin()
        }
        var augmented = (walk.finished + walk.ends).filter(\.isAugmented)
        random.shuffle(&augmented)
        return Array(augmented.prefix(limit))
    }

    /// A step adds as many conversations as come to it.
    private mutating func make(_ count: Int, of step: StoryStep) throws(TrainingError) {
        room -= count
        guard room < 0 else { return }
        throw TrainingError(
            .badStories, at: step.place,
            "the \(step.kind) '\(step.name)' can go on in more than \(StoryTeller.maxConversations) ways, since every "
                + "alternative ('or') and checkpoint multiplies those before it; use fewer of them, or fewer in a row")
    }

    private func incoming(to step: StoryStep, _ walk: inout Walk) -> [TrainingTracker] {
        var incoming: [TrainingTracker] = []
        for start in step.starts {
            if let trackers = walk.active[start.name], !trackers.isEmpty {
                incoming += trackers.filter { tracker in
                    start.conditions.allSatisfy { tracker.tracker.slot($0.key) == $0.value }
                }
                walk.used.insert(start.name)
            } else if !walk.used.contains(start.name) {
                walk.unused.insert(start.name)
            }
        }
        return incoming
    }

    /// One of each that look alike to policies: they would go on looking alike.
    private static func unique(_ trackers: [TrainingTracker]) -> [TrainingTracker] {
        var seen: Set<[StoryState]> = []
        return trackers.filter { seen.insert($0.storyStates).inserted }
    }

    private mutating func go(through step: StoryStep, _ incoming: [TrainingTracker], _ walk: inout Walk) {
        let events = events(of: step)
        var trackers = events.isEmpty ? [] : incoming
        for event in events {
            switch event.body {
            case .actionReverted, .userUtteranceReverted, .restart: walk.finished += trackers
            default: break
            }
            for index in trackers.indices { trackers[index].update(event) }
        }
        for end in step.ends {
            let start = graph.continuations[end.name] ?? end.name
            walk.active[start, default: []] += trackers
            if walk.used.contains(start) { walk.unused.insert(start) }
        }
        guard step.ends.isEmpty else { return }
        walk.ends += trackers.filter {
            ended.insert(Ended(states: $0.storyStates, isRule: walk.isRule)).inserted
        }
    }

    private func events(of step: StoryStep) -> [Event] {
        let unpredictable = step.unpredictableAction.map { step.events[$0] }
        var isMarked = unpredictable == nil
        return step.explicitEvents(domain).map { body in
            if !isMarked, body == unpredictable {
                isMarked = true
                return Event(story: body, isUnpredictable: true)
            }
            return Event(story: step.isRule ? Self.demandingNothing(body) : body)
        }
    }

    /// In rules, to have nothing is a condition, unlike not to be told.
    private static func demandingNothing(_ body: Event.Body) -> Event.Body {
        switch body {
        case .activeLoop(name: nil): .activeLoop(name: RuleTable.mustBeUnset)
        case .slot(let slot) where slot.value.isNull: .slot(SlotSet(slot.name, .string(RuleTable.mustBeUnset)))
        default: body
        }
    }

    private mutating func warn(_ unused: Set<ExactString>, _ steps: [StoryStep]) {
        if unused.contains(Checkpoint.start) {
            warnings.append(TrainingWarning("no story begins without a checkpoint; at least one should"))
        }
        var told: Set<ExactString> = []
        for step in steps {
            let starts = step.starts.filter { unused.contains($0.name) }
            for checkpoint in starts + step.ends.filter({ unused.contains($0.name) })
            where !checkpoint.name.hasPrefix(StoryGraph.generatedPrefix) && checkpoint.name != Checkpoint.start {
                let verb = starts.contains(checkpoint) ? "ends" : "begins"
                let message =
                    "no story \(verb) with the checkpoint '\(checkpoint.name)' of '\(step.name)'"
                guard told.insert(message).inserted else { continue }
                warnings.append(TrainingWarning(at: step.place, message))
            }
        }
    }
}
