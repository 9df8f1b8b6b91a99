import NIOCore
import Testing

@testable import HTTPServer

@Suite("A connection's machine")
struct ConnectionMachineTests {
    private var machine: ConnectionMachine
    private let start = NIODeadline.uptimeNanoseconds(0)

    init() {
        var limits = ServerLimits()
        limits.maxBodyBytes = 10
        limits.requestTimeout = .seconds(5)
        limits.responseTimeout = .seconds(20)
        limits.keepAliveTimeout = .seconds(60)
        limits.lingerTime = .seconds(2)
        machine = ConnectionMachine(limits: limits, now: start)
    }

    private func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    /// `#expect` cannot call mutating methods.
    private func check<Value: Equatable>(
        _ value: Value, _ expected: Value, at location: SourceLocation = #_sourceLocation
    ) {
        #expect(value == expected, sourceLocation: location)
    }

    @Test("answers one request after the other")
    mutating func keepsAlive() {
        for second in stride(from: Int64(0), to: 30, by: 10) {
            check(machine.headCame(.init(), now: at(second)), .receive)
            check(machine.bodyCame(10, now: at(second)), .append)
            check(machine.requestEnded(now: at(second)), .respond)
            #expect(machine.isBusy)
            check(machine.responseBegins(), true)
            #expect(!machine.isLastResponse)
            check(machine.responseEnded(now: at(second)), .readOn)
            #expect(!machine.isBusy)
        }
    }

    @Test("ends with the request that asks for it")
    mutating func endsWhenAsked() {
        _ = machine.headCame(.init(keepsAlive: false), now: start)
        _ = machine.requestEnded(now: start)
        check(machine.responseBegins(), true)
        #expect(machine.isLastResponse)
        check(machine.responseEnded(now: start), .close)
        check(machine.headCame(.init(), now: start), .ignore)
        check(machine.inputEnded(), .close)
    }

    @Test("refuses bodies that are, or turn out, too large")
    mutating func refusesLargeBodies() {
        check(machine.headCame(.init(bodyLength: 11), now: start), .refuse(.bodyTooLarge))
        check(machine.bodyCame(11, now: start), .ignore)
        check(machine.requestEnded(now: start), .ignore)

        var chunked = ConnectionMachine(limits: machine.limits, now: start)
        check(chunked.headCame(.init(), now: start), .receive)
        check(chunked.bodyCame(10, now: start), .append)
        check(chunked.bodyCame(1, now: start), .refuse(.bodyTooLarge))
        check(chunked.requestEnded(now: start), .ignore)
    }

    @Test("permits a body only to those that ask, and meets no other expectation")
    mutating func permits() {
        check(machine.headCame(.init(expectation: .permission), now: start), .permit)
        var other = ConnectionMachine(limits: machine.limits, now: start)
        check(other.headCame(.init(expectation: .unknown), now: start), .refuse(.expectationFailed))
    }

    @Test("gives each phase its own time")
    mutating func deadlines() {
        var silent = machine
        check(silent.timePassed(now: at(4)), .nothing)
        check(silent.timePassed(now: at(5)), .close)

        machine.bytesCame(now: at(1))
        check(machine.timePassed(now: at(5)), .nothing)
        var slow = machine
        check(slow.timePassed(now: at(6)), .refuse(.tooSlow))
        check(slow.timePassed(now: at(7)), .nothing)
        check(slow.timePassed(now: at(8)), .close)

        _ = machine.headCame(.init(), now: at(5))
        _ = machine.requestEnded(now: at(5))
        var begun = machine
        check(begun.responseBegins(), true)
        check(begun.timePassed(now: at(25)), .abandon)
        check(machine.timePassed(now: at(24)), .nothing)
        var late = machine
        check(late.timePassed(now: at(25)), .refuse(.tookTooLong))
        check(late.responseBegins(), false)

        check(machine.responseBegins(), true)
        check(machine.responseEnded(now: at(24)), .readOn)
        check(machine.timePassed(now: at(83)), .nothing)
        check(machine.timePassed(now: at(84)), .close)
    }

    @Test("drains: idle connections stay open, and the next response is the last")
    mutating func drains() {
        var idle = machine
        idle.drain()
        check(idle.headCame(.init(), now: at(1)), .receive)
        check(idle.requestEnded(now: at(1)), .respond)
        check(idle.responseBegins(), true)
        #expect(idle.isLastResponse)
        check(idle.responseEnded(now: at(1)), .close)

        _ = machine.headCame(.init(), now: start)
        machine.drain()
        check(machine.requestEnded(now: start), .respond)
        check(machine.responseBegins(), true)
        #expect(machine.isLastResponse)
        check(machine.responseEnded(now: start), .close)
    }

    @Test("drains: a connection whose client was told that it goes on goes on")
    mutating func drainsDuringResponse() {
        _ = machine.headCame(.init(), now: start)
        _ = machine.requestEnded(now: start)
        check(machine.responseBegins(), true)
        var ending = machine
        machine.drain()
        check(machine.responseEnded(now: start), .readOn)
        check(machine.headCame(.init(), now: at(1)), .receive)

        check(ending.end(now: start), .nothing)
        check(ending.responseEnded(now: start), .close)
    }

    @Test("ends: idle connections at once, parts of requests after a moment, others with their response")
    mutating func ends() {
        var idle = machine
        _ = idle.headCame(.init(), now: start)
        _ = idle.requestEnded(now: start)
        check(idle.responseBegins(), true)
        check(idle.responseEnded(now: start), .readOn)
        check(idle.end(now: start), .close)

        var partial = machine
        partial.bytesCame(now: start)
        check(partial.end(now: at(1)), .nothing)
        check(partial.timePassed(now: at(2)), .nothing)
        check(partial.timePassed(now: at(3)), .refuse(.tooSlow))
        check(partial.timePassed(now: at(4)), .close)

        _ = machine.headCame(.init(), now: start)
        check(machine.end(now: start), .nothing)
        check(machine.requestEnded(now: at(1)), .respond)
        check(machine.responseBegins(), true)
        #expect(machine.isLastResponse)
        check(machine.responseEnded(now: at(10)), .close)
        check(machine.timePassed(now: at(11)), .close)
    }

    @Test("ends: a connection that was just made has a moment for its first request")
    mutating func endsBeforeFirstRequest() {
        var asking = machine
        check(asking.end(now: at(1)), .nothing)
        check(asking.timePassed(now: at(1)), .nothing)
        asking.bytesCame(now: at(1))
        check(asking.timePassed(now: at(2)), .nothing)
        check(asking.headCame(.init(), now: at(2)), .receive)
        check(asking.requestEnded(now: at(2)), .respond)
        check(asking.responseBegins(), true)
        #expect(asking.isLastResponse)
        check(asking.responseEnded(now: at(2)), .close)

        var silent = machine
        check(silent.end(now: at(1)), .nothing)
        check(silent.timePassed(now: at(2)), .close)
        check(machine.end(now: at(2)), .close)
    }

    @Test("ends: what has no response in time is refused, what has begun is left alone")
    mutating func givesUp() {
        check(machine.giveUp(now: start), .ignore)
        _ = machine.headCame(.init(), now: start)
        _ = machine.requestEnded(now: start)
        var begun = machine
        check(begun.responseBegins(), true)
        check(begun.giveUp(now: start), .ignore)
        check(machine.giveUp(now: start), .refuse(.serverEnds))
        check(machine.responseBegins(), false)
    }
}
