import Foundation
import NIOCore
import NIOHTTP1

/// Compares what the server has stored with what its clients saw.
struct Audit: Codable, Equatable, Sendable {
    /// Completed for the client, and not stored.
    var lost = 0
    /// Those of them that were sent over Socket.IO, where a response leaves before its turn is stored.
    var lostOverSockets = 0
    /// Stored more than once.
    var doubled = 0
    /// Stored after a turn of the same conversation that was sent later.
    var misordered = 0
    /// Conversations that could not be read.
    var unreadable = 0

    var isClean: Bool { self == Audit() }

    struct Conversation: Decodable {
        struct Event: Decodable {
            struct Metadata: Decodable { let turn: Int? }
            let event: String
            let metadata: Metadata?
        }
        let events: [Event]

        /// The numbers of its turns, as they were stored.
        var turns: [Int] { events.compactMap { $0.event == "user" ? $0.metadata?.turn : nil } }
    }

    /// - Parameters:
    ///   - sent: The turns of one conversation in the order in which they were due.
    ///   - ordered: Whether they were sent one after the other.
    ///   - overSocket: Whether they were sent over Socket.IO.
    mutating func compare(
        stored: [Int], sent: [Int], outcomes: [Outcome?], ordered: Bool, overSocket: Bool = false
    ) {
        var counts: [Int: Int] = [:]
        for number in stored { counts[number, default: 0] += 1 }
        doubled += counts.values.count { $0 > 1 }
        let missing = sent.count { outcomes[$0] == .completed && counts[$0] == nil }
        lost += missing
        if overSocket { lostOverSockets += missing }
        guard ordered else { return }
        // A turn whose client had gone may still be stored, whenever its worker gets to it.
        let seen = stored.filter { outcomes.indices.contains($0) && outcomes[$0] == .completed }
        misordered += zip(seen, seen.dropFirst()).count { $0 > $1 }
    }

    /// Reads all conversations of a run.
    static func run(
        _ target: Target, workload: Workload, arrivals: [Arrival], tally: Tally, ordered: Bool,
        eventLoop: any EventLoop
    ) async -> Audit {
        var audit = Audit()
        let connection = HTTPConnection(to: target, eventLoop: eventLoop)
        let conversations = Dictionary(grouping: arrivals) { arrival in
            workload.name(of: arrival.sender, renewal: tally.renewals[arrival.number, default: 0])
        }
        for (name, turns) in conversations {
            let path = "/conversations/\(name)/tracker?include_events=ALL"
            guard let response = try? await connection.exchange(.GET, path, within: 60), response.status == 200,
                let conversation = try? JSONDecoder().decode(
                    Conversation.self, from: Data(response.body.readableBytesView))
            else {
                audit.unreadable += 1
                continue
            }
            audit.compare(
                stored: conversation.turns, sent: turns.map(\.number), outcomes: tally.outcomes, ordered: ordered,
                overSocket: turns.contains { workload.channels[$0.user].isSocket })
        }
        await connection.close()
        return audit
    }
}
