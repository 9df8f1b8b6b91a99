/// A WebSocket as a session sees it, in this worker or in another.
final class EnginePipe: @unchecked Sendable {
    // @unchecked: touched on the event loop only.

    let send: (String) -> Void
    /// Lets what the client sends wait, or not; nothing happens where it is in another worker.
    let hold: (Bool) -> Void
    /// Tells the client to connect again. What it sends until it knows still comes; nothing is sent any more.
    let leave: () -> Void
    private let onClose: () -> Void
    private var isClosed = false

    init(
        send: @escaping (String) -> Void, hold: @escaping (Bool) -> Void = { _ in }, leave: @escaping () -> Void,
        close: @escaping () -> Void
    ) {
        self.send = send
        self.hold = hold
        self.leave = leave
        onClose = close
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        onClose()
    }
}
