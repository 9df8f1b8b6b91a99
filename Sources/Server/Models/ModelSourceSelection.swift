import ExactText
import JSON
import ModelArchive
package import ModelSources
package import NIOCore
package import Prefork
package import Settings
import System
import WebClient
import YAML

/// Where a model comes from, in Rasa's order: a model server, a remote storage, this machine.
enum ModelSourceSelection: Sendable {
    case nothing
    /// An archive on this machine.
    case archive(String)
    case remote(RemoteModel)

    /// - Parameter source: The text of a `ModelRequest`; nil for what flags and endpoints say.
    /// - Throws: ``BootFailure`` where the order cannot be followed.
    init(_ source: String?, _ settings: RunSettings) throws(BootFailure) {
        if source != "", let server = settings.endpoints.modelServer {
            self = .remote(.server(server))
        } else if let source {
            guard let request = ModelRequest(text: source) else {
                throw BootFailure("the description of the model to load is too long", status: ExitStatus.data)
            }
            try self.init(request, settings)
        } else if let kind = settings.remoteStorage {
            self = .remote(try RemoteModel(storage: kind, model: settings.modelName))
        } else {
            self = settings.archive.map { .archive($0) } ?? .nothing
        }
    }

    private init(_ request: ModelRequest, _ settings: RunSettings) throws(BootFailure) {
        if let server = request.server {
            self = .remote(.server(try ModelSourceSelection.server(server)))
        } else if let kind = request.storage {
            self = .remote(try RemoteModel(storage: kind, model: request.file ?? ""))
        } else if let path = request.file {
            do {
                self = .archive(try ModelLocator.archive(at: path))
            } catch {
                // The default directory stands for what the server was started with where it has no archive of its own.
                guard path == ModelSelection.defaultDirectory, let archive = settings.archive else {
                    throw BootFailure("\(error)", status: ExitStatus.noInput)
                }
                self = .archive(archive)
            }
        } else {
            self = .nothing
        }
    }

    /// A server as a request describes it: JSON is YAML too, and nothing of the environment is put in.
    private static func server(_ description: JSON) throws(BootFailure) -> ModelServerSettings {
        do {
            let reader = YAMLReader(environment: EnvironmentVariables { _ in nil })
            var ignored: [SettingsWarning] = []
            return try ModelServerSettings(
                try reader.read(description.encoded(), file: "the request"), name: "model_server", &ignored)
        } catch {
            throw BootFailure(error.message, status: ExitStatus.data)
        }
    }
}

package enum RemoteModel: Sendable {
    case server(ModelServerSettings)
    /// From a storage that the environment describes.
    case storage(StorageKind, model: String)

    /// - Parameter kind: The word of `--remote-storage`.
    /// - Throws: ``BootFailure`` where there is no such storage, or the model has no name.
    package init(storage kind: String, model name: String) throws(BootFailure) {
        guard let known = StorageKind(rawValue: kind) else {
            let what = kind.exact.contains(".") ? "a class in Python, which Parley cannot run" : "not known"
            throw BootFailure(
                "the remote storage '\(kind)' is \(what); there are aws, gcs and azure", status: ExitStatus.usage)
        }
        guard !name.isEmpty else {
            throw BootFailure("a model of a remote storage needs a name", status: ExitStatus.usage)
        }
        self = .storage(known, model: name)
    }

    /// How long to wait before asking for a newer one; nil to ask once.
    var timeBetweenPulls: Duration? {
        switch self {
        case .server(let settings): settings.timeBetweenPulls
        case .storage: nil
        }
    }

    /// The source's name, which tells it from others.
    package var name: String {
        switch self {
        case .server(let settings):
            "the model server at \(String(settings.endpoint.url.unicodeScalars.prefix { $0 != "?" }))"
        case .storage(let kind, let model): "'\(model)' in the remote storage '\(kind.rawValue)'"
        }
    }

    private func source(on loop: any EventLoop) throws(ModelSourceError) -> any ModelSource {
        switch self {
        case .server(let settings): try ModelServer(settings.endpoint, loop: loop)
        case .storage(.aws, let model): try S3Storage(model: model, loop: loop)
        case .storage(.gcs, let model): try GoogleStorage(model: model, loop: loop)
        case .storage(.azure, let model): try AzureStorage(model: model, loop: loop)
        }
    }

    /// Asks for the archive once.
    ///
    /// - Parameters:
    ///   - file: Where to write it.
    ///   - validator: That of the archive which is not wanted again.
    package func fetch(
        into file: String, unless validator: String?, on loop: any EventLoop
    ) async throws(ModelSourceError) -> FetchOutcome {
        let source = try source(on: loop)
        let outcome: Result<FetchOutcome, ModelSourceError>
        do throws(ModelSourceError) {
            outcome = .success(try await source.fetch(into: file, unless: validator))
        } catch {
            outcome = .failure(error)
        }
        await source.close()
        return try outcome.get()
    }
}
