/// Exchanges the model that the whole server answers from.
public protocol ModelSwitch: Sendable {
    /// Has an archive served, or nothing where `archive` is empty. Returns when no worker answers from another model any
    /// more.
    ///
    /// - Throws: ``ModelSwitchError``; everything stays as it was then.
    func serve(_ archive: String) async throws(ModelSwitchError)
}

/// Why a model is not served.
public struct ModelSwitchError: Error, Sendable, CustomStringConvertible {
    /// What happened, with the archive at fault.
    public let description: String
    /// Whether the same request may succeed later.
    public let isUnavailable: Bool

    /// An error.
    public init(_ description: String, isUnavailable: Bool = false) {
        self.description = description
        self.isUnavailable = isUnavailable
    }
}
