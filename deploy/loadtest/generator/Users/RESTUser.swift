import Foundation
import NIOCore
import NIOHTTP1

/// Sends turns to the REST channel over one connection, one after the other.
actor RESTUser: User {
    private let context: UserContext
    private let connection: HTTPConnection
    private let streams: Bool

    nonisolated var unownedExecutor: UnownedSerialExecutor { context.eventLoop.executor.asUnownedSerialExecutor() }

    init(_ context: UserContext, streams: Bool) {
        self.context = context
        self.streams = streams
        connection = HTTPConnection(to: context.target, eventLoop: context.eventLoop, surplus: context.surplus)
    }

    func run(_ arrivals: [Arrival], from start: NIODeadline) async {
        for arrival in arrivals {
            await context.wait(until: start + .nanoseconds(arrival.offset))
            let sent = NIODeadline.now()
            let outcome = await outcome(of: arrival)
            await context.recorder.record(arrival, outcome, sent: sent)
        }
        await connection.close()
    }

    private func outcome(of arrival: Arrival) async -> Outcome {
        let workload = context.workload
        let body =
            #"{"sender":"\#(workload.name(of: arrival.sender))","message":\#(workload.message(of: arrival)),"#
            + #""metadata":{"turn":\#(arrival.number)}}"#
        do throws(ExchangeFailure) {
            let response = try await connection.exchange(
                .POST, streams ? "/webhooks/rest/webhook?stream=true" : "/webhooks/rest/webhook", body,
                within: workload.timeout)
            return Outcome(
                status: response.status, replies: RESTReplies.count(in: response.body, streamed: streams),
                expected: workload.replies(to: arrival))
        } catch {
            return error.outcome
        }
    }
}

/// The messages in a response of the REST channel.
enum RESTReplies {
    private struct Reply: Decodable { let recipient_id: String }

    /// How many there are; nil where the body is not what it has to be.
    static func count(in body: ByteBuffer, streamed: Bool) -> Int? {
        let data = Data(body.readableBytesView)
        guard streamed else { return (try? JSONDecoder().decode([Reply].self, from: data))?.count }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        guard data.isEmpty || data.last == UInt8(ascii: "\n") else { return nil }
        return lines.allSatisfy { (try? JSONDecoder().decode(Reply.self, from: $0)) != nil } ? lines.count : nil
    }
}
