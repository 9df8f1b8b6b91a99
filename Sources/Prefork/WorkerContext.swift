import CParleySystem
import Glibc
package import System

/// What a worker knows about itself and its supervisor.
package struct WorkerContext: Sendable {
    /// Its place and number.
    package let identity: WorkerIdentity
    /// The name under which it holds leases; no other worker, of any host, at any time, has the same.
    package let owner: String
    /// What the loader handed over.
    package let loaded: String
    /// The socket to accept connections from.
    package let listener: ListeningSocket
    /// The page shared with the supervisor and the other workers.
    package let scoreboard: Scoreboard
    /// The descriptor of the socket pair, not blocking: every readable packet is a message for ``decode(_:)``, and its
    /// end means that the supervisor is gone or that the worker got TERM: finish what has begun, then end.
    package let control: Int32
    /// Whether it takes the place of a worker that died.
    package let isReplacement: Bool
    /// How long the worker may finish what it has begun when it is on its own.
    package let gracePeriod: Duration

    /// The worker's part of the scoreboard.
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
        slot.beat(at: .now)
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
    package func beat() {
        slot.beat(at: .now)
    }

    /// Whether this worker should leave new connections to its siblings for now; see
    /// ``shouldPauseAccepting(mine:all:)``. A sibling without a recent heartbeat does not count.
    package func shouldPauseAccepting() -> Bool {
        let recently = MonotonicInstant(
            milliseconds: MonotonicInstant.now.milliseconds &- min(Self.recent, MonotonicInstant.now.milliseconds))
        return Prefork.shouldPauseAccepting(
            mine: slot.value(of: Scoreboard.Gauge.connections), all: scoreboard.connectionsOfServing(since: recently))
    }

    private static let recent: UInt64 = 3000
}

extension MonotonicInstant {
    /// The time that the clock shows.
    package static var now: MonotonicInstant { MonotonicInstant(milliseconds: parley_monotonic_ms()) }
}
