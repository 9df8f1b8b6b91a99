import Dialogue
import ExactText
import JSON
import OrderedCollections
import Policies

/// Goes through stories and rules and compares what they do with what the rules foretell.
struct ContradictionCheck {
    /// Rules may be taken away on the way.
    private(set) var judge: RuleJudge
    /// The rules, with the actions they have, that a source was met in.
    private(set) var sources: [ExactString: [(rule: String, action: String)]] = [:]
    /// The sources that stories agree with.
    private(set) var usedInStories: Set<ExactString> = []
    private(set) var contradictions: [String] = []

    init(judge: RuleJudge) { self.judge = judge }

    /// Notes which rules a prediction comes from, so that contradictions can name them.
    mutating func collectSources(of rule: TrainingTracker) {
        for turn in turns(of: rule) {
            guard let source = turn.verdict.source else { continue }
            if RuleJudge.isBuiltIn(source) {
                sources[source, default: []].append((source, turn.verdict.action ?? ""))
            } else {
                sources[source, default: []].append((rule.name, turn.action))
            }
        }
    }

    mutating func check(_ tracker: TrainingTracker) {
        var walk = Walk(tracker)
        while let action = walk.next(judge) {
            let verdict = walk.verdict
            if !tracker.isRule, verdict.action?.exact == action.exact, let source = verdict.source {
                usedInStories.insert(source)
            }
            compare(tracker, verdict, action)
        }
    }

    private func turns(of tracker: TrainingTracker) -> [(action: String, verdict: RuleJudge.Verdict)] {
        var turns: [(String, RuleJudge.Verdict)] = []
        var walk = Walk(tracker)
        while let action = walk.next(judge) { turns.append((action, walk.verdict)) }
        return turns
    }

    private mutating func compare(_ tracker: TrainingTracker, _ verdict: RuleJudge.Verdict, _ action: String) {
        guard let foretold = verdict.action, let source = verdict.source, foretold.exact != action.exact else { return }
        if mayDrop(source, tracker, foretold) {
            judge.rules[source] = nil
            return
        }
        // Even a source that no rule has is one from now on, as in Rasa: its turns are hidden from other policies.
        sources[source, default: []] += []
        let others = Set<ExactString>((sources[source] ?? []).filter { $0.action.exact != action.exact }.map(\.rule))
        guard !others.isEmpty else { return }
        let names = others.pythonSorted.map { "'\($0)'" }.joined(separator: ", ")
        let what = foretold.exact == judge.settings.fallbackAction.exact ? "" : ", which predict '\(foretold)'"
        let kind = tracker.isRule ? "rule" : "story"
        contradictions.append("- '\(action)' in the \(kind) '\(tracker.name)' contradicts the rules \(names)\(what)")
    }

    /// Whether a story only goes on where a rule would wait, after an action that nothing foretells.
    private func mayDrop(_ source: String, _ tracker: TrainingTracker, _ foretold: String) -> Bool {
        guard !tracker.isRule, foretold == DefaultAction.listen,
            source.exact.components(separatedBy: "prev_action").count <= 2, judge.rules[source] != nil
        else { return false }
        let start = String(source.unicodeScalars.dropLast(2))
        return judge.rules.keys.contains { $0.hasPrefix(start) && $0 != source.exact }
    }

    private struct Walk {
        private var events: ArraySlice<Event>
        private var running: TrainingTracker
        /// The first action cannot be foretold.
        private var isUnpredictable = true
        private var pending: Event?
        /// What is foretold where the walk stands.
        private(set) var verdict = RuleJudge.Verdict()

        init(_ tracker: TrainingTracker) {
            events = tracker.appliedEvents[...]
            running = tracker.beginning()
        }

        /// Goes on to the next action that can be foretold; nil at the end.
        mutating func next(_ judge: RuleJudge) -> String? {
            if let pending { running.update(pending) }
            pending = nil
            while let event = events.popFirst() {
                guard let action = event.action else {
                    running.update(event)
                    continue
                }
                if action.name == RuleGap.name {
                    isUnpredictable = true
                } else if isUnpredictable || event.isUnpredictable {
                    isUnpredictable = false
                } else {
                    predict(action.reference.nameOrText, judge)
                    pending = event
                    return action.reference.nameOrText
                }
                running.update(event)
            }
            return nil
        }

        private mutating func predict(_ action: String, _ judge: RuleJudge) {
            verdict = judge.verdict(running)
            // Inside of a loop something else happens: the loop must have declined.
            guard let loop = running.activeLoop?.name, verdict.action?.exact == loop.exact,
                action.exact != loop.exact
            else { return }
            running.update(Event(story: .actionExecutionRejected(ActionExecutionRejected(name: loop))))
            verdict = judge.verdict(running)
        }
    }
}
