import CParleySystem
import Glibc
import System

/// The new binary of an upgrade.
extension Supervisor {
    mutating func startBinary() {
        configuration.mainProcess(.this(isBeingReplaced: true))
        var ends: [Int32] = [-1, -1]
        guard parley_pipe(&ends) == 0 else {
            let failure = BootFailure("no pipe for it: \(SystemError("pipe2"))", status: ExitStatus.system)
            return perform(machine.binaryNotStarted(failure, at: .now))
        }
        defer { close(ends[1]) }
        do throws(BootFailure) {
            let pid = try configuration.binary.start(
                listeners: configuration.allListeners.map(\.descriptor), ready: ends[1],
                environment: configuration.serviceManager?.variables ?? [])
            binaryPipe = ends[0]
            machine.binaryStarted(pid: pid)
        } catch {
            close(ends[0])
            perform(machine.binaryNotStarted(error, at: .now))
        }
    }

    mutating func takeBinaryReadiness() {
        guard let binaryPipe else { return }
        var byte: UInt8 = 0
        let count = read(binaryPipe, &byte, 1)
        // Its end tells no more than the signal of the process' end does.
        if count == 0 { closeBinaryPipe() }
        if count == 1 { perform(machine.binaryReady(at: .now)) }
    }

    /// With this end of the pipe the new binary finds out that it is the main process.
    mutating func closeBinaryPipe() {
        if let binaryPipe { close(binaryPipe) }
        binaryPipe = nil
    }

    /// Names the new binary to the service manager, as the last that this process does: the service manager takes the
    /// end of one that it was not told of for the end of the service.
    func tellServiceProcess(_ pid: Int32) {
        guard let serviceManager = configuration.serviceManager else { return }
        for _ in 0..<Self.attempts {
            if serviceManager.send(.mainPID(pid)) { return }
            poll(nil, 0, 10)
        }
    }

    /// For a second in all, in which a service manager reads on.
    private static let attempts = 100

    /// What becomes of the supervisor before this one.
    mutating func lookAtHandover() {
        guard let handover else { return }
        if machine.saidReady, !hasToldReadiness {
            hasToldReadiness = true
            handover.tellReadiness()
        }
        guard handover.isOver else { return }
        handover.close()
        self.handover = nil
        machine.hasTakenOver = true
    }
}

extension BinarySignal {
    var number: Int32 {
        switch self {
        case .ask(let action): action.signal
        case .kill: SIGKILL
        }
    }
}
