package import JSON

/// Exchanges the model that the whole server answers from.
package protocol ModelReloader: Sendable {
    /// Whether models come from a server of the configuration, whatever requests say.
    var hasItsOwnSource: Bool { get }

    /// Has a model served, or none. Returns when no worker answers from another model any more. While the model is
    /// fetched and prepared, the cancellation of the task ends that.
    ///
    /// - Throws: ``ModelSwitchError``; everything stays as it was then.
    func serve(_ wish: ModelWish) async throws(ModelSwitchError)
}

/// Which model a request asks for, as `PUT /model` says it; none without any of the three.
package struct ModelWish: Sendable, Hashable {
    /// A path on this machine, or the model's name in a storage.
    package var file: String?
    /// The server that has the model, in the form of the endpoints' `models`.
    package var server: JSON?
    /// The kind of storage that has the model, such as `aws`.
    package var storage: String?

    /// A wish for the model in a file; for no model without one.
    package init(file: String? = nil, server: JSON? = nil, storage: String? = nil) {
        self.file = file
        self.server = server
        self.storage = storage
    }

    /// Whether the model is a file of this machine.
    var isLocal: Bool { file != nil && server == nil && storage == nil }
}

/// Why a model is not served.
package struct ModelSwitchError: Error, Sendable, CustomStringConvertible {
    /// What happened, with the archive at fault.
    package let description: String
    /// Whether the same request may succeed later.
    package let isUnavailable: Bool

    /// An error.
    package init(_ description: String, isUnavailable: Bool = false) {
        self.description = description
        self.isUnavailable = isUnavailable
    }
}
