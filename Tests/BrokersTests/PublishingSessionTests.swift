import Testing

@testable import Brokers

@Suite("Dealings with a broker that comes and goes")
struct PublishingSessionTests {
    private let server = FakeBroker.Server()
    private let log = KeptLog()
    private let events = (0..<3).map { OutgoingEvent(id: "\($0)", conversation: "anna", body: Array("\($0)".utf8)) }

    private func session(_ change: (inout EventPublisher.Options) -> Void = { _ in }) -> PublishingSession {
        var options = EventPublisher.Options()
        options.logsAsError = true
        change(&options)
        return PublishingSession(
            broker: FakeBroker(server), options: options, refused: "/nowhere/refused", log.logger)
    }

    @Test("one that was never there is said once, and tried again after growing pauses")
    func absence() {
        server.change { $0.isUnavailable = true }
        let session = session()
        var pauses: [Duration] = []
        for _ in 1...4 {
            let before = ContinuousClock.now
            #expect(session.publish(events) == 0)
            pauses.append(session.nextTry - before)
        }
        #expect(session.isUnavailable && session.isLost)
        #expect(log.lines.count == 1 && log.lines[0].contains("they wait in the outbox"))
        for (pause, least) in zip(pauses, [200, 400, 800, 1600]) { #expect(pause >= .milliseconds(least)) }
        server.change { $0.isUnavailable = false }
        #expect(session.publish(events) == 3)
        #expect(!session.isUnavailable && session.published == 3)
        session.close()
    }

    @Test("a connection that was idle is made anew at once, and nothing is said of it")
    func idleConnection() {
        let session = session()
        #expect(session.publish(events) == 3)
        server.change { $0.breaksAfter = 1 }
        #expect(session.publish(events) == 1)
        #expect(session.isUnavailable && !session.isLost && session.nextTry <= .now)
        #expect(log.lines.isEmpty)
        #expect(session.publish(Array(events[1...])) == 2)
        #expect(server.bodies == ["0", "1", "2", "0", "1", "2"])
    }

    @Test("what is not to be kept is given up where the broker is away, but not for an idle connection's end")
    func dropping() {
        let session = session { $0.keepsUnpublished = false }
        #expect(session.publish(events) == 3)
        server.change { $0.isUnavailable = true }
        #expect(session.publish(events) == 0)
        #expect(session.publish(events) == 3)
        #expect(session.failed == 3 && session.published == 3)
    }

    @Test("an event that is refused for good counts as done, and those before it as published")
    func deadLetter() {
        server.change { $0.refusedBodies = [Array("1".utf8)] }
        let session = session()
        #expect(session.publish(events) == 2)
        #expect(session.failed == 1 && session.published == 1 && !session.isUnavailable)
        #expect(session.publish([events[2]]) == 1)
    }
}
