package import ModelArchive

/// Exchanges the model that the whole server uses.
package protocol ModelReloader: Sendable {
    /// Whether models come from a server of the configuration, whatever requests say.
    var hasItsOwnSource: Bool { get }

    /// Has all workers use a model, or none. Returns when no worker uses another model any more. While the model is
    /// fetched and prepared, the cancellation of the task ends that.
    ///
    /// - Throws: ``ModelSwitchError``; everything stays as it was then.
    func use(_ model: ModelRequest) async throws(ModelReloadError)
}

/// Why a model is not used.
package struct ModelReloadError: Error, Sendable, CustomStringConvertible {
    /// What happened, with the archive at fault.
    package let description: String
    /// Whether the same request may succeed later.
    package let isUnavailable: Bool

    package init(_ description: String, isUnavailable: Bool = false) {
        self.description = description
        self.isUnavailable = isUnavailable
    }
}
