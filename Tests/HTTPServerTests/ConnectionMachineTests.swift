import NIOCore
import Testing

@testable import HTTPServer

@Suite("A connection's machine")
struct ConnectionMachineTests {
    private var machine: ConnectionMachine
    private let start = NIODeadline.uptimeNanoseconds(0)

    init() {
        var limits = ServerLimits()
        limits.bodyBytes = 10
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
            check(machine.requestEnded(now: at(second)), .answer)
            #expect(machine.isBusy)
            check(machine.answerBegins(), true)
            #expect(!machine.isLastAnswer)
            check(machine.answerEnded(now: at(second)), .readOn)
            #expect(!machine.isBusy)
        }
    }

    @Test("ends with the request that asks for it")
    mutating func endsWhenAsked() {
        _ = machine.headCame(.init(keepsAlive: false), now: start)
        _ = machine.requestEnded(now: start)
        check(machine.answerBegins(), true)
        #expect(machine.isLastAnswer)
        check(machine.answerEnded(now: start), .close)
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
        check(begun.answerBegins(), true)
        check(begun.timePassed(now: at(25)), .abandon)
        check(machine.timePassed(now: at(24)), .nothing)
        var late = machine
        check(late.timePassed(now: at(25)), .refuse(.tookTooLong))
        check(late.answerBegins(), false)

        check(machine.answerBegins(), true)
        check(machine.answerEnded(now: at(24)), .readOn)
        check(machine.timePassed(now: at(83)), .nothing)
        check(machine.timePassed(now: at(84)), .close)
    }

    @Test("drains: idle connections at once, others after their answer")
    mutating func drains() {
        var idle = machine
        check(idle.drain(), .close)

        _ = machine.headCame(.init(), now: start)
        check(machine.drain(), .nothing)
        check(machine.requestEnded(now: start), .answer)
        check(machine.answerBegins(), true)
        #expect(machine.isLastAnswer)
        check(machine.answerEnded(now: start), .close)
    }
}
