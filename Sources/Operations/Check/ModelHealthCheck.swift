import Assistant
import Logging
import ModelArchive
import ModelSources
import NIOCore
import NLU
import Outbound
import Prefork
import Server
import Settings
import WebClient

/// Tries whether a model can be had and served: everything that happens at a start, but the serving.
struct ModelHealthCheck {
    /// Where the model is unpacked for the time being.
    let directory: TemporaryDirectory
    let loop: any EventLoop
    let allowMissingComponents: Bool

    func check(_ path: String, logger: Logger) -> HealthCheck {
        HealthCheck(
            part: "model", place: path, advice: "name an archive that Rasa 3.0 to 3.6 or Parley trained, by --model",
            isPatient: true
        ) {
            guard let archive = try ModelSelection.archive(at: path, canGoWithout: false, logger: logger) else {
                throw BootFailure("there is no model", status: ExitStatus.noInput)
            }
            return try await open(try Loader.prepare(archive, in: directory))
        }
    }

    /// A model of a server or a storage.
    func check(_ remote: RemoteModel) -> HealthCheck {
        HealthCheck(part: "model", place: remote.name, advice: remote.advice, isPatient: true) {
            let file = "\(directory.path)/\(TemporaryDirectory.download)check"
            do {
                switch try await remote.fetch(into: file, unless: nil, on: loop) {
                case .fetched(let archive):
                    return try await open(
                        try Loader.prepare(file, named: archive.name, from: remote.name, in: directory))
                case .unchanged:
                    throw BootFailure("\(remote.name) reports nothing new", status: ExitStatus.noInput)
                }
            } catch let error as ModelSourceError {
                throw BootFailure("\(error)", status: error.exitStatus)
            }
        }
    }

    private func open(_ place: String) async throws -> String {
        let entities = RemoteEntities(loop: loop)
        let result = Result {
            let model = try PreparedModel.open(place)
            _ = try Assistant(
                model: model,
                options: AssistantOptions(maxPredictions: 10, allowMissingComponents: allowMissingComponents),
                servers: AssistantServers(entities: RemoteExtractors(client: entities)))
            return "\(model.archiveName), of Rasa \(model.metadata.rasaVersion)"
        }
        await entities.close()
        return try result.mapError {
            BootFailure("the model cannot be loaded: \($0)", status: ExitStatus.data)
        }.get()
    }
}

extension RemoteModel {
    /// What to look at when it cannot be had.
    fileprivate var advice: String {
        switch self {
        case .server(let settings): "start the server, or correct 'models' at \(settings.endpoint.place)"
        case .storage(let kind, _): "correct --model, or what the environment says of '\(kind.rawValue)'"
        }
    }
}
