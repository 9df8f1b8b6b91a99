import Glibc

/// What a signal to the supervisor asks for.
package enum SignalAction: Sendable, Hashable {
    /// TERM: drain, finish the turns, end; a second one ends at once.
    case stopGracefully
    /// INT, QUIT: end now.
    case stopNow
    /// CHLD: a child has ended.
    case childEnded
    /// HUP: read everything again, for a new generation of workers; or the terminal is gone.
    case hangUp
    /// USR1: open the log files again.
    case reopenLogs
    /// TTIN: one worker more.
    case addWorker
    /// TTOU: one worker less.
    case removeWorker
    /// WINCH: have all workers retire; or the terminal's window has changed.
    case retireWorkers
    /// USR2: start a new binary on the same sockets.
    case upgradeBinary
}

extension SignalAction {
    /// The action of a signal; nil for one that a supervisor does not listen to.
    init?(signal: Int32) {
        switch signal {
        case SIGTERM: self = .stopGracefully
        case SIGINT, SIGQUIT: self = .stopNow
        case SIGCHLD: self = .childEnded
        case SIGHUP: self = .hangUp
        case SIGUSR1: self = .reopenLogs
        case SIGUSR2: self = .upgradeBinary
        case SIGTTIN: self = .addWorker
        case SIGTTOU: self = .removeWorker
        case SIGWINCH: self = .retireWorkers
        default: return nil
        }
    }

    /// The signal by which another supervisor is asked for it.
    var signal: Int32 {
        switch self {
        case .stopGracefully: SIGTERM
        case .stopNow: SIGQUIT
        case .childEnded: SIGCHLD
        case .hangUp: SIGHUP
        case .reopenLogs: SIGUSR1
        case .addWorker: SIGTTIN
        case .removeWorker: SIGTTOU
        case .retireWorkers: SIGWINCH
        case .upgradeBinary: SIGUSR2
        }
    }
}
