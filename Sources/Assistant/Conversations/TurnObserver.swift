import Leases
import Offloading
import Stores

/// How a turn ended.
package enum TurnOutcome: Int, CaseIterable, Sendable, Hashable {
    /// With what the assistant said, stored.
    case stored
    /// Before it ran, or without a trace: the client may send it again.
    case refused
    /// By an error of the model or of an action; nothing is stored.
    case failed
    /// Its lease ended while it ran; nothing is stored.
    case leaseLost
    /// The store failed while it was written: it may be stored.
    case unknown
}

/// Is told what becomes of turns, on the thread that runs them.
package protocol TurnObserver: Sendable {
    /// - Parameter time: From the message's arrival, the wait for earlier messages of the conversation included.
    func turnEnded(_ outcome: TurnOutcome, after time: Duration)
    /// A store refused what this worker wrote, since another had written in between.
    func lateWriterRefused()
    /// A lease ended under a turn or a change of a conversation.
    func leaseLost()
}

package struct NoTurnObserver: TurnObserver {
    package init() {}
    package func turnEnded(_ outcome: TurnOutcome, after time: Duration) {}
    package func lateWriterRefused() {}
    package func leaseLost() {}
}

extension TurnOutcome {
    init(_ error: any Error) {
        switch error {
        case let error as LeaseError: self = error.code == .lost ? .leaseLost : .refused
        case let error as StoreError: self = error.code == .unknown ? .unknown : .refused
        case let error as ConversationError where [.noModel, .tooLarge, .noRoomForEvents].contains(error.code):
            self = .refused
        case is OffloadError, is CancellationError: self = .refused
        default: self = .failed
        }
    }
}

extension Conversations {
    /// Runs a turn and tells how it ended.
    func observed<Result>(_ turn: () async throws -> Result) async throws -> Result {
        let beginning = ContinuousClock.now
        do {
            let result = try await turn()
            observer.turnEnded(.stored, after: .now - beginning)
            return result
        } catch {
            observer.turnEnded(TurnOutcome(error), after: .now - beginning)
            throw error
        }
    }
}
