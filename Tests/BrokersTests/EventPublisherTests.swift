import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Brokers

@Suite("The publisher brings events to the broker in their order, at least once", .ownThread)
struct EventPublisherTests {
    let scratch: TemporaryDirectory
    let directory: OutboxDirectory
    let server = FakeBroker.Server()

    init() throws {
        scratch = try TemporaryDirectory()
        directory = try OutboxDirectory(path: scratch.path)
    }

    private func start(_ change: (inout EventPublisher.Options) -> Void = { _ in }) throws -> EventPublisher {
        var options = EventPublisher.Options()
        options.retryPause = .milliseconds(100)
        change(&options)
        let server = server
        let publisher = EventPublisher(directory, options: options, logger: testLogger) { FakeBroker(server) }
        try publisher.start()
        return publisher
    }

    private func end(_ publisher: EventPublisher, within patience: Duration = .seconds(5)) -> Bool {
        publisher.requestEnd(within: patience)
        return eventually { publisher.hasEnded }
    }

    @Test func publishes() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        let publisher = try start()
        for index in 0..<50 { try outbox.put("\(index)") }
        #expect(eventually { server.bodies.count == 50 })
        #expect(server.bodies == (0..<50).map(String.init))
        #expect(end(publisher))
        #expect(publisher.counters.published == 50 && publisher.counters.waiting == 0)
    }

    @Test("Events wait while the broker is away, and go out once each")
    func awayBroker() throws {
        server.change { $0.isUnavailable = true }
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        let publisher = try start()
        for index in 0..<20 { try outbox.put("\(index)") }
        #expect(eventually { server.state.withLock(\.connections) > 2 })
        #expect(outbox.waiting == 20)
        server.change { $0.isUnavailable = false }
        #expect(eventually { outbox.waiting == 0 })
        #expect(server.bodies == (0..<20).map(String.init))
        #expect(end(publisher))
    }

    @Test("A broken connection repeats nothing that was confirmed")
    func brokenConnection() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        for index in 0..<20 { try outbox.put("\(index)") }
        server.change { $0.breaksAfter = 7 }
        let publisher = try start()
        #expect(eventually { outbox.waiting == 0 })
        #expect(server.bodies == (0..<20).map(String.init))
        #expect(end(publisher))
    }

    @Test("An event that the broker will never take is put aside, and does not hold up the others")
    func refusedEvent() throws {
        server.change { $0.refusedBodies = [Array("3".utf8)] }
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        for index in 0..<6 { try outbox.put("\(index)") }
        let publisher = try start()
        #expect(eventually { outbox.waiting == 0 })
        #expect(server.bodies == ["0", "1", "2", "4", "5"])
        #expect(try String(contentsOfFile: "\(scratch.path)/refused", encoding: .utf8) == "3\n")
        #expect(end(publisher))
        #expect(publisher.counters.failed == 1)
    }

    @Test("A refused event that cannot be put aside is said to be lost, and does not hold up the others")
    func lostEvent() throws {
        server.change { $0.refusedBodies = [Array("3".utf8)] }
        try FileManager.default.createDirectory(
            atPath: "\(scratch.path)/refused", withIntermediateDirectories: false)
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        for index in 0..<6 { try outbox.put("\(index)") }
        let log = KeptLog()
        let server = server
        let publisher = EventPublisher(directory, options: .init(), logger: log.logger) { FakeBroker(server) }
        try publisher.start()
        #expect(eventually { outbox.waiting == 0 })
        #expect(end(publisher))
        #expect(server.bodies == ["0", "1", "2", "4", "5"] && publisher.counters.failed == 1)
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("cannot be put aside") == true)
        #expect(log.lines.first?.contains("Is a directory") == true)
    }

    @Test("Without keeping, what an absent broker does not take is dropped and counted")
    func dropping() throws {
        server.change { $0.isUnavailable = true }
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        try outbox.put("a", "b")
        let publisher = try start { $0.keepsUnpublished = false }
        #expect(eventually { outbox.waiting == 0 })
        server.change { $0.isUnavailable = false }
        try outbox.put("c")
        #expect(eventually { server.bodies == ["c"] })
        #expect(end(publisher))
        #expect(publisher.counters.failed == 2)
    }

    @Test("Another takes over where one ends, and the end comes in time although the broker is away")
    func takingOver() throws {
        let outbox = try Outbox(in: directory, limit: 1 << 24)
        let first = try start()
        try outbox.put("a")
        #expect(eventually { server.bodies == ["a"] })
        let second = try start()
        server.change { $0.isUnavailable = true }
        try outbox.put("b")
        #expect(end(first, within: .milliseconds(300)))
        server.change { $0.isUnavailable = false }
        #expect(eventually { server.bodies == ["a", "b"] })
        #expect(end(second))
    }
}
