import Prefork
import System

/// Plays on both servers, each play in a conversation of its own.
struct Player: Sendable {
    let against: ComparedServer
    let parley: ComparedServer
    /// Whether the events of conversations are asked for.
    let readsTrackers: Bool
    /// What the names of this comparison's conversations begin with.
    private let prefix = "parley-compare-\(RandomID.hex())"

    /// After how many plays in a row without any response nothing more is expected.
    private static let maxFailures = 10

    init(against: ComparedServer, parley: ComparedServer, readsTrackers: Bool) {
        (self.against, self.parley, self.readsTrackers) = (against, parley, readsTrackers)
    }

    /// - Parameters:
    ///   - concurrency: How many plays go on at a time.
    ///   - take: Is told what became of each play, by its place, and how many there were so far.
    /// - Throws: ``BootFailure`` where a server has stopped to respond.
    func play(
        _ plays: [Play], atATime concurrency: Int, take: (Int, PlayRecord, Int) -> Void
    ) async throws(BootFailure) {
        var (next, done, failures) = (0, 0, 0)
        var reason: String?
        await withTaskGroup(of: (Int, PlayRecord).self) { group in
            while next < min(concurrency, plays.count) {
                add(plays[next], next, to: &group)
                next += 1
            }
            for await (number, record) in group {
                done += 1
                take(number, record, done)
                let failure = record.replies.last?.failure
                failures = failure == nil ? 0 : failures + 1
                if failures >= Self.maxFailures { reason = failure }
                guard next < plays.count, reason == nil else { continue }
                add(plays[next], next, to: &group)
                next += 1
            }
        }
        guard let reason else { return }
        throw BootFailure(
            "given up after \(done) of \(plays.count) plays, as \(Self.maxFailures) in a row got no response: \(reason)",
            status: ExitStatus.unavailable)
    }

    private func add(_ play: Play, _ number: Int, to group: inout TaskGroup<(Int, PlayRecord)>) {
        group.addTask { (number, await record(of: play, number)) }
    }

    private func record(of play: Play, _ number: Int) async -> PlayRecord {
        let names = (against: "\(prefix)-\(number)-a", parley: "\(prefix)-\(number)-b")
        var record = PlayRecord(play: play, names: names)
        for request in play.requests {
            let pair = await pair(request, names)
            record.replies.append(pair)
            // What comes after a message that was lost would be another conversation.
            if pair.failure != nil { return record }
        }
        if readsTrackers, play.isConversation { record.trackers = await pair(.tracker, names) }
        return record
    }

    private func pair(_ request: PlannedRequest, _ names: (against: String, parley: String)) async -> ReplyPair {
        async let first = against.reply(to: request, in: names.against)
        async let second = parley.reply(to: request, in: names.parley)
        return ReplyPair(request: request, against: await first, parley: await second)
    }
}
