import Synchronization

/// Holds the assistant that answers now. It can be put in place, exchanged and taken out at any time; a turn keeps the
/// one that it began with.
public final class AssistantSlot: Sendable {
    private let held: Mutex<Assistant?>

    /// A slot with an assistant, or with none.
    public init(_ assistant: Assistant? = nil) {
        held = Mutex(assistant)
    }

    /// The assistant that answers now; nil where no model is loaded.
    public var current: Assistant? {
        held.withLock { $0 }
    }

    /// Puts an assistant in place for all turns that begin from now on; nil unloads the model.
    public func set(_ assistant: Assistant?) {
        held.withLock { $0 = assistant }
    }
}
