package import JSON

/// Which model somebody asks for, as `PUT /model` says it.
package struct ModelRequest: Sendable, Hashable {
    /// A path on this machine, or the model's name in a storage; nil for none.
    package var file: String?
    /// The server that has the model, as `models` in the endpoints.
    package var server: JSON?
    /// The kind of storage that has the model, such as `aws`.
    package var storage: String?

    /// The model in a file; no model at all without one.
    package init(file: String? = nil, server: JSON? = nil, storage: String? = nil) {
        self.file = file
        self.server = server
        self.storage = storage
    }

    /// Whether the model is a file of this machine.
    package var isLocal: Bool { file != nil && server == nil && storage == nil }

    /// A ``file`` that means the source in the configuration.
    package static let ownSource = "models"

    /// Longer texts do not fit into one message between worker and supervisor.
    package static let maxText = 4000

    /// Begins texts that are no mere path; no path does.
    private static let structured: Unicode.Scalar = "\u{1}"

    /// The request as one text: empty for no model, a path, or more than that.
    package var text: String {
        guard server != nil || storage != nil else { return file ?? "" }
        var object = JSONObject()
        object["model_file"] = file.map { .string($0) }
        object["model_server"] = server
        object["remote_storage"] = storage.map { .string($0) }
        return String(Self.structured) + String(decoding: JSON.object(object).encoded(), as: UTF8.self)
    }

    /// Reads ``text``; nil where it has been cut.
    package init?(text: String) {
        guard text.unicodeScalars.first == Self.structured else {
            self.init(file: text.isEmpty ? nil : text)
            return
        }
        guard let json = try? JSON(parsing: Array(text.utf8.dropFirst())), let object = json.object else { return nil }
        self.init(
            file: object["model_file"]?.string, server: object["model_server"],
            storage: object["remote_storage"]?.string)
    }

    /// What is asked for in words that hold no secrets, for logs.
    package var summary: String {
        if let server {
            return
                "the model server at \(String((server["url"]?.string ?? "no address").unicodeScalars.prefix { $0 != "?" }))"
        }
        if let storage { return "'\(file ?? "")' in the remote storage '\(storage)'" }
        return file ?? ""
    }
}
