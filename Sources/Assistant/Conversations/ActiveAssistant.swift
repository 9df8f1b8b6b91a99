import Synchronization

/// Holds the assistant in use. It can be exchanged and taken out at any time; a turn keeps the one that it
/// began with.
package final class ActiveAssistant: Sendable {
    fileprivate struct State {
        var assistant: Assistant?
        /// Counts the assistants that were ever held.
        var generation = 0
        /// How many turns still use each assistant, by its number.
        var uses: [Int: Int] = [:]
        /// Who waits for the end of the turns of earlier assistants.
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    package init(_ assistant: Assistant? = nil) { state = Mutex(State(assistant: assistant)) }

    /// The assistant in use; nil where no model is loaded.
    package var current: Assistant? { state.withLock(\.assistant) }

    /// Puts an assistant in place for all turns that begin from now on; nil unloads the model.
    package func set(_ assistant: Assistant?) {
        state.withLock { state in
            state.assistant = assistant
            state.generation += 1
        }
    }

    /// Waits until no turn uses an assistant that was held before the one that is held now.
    package func awaitEarlierTurns() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                guard state.hasEarlierTurns else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Does something with the assistant in use, which is noted as long as it takes.
    ///
    /// - Throws: ``ConversationError`` with `.noModel`, or what `body` throws.
    func use<Result>(_ body: (Assistant) async throws -> Result) async throws -> Result {
        let (assistant, number) = state.withLock { state in
            if state.assistant != nil { state.uses[state.generation, default: 0] += 1 }
            return (state.assistant, state.generation)
        }
        guard let assistant else { throw ConversationError(.noModel, "No model is loaded.") }
        defer { end(number) }
        return try await body(assistant)
    }

    private func end(_ number: Int) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            let uses = (state.uses[number] ?? 1) - 1
            state.uses[number] = uses > 0 ? uses : nil
            guard !state.hasEarlierTurns else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension ActiveAssistant.State {
    fileprivate var hasEarlierTurns: Bool { uses.keys.contains { $0 < generation } }
}
