package import Dialogue
import ExactText
import JSON
import Policies

/// Goes through stories and rules in every way that their checkpoints allow (Rasa's `TrainingDataGenerator`).
///
/// Rasa also glues whole stories together at random ("augmentation"). Only policies with networks learn from those, so
/// there is nothing here that would.
package struct StoryTeller {
    let graph: StoryGraph
    package let domain: Domain

    package init(_ steps: [StoryStep], _ domain: Domain) {
        graph = StoryGraph(steps).withoutCycles()
        self.domain = domain
    }

    /// How many conversations alternatives and checkpoints may make, besides one for each step.
    package static let maxConversations = 50_000

    /// All conversations, those of stories first.
    ///
    /// - Throws: ``TrainingError`` where they are too many, with the place where they part once more.
    package func tell() throws(TrainingError) -> (trackers: [TrainingTracker], warnings: [TrainingWarning]) {
        var teller = StoryReplay(graph: graph, domain: domain, limit: Self.maxConversations + graph.ordered.count)
        let stories = try teller.tell(graph.ordered.filter { !$0.isRule }, isRule: false)
        let rules = try teller.tell(graph.ordered.filter(\.isRule), isRule: true)
        return (stories + rules, teller.warnings)
    }
}

/// The work of a ``StoryTeller``.
private struct StoryReplay {
    let graph: StoryGraph
    let domain: Domain
    var warnings: [TrainingWarning] = []
    /// How many conversations may still be begun or gone on with.
    private var room: Int
    /// The states of conversations that are told to their end.
    private var ended: Set<Ended> = []

    private struct Ended: Hashable {
        let states: [JSON]
        let isRule: Bool
    }

    init(graph: StoryGraph, domain: Domain, limit: Int) {
        self.graph = graph
        self.domain = domain
        room = limit
    }

    mutating func tell(_ steps: [StoryStep], isRule: Bool) throws(TrainingError) -> [TrainingTracker] {
        guard !steps.isEmpty else { return [] }
        var active = [Checkpoint.start: [TrainingTracker(name: "", domain: domain, isRule: isRule)]]
        var finished: [TrainingTracker] = []
        var ends: [TrainingTracker] = []
        var used: Set<ExactString> = []
        var unusedBefore: Set<ExactString> = []
        while active.contains(where: { !$0.value.isEmpty }) {
            var unused: Set<ExactString> = []
            for step in steps {
                let incoming = Self.unique(incoming(to: step, active, &used, &unused))
                guard !incoming.isEmpty else { continue }
                try make(incoming.count, of: step)
                let trackers = go(through: step, incoming, &finished)
                for end in step.ends {
                    let start = graph.continuations[end.name] ?? end.name
                    active[start, default: []] += trackers
                    if used.contains(start) { unused.insert(start) }
                }
                if step.ends.isEmpty {
                    ends += trackers.filter { ended.insert(Ended(states: $0.states, isRule: isRule)).inserted }
                }
            }
            unused.formUnion(active.keys.filter { !used.contains($0) })
            active = active.filter { unused.contains($0.key) && $0.key != Checkpoint.start }
            guard unused != unusedBefore, active.contains(where: { !$0.value.isEmpty }) else {
                unusedBefore = unused
                break
            }
            unusedBefore = unused
        }
        unusedBefore.subtract(used)
        for checkpoint in unusedBefore.sorted() { finished += active[checkpoint] ?? [] }
        warn(unusedBefore, steps)
        return finished + ends
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

    private func incoming(
        to step: StoryStep, _ active: [ExactString: [TrainingTracker]], _ used: inout Set<ExactString>,
        _ unused: inout Set<ExactString>
    ) -> [TrainingTracker] {
        var incoming: [TrainingTracker] = []
        for start in step.starts {
            if let trackers = active[start.name], !trackers.isEmpty {
                incoming += trackers.filter { tracker in
                    start.conditions.allSatisfy { tracker.tracker.slot($0.key) == $0.value }
                }
                used.insert(start.name)
            } else if !used.contains(start.name) {
                unused.insert(start.name)
            }
        }
        return incoming
    }

    /// One of each that look alike to policies: they would go on looking alike.
    private static func unique(_ trackers: [TrainingTracker]) -> [TrainingTracker] {
        var seen: Set<[JSON]> = []
        return trackers.filter { seen.insert($0.states).inserted }
    }

    private func go(
        through step: StoryStep, _ incoming: [TrainingTracker], _ finished: inout [TrainingTracker]
    ) -> [TrainingTracker] {
        let events = events(of: step)
        guard !events.isEmpty else { return [] }
        var trackers = incoming.map { $0.entering(step.name) }
        for event in events {
            switch event.body {
            case .actionReverted, .userUtteranceReverted, .restart: finished += trackers
            default: break
            }
            for index in trackers.indices { trackers[index].update(event) }
        }
        return trackers
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
