import ExactText
import JSON

/// Compares what both servers made of a play.
struct PlayComparison {
    let tolerance: Double
    let variations: ResponseVariations

    private typealias Compared = (differences: [Difference], worst: Double)

    func outcome(of record: PlayRecord) -> PlayOutcome {
        var outcome = PlayOutcome()
        let turns = trackers(of: record)
        // A message is the turn of the same number, unless the assistant was asked for something else in between.
        let messages = turns.map { Array($0.against.turns.dropFirst()) } ?? []
        let isAligned = messages.count == record.replies.count
        var end = Int.max
        if let turns, let parting = compare(turns, record, &outcome), isAligned { end = max(parting, 1) }
        for (index, pair) in record.replies.enumerated() {
            guard index < end else {
                outcome.left += record.replies.count - index
                break
            }
            compare(pair, isAligned ? messages[index] : nil, record, &outcome)
        }
        // Where one of the servers has no events to show, that is what is compared.
        if turns == nil, let pair = record.trackers { compare(pair, nil, record, &outcome) }
        return outcome
    }

    /// Compares the responses to one request.
    private func compare(
        _ pair: ReplyPair, _ turn: ConversationTurns.Turn?, _ record: PlayRecord, _ outcome: inout PlayOutcome
    ) {
        if let failure = pair.failure { return outcome.failures.append(failure) }
        let (differences, worst) = differences(pair, record)
        let differs = !differences.isEmpty
        let intent = turn?.intent ?? pair.against.body?["intent"]?["name"]?.string ?? pair.request.intent
        outcome.count(.route, pair.request.route, differs: differs, worst: worst)
        // A message that is counted with its events is not counted twice.
        if turn == nil { outcome.count(.intent, intent, differs: differs, worst: worst) }
        guard differs else { return }
        let place = differences.first?.path.exact.split(separator: "/").first.flatMap { Int($0) }
        let responses = turn?.responses ?? []
        let action = place.flatMap { responses.indices.contains($0) ? responses[$0] : nil }
        outcome.findings.append(
            Finding(
                kind: record.play.kind, play: record.play.name, route: pair.request.route, says: pair.request.says,
                intent: intent, action: action, differences: differences))
    }

    private func differences(_ pair: ReplyPair, _ record: PlayRecord) -> Compared {
        guard case .response(let status, let body) = pair.against,
            case .response(let otherStatus, let otherBody) = pair.parley
        else { return ([], 0) }
        if status >= 400 || otherStatus >= 400 {
            // The words of errors are each server's own, and where Rasa crashed any refusal is right.
            let isSame = status == otherStatus || status >= 500 && otherStatus >= 400
            return (isSame ? [] : [Difference("(status)", .int(status), .int(otherStatus))], 0)
        }
        var comparison = JSONComparison(tolerance: tolerance, variations: variations)
        let isDomain = pair.request == .domain
        let against = ResponseMask(conversation: record.names.against).masked(body)
        let parley = ResponseMask(conversation: record.names.parley).masked(otherBody)
        comparison.compare(
            isDomain ? DomainSections.comparable(against) : against,
            isDomain ? DomainSections.comparable(parley) : parley)
        return (comparison.differences, comparison.worst)
    }

    private func trackers(of record: PlayRecord) -> (against: ConversationTurns, parley: ConversationTurns)? {
        guard let pair = record.trackers, let against = pair.against.body, let parley = pair.parley.body else {
            return nil
        }
        return (
            ConversationTurns(tracker: ResponseMask(conversation: record.names.against).masked(against)),
            ConversationTurns(tracker: ResponseMask(conversation: record.names.parley).masked(parley))
        )
    }

    /// Compares the events, up to the turn in which the servers went different ways.
    ///
    /// - Returns: The number of messages up to that turn and with it; nil where they went one way.
    private func compare(
        _ turns: (against: ConversationTurns, parley: ConversationTurns), _ record: PlayRecord,
        _ outcome: inout PlayOutcome
    ) -> Int? {
        var findings: [Finding] = []
        var worst = 0.0
        var parting: Int?
        let (left, right) = (turns.against.turns, turns.parley.turns)
        for (number, turn) in left.enumerated() where parting == nil {
            let counterpart = number < right.count ? right[number] : ConversationTurns.Turn()
            let compared = TurnComparison(tolerance: tolerance, variations: variations).compare(turn, counterpart)
            for step in compared.steps {
                outcome.count(.action, step.action, differs: !step.differences.isEmpty, worst: step.worst)
                worst = max(worst, step.worst)
                guard !step.differences.isEmpty else { continue }
                findings.append(
                    Finding(
                        kind: record.play.kind, play: record.play.name, route: PlannedRequest.tracker.route,
                        says: turn.text ?? "", intent: turn.intent, action: step.action, differences: step.differences))
            }
            let differs = compared.steps.contains { !$0.differences.isEmpty }
            let largest = compared.steps.map(\.worst).max() ?? 0
            outcome.count(.intent, turn.intent, differs: differs, worst: largest)
            if compared.parts { parting = number }
        }
        if parting == nil, right.count > left.count { findings += surplus(left, right, record) }
        outcome.count(.route, PlannedRequest.tracker.route, differs: !findings.isEmpty, worst: worst)
        outcome.findings += findings
        return parting
    }

    private func surplus(
        _ left: [ConversationTurns.Turn], _ right: [ConversationTurns.Turn], _ record: PlayRecord
    ) -> [Finding] {
        let difference = Difference("(messages)", .int(left.count - 1), .int(right.count - 1))
        return [
            Finding(
                kind: record.play.kind, play: record.play.name, route: PlannedRequest.tracker.route,
                says: right[left.count].text ?? "", intent: right[left.count].intent, action: nil,
                differences: [difference])
        ]
    }
}
