import NIOCore
import Redis

/// Takes tickets that were given back out of their queues a second time.
///
/// Rasa reads a queue, changes it and writes it without a comparison. A ticket that was taken out of the queue in
/// between is in it again, and in a fleet with Rasa everybody would wait for it until it runs out. So a moment after
/// their return the tickets are looked for once more, many of them in one command.
final class ReleasedTicketSweeper {
    /// A ticket of this worker that was given back.
    struct Ticket {
        let conversation: String
        let name: TicketName
    }

    /// No command is to keep Redis from others for long.
    private static let maxCount = 50

    private let client: RedisClient
    private let commands: LeaseCommands
    private let pause: TimeAmount
    private var tickets: [Ticket] = []
    private var timer: Scheduled<Void>?

    /// Used on the client's event loop only.
    ///
    /// - Parameter pause: How long the tickets are left alone; other programs' writes are over by then.
    init(_ client: RedisClient, _ commands: LeaseCommands, pause: TimeAmount) {
        self.client = client
        self.commands = commands
        self.pause = pause
    }

    /// Notes a ticket that Redis has taken back.
    func add(_ ticket: Ticket) {
        tickets.append(ticket)
        guard timer == nil else { return }
        timer = client.eventLoop.assumeIsolated().scheduleTask(in: pause) { [self] in
            timer = nil
            sweep()
        }
    }

    /// Looks for no ticket any more.
    func close() {
        timer?.cancel()
        timer = nil
        tickets.removeAll()
    }

    private func sweep() {
        let due = tickets
        tickets.removeAll(keepingCapacity: true)
        for start in stride(from: 0, to: due.count, by: Self.maxCount) {
            let call = commands.sweep(due[start..<min(start + Self.maxCount, due.count)])
            // Where it fails the tickets stay until they run out.
            client.submit(call.script, keys: call.keys, arguments: call.arguments) { _ in }
        }
    }
}
