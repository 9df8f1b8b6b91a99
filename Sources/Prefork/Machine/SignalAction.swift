import Glibc

/// What a signal to the supervisor asks for.
package enum SignalAction: Sendable, Hashable {
    /// TERM: stop accepting, finish the turns, end; a second one ends at once.
    case stopGracefully
    /// INT: the same with a shorter grace period, since a person waits; a second one ends at once.
    case stopQuickly
    /// QUIT: end at once.
    case stopNow
    /// CHLD: a child has ended.
    case childEnded
    /// HUP, USR1, USR2, TTIN, TTOU, WINCH: known to supervisors, by name; this version does not serve them.
    case unsupported(String)
}

extension SignalAction {
    /// The action of a signal; nil for one that a supervisor does not listen to.
    init?(signal: Int32) {
        switch signal {
        case SIGTERM: self = .stopGracefully
        case SIGINT: self = .stopQuickly
        case SIGQUIT: self = .stopNow
        case SIGCHLD: self = .childEnded
        case SIGHUP: self = .unsupported("HUP")
        case SIGUSR1: self = .unsupported("USR1")
        case SIGUSR2: self = .unsupported("USR2")
        case SIGTTIN: self = .unsupported("TTIN")
        case SIGTTOU: self = .unsupported("TTOU")
        case SIGWINCH: self = .unsupported("WINCH")
        default: return nil
        }
    }
}
