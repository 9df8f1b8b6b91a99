import CParleySystem
import Glibc
package import System

/// What a worker knows about itself and its supervisor.
package struct WorkerContext: Sendable {
    package let identity: WorkerIdentity
    /// The name under which it holds leases; no other worker, of any host, at any time, has the same.
    package let owner: String
    package let loaded: String
    /// The settings that a reload has read; empty for those that the program was started with.
    package let settings: [UInt8]
    package let listeners: [ListeningSocket]
    /// Where the server is managed; nil where that is no place of its own.
    package let management: ListeningSocket?
    /// The page shared with the supervisor and the other workers.
    package let scoreboard: Scoreboard
    /// The descriptor of the socket pair, not blocking: every readable packet is a message for ``decode(_:)``, and its
    /// end means that the supervisor is gone or that the worker got TERM: finish what has begun, then end.
    package let control: Int32
    /// Whether it takes the place of a worker that died.
    package let isReplacement: Bool
    /// How long the worker may finish what it has begun when it is on its own.
    package let gracePeriod: Duration

    package var slot: Scoreboard.Slot { scoreboard.slot(identity.slot) }

    /// Reads a message from the supervisor; nil for a kind that this version does not know.
    package func decode(_ packet: some Sequence<UInt8>) -> SupervisorMessage? {
        ControlCodec.decodeSupervisorMessage(ArraySlice(packet))
    }

    /// Sends a message to the supervisor.
    ///
    /// - Returns: Whether it is on its way: not where the supervisor is gone or does not read.
    @discardableResult
    package func tell(_ message: WorkerMessage) -> Bool {
        ControlSocket(descriptor: control).send(ControlCodec.encode(message))
    }

    /// Whether a job can be told to the supervisor: messages have a longest length.
    package func canStart(_ job: JobDescription) -> Bool { ControlCodec.holds(job) }

    /// Says that connections are accepted, to the supervisor and in the scoreboard.
    package func reportReady() {
        slot.heartbeat(at: .now)
        slot.set(.serving, to: 1)
        tell(.ready)
    }

    /// Ends the worker's process at once, from wherever it is called: nothing is unwound, no exit handler runs.
    ///
    /// - Parameter outcome: The exit status, 0 when the worker was asked to end; or why it could not begin.
    package func leave(_ outcome: Result<Int32, BootFailure>) -> Never {
        slot.set(.serving, to: 0)
        switch outcome {
        case .success(let status): parley_exit(status)
        case .failure(let failure):
            tell(.failed(failure))
            parley_exit(failure.status)
        }
    }

    /// Says that the worker is alive. Must be called at least a few times within
    /// ``SupervisorLimits/heartbeatLimit``, from the thread whose liveness counts.
    package func heartbeat() { slot.heartbeat(at: .now) }

    /// Whether this worker should leave new connections to its siblings for now. A sibling without a recent heartbeat
    /// does not count.
    ///
    /// - Parameters:
    ///   - share: What is known of the siblings from the last time.
    ///   - isAwaited: Whether a connection may wait to be accepted.
    package func shouldPauseAccepting(_ share: inout FairShare, isAwaited: () -> Bool) -> Bool {
        let now = MonotonicInstant.now
        let recently = MonotonicInstant(milliseconds: now.milliseconds &- min(Self.recent, now.milliseconds))
        return share.shouldPause(
            mine: slot.value(of: Scoreboard.Gauge.connections), all: scoreboard.connectionsOfServing(since: recently),
            isAwaited: isAwaited, now: now)
    }

    private static let recent: UInt64 = 3000
}

extension MonotonicInstant {
    package static var now: MonotonicInstant { MonotonicInstant(milliseconds: parley_monotonic_ms()) }
}
