import Foundation
import JSON
import Synchronization
import TestSupport
import Testing

/// Conversations that talk to a server all the time, each message after the response to the one before it, while a test
/// breaks what the server needs.
///
/// Every message has a number of its own and is never sent again, so what is stored can be compared with what was
/// answered: ``stop()``, then ``Report/check(_:)``.
package final class Load: Sendable {
    /// What became of the messages of one conversation.
    package struct Talk: Sendable {
        /// Answered with success.
        package var responded: [Int] = []
        /// Answered with 503, or with 504 where the store's own response was lost; only those may be stored.
        package var refused: [Int] = []
        /// Not answered: the connection ended before.
        var broken: [Int] = []
        /// Answers that are neither success nor such a refusal.
        var wrong: [String] = []
        /// The longest time for a response, in seconds.
        var slowest = 0.0
    }

    /// What became of all messages.
    package struct Report: Sendable {
        package let talks: [String: Talk]
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
    package init(
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
                let response = try open.response()
                note(number, response, name, ContinuousClock.now - started)
                if response.headers["connection"] == "close" { connection = nil }
            } catch {
                connection = nil
                state.withLock { $0.talks[name]?.broken.append(number) }
                usleep(20000)
            }
            usleep(pause)
        }
    }

    private func note(_ number: Int, _ response: HTTPResponse, _ name: String, _ time: Duration) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        state.withLock { state in
            var talk = state.talks[name] ?? Talk()
            talk.slowest = max(talk.slowest, seconds)
            switch response.status {
            case 200 where response.json?.array?.isEmpty == false: talk.responded.append(number)
            case 503 where response.headers["retry-after"] != nil: talk.refused.append(number)
            case 504: talk.refused.append(number)
            default: talk.wrong.append("\(response.status): \(response.text)")
            }
            state.talks[name] = talk
        }
    }

    /// Waits until every conversation was answered with success so many times more.
    ///
    /// - Throws: ``TestFailure`` that names the conversations which stand still.
    package func awaitResponses(_ count: Int = 3) throws {
        let before = state.withLock { $0.talks.mapValues(\.responded.count) }
        var late: [String] = []
        let hasCome = eventually {
            late = state.withLock(\.talks).filter { $1.responded.count < (before[$0] ?? 0) + count }.map(\.key)
            return late.isEmpty
        }
        guard hasCome else {
            let wrong = state.withLock { $0.talks.values.flatMap(\.wrong) }
            throw TestFailure("no answers for \(late.sorted()); wrong: \(wrong)")
        }
    }

    /// Waits until messages were not answered with success so many times more: what a test broke is felt.
    ///
    /// - Throws: ``TestFailure`` where all goes on.
    package func awaitFailures(_ count: Int = 1) throws {
        func failures() -> Int {
            state.withLock { $0.talks.values.reduce(0) { $0 + $1.refused.count + $1.broken.count + $1.wrong.count } }
        }
        let before = failures()
        guard eventually({ failures() >= before + count }) else {
            throw TestFailure("all messages are answered with success")
        }
    }

    /// Ends all conversations after the response that each waits for.
    package func stop() throws -> Report {
        state.withLock { $0.isStopped = true }
        guard eventually({ state.withLock(\.running) == 0 }) else { throw TestFailure("messages were never answered") }
        return state.withLock { Report(talks: $0.talks) }
    }
}

extension Load.Report {
    /// Fails the test unless every message that was answered with success is stored exactly once and in order, none is
    /// stored twice, and no turns are interleaved; prints how many there were.
    ///
    /// - Parameter allowsBroken: Whether connections may have ended without a response, as when a worker is killed.
    package func check(_ server: ParleyServer, allowsBroken: Bool = false) throws {
        var (responded, refused, broken, refusedYetStored, slowest) = (0, 0, 0, 0, 0.0)
        // What a worker says that comes to a sudden end.
        let last = server.process.lines.filter { $0.contains("Fatal error") || $0.contains("crash") }
        for (name, talk) in talks.sorted(by: { $0.key < $1.key }) {
            let stored = StoredTurns.numbers(try server.events(of: name))
            let once = Set(stored)
            #expect(once.count == stored.count, "\(name): a turn is stored twice")
            #expect(once.isSuperset(of: talk.responded), "\(name): an answered turn is not stored")
            #expect(stored == stored.sorted(), "\(name): turns are stored in another order")
            #expect(talk.wrong.isEmpty, "\(name): \(talk.wrong.first ?? "")")
            #expect(
                allowsBroken || talk.broken.isEmpty, "\(name): \(talk.broken.count) messages without an answer; \(last)"
            )
            responded += talk.responded.count
            refused += talk.refused.count
            broken += talk.broken.count
            refusedYetStored += once.intersection(talk.refused).count
            slowest = max(slowest, talk.slowest)
        }
        print(
            "\(talks.count) conversations: \(responded) answered and stored once, \(refused) refused with 503"
                + " (\(refusedYetStored) of them stored), \(broken) without an answer, slowest answer \(slowest) s")
    }
}
