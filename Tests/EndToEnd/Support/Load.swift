import Foundation
import JSON
import Synchronization
import Testing

/// Conversations that talk to a server all the time, each message after the answer to the one before it, while a test
/// breaks what the server needs.
///
/// Every message has a number of its own and is never sent again, so what is stored can be compared with what was
/// answered: ``stop()``, then ``Report/check(_:)``.
final class Load: Sendable {
    /// What became of the messages of one conversation.
    struct Talk: Sendable {
        /// Answered with success.
        var answered: [Int] = []
        /// Answered with 503; may be stored only where the store's own answer was lost.
        var refused: [Int] = []
        /// Not answered: the connection ended before.
        var broken: [Int] = []
        /// Answers that are neither success nor 503.
        var wrong: [String] = []
        /// The longest time for an answer, in seconds.
        var slowest = 0.0
    }

    /// What became of all messages.
    struct Report: Sendable {
        let talks: [String: Talk]
    }

    private struct State {
        var talks: [String: Talk] = [:]
        var isStopped = false
        var running = 0
    }

    private let state: Mutex<State>

    /// Starts to talk.
    ///
    /// - Parameter message: What every message says; the demo assistant answers `/greet` without a network's help.
    init(
        _ server: ParleyServer, conversations: Int = 20, name: String = "load", message: String = "/greet",
        pause: UInt32 = 5000
    ) {
        let names = (0..<conversations).map { "\(name)-\($0)" }
        state = Mutex(
            State(talks: Dictionary(uniqueKeysWithValues: names.map { ($0, Talk()) }), running: conversations))
        let port = server.port
        for name in names { Thread.detachNewThread { [self] in talk(name, message, port, pause) } }
    }

    private func talk(_ name: String, _ message: String, _ port: Int, _ pause: UInt32) {
        defer { state.withLock { $0.running -= 1 } }
        var connection: HTTPConnection?
        var number = 0
        while !state.withLock(\.isStopped) {
            number += 1
            let body: JSON = [
                "sender": .string(name), "message": .string(message), "metadata": ["number": .int(number)],
            ]
            let started = ContinuousClock.now
            do {
                let open = try connection ?? HTTPConnection(port: port)
                connection = open
                try open.request("POST", "/webhooks/rest/webhook", body.text())
                note(number, try open.answer(), name, ContinuousClock.now - started)
            } catch {
                connection = nil
                state.withLock { $0.talks[name]?.broken.append(number) }
                usleep(20000)
            }
            usleep(pause)
        }
    }

    private func note(_ number: Int, _ answer: HTTPResponse, _ name: String, _ time: Duration) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        state.withLock { state in
            var talk = state.talks[name] ?? Talk()
            talk.slowest = max(talk.slowest, seconds)
            switch answer.status {
            case 200 where answer.json?.array?.isEmpty == false: talk.answered.append(number)
            case 503 where answer.headers["retry-after"] != nil: talk.refused.append(number)
            default: talk.wrong.append("\(answer.status): \(answer.text)")
            }
            state.talks[name] = talk
        }
    }

    /// Waits until every conversation was answered with success so many times more.
    ///
    /// - Throws: ``EndToEndError`` that names the conversations which stand still.
    func awaitAnswers(_ count: Int = 3, within seconds: Double = 60) throws {
        let before = state.withLock { $0.talks.mapValues(\.answered.count) }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let talks = state.withLock(\.talks)
            let late = talks.filter { $1.answered.count < (before[$0] ?? 0) + count }
            if late.isEmpty { return }
            guard ContinuousClock.now < deadline else {
                throw EndToEndError("no answers for \(late.keys.sorted()); wrong: \(talks.values.flatMap(\.wrong))")
            }
            usleep(10000)
        }
    }

    /// Waits until messages were not answered with success so many times more: what a test broke is felt.
    ///
    /// - Throws: ``EndToEndError`` where all goes on.
    func awaitFailures(_ count: Int = 1, within seconds: Double = 120) throws {
        func failures() -> Int {
            state.withLock { $0.talks.values.reduce(0) { $0 + $1.refused.count + $1.broken.count + $1.wrong.count } }
        }
        let before = failures()
        let deadline = ContinuousClock.now + .seconds(seconds)
        while failures() < before + count {
            guard ContinuousClock.now < deadline else { throw EndToEndError("all messages are answered with success") }
            usleep(10000)
        }
    }

    /// Ends all conversations after the answer that each waits for.
    func stop() throws -> Report {
        state.withLock { $0.isStopped = true }
        let deadline = ContinuousClock.now + .seconds(120)
        while state.withLock(\.running) > 0 {
            guard ContinuousClock.now < deadline else { throw EndToEndError("messages were never answered") }
            usleep(5000)
        }
        return state.withLock { Report(talks: $0.talks) }
    }
}

extension Load.Report {
    /// Fails the test unless every message that was answered with success is stored exactly once and in order, none is
    /// stored twice, and no turns are interleaved; prints how many there were.
    ///
    /// - Parameter allowsBroken: Whether connections may have ended without an answer, as when a worker is killed.
    func check(_ server: ParleyServer, allowsBroken: Bool = false) throws {
        var (answered, refused, broken, refusedYetStored, slowest) = (0, 0, 0, 0, 0.0)
        for (name, talk) in talks.sorted(by: { $0.key < $1.key }) {
            let stored = StoredTurns.numbers(try server.events(of: name))
            let once = Set(stored)
            #expect(once.count == stored.count, "\(name): a turn is stored twice")
            #expect(once.isSuperset(of: talk.answered), "\(name): an answered turn is not stored")
            #expect(stored == stored.sorted(), "\(name): turns are stored in another order")
            #expect(talk.wrong.isEmpty, "\(name): \(talk.wrong.first ?? "")")
            #expect(allowsBroken || talk.broken.isEmpty, "\(name): \(talk.broken.count) messages without an answer")
            answered += talk.answered.count
            refused += talk.refused.count
            broken += talk.broken.count
            refusedYetStored += once.intersection(talk.refused).count
            slowest = max(slowest, talk.slowest)
        }
        print(
            "\(talks.count) conversations: \(answered) answered and stored once, \(refused) refused with 503"
                + " (\(refusedYetStored) of them stored), \(broken) without an answer, slowest answer \(slowest) s")
    }
}
